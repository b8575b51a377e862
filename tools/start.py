"""`./run`: prepare, serve, print where, wait. See `./run --help`."""

import argparse
import http.client
import json
import os
import re
import secrets
import socket
import sys
from functools import partial
from pathlib import Path

from tools import by_hand
from tools.ground import PYTHON, ROOT, Missing, digest, ensure_pango, ensure_venv, say
from tools.place import Place
from tools.processes import Ended, Process, Watch

HELP = """Make everything ready and run Malha: web, worker, three simulated routers and a simulated bank with a demo provider.

The first start makes .venv, installs the locked libraries and fills var/ with a database (SQLite), generated secrets and demo
data. Every further start keeps them. Ctrl-C stops everything."""
AFTER = """Environment: MALHA_DATABASE_URL=postgres://user:password@host/name uses PostgreSQL; the other variables are in
docs/operate/environment.md. The program's own commands: bin/malha help. To begin anew: remove the folder var/."""
# Name of each simulated router and how it differs: what it is, and what stands on it that is not ours.
ROUTERS = {
    "CCR Centro": ["--board", "CCR2004-1G-12S+2XS", "--version", "7.19.4", "--uptime", "1130"],
    "CCR Serra": ["--board", "CCR2116-12G-4S+", "--version", "7.16.2", "--uptime", "410", "--foreign", "9", "--seed", "11"],
    "CHR Vila": ["--board", "CHR", "--version", "6.49.18", "--uptime", "77", "--cp1252-comments", "--foreign", "4", "--seed", "23"],
}
# Their subscribers dial by themselves, but for a few whose equipment is off.
SUBSCRIBERS = ["--auto-connect", "400", "--offline", "4"]
TOUCHED_BY_HAND = "CCR Serra"


def parse(words: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="./run", description=HELP, epilog=AFTER, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--empty", action="store_true", help="no demo data: set up your own provider in the browser (kept in var-empty/)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s, this machine only)")
    parser.add_argument("--port", type=int, help="port to listen on (default: 8000, or the next free one)")
    notice = "port of the notice pages (default: MALHA_NOTICE_PORT, else 8080 or the next free one)"
    parser.add_argument("--notice-port", type=int, default=os.environ.get("MALHA_NOTICE_PORT"), help=notice)
    which = "simulated routers and bank (default: with the demo yes, with --empty no)"
    parser.add_argument("--routers", action=argparse.BooleanOptionalAction, help=which)
    return parser.parse_args(words)


def main(words: list[str]) -> int:
    """Returns the exit code."""
    options = parse(words)
    try:
        place = Place(empty=options.empty)
        place.take()
    except Missing as trouble:
        say(str(trouble))
        return 1
    try:
        ensure_venv()
        without_pdf = ensure_pango()
        place.write_secrets()
        place.prepare()
        serve(place, options, without_pdf=without_pdf)
    except (Missing, Ended) as trouble:
        say(f"\n{trouble}")
        return 1
    except KeyboardInterrupt:
        say("\nStopped. The next start goes on where this one was.")
        return 130
    finally:
        place.leave()
    return 0


def serve(place: Place, options: argparse.Namespace, *, without_pdf: str) -> None:
    """Run everything until somebody stops it."""
    port = free_port(options.host, options.port)  # what cannot be had is told before the demo is made
    notice_port = free_port(options.host, options.notice_port, range(8080, 8100), besides=port)
    bank = 0
    with Watch() as watch:
        if options.routers if options.routers is not None else not options.empty:
            start_routers(watch, place)
            bank = start_bank(watch, place)
        if not options.empty and place.has_command("demo"):
            demo = digest(ROOT.glob("malha/worker/demo/*.py"), place.stamps.known["migrate"], ports_of(place))
            make_demo(place, watch, demo)
        if options.empty:
            write_setup_code(place)
        if watch.stopping:
            return
        # The demo took minutes: only now the ports are really taken, and kept until the end.
        with listen(options.host, port, "Malha") as for_web, listen(options.host, notice_port, "the notice server") as for_notices:
            start_servers(watch, place, options, for_web, for_notices)
            if not watch.stopping:
                address = address_of(options.host, for_web)
                place.tell_address(address)
                tell(place, address, f"{address_of(options.host, for_notices)}/aviso/", without_pdf, bank)
                if not options.empty:
                    log = place.dir / "log" / f"router-{slug_of(TOUCHED_BY_HAND)}.log"
                    by_hand.begin(place, TOUCHED_BY_HAND, log, digest([], ports_of(place)))
            watch.run()
        say("\nStopping …")


