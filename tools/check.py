"""`./test`: everything that must be true before a change is shared. See `./test --help`."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from tools.ground import PYTHON, ROOT, VENV, Missing, apt_install, apt_line, ensure_pango, ensure_venv, ensure_zbar, say
from tools.postgres import cluster

HELP = """usage: ./test [--postgres] [--browser] [arguments of pytest]

Without arguments: ruff, mypy, import contracts, then all tests on SQLite, all tests that use the database on a PostgreSQL that is
started for the run, and the browser tests in headless Chromium. What the machine lacks is installed when that is possible (root
on Debian); otherwise it is named and skipped, and with CI=true a missing part fails.

With arguments: only pytest, with these arguments, on SQLite; --postgres runs it on PostgreSQL; --browser with browser tests too.
  ./test tests/domain -k month        ./test --postgres tests/network -x"""

CLOSING = re.compile(r"^=* ?.*\b\d+ (?:passed|failed|error|errors|skipped|deselected)\b.* in [\d.]+s.*$|^=* ?no tests ran in .*$")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# These need no database, or one only to have something on the page: once is enough.
WITHOUT_DATABASE = (
    "architecture", "domain", "gateways", "network/drivers", "sandbox", "tools",
    "security/test_headers.py", "security/test_hostile_text.py", "security/test_redirects.py",
)  # fmt: skip


@dataclass
class Result:
    """What one part came to."""

    name: str
    verdict: str  # ok, FAILED, SKIPPED
    seconds: float
    note: str = ""
    closing: str = ""


@dataclass
class Round:
    """One run of ./test."""

    is_ci: bool
    results: list[Result] = field(default_factory=list)

    def part(self, name: str, work: Callable[[], tuple[int, str]]) -> None:
        """Do one part and keep its result. A part whose ground is missing is skipped aloud; in CI it fails."""
        say(f"\n──── {name} " + "─" * max(0, 100 - len(name)))
        began = time.monotonic()
        try:
            code, closing = work()
            result = Result(name, "ok" if code == 0 else "FAILED", time.monotonic() - began, closing=closing)
        except Missing as missing:
            say(f"{'MISSING' if self.is_ci else 'SKIPPED'}: {missing}")
            result = Result(name, "FAILED" if self.is_ci else "SKIPPED", time.monotonic() - began, note=str(missing).splitlines()[0])
        self.results.append(result)

    def summary(self) -> int:
        """Print what came of it all; returns the exit code."""
        say("\n──── summary " + "─" * 93)
        for result in self.results:
            words = COLOUR.sub("", result.closing).strip("= ") or result.note
            say(f"{result.name:<24} {result.verdict:<8} {result.seconds:6.1f} s   {words}")
        failed = [result.name for result in self.results if result.verdict == "FAILED"]
        skipped = [result.name for result in self.results if result.verdict == "SKIPPED"]
        say(f"Failed: {', '.join(failed)}" if failed else "Everything that ran is green.")
        if skipped:
            say(f"SKIPPED, because this machine lacks something: {', '.join(skipped)}")
        for result in self.results:
            if result.closing:
                say(result.closing)
        return 1 if failed else 0


# ---------------------------------------------------------------------------------------------------------------- parts


def tool(*words: str) -> Callable[[], tuple[int, str]]:
    """A part that is one program of the virtual environment."""

    def work() -> tuple[int, str]:
        command = [str(VENV / "bin" / words[0]), *words[1:]]
        return subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL).returncode, ""

    return work


def pytest(arguments: Sequence[str], **environment: str) -> tuple[int, str]:
    """Run pytest, let its words through, and keep its closing line."""
    colour = ["--color=yes"] if sys.stdout.isatty() else []
    command = [str(PYTHON), "-m", "pytest", *colour, *arguments]
    closing, whole, pipe = "", {**os.environ, **environment}, subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, env=whole, stdin=subprocess.DEVNULL, stdout=pipe, stderr=subprocess.STDOUT, text=True) as run:
        assert run.stdout is not None
        for line in run.stdout:
            print(line, end="", flush=True)
            if CLOSING.match(COLOUR.sub("", line.strip())):
                closing = line.strip()
    if run.returncode == 5:
        raise Missing("no such tests yet")
    return run.returncode, closing


def on_postgres(arguments: Sequence[str]) -> tuple[int, str]:
    """The same tests on a PostgreSQL of their own."""
    with ExitStack() as stack:
        return pytest(arguments, MALHA_DATABASE_URL=stack.enter_context(cluster()))


def in_browser(arguments: Sequence[str]) -> tuple[int, str]:
    """Tests that drive Chromium."""
    return pytest(arguments, MALHA_CHROMIUM=ensure_chromium())


def ensure_chromium() -> str:
    """The path of a Chromium; installs it when it may. Raises Missing with the line to type."""
    for trial in range(2):
        for name in CHROMIUM:
            if path := os.environ.get("MALHA_CHROMIUM") or shutil.which(name):
                return path
        if trial or not apt_install(["chromium", "fonts-dejavu-core"]):
            break
    raise Missing(f"Chromium is not on this machine:\n    {apt_line(['chromium'])}")


def workers() -> list[str]:
    """One pytest process per core, at least two, at most eight."""
    return ["-n", str(min(8, max(2, os.cpu_count() or 2)))]


# ----------------------------------------------------------------------------------------------------------------- main


def main(words: list[str]) -> int:
    """Returns the exit code."""
    if words and words[0] in ("-h", "--help"):
        say(HELP)
        return 0
    try:
        ensure_venv(dev=True)
    except Missing as missing:
        say(str(missing))
        return 1
    this = Round(is_ci=os.environ.get("CI", "").lower() in ("1", "true", "yes"))
    if words:
        some(this, words)
    else:
        everything(this)
    return this.summary()


def some(this: Round, words: list[str]) -> None:
    """Only pytest, only what was asked for."""
    postgres, browser = "--postgres" in words, "--browser" in words
    arguments = [word for word in words if word not in ("--postgres", "--browser")]
    if not browser and "-m" not in arguments:
        arguments = ["-m", "not browser", *arguments]
    if postgres:
        this.part("pytest, PostgreSQL", lambda: on_postgres(arguments))
    elif browser:
        this.part("pytest, browser", lambda: in_browser(arguments))
    else:
        this.part("pytest, SQLite", lambda: pytest(arguments))


def everything(this: Round) -> None:
    """All parts, the quick ones first."""
    this.part("ruff", tool("ruff", "check", "."))
    this.part("mypy", tool("mypy"))
    this.part("import contracts", tool("lint-imports"))
    this.part("pango", pango)
    this.part("zbar", zbar)
    this.part("pytest, SQLite", lambda: pytest(["-m", "not browser", *workers()]))
    apart = [f"--ignore=tests/{place}" for place in WITHOUT_DATABASE]
    this.part("pytest, PostgreSQL", lambda: on_postgres(["-m", "not browser", *workers(), *apart]))
    this.part("pytest, browser", lambda: in_browser(["-m", "browser", *workers(), "--dist", "loadfile"]))


def pango() -> tuple[int, str]:
    """PDF needs a library of the system."""
    if line := ensure_pango():
        raise Missing(f"Pango is not on this machine, PDF cannot be tested:\n    {line}")
    say("there")
    return 0, ""


def zbar() -> tuple[int, str]:
    """The tests read the codes of printed boletos back with a library of the system."""
    if line := ensure_zbar():
        raise Missing(f"ZBar is not on this machine, printed codes cannot be read back:\n    {line}")
    say("there")
    return 0, ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
