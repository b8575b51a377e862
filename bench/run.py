"""What `make bench` does: PostgreSQL with 10,000 and with 100,000 customers, SQLite with 10,000, and a simulated router.

The two PostgreSQL databases are asked in turn, so that a ratio between them says something even when the machine is busy.
"""

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from bench import starts
from tools import postgres

ROOT = Path(__file__).resolve().parent.parent
SMALL, LARGE = 10_000, 100_000
TIMES = 30  # a page is asked so often; texts of a search are so many, each asked once
SECONDS_OF_SIGN_UPS = 5
SLIPS = 1000
TOGETHER = 3
# What a provider's server has: commits reach the disk, memory as in docs/operate/postgresql.md, a solid-state disk.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "512MB",
    "effective_cache_size": "2GB",
    "work_mem": "16MB",
    "max_wal_size": "4GB",
    "random_page_cost": "1.1",
    "log_min_messages": "fatal",
}
TABS = {
    "ativos": "Ativos", "pendencia": "Em pendência", "bloqueados": "Bloqueados", "confianca": "Em confiança",
    "instalacao": "Instalação", "suspensos": "Suspensos", "cancelados": "Cancelados",
}  # fmt: skip


@dataclass
class Measured:
    """One line of the table: milliseconds by database."""

    name: str
    seconds: dict[str, list[float]] = field(default_factory=dict)
    work: dict[str, float] = field(default_factory=dict)

    def add(self, where: str, answer: dict[str, Any]) -> None:
        """One more answer of a probe."""
        self.seconds.setdefault(where, []).extend(answer["seconds"])
        self.work[where] = self.work.get(where, 0.0) + answer["work"]

    def cpu(self, where: str) -> float:
        """What a request took of the processors, on average."""
        return self.work[where] / len(self.seconds[where]) * 1000

    def median(self, where: str) -> float:
        return statistics.median(self.seconds[where]) * 1000

    def p95(self, where: str) -> float:
        ordered = sorted(self.seconds[where])
        return ordered[min(round(0.95 * (len(ordered) - 1)), len(ordered) - 1)] * 1000

    def as_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {"name": self.name}
        for where in self.seconds:
            found[where] = {
                "median_ms": round(self.median(where), 1), "p95_ms": round(self.p95(where), 1),
                "cpu_ms": round(self.cpu(where), 1), "n": len(self.seconds[where]),
            }  # fmt: skip
        if {"pg10k", "pg100k"} <= self.seconds.keys():
            found["ratio_median"] = round(self.median("pg100k") / self.median("pg10k"), 2)
            found["ratio_cpu"] = round(self.cpu("pg100k") / self.cpu("pg10k"), 2)
            found["ratio_p95"] = round(self.p95("pg100k") / self.p95("pg10k"), 2)
        return found


def environment(url: str, data: Path) -> dict[str, str]:
    """What a Malha of its own needs, with keys that protect nothing. Without a URL it lives on SQLite."""
    (data / "static").mkdir(parents=True)
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "malha.config.settings",
        "MALHA_DATABASE_URL": url or f"sqlite:///{data / 'malha.sqlite3'}",
        "MALHA_DATA_DIR": str(data),
        "MALHA_SECRET_KEY": "bench",
        "MALHA_VAULT_KEYS": "b1:MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDA=",
        "MALHA_ACCESS_KEYS": "b1:MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE=",
        "MALHA_STATIC_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage",
        "MALHA_LOG_LEVEL": "ERROR",
        "MALHA_ALLOWED_HOSTS": "testserver",
        "MALHA_DEBUG": "0",
    }


class Probe:
    """A `bench.probe` on one database."""

    def __init__(self, name: str, url: str, home: Path) -> None:
        self.name, self.url, self.home = name, url, home
        env = environment(url, home / name)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.probe"], cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self._process.communicate()

    def send(self, do: str, **arguments: Any) -> None:
        assert self._process.stdin
        self._process.stdin.write(json.dumps({"do": do, **arguments}) + "\n")
        self._process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        assert self._process.stdout
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        if "error" in answer:
            raise RuntimeError(f"{self.name}: {answer['error']}")
        return answer

    def ask(self, do: str, **arguments: Any) -> dict[str, Any]:
        self.send(do, **arguments)
        return self.answer()