def start_servers(watch: Watch, place: Place, options: argparse.Namespace, for_web: socket.socket, for_notices: socket.socket) -> None:
    """Web, notice server and worker, until both servers answer."""
    environment = place.environment()
    environment.setdefault("MALHA_ALLOWED_HOSTS", ",".join(names_of(options.host)))
    logs = place.dir / "log"
    web = watch.add(Process("web", web_command(for_web), environment, logs / "web.log", [for_web.fileno()]))
    notice = watch.add(Process("notice server", notice_command(for_notices), environment, logs / "notice.log", [for_notices.fileno()]))
    if place.has_command("worker"):
        watch.add(Process("worker", [str(PYTHON), "manage.py", "worker"], environment, logs / "worker.log"))
    watch.wait_for(lambda: answers(options.host, port_of(for_web)), seconds=60, process=web)
    watch.wait_for(lambda: answers(options.host, port_of(for_notices)), seconds=60, process=notice)


def make_demo(place: Place, watch: Watch, stamp: str) -> None:
    """Fill the database with the demo provider, once. Ctrl-C in the middle leaves nothing half: it is one transaction."""
    try:
        place.once("demo", stamp, "Making the demo provider …", "demo")
    except Missing:
        if not watch.stopping:
            raise


def web_command(listener: socket.socket) -> list[str]:
    """Gunicorn with threads: pages wait for the database, not for the processor."""
    return gunicorn("malha.config.wsgi:application", listener, workers=2)


def notice_command(listener: socket.socket) -> list[str]:
    """The notice server. It keeps no connection open: the next request on one would still come here after a release."""
    return [*gunicorn("malha.portal.server:application", listener, workers=1), "--keep-alive", "0"]


def gunicorn(application: str, listener: socket.socket, *, workers: int) -> list[str]:
    """The command that serves an application on a socket which the process inherits."""
    bind = f"fd://{listener.fileno()}"
    flags = f"--worker-class gthread --workers {workers} --threads 4 --preload --timeout 60 --graceful-timeout 5 --no-control-socket"
    return [str(PYTHON), "-m", "gunicorn", application, "--bind", bind, "--worker-tmp-dir", shared_memory(), *flags.split()]


def shared_memory() -> str:
    """Where gunicorn's heartbeat files cost no disk."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else "/tmp"


# ---------------------------------------------------------------------------------------------------- addresses and ports


def free_port(host: str, wanted: int | None, among: range = range(8000, 8100), *, besides: int = 0) -> int:
    """The wanted port, or the first free one of those. Raises Missing when there is none."""
    candidates = [wanted] if wanted else [port for port in among if port != besides]
    for port in candidates:
        if trial := bound(host, port):
            trial.close()
            return port
    first, last = among[0], among[-1]
    raise Missing(f"Port {wanted} of {host} is taken or not allowed." if wanted else f"No free port from {first} to {last} on {host}.")


def listen(host: str, port: int, what: str) -> socket.socket:
    """A socket that listens there, or on the next free port when another program took that one meanwhile, which is said.

    The server inherits it: nobody can take the port between two of its starts. Raises Missing when there is none.
    """
    for candidate in range(port, min(port + 100, 65536)):
        if listener := bound(host, candidate):
            try:
                listener.listen(128)
            except OSError:
                listener.close()
                continue
            if candidate != port:
                say(f"Another program took port {port} meanwhile: {what} listens on port {candidate}.")
            return listener
    raise Missing(f"No free port from {port} on {host} for {what}.")


def bound(host: str, port: int) -> socket.socket | None:
    """A socket with this address, None when the address is taken or not allowed."""
    found = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
    except OSError:
        found.close()
        return None
    return found


def port_of(listener: socket.socket) -> int:
    """Where it listens."""
    return int(listener.getsockname()[1])


def address_of(host: str, listener: socket.socket) -> str:
    """What to type into a browser of this machine."""
    return f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port_of(listener)}"


def names_of(host: str) -> list[str]:
    """Names under which browsers may reach us: this machine's own, and its addresses when we listen on all of them."""
    names = ["127.0.0.1", "localhost", "[::1]", host]
    if host in ("0.0.0.0", "::"):
        name = socket.gethostname()
        names += [name, socket.getfqdn()]
        try:
            names += [str(info[4][0]) for info in socket.getaddrinfo(name, None)]
        except OSError:
            say("This machine's own name has no address: set MALHA_ALLOWED_HOSTS to reach it from elsewhere.")
    return sorted(set(names))


