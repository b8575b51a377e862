"""A PostgreSQL of the tests' own: its cluster lives in a temporary folder, listens on a free port and goes when the tests end."""

import glob
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tools.ground import Missing, apt_install, apt_line

PACKAGES = ["postgresql"]
# Lower case of accented letters must work as it does on a provider's server.
LOCALE = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
# Nothing here outlives the run, so nothing need survive a power cut.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "120",
    "shared_buffers": "256MB",
    "log_min_messages": "fatal",
}


def programs() -> Path | None:
    """The folder with initdb and pg_ctl, newest version first."""
    versions = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda folder: int(folder.split("/")[4].split(".")[0]), reverse=True)
    found = shutil.which("initdb")
    for folder in [*versions, *([str(Path(found).resolve().parent)] if found else []), "/opt/homebrew/bin", "/usr/local/bin"]:
        if all(os.access(Path(folder) / name, os.X_OK) for name in ("initdb", "pg_ctl")):
            return Path(folder)
    return None


def ensure_programs() -> Path:
    """The folder of PostgreSQL's programs; installs them when it may. Raises Missing with the line to type."""
    folder = programs() or (programs() if apt_install(PACKAGES) else None)
    if folder is None:
        raise Missing(f"PostgreSQL's server is not on this machine:\n    {apt_line(PACKAGES)}")
    return folder


@contextmanager
def cluster(settings: Mapping[str, str] = SETTINGS) -> Iterator[str]:
    """A running server; gives the URL of a database in it. `settings` replace those of the tests."""
    bin_dir = ensure_programs()
    home = Path(tempfile.mkdtemp(prefix="malha-postgres-"))
    data, port = home / "data", free_port()
    as_owner = _owner(home)
    initdb = [*as_owner, str(bin_dir / "initdb"), "-D", str(data)]
    pg_ctl = [*as_owner, str(bin_dir / "pg_ctl"), "-D", str(data), "-w"]
    options = " ".join(f"-c {name}={value!r}" for name, value in {**settings, "port": str(port)}.items())
    try:
        _do([*initdb, "-U", "malha", "-A", "trust", "-E", "UTF8", f"--locale={LOCALE}", "-N"], home)
        _do([*pg_ctl, "-t", "60", "-l", str(home / "log"), "-o", options, "start"], home)
        try:
            yield f"postgres://malha@127.0.0.1:{port}/postgres"
        finally:
            _do([*pg_ctl, "-m", "immediate", "stop"], home)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _owner(home: Path) -> list[str]:
    """PostgreSQL refuses to run as root, so root lends the folder to the user that the package made, or to nobody."""
    if os.geteuid() != 0:
        return []
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    owner = names.get("postgres") or names["nobody"]
    os.chown(home, owner.pw_uid, owner.pw_gid)
    return ["setpriv", f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups"]


def _do(command: list[str], home: Path) -> None:
    # pg_ctl leaves the server holding our output open, so its words go to a file and not into a pipe.
    words = home / "words"
    with words.open("w") as out:
        code = subprocess.run(command, cwd=home, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT).returncode
    if code != 0:
        log = home / "log"
        raise Missing(f"{' '.join(command)} failed:\n{words.read_text()}{log.read_text() if log.exists() else ''}")


def free_port() -> int:
    """A port of the loopback address that nobody uses now."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port
