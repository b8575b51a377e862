"""The notice server, asked as a router's dst-nat asks it: for every name on earth, over plain HTTP."""

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.signals import request_started
from django.db import close_old_connections, connection

from malha.dunning.models import Notice, NoticeView
from malha.portal import server
from malha.portal.asked import opened
from tests import make
from tests.portal.line import BLOCK, IP, NOTICE, PHONE, Line, live, subscriber, text

pytestmark = pytest.mark.django_db
SITE = "exemplo.com.br"
OURS = "192.0.2.80:8080"


class Socket:
    """The end of a connection that gunicorn hands over."""

    def getsockname(self) -> tuple[str, int]:
        return "192.0.2.80", 8080


class Answer:
    """What came back."""

    def __init__(self, environ: dict[str, Any]) -> None:
        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
            self.status, self.headers = int(status[:3]), {name.lower(): value for name, value in headers}
            self.cookies = [value for name, value in headers if name.lower() == "set-cookie"]
            return lambda data: None

        request_started.disconnect(close_old_connections)  # the test's own transaction is open on it
        try:
            self.body = b"".join(server.application(environ, start)).decode()
        finally:
            request_started.connect(close_old_connections)

    @property
    def location(self) -> str:
        return self.headers["location"]


def ask(host: str, path: str = "/", ip: str = IP, method: str = "GET", **more: Any) -> Answer:
    """One request at the port of the notice server."""
    name, _mark, query = path.partition("?")
    environ = {
        "REQUEST_METHOD": method, "PATH_INFO": name, "QUERY_STRING": query, "REMOTE_ADDR": ip, "HTTP_HOST": host, "SCRIPT_NAME": "",
        "SERVER_NAME": "0.0.0.0", "SERVER_PORT": "8080", "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.url_scheme": "http", "wsgi.input": BytesIO(),
        "wsgi.errors": BytesIO(), "wsgi.multithread": True, "gunicorn.socket": Socket(), "HTTP_USER_AGENT": PHONE, **more,
    }  # fmt: skip
    return Answer(environ)


def wanted(answer: Answer, ip: str = IP) -> str:
    """The site that the redirect remembers."""
    return opened(parse_qs(urlsplit(answer.location).query).get("de", [""])[0], ip=ip).url


class TestForeignHosts:
    @pytest.mark.parametrize("host", [SITE, "www.exemplo.com.br", "203.0.113.9", "exemplo.com.br:80", "EXEMPLO.com.br"])
    @pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT"])
    def test_all_are_led_to_the_page_under_our_own_name(self, host, method):
        subscriber()

        with live(NOTICE):
            answer = ask(host, "/noticias?id=7&x=ç", method=method)

        assert answer.status == 302 and answer.location.startswith(f"http://{OURS}/aviso/?de=")
        assert answer.headers["cache-control"] == "no-store" and not answer.cookies
        assert wanted(answer).startswith(f"http://{host.lower()}/noticias?id=7")

    def test_our_own_paths_are_nothing_special_under_a_foreign_name(self):
        subscriber()

        with live(NOTICE):
            for path in ("/aviso/", "/aviso/api", "/aviso/continuar/", "/entrar/", "/clientes/"):
                assert ask(SITE, path).location.startswith(f"http://{OURS}/aviso/?de="), path

        assert not NoticeView.objects.exists()

    def test_the_configured_name_is_where_they_are_led(self, settings):
        settings.NOTICE_URL = "https://aviso.valefibra.example"

        assert ask(SITE).location.startswith("https://aviso.valefibra.example/aviso/?de=")
        assert ask("aviso.valefibra.example", "/aviso/").status == 200

    def test_a_star_among_the_allowed_names_does_not_make_every_host_ours(self, settings):
        settings.ALLOWED_HOSTS = ["*"]

        assert ask(SITE).status == 302

    @pytest.mark.parametrize("host", ["", "a b", "exemplo.com/../x", "ex@mplo", "[::1", "x" * 300, "exemplo.com:99999999"])
    def test_a_host_that_is_none_leads_to_the_page_and_is_forgotten(self, host):
        answer = ask(host, "/x")

        assert answer.status == 302 and answer.location == f"http://{OURS}/aviso/"

    def test_an_endless_path_is_cut_to_the_site(self):
        assert wanted(ask(SITE, "/" + "a" * 5000)) == f"http://{SITE}/"

    def test_the_way_back_serves_only_the_address_that_asked(self):
        """Else anybody could make a link to our page that leads on to a site of theirs."""
        answer = ask("mau.example", ip="100.64.9.9")

        assert wanted(answer, "100.64.9.9") == "http://mau.example/"
        assert wanted(answer, IP) == ""