def answers(host: str, port: int) -> bool:
    """Does the web process answer? Not longer than a start that fails takes: who ends at once shall be seen to."""
    connection = http.client.HTTPConnection("127.0.0.1" if host == "0.0.0.0" else host, port, timeout=2)
    try:
        connection.request("GET", "/", headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


# ------------------------------------------------------------------------------------------------------ simulated routers


def start_routers(watch: Watch, place: Place) -> None:
    """Three simulated routers. Their ports stay the same, because the register points at them."""
    if not (ROOT / "sandbox" / "routeros" / "__main__.py").is_file():
        return
    for router, extra in zip(choose_ports(place.dir / "routers"), ROUTERS.values(), strict=True):
        name = str(router["name"])
        slug = slug_of(name)
        state = ["--state-file", str(place.dir / "routers" / f"{slug}.json")]
        where = ["--name", name, "--port", str(router["port"]), "--user", str(router["username"]), "--password", str(router["password"])]
        command = [str(PYTHON), "-m", "sandbox.routeros", *where, *state, "--tls", "off", *SUBSCRIBERS, *extra]
        process = watch.add(Process(f"router {name}", command, place.environment(), place.dir / "log" / f"router-{slug}.log"))
        watch.wait_for(partial(listens, int(router["port"])), seconds=30, process=process)


def start_bank(watch: Watch, place: Place) -> int:
    """A simulated bank, whose books outlive a restart; answers its port, which stays the same while nobody else takes it."""
    port = next(port for port in range(8095, 8200) if free(port))
    books = place.dir / "bank.sqlite3"
    command = [str(PYTHON), "-m", "sandbox.bank", "--port", str(port), "--state-file", str(books)]
    process = watch.add(Process("bank", command, place.environment(), place.dir / "log" / "bank.log"))
    watch.wait_for(partial(listens, port), seconds=30, process=process)
    return port


def slug_of(name: str) -> str:
    """A router's name as the name of a file."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def choose_ports(folder: Path) -> list[dict[str, str | int]]:
    """Where each router listens and how to get in, kept in `ports.json`. A port that somebody took meanwhile is replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "ports.json"
    known: list[dict[str, str | int]] = json.loads(file.read_text()) if file.exists() else []
    if not known:
        known = [{"name": name, "host": "127.0.0.1", "port": 0, "username": "malha", "password": secrets.token_hex(8)} for name in ROUTERS]
    for router in known:
        if not (router["port"] and free(int(router["port"]))):
            taken = {other["port"] for other in known}
            router["port"] = next(port for port in range(18728, 18999) if port not in taken and free(port))
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(json.dumps(known, indent=1))
    return known


def ports_of(place: Place) -> str:
    """The contents of `ports.json`, empty when there are no simulated routers."""
    file = place.dir / "routers" / "ports.json"
    return file.read_text() if file.is_file() else ""


def free(port: int) -> bool:
    """Can this port of the loopback address be listened on?"""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def listens(port: int) -> bool:
    """Does somebody accept connections there?"""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except OSError:
        return False
    return True


# ------------------------------------------------------------------------------------------------------------- last words


def write_setup_code(place: Place) -> None:
    """The code of the one-time link by which the first administrator is made. Written once; the page removes it."""
    if place.stamps.fresh("setup-code", "written"):
        return
    file = place.dir / "setup-code"
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(secrets.token_urlsafe(24))
    place.stamps.put("setup-code", "written")


def tell(place: Place, address: str, notice_address: str, without_pdf: str, bank: int) -> None:
    """Say where it is, and how to get in."""
    say(f"\n  Malha is running:  {address}")
    say(f"  Notice pages:      {notice_address}")
    say(f"  Simulated bank:    http://127.0.0.1:{bank}\n" if bank else "")
    code = place.dir / "setup-code"
    if code.is_file():
        say(f"  First set-up, once:  {address}/primeiro-acesso/?codigo={code.read_text().strip()}\n")
    credentials = place.dir / "demo-credentials.json"
    if credentials.is_file():
        people = json.loads(credentials.read_text())
        width = max((len(person["username"]) for person in people), default=0)
        say("  Demo logins (passwords made for this installation):")
        for person in people:
            say(f"    {person['username']:<{width}}  {person['password']}  {person['role']}, {person['name']}")
        say()
    if (place.dir / "demo-clock.json").is_file() and (words := place.manage_says("day")):
        say(f"  {words}\n")
    if place.empty and (routers := ports_of(place)):
        say("  Simulated routers to register (plain API):")
        for router in json.loads(routers):
            way_in = f"user {router['username']}, password {router['password']}"
            say(f"    {router['name']:<10} {router['host']} port {router['port']}, {way_in}")
        say()
    if without_pdf:
        say(f"  PDF is off, a library of the system is missing. To have it:\n    {without_pdf}\n")
    folder = place.dir.relative_to(ROOT) if place.dir.is_relative_to(ROOT) else place.dir
    say(f"  Data and logs: {folder}/    Ctrl-C stops everything.\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
