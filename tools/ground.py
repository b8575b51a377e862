"""The ground both commands stand on: the virtual environment, system packages, stamps of work already done.

Runs before anything is installed, so: standard library only.
"""

import ctypes
import hashlib
import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
RUNTIME_LOCK = ROOT / "requirements.lock"
DEV_LOCK = ROOT / "requirements-dev.lock"


class Missing(Exception):
    """Something the machine lacks and that could not be installed. The message says what to type."""


def say(line: str = "") -> None:
    """Print one line at once, whatever stands behind standard output."""
    print(line, flush=True)


def digest(paths: Iterable[Path], *more: str) -> str:
    """One hash over the names and contents of files and over further words."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path).encode())
        total.update(path.read_bytes())
    for word in more:
        total.update(word.encode() + b"\0")
    return total.hexdigest()


class Stamps:
    """Which work was done for which input, kept in one JSON file, so that a second start does not do it again."""

    def __init__(self, file: Path) -> None:
        self.file = file
        try:
            self.known: dict[str, str] = json.loads(file.read_text())
        except (OSError, ValueError):
            self.known = {}

    def fresh(self, name: str, value: str) -> bool:
        """Has `name` been done for this very input?"""
        return self.known.get(name) == value

    def put(self, name: str, value: str) -> None:
        """Remember that `name` is done for this input."""
        self.known[name] = value
        self.file.write_text(json.dumps(self.known, indent=1, sort_keys=True))


def ensure_venv(*, dev: bool = False) -> None:
    """Make `.venv` and install what the lock files name, hashes checked; nothing happens when they have not changed."""
    locks = [RUNTIME_LOCK, DEV_LOCK] if dev else [RUNTIME_LOCK]
    stamps = Stamps(VENV / "malha-stamps.json")
    wanted = {lock.name: digest([lock], sys.version.split()[0]) for lock in locks}
    if PYTHON.exists() and all(stamps.fresh(name, value) for name, value in wanted.items()):
        return
    if not PYTHON.exists():
        say("Making the virtual environment in .venv …")
        _make_venv()
    say("Installing the locked libraries (once; takes a minute or two) …")
    pip = [str(PYTHON), "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input", "--require-hashes"]
    for lock in locks:
        pip += ["-r", str(lock)]
    if subprocess.run(pip, cwd=ROOT).returncode != 0:
        raise Missing("The libraries could not be installed: see pip's words above. Is there a way to a package index?")
    for name, value in wanted.items():
        stamps.put(name, value)


def _make_venv() -> None:
    try:
        venv.EnvBuilder(with_pip=True, clear=VENV.exists()).create(VENV)
    except (subprocess.CalledProcessError, OSError) as error:
        shutil.rmtree(VENV, ignore_errors=True)
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        if not apt_install([package]):
            raise Missing(f"This Python cannot make a virtual environment ({error}).\n  {apt_line([package])}") from error
        venv.EnvBuilder(with_pip=True, clear=True).create(VENV)


def is_debian_root() -> bool:
    """May we install system packages here without asking anybody?"""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_line(packages: Sequence[str]) -> str:
    """The exact line a person types to get the packages."""
    return "sudo apt-get install --no-install-recommends " + " ".join(packages)


def apt_install(packages: Sequence[str]) -> bool:
    """Install Debian packages when that is possible. True when apt says they are there."""
    if not is_debian_root():
        return False
    say(f"Installing from Debian: {' '.join(packages)} …")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    for before in ([], ["apt-get", "update", "-qq"]):
        if before:
            subprocess.run(before, env=environment, **quiet)  # type: ignore[call-overload]
        if subprocess.run(install, env=environment, **quiet).returncode == 0:  # type: ignore[call-overload]
            return True
    return False


PANGO = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-dejavu-core"]


def has_pango() -> bool:
    """Can WeasyPrint draw? It needs Pango's shared library."""
    for name in ("libpangoft2-1.0.so.0", "libpangoft2-1.0.so", "libpangoft2-1.0.dylib", "libpangoft2-1.0-0.dll"):
        try:
            ctypes.CDLL(name)
        except OSError:
            continue
        return True
    return False


def ensure_pango() -> str:
    """Empty when PDF works; otherwise the line that makes it work. Installs it when it may."""
    if has_pango() or (apt_install(PANGO) and has_pango()):
        return ""
    return apt_line(PANGO)


ZBAR = ["libzbar0"]


def has_zbar() -> bool:
    """Can the tests read barcodes and QR codes? pyzbar needs ZBar's shared library."""
    for name in ("libzbar.so.0", "libzbar.so", "libzbar.dylib", "libzbar-64.dll"):
        try:
            ctypes.CDLL(name)
        except OSError:
            continue
        return True
    return False


def ensure_zbar() -> str:
    """Empty when codes can be read; otherwise the line that makes it work. Installs it when it may."""
    if has_zbar() or (apt_install(ZBAR) and has_zbar()):
        return ""
    return apt_line(ZBAR)