class TestOurOwnName:
    @pytest.mark.parametrize("host", [OURS, "localhost:8080", "127.0.0.1"])
    def test_the_page_and_nothing_else_of_malha(self, host):
        subscriber()

        with live(NOTICE):
            assert "Sua fatura venceu" in ask(host, "/aviso/").body
            for path in ("/", "/entrar/", "/clientes/", "/api/v1/plans", "/favicon.ico", "/aviso/nada"):
                answer = ask(host, path)
                assert answer.status == 302 and urlsplit(answer.location).path == "/aviso/", path

    def test_it_sees_no_cookie(self):
        make.company()
        request = server.NoticeRequest({"HTTP_COOKIE": "sessionid=x", "REQUEST_METHOD": "GET", "wsgi.input": BytesIO()})

        assert request.COOKIES == {}

    def test_nobody_outside_says_who_they_are(self, settings):
        settings.BEHIND_PROXY = True
        subscriber()

        with live(NOTICE):
            forged = ask(OURS, "/aviso/", ip="100.64.9.9", HTTP_X_FORWARDED_FOR=IP)
            behind_our_proxy = ask(OURS, "/aviso/", ip="127.0.0.1", HTTP_X_FORWARDED_FOR=IP)

        assert "Está tudo certo" in forged.body
        assert "Sua fatura venceu" in behind_our_proxy.body

    def test_a_broken_database_is_told_in_one_sentence(self, monkeypatch):
        def broken(*args: Any, **options: Any) -> None:
            raise OSError("disk full")

        monkeypatch.setattr(connection, "cursor", broken)
        answer = ask(OURS, "/aviso/")

        assert answer.status == 500 and "Tente de novo" in answer.body and "disk" not in answer.body


PROBES = [
    ("connectivitycheck.gstatic.com", "/generate_204", 204, ""),
    ("clients3.google.com", "/generate_204", 204, ""),
    ("captive.apple.com", "/hotspot-detect.html", 200, "<TITLE>Success</TITLE>"),
    ("www.msftconnecttest.com", "/connecttest.txt", 200, "Microsoft Connect Test"),
    ("detectportal.firefox.com", "/success.txt", 200, "success"),
]


class TestProbes:
    @pytest.mark.parametrize(("host", "path", "status", "body"), PROBES)
    def test_blocked_they_are_led_to_the_page_and_so_is_their_owner(self, host, path, status, body):
        subscriber()

        with live(BLOCK, delivers=True):
            answer = ask(host, path)

        assert answer.status == 302 and answer.location.startswith(f"http://{OURS}/aviso/?de=")

    @pytest.mark.parametrize(("host", "path", "status", "body"), PROBES)
    def test_read_or_nothing_to_read_they_are_online(self, host, path, status, body):
        subscriber()

        clear = ask(host, path)
        with live(NOTICE):
            pending = ask(host, path)
            Line().press(Line().page(), "continuar")
            silent = ask(host, path)

        assert pending.status == 302
        for answer in (clear, silent):
            assert answer.status == status and body in answer.body and answer.headers["cache-control"] == "no-store"

    def test_a_probe_alone_is_no_proof(self):
        subscriber()

        with live(NOTICE):
            ask(*PROBES[0][:2])

        assert Notice.objects.get().delivered_on is None and not NoticeView.objects.exists()

    def test_an_address_nobody_has_is_led_to_the_page(self):
        """A session that was just dialled is read within seconds; the page may know then."""
        assert ask(*PROBES[0][:2], ip="100.64.9.9").status == 302


class TestTheWayBack:
    def test_going_on_leads_back_to_the_very_page_that_was_asked_for(self):
        subscriber()

        with live(NOTICE):
            led = ask(SITE, "/noticias?id=7")
            page = Line().page("?" + urlsplit(led.location).query)
            answer = Line().press(page, "continuar")

        assert (answer.status_code, answer["Location"]) == (302, f"http://{SITE}/noticias?id=7")
        assert "form-action 'self' http: https:" in page["Content-Security-Policy"]

    def test_until_the_router_follows_the_same_site_is_reached_over_https(self):
        subscriber()

        with live(NOTICE):
            Line().press(Line().page(), "continuar")
            answer = ask(f"{SITE}:80", "/noticias")

        assert (answer.status, answer.location) == (302, f"https://{SITE}/")

    @pytest.mark.parametrize("de", ["http://mau.example/", "x", "WyJodHRwOi8vbWF1Il0:1abcde:forged"])
    def test_no_other_site_can_be_smuggled_in(self, de):
        subscriber()

        with live(NOTICE):
            page = Line().page(f"?de={de}")
            answer = Line().press(page, "continuar", de=de)

        assert "mau.example" not in text(page) and answer["Location"] == "/aviso/"

    def test_released_the_page_offers_the_site(self):
        subscriber()

        led = ask(SITE, "/noticias")
        page = text(Line().page("?" + urlsplit(led.location).query))

        assert f'href="http://{SITE}/noticias"' in page and f"Ir para {SITE}" in page


class TestCaptiveApi:
    """RFC 8908."""

    def said(self, ip: str = IP) -> dict[str, Any]:
        answer = ask(OURS, "/aviso/api", ip=ip)
        assert answer.headers["content-type"] == "application/captive+json" and answer.headers["cache-control"] == "no-store"
        found: dict[str, Any] = json.loads(answer.body)
        assert found.pop("user-portal-url") == f"http://{OURS}/aviso/"
        return found

    def test_it_says_whether_there_is_a_page_to_be_read(self):
        subscriber()

        assert self.said() == {"captive": False}
        with live(NOTICE):
            assert self.said() == {"captive": True}
            Line().press(Line().page(), "continuar")
            assert self.said() == {"captive": False, "seconds-remaining": pytest.approx(24 * 3600, abs=30)}
        with live(BLOCK):
            assert self.said() == {"captive": True}

    def test_it_knows_nothing_of_a_stranger(self):
        assert self.said("100.64.9.9") == {"captive": False}
