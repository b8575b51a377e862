"""How long `./run` takes in a fresh clone: the first start, that installs everything, and the second."""

import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DEADLINE = 600


def measure(home: Path) -> dict[str, Any]:
    """Seconds from the command to the first page, in a clone of what is committed."""
    clone = home / "clone"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MALHA_", "DJANGO_"))}
    return {name: round(_start(clone, environment), 1) for name in ("first_start_s", "second_start_s")}


def _start(clone: Path, environment: dict[str, str]) -> float:
    port = 8000 + os.getpid() % 1000 + 100
    began = time.monotonic()
    command = ["./run", "--port", str(port)]
    with subprocess.Popen(command, cwd=clone, env=environment, stdout=subprocess.DEVNULL, start_new_session=True) as process:
        try:
            while not _answers(f"http://127.0.0.1:{port}/entrar/"):
                if process.poll() is not None or time.monotonic() - began > DEADLINE:
                    raise RuntimeError("./run did not come up")
                time.sleep(0.05)
            return time.monotonic() - began
        finally:
            os.killpg(process.pid, signal.SIGINT)
            process.wait(30)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
