"""Where one installation keeps its things, and what has been prepared there already."""

import base64
import fcntl
import os
import secrets
import subprocess
from pathlib import Path
from typing import IO

from tools.ground import PYTHON, ROOT, RUNTIME_LOCK, Missing, Stamps, digest, say

COMMANDS = "malha/*/management/commands"
# Its clock may be moved: docs/decisions/0009-demo-clock.md. Nothing else may carry this line.
DEMO_LINE = "MALHA_DEMO=true"


class Place:
    """A data folder: `var/` with the demo provider, `var-empty/` without, or MALHA_DATA_DIR."""

    def __init__(self, *, empty: bool) -> None:
        named = os.environ.get("MALHA_DATA_DIR")
        self.empty = empty
        self.dir = Path(named).resolve() if named else ROOT / ("var-empty" if empty else "var")
        self.dir.mkdir(parents=True, exist_ok=True)
        self.dir.chmod(0o700)
        self.lock: IO[str] | None = None
        self.stamps = Stamps(self.dir / "stamps.json")
        kind = "empty" if empty else "demo"
        if self.stamps.known.setdefault("kind", kind) != kind:
            begun = "with" if empty else "without"
            raise Missing(f"{self.dir} was begun {begun} demo data: the two do not mix. Name another MALHA_DATA_DIR.")

    def take(self) -> None:
        """Make sure that nobody else runs this place. Raises Missing with the address of whoever does."""
        lock = (self.dir / "run.lock").open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            address = lock.read().strip()
            lock.close()
            raise Missing(f"It runs already: {address or self.dir}") from None
        self.lock = lock

    def leave(self) -> None:
        """Let others run it."""
        if self.lock is not None:
            self.lock.close()
            self.lock = None

    def tell_address(self, address: str) -> None:
        """Leave our address for whoever tries to start a second time."""
        if self.lock is not None:
            self.lock.truncate(0)
            self.lock.write(address)
            self.lock.flush()

    # -------------------------------------------------------------------------------------------------- environment

    def write_secrets(self) -> None:
        """Write `malha.env` once, with secrets made here. It is never overwritten; a demo's of an older version learns that it is one."""
        file = self.dir / "malha.env"
        if file.exists():
            if not self.empty and DEMO_LINE not in file.read_text().splitlines():
                with file.open("a") as out:
                    out.write(f"{DEMO_LINE}\n")
            return

        def fernet_key() -> str:
            return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()

        lines = [
            "# Written once by ./run. Keep a copy in a safe place: without these keys the stored secrets cannot be read.",
            f"MALHA_SECRET_KEY={secrets.token_hex(32)}",
            f"MALHA_VAULT_KEYS=k1:{fernet_key()}",
            f"MALHA_ACCESS_KEYS=k1:{fernet_key()}",
            *([] if self.empty else [DEMO_LINE]),
        ]
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write("\n".join(lines) + "\n")

    def environment(self, **more: str) -> dict[str, str]:
        """The environment of every process of this place."""
        return {
            **os.environ,
            "MALHA_DATA_DIR": str(self.dir),
            "DJANGO_SETTINGS_MODULE": "malha.config.settings",
            "PYTHONUNBUFFERED": "1",
            **more,
        }

    @property
    def database_url(self) -> str:
        """What selects another database than the SQLite file; empty for that file."""
        if "MALHA_DATABASE_URL" in os.environ:
            return os.environ["MALHA_DATABASE_URL"]
        lines = (self.dir / "malha.env").read_text().splitlines()
        return next((line.partition("=")[2] for line in lines if line.startswith("MALHA_DATABASE_URL=")), "")

    # -------------------------------------------------------------------------------------------------- preparation

    def _manage(self, *words: str) -> "subprocess.CompletedProcess[str]":
        command = [str(PYTHON), "manage.py", *words]
        return subprocess.run(command, cwd=ROOT, env=self.environment(), capture_output=True, text=True, stdin=subprocess.DEVNULL)

    def manage_succeeds(self, *words: str) -> bool:
        """Run one management command that answers a question with its exit code."""
        return self._manage(*words).returncode == 0

    def manage_says(self, *words: str) -> str:
        """Run one management command that answers a question with a line; empty when it could not."""
        done = self._manage(*words)
        return done.stdout.strip() if done.returncode == 0 else ""

    def manage(self, *words: str) -> None:
        """Run one management command of this place; its words appear only when it fails. Raises Missing then."""
        done = self._manage(*words)
        if done.returncode != 0:
            raise Missing(f"manage.py {' '.join(words)} failed:\n{done.stdout}{done.stderr}")

    def once(self, name: str, value: str, saying: str, *words: str) -> None:
        """Run a management command unless it was run for this very `value`."""
        if not self.stamps.fresh(name, value):
            say(saying)
            self.manage(*words)
            self.stamps.put(name, value)

    def prepare(self) -> None:
        """Compile messages, bring the database up to date, collect static files: each only when its input has changed."""
        compiled = subprocess.run([str(PYTHON), "-m", "tools.messages", "compile"], cwd=ROOT) if self._catalogue_is_newer() else None
        if compiled is not None and compiled.returncode != 0:
            raise Missing("The catalogue could not be compiled: see above.")
        if not self.database_is_known():
            for name in ("migrate", "demo"):
                self.stamps.known.pop(name, None)
        tables = digest(ROOT.glob("malha/*/migrations/*.py"), self.database_url, digest([RUNTIME_LOCK]))
        self.once("migrate", tables, "Bringing the database up to date …", "migrate", "--no-input")
        files = [path for path in ROOT.glob("malha/*/static/**/*") if path.is_file()]
        if not (self.dir / "static").is_dir():
            self.stamps.known.pop("static", None)
        self.once("static", digest(files, digest([RUNTIME_LOCK])), "Collecting static files …", "collectstatic", "--no-input", "--clear")

    def database_is_known(self) -> bool:
        """Can the stamps be believed? A file may be gone, and a server's database made anew behind our back."""
        if not self.database_url:
            return (self.dir / "malha.sqlite3").is_file()
        return "migrate" in self.stamps.known and self.manage_succeeds("migrate", "--check")

    @staticmethod
    def _catalogue_is_newer() -> bool:
        source = ROOT / "locale" / "pt_BR" / "LC_MESSAGES" / "django.po"
        compiled = source.with_suffix(".mo")
        return source.is_file() and not (compiled.is_file() and compiled.stat().st_mtime_ns >= source.stat().st_mtime_ns)

    @staticmethod
    def has_command(name: str) -> bool:
        """Does a room of the program bring this management command?"""
        return any(ROOT.glob(f"{COMMANDS}/{name}.py"))