@contextmanager
def databases(home: Path) -> Iterator[dict[str, Probe]]:
    """All three, seeded."""
    with ExitStack() as stack:
        url = stack.enter_context(postgres.cluster(SETTINGS))
        server = url.rpartition("/")[0]
        for name in ("k10", "k100"):
            subprocess.run(["psql", "-q", url, "-c", f"CREATE DATABASE {name}"], check=True)
        places = {"pg10k": (f"{server}/k10", SMALL), "pg100k": (f"{server}/k100", LARGE), "sqlite10k": ("", SMALL)}
        probes = {name: stack.enter_context(Probe(name, place, home)) for name, (place, _) in places.items()}
        for name, (_, customers) in places.items():
            seconds = probes[name].ask("prepare", customers=customers)["seconds"]
            say(f"{name}: {customers:,} customers seeded in {seconds:.1f} s")
        yield probes


def pages(probes: dict[str, Probe]) -> list[Measured]:
    """The list: its first and a late page, each tab, and the first page right after something changed."""
    asked: list[tuple[str, dict[str, str], bool]] = [
        ("list, first page", {}, False),
        ("list, page 300 (at 10,000: the last)", {"page": "300"}, False),
        *((f"tab {label}", {"aba": slug}, False) for slug, label in TABS.items()),
        ("list, first page, right after a change", {}, True),
    ]
    found = []
    for name, query, cold in asked:
        path = "/clientes/?" + "&".join(f"{key}={value}" for key, value in query.items())
        measured = Measured(name)
        for probe in probes.values():
            probe.ask("get", path=path, times=2)
        for _ in range(TIMES):
            for where, probe in probes.items():
                measured.add(where, probe.ask("get", path=path, cold=cold))
        found.append(tell(measured))
    return found


def searches(probes: dict[str, Probe]) -> list[Measured]:
    """Each text is asked once, as somebody types it: nothing about it was kept before. One more of each kind warms the templates."""
    texts = {where: probe.ask("texts", count=TIMES) for where, probe in probes.items()}
    kinds = ("name", "name part", "CPF", "login", "phone", "IP", "MAC")
    found = [tell(_each(f"search by {kind}", probes, {where: texts[where][kind] for where in probes}, "/clientes/?q=")) for kind in kinds]
    common = ["silva", "maria", "jose", "santos", "ana", "oliveira", "joao", "souza", "pereira"]
    found.append(
        tell(
            _each("search by the commonest names (each 4 to 11 % of all customers)", probes, dict.fromkeys(probes, common), "/clientes/?q=")
        )
    )
    for kind in ("name part", "CPF", "login", "phone", "IP"):
        asked = {where: texts[where][kind] for where in probes}
        found.append(tell(_each(f"global search by {kind}", probes, asked, "/busca/?q=", htmx=True)))
    found.append(tell(_each("global search by the commonest names", probes, dict.fromkeys(probes, common), "/busca/?q=", htmx=True)))
    people = {where: [f"{key}/" for key in texts[where]["people"]] for where in probes}
    found.append(tell(_each("customer page", probes, people, "/clientes/")))
    return found


def _each(name: str, probes: dict[str, Probe], asked: dict[str, list[str]], path: str, *, htmx: bool = False) -> Measured:
    measured = Measured(name)
    for where, probe in probes.items():  # templates and statements that are the same for all texts are made once
        probe.ask("get", path=f"{path}{_quoted(asked[where][-1])}", htmx=htmx)
    for round_ in range(max(map(len, asked.values())) - 1):
        for where, probe in probes.items():
            if round_ < len(asked[where]) - 1:
                text = _quoted(asked[where][round_])
                measured.add(where, probe.ask("get", path=f"{path}{text}", htmx=htmx))
    return measured


