"""A new installation: nobody can come in, nothing is open, every migration runs from nothing (failure modes F62, F68, F73)."""

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import connection
from django.test import Client

from malha.core.models import Company
from malha.staff import tokens
from malha.staff.models import ApiToken, User

ROOT = Path(__file__).resolve().parents[2]
# What `check --deploy` may still say, and why it does not matter.
ACCEPTED = {
    "security.W004": "HSTS is the proxy's business, who knows whether every host of the domain speaks HTTPS",
    "security.W008": "plain HTTP is redirected by the proxy; a provider without one uses it inside its own network",
}
GUESSES = ("admin", "administrador", "root", "malha", "mikrotik", "suporte", "demo", "user", "chefe")


@pytest.mark.django_db
def test_no_guess_opens_a_new_installation() -> None:
    client = Client()

    for name in GUESSES:
        for password in ("", name, "admin", "123456", "malha", "password", "mikrotik"):
            answer = client.post("/entrar/", {"username": name, "password": password})
            assert answer.status_code == 422 and "sessionid" not in answer.cookies
    assert client.get("/api/v1/customers", headers={"Authorization": "Bearer malha"}).status_code == 401
    assert not User.objects.exists() and not ApiToken.objects.exists() and not Company.objects.exists()


@pytest.mark.django_db
def test_a_token_that_was_never_made_is_no_token() -> None:
    for guess in ("", "mlh_", "None", "0", " "):
        assert tokens.find(guess, "127.0.0.1") is None


def test_nothing_in_the_repository_looks_like_a_default_password() -> None:
    said = re.compile(r"""(?i)(?:default|set)[ _-]?password\s*[=:]\s*["']\w+["']|set_password\(["']""")
    folders = ("malha", "tools", "bin", "run")
    found = []
    for folder in folders:
        path = ROOT / folder
        for file in [path] if path.is_file() else path.rglob("*.py"):
            found += [f"{file.relative_to(ROOT)}: {line.strip()}" for line in file.read_text().splitlines() if said.search(line)]

    assert found == []


def installed(tmp_path: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`manage.py …` as on a machine of its own."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("MALHA_", "DJANGO_"))}
    own = {
        "MALHA_DATA_DIR": str(tmp_path),
        "MALHA_SECRET_KEY": "k9" * 40 + "-Zx%7",
        "MALHA_VAULT_KEYS": f"a:{Fernet.generate_key().decode()}",
        "MALHA_ACCESS_KEYS": f"a:{Fernet.generate_key().decode()}",
        **environment,
    }
    return subprocess.run(
        [sys.executable, "manage.py", *command], cwd=ROOT, env={**clean, **own}, capture_output=True, text=True, timeout=120, check=False
    )


def test_a_deployment_behind_https_is_checked_without_surprise(tmp_path: Path) -> None:
    done = installed(tmp_path, "check", "--deploy", MALHA_HTTPS="1", MALHA_BEHIND_PROXY="1", MALHA_ALLOWED_HOSTS="sistema.provedor.com.br")

    assert done.returncode == 0, done.stderr
    assert set(re.findall(r"\((\w+\.\w\d+)\)", done.stderr + done.stdout)) <= set(ACCEPTED), done.stderr


def test_without_its_secrets_it_does_not_start(tmp_path: Path) -> None:
    done = installed(tmp_path, "check", MALHA_SECRET_KEY="")

    assert done.returncode != 0 and "MALHA_SECRET_KEY" in done.stderr


def test_with_debug_left_on_by_nobody(tmp_path: Path) -> None:
    done = installed(tmp_path, "shell", "-c", "from django.conf import settings; print(settings.DEBUG, settings.PASSWORD_HASHERS[0])")

    assert done.stdout.split()[-2:] == ["False", "django.contrib.auth.hashers.Argon2PasswordHasher"]


def test_every_migration_runs_from_nothing_and_a_second_time_changes_nothing(tmp_path: Path) -> None:
    first = installed(tmp_path, "migrate", "--no-color", "-v", "1")
    second = installed(tmp_path, "migrate", "--no-color", "-v", "1")

    assert first.returncode == second.returncode == 0, first.stderr + second.stderr
    assert "No migrations to apply" in second.stdout or "Nenhuma migra" in second.stdout


@pytest.mark.django_db
def test_no_migration_is_left_out_on_this_database() -> None:
    said = io.StringIO()
    call_command("showmigrations", "--plan", stdout=said, no_color=True)

    assert connection.vendor in ("sqlite", "postgresql")
    assert "[ ]" not in said.getvalue()


def test_there_is_a_private_way_to_report_a_hole() -> None:
    assert "SECURITY.md" in (ROOT / "README.md").read_text()
    text = (ROOT / "SECURITY.md").read_text()
    assert re.search(r"(?i)private|advisor|@", text)
