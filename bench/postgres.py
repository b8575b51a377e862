"""A PostgreSQL of its own for a benchmark: made in a temporary folder, reached over a socket, thrown away afterwards.

Its settings are those of a fresh installation except for the memory it may use; in particular every commit reaches the disk
(`fsync` stays on), so that writes per second are honest.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "512MB",
    "effective_cache_size": "2GB",
    "work_mem": "16MB",
    "max_wal_size": "4GB",
    "random_page_cost": "1.1",  # a solid-state disk, as any server of today has
}


@contextmanager
def cluster() -> Iterator[str]:
    """Start one and give its URL without a database name; stop and remove it at the end."""
    programs = _programs()
    home = Path(tempfile.mkdtemp(prefix="malha-bench-pg-"))
    owner = _owner()
    if owner:
        os.chown(home, owner.pw_uid, owner.pw_gid)
    data = home / "data"
    _as(owner, programs / "initdb", "-D", data, "-U", "malha", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
    options = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items()) + f" -c unix_socket_directories={home}"
    _as(owner, programs / "pg_ctl", "-D", data, "-l", home / "log", "-w", "-o", options, "start")
    try:
        yield f"postgres://malha@/{home}"
    finally:
        _as(owner, programs / "pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(home, ignore_errors=True)


def _programs() -> Path:
    found = shutil.which("pg_ctl")
    folders = [Path(found).resolve().parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in folders:
        if (folder / "initdb").exists():
            return folder
    raise SystemExit("bench: PostgreSQL is not installed (Debian: apt-get install postgresql)")


def _owner() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: then the account of Debian's package runs it."""
    return pwd.getpwnam("postgres") if os.geteuid() == 0 else None


def _as(owner: pwd.struct_passwd | None, *command: str | Path) -> None:
    who = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL, cwd="/", **who)  # type: ignore[call-overload]