def _quoted(text: str) -> str:
    return text.replace("+", "%2B").replace(" ", "+").replace("&", "%26")


def exports(probes: dict[str, Probe]) -> dict[str, Any]:
    """The whole list as CSV: how long, and how much memory beyond what the process had before."""
    found: dict[str, Any] = {}
    for where, probe in probes.items():
        before = probe.ask("peak")["megabytes"]
        answer = probe.ask("get", path="/clientes/exportar/")
        after = probe.ask("peak")["megabytes"]
        found[where] = {
            "seconds": round(answer["seconds"][0], 2), "megabytes_of_csv": round(answer["bytes"] / 1e6, 1),
            "memory_before_mb": round(before), "memory_added_mb": round(after - before, 1),
        }  # fmt: skip
        say(f"CSV export {where}: {found[where]}")
    return found


def sign_ups(probes: dict[str, Probe]) -> dict[str, Any]:
    """Customers registered per second by one process, by the journey and by the API; every commit reaches the disk."""
    found: dict[str, Any] = {}
    for name, verb in (("journey", "sign_ups"), ("api", "api_sign_ups")):
        for where, probe in probes.items():
            answer = probe.ask(verb, seconds=SECONDS_OF_SIGN_UPS)
            if not answer["seconds"]:
                found[f"{name} {where}"] = answer.get("words", "none")
            else:
                rate = len(answer["seconds"]) / sum(answer["seconds"])
                found[f"{name} {where}"] = {
                    "per_second": round(rate), "median_ms": round(statistics.median(answer["seconds"]) * 1000, 1),
                    "cpu_ms": round(answer["work"] / len(answer["seconds"]) * 1000, 1),
                }  # fmt: skip
            say(f"sign-ups, {name}, {where}: {found[f'{name} {where}']}")
    for name, verb in (("journey", "sign_ups"), ("api", "api_sign_ups")):
        found[f"{name} pg100k, {TOGETHER} processes"] = _together(probes["pg100k"], verb)
    return found


def _together(probe: Probe, verb: str) -> dict[str, Any]:
    """What the machine registers when several processes do it at once, as a web server's do."""
    with ExitStack() as stack:
        others = [stack.enter_context(Probe(f"{verb}{n}", probe.url, probe.home)) for n in range(TOGETHER - 1)]
        for other in others:
            other.ask("peak")  # it has started
        for one in (probe, *others):
            one.send(verb, seconds=SECONDS_OF_SIGN_UPS)
        durations = [seconds for one in (probe, *others) for seconds in one.answer()["seconds"]]
    answer = {"per_second": round(len(durations) / SECONDS_OF_SIGN_UPS), "median_ms": round(statistics.median(durations) * 1000, 1)}
    say(f"{verb}, {TOGETHER} processes at once, pg100k: {answer}")
    return answer


def dashboard(probes: dict[str, Probe]) -> list[dict[str, Any]]:
    """The Painel with three months of charges, one in ten late: kept from the minute before, and read anew."""
    for where, probe in probes.items():
        say(f"dashboard {where}: {probe.ask('seed_money')}")
    found = []
    for name, path in (("kept", "/painel/"), ("read anew", "/painel/?agora=1")):
        measured = Measured(name)
        for probe in probes.values():
            probe.ask("get", path=path, times=3)
        for _ in range(TIMES):
            for where, probe in probes.items():
                measured.add(where, probe.ask("get", path=path))
        found.append(tell(measured).as_json())
    for probe in probes.values():
        probe.ask("clear_money")
    return found


