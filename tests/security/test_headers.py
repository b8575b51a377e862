"""What every answer tells the browser, whoever asks and whatever happened (issue 2 A.4, failure mode F63)."""

import re
from base64 import b64encode
from hashlib import sha256

import pytest
from django.conf import settings
from django.test import Client

from tests import make
from tests.security.world import World, body_of, pages

CSP = {
    "default-src": {"'none'"},
    "script-src": {"'self'"},
    "style-src": {"'self'"},
    "img-src": {"'self'", "data:"},
    "font-src": {"'self'"},
    "connect-src": {"'self'"},
    "form-action": {"'self'"},
    "base-uri": {"'none'"},
    "frame-ancestors": {"'none'"},
}
# The live preview is the notice page itself, one document with its own style, in a frame of the page where its words are written.
FRAMING = {"backoffice:settings_notice_pages": {**CSP, "frame-src": {"'self'"}}}
FRAMED = {"backoffice:settings_notice_preview"}
FOR_FILES = {"default-src": {"'none'"}, "sandbox": set()}


def policy(answer) -> dict[str, set[str]]:
    parts = [part.split() for part in answer.headers.get("Content-Security-Policy", "").split(";") if part.strip()]
    return {name: set(values) for name, *values in parts}


def one_document(answer) -> dict[str, set[str]]:
    """Nothing may be loaded, no script may run, and only the style that stands in the document itself counts."""
    style = re.findall(r"<style>(.*?)</style>", answer.content.decode(), re.DOTALL)
    digests = {f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in style}
    return {
        "default-src": {"'none'"}, "style-src": digests, "img-src": {"data:"}, "form-action": {"'none'"}, "base-uri": {"'none'"},
        "frame-ancestors": {"'self'"},
    }  # fmt: skip


def faults(answer, page: str = "") -> list[str]:
    found = []
    is_file = "attachment" in answer.headers.get("Content-Disposition", "") and "csv" not in answer["Content-Type"]
    expected = FOR_FILES if is_file else FRAMING.get(page, CSP)
    if page in FRAMED:
        expected = one_document(answer)
    if policy(answer) != expected:
        found.append(f"Content-Security-Policy: {answer.headers.get('Content-Security-Policy')}")
    framing = "SAMEORIGIN" if page in FRAMED else "DENY"
    wanted = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "X-Frame-Options": framing}
    found += [f"{name}: {answer.headers.get(name)}" for name, value in wanted.items() if answer.headers.get(name) != value]
    found += [name for name in ("Server", "X-Powered-By", "Access-Control-Allow-Origin") if name in answer.headers]
    return found


def test_every_page_carries_the_policy(world: World) -> None:
    client = world.client()
    wrong = {}
    for place in pages():
        answer = client.get(world.path(place))
        body_of(answer)
        if found := faults(answer, place.name):
            wrong[place.name] = found

    assert wrong == {}


def test_pages_for_nobody_and_for_errors_carry_it_too(db: None) -> None:
    make.company()
    make.user()
    client = Client(raise_request_exception=False)

    for path in ("/entrar/", "/clientes/", "/nada/", "/api/v1/customers", "/api/v1/openapi.json", "/api/nada", "/sair/"):
        answer = client.get(path)
        assert faults(answer) == [], (path, answer.status_code)
    assert faults(Client(enforce_csrf_checks=True).post("/entrar/", {})) == []


def test_pages_with_personal_data_are_not_kept_by_proxies(world: World) -> None:
    client = world.client()

    kept = []
    for place in pages():
        answer = client.get(world.path(place))
        body_of(answer)
        if "public" in answer.headers.get("Cache-Control", "") or (
            answer.status_code == 200 and "Cookie" not in answer.headers.get("Vary", "Cookie")
        ):
            kept.append(place.name)

    assert kept == []


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost:8000@evil.example", "", "127.0.0.1, evil.example"])
def test_a_foreign_host_header_is_refused(host: str, db: None) -> None:
    make.company()
    make.user()
    client = Client()

    assert client.get("/entrar/", headers={"host": "127.0.0.1"}).status_code == 200
    answer = client.get("/entrar/", headers={"host": host})

    assert answer.status_code == 400 or host == ""
    assert b"evil" not in answer.content


def test_no_host_is_trusted_by_default_but_this_machine() -> None:
    assert set(settings.CSRF_TRUSTED_ORIGINS) == set()
    assert "*" not in settings.ALLOWED_HOSTS


def test_a_forwarded_host_means_nothing(world: World) -> None:
    answer = world.client().get("/entrar/", headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"})

    assert "evil" not in answer.headers.get("Location", "") + answer.content.decode()


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(db: None) -> None:
    make.company()
    user = make.user()
    client = Client()
    client.get("/entrar/")

    answer = client.post("/entrar/", {"username": user.username, "password": make.STAFF_PASSWORD})

    session = answer.cookies[settings.SESSION_COOKIE_NAME]
    assert session["httponly"] and session["samesite"] == "Lax"
    assert {cookie["samesite"] for cookie in client.cookies.values()} == {"Lax"}