def money(probes: dict[str, Probe]) -> dict[str, Any]:
    """The night of a provider: every contract charged, one in ten late, warned and blocked. It bends the base, so it comes last."""
    found: dict[str, Any] = {}
    for where, probe in probes.items():
        if where != "sqlite10k":
            # A process of its own, whose memory has seen nothing but the run.
            with Probe(f"{where}-money", probe.url, probe.home) as fresh:
                found[where] = {"billing": fresh.ask("billing_day"), "dunning": fresh.ask("dunning_day")}
            say(f"money {where}: {found[where]}")
    return found


def machine() -> dict[str, Any]:
    """What it ran on; nothing that names the machine."""
    model = next((line.split(":")[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), platform.processor())
    memory = next((int(line.split()[1]) for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), 0)
    programs = postgres.programs()
    version = subprocess.run([str(programs / "postgres"), "--version"], capture_output=True, text=True).stdout.strip() if programs else ""
    return {
        "cpu": model, "cores": os.cpu_count(), "memory_gb": round(memory / 1024 / 1024), "system": platform.system(),
        "python": platform.python_version(), "postgresql": version.removeprefix("postgres (PostgreSQL) ").split(" ")[0],
        "load_before": round(os.getloadavg()[0], 1),
    }  # fmt: skip


def _lines(path: str) -> Iterable[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []


def tell(measured: Measured) -> Measured:
    """Print a line as soon as it is known."""
    parts = [
        f"{where} {measured.median(where):6.1f} / {measured.p95(where):6.1f} ({measured.cpu(where):5.1f})" for where in measured.seconds
    ]
    say(f"{measured.name:64} {'   '.join(parts)}")
    return measured


def say(text: str) -> None:
    print(text, flush=True)


def routers(home: Path) -> dict[str, Any]:
    """The router's part runs on PostgreSQL too, in a process of its own."""
    with postgres.cluster(SETTINGS) as url:
        answer = subprocess.run(
            [sys.executable, "-m", "bench.routers"],
            cwd=ROOT,
            env=environment(url, home / "routers"),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    found: dict[str, Any] = json.loads(answer.stdout.splitlines()[-1])
    say(f"routers: {found}")
    return found


def slips(home: Path) -> dict[str, Any]:
    """A thousand boletos and a thousand slips of carnês, one process after the other."""
    found: dict[str, Any] = {}
    for layout in ("A4", "CARNE"):
        answer = subprocess.run(
            [sys.executable, "-m", "bench.slips", layout, str(SLIPS)],
            cwd=ROOT,
            env=environment("", home / f"slips-{layout}"),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        found[layout] = json.loads(answer.stdout.splitlines()[-1])
        say(f"slips {layout}: {found[layout]}")
    return found


def today() -> str:
    """The date that names the results."""
    return time.strftime("%Y-%m-%d")


def main(only: set[str]) -> dict[str, Any]:
    """Everything, or the named parts."""
    results: dict[str, Any] = {"machine": machine()}
    with tempfile.TemporaryDirectory(prefix="malha-bench-") as folder:
        home = Path(folder)
        if not only or "routers" in only:
            results["routers"] = routers(home)
        if not only or "slips" in only:
            results["slips"] = slips(home)
        if not only or "starts" in only:
            results["starts"] = starts.measure(home)
            say(f"starts: {results['starts']}")
        if not only or only - {"routers", "slips", "starts"}:
            with databases(home) as probes:
                results |= _customers(probes, only)
    results["machine"]["load_after"] = round(os.getloadavg()[0], 1)
    return results


def _customers(probes: dict[str, Probe], only: set[str]) -> dict[str, Any]:
    results: dict[str, Any] = {}
    measured: list[Measured] = []
    if not only or "export" in only:
        results["export"] = exports(probes)
    if not only or "list" in only:
        measured += pages(probes)
    if not only or "search" in only:
        measured += searches(probes)
    if not only or "sign-ups" in only:
        results["sign_ups"] = sign_ups(probes)
    if not only or "dashboard" in only:
        results["dashboard"] = dashboard(probes)
    if not only or "money" in only:
        results["money"] = money(probes)
    return {**results, "pages": [one.as_json() for one in measured]}
