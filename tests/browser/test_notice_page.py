"""A phone on a line with an overdue charge: led to the notice page, told, and back to the site that it wanted."""

import http.client
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE, context_of
from tests.browser.product import Product
from tests.browser.test_every_screen import AXE, RULES, RUN

# A contract of the demo becomes overdue, and the browser of this test is on its line: 127.0.0.1, on a router that nobody reads again.
OVERDUE = """
from datetime import timedelta
from malha.billing.models import Charge
from malha.contracts.models import Contract, ContractState
from malha.core import clock
from malha.core.history import SYSTEM
from malha.journeys import delinquency
from malha.network.models import Access, Router, Session
calm = Contract.objects.filter(state=ContractState.ACTIVE, standing="CLEAR", standing_cause="", trust_releases=None, never_block=False)
people = calm.filter(customer__person_type="INDIVIDUAL", auto_notice=True, do_not_notify_until=None, charges__state="OPEN")
access = Access.objects.filter(contract__in=people).order_by("pk").first()
charge = Charge.objects.filter(contract=access.contract, state="OPEN").order_by("due_date").first()
Charge.objects.filter(pk=charge.pk).update(due_date=clock.today() - timedelta(days=10))
delinquency.reassess([access.contract_id], actor=SYSTEM)
router = Router.objects.create(name="Linha do teste", host="127.0.0.1", port=1, is_active=False)
Session.objects.create(router=router, access=access, method="PPPOE", username=access.username, address="127.0.0.1", read_at=clock.now())
print(access.contract.customer.name.split()[0])
"""


GONE = 'from malha.network.models import Router; Router.objects.filter(name="Linha do teste").delete()'


@pytest.fixture(scope="module")
def first_name(product: Product) -> Iterator[str]:
    """Whose line it is."""
    yield product.inside(OVERDUE)
    product.inside(GONE)


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """A site somewhere else, as a host that is not ours."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(f"<!doctype html><title>Site</title><h1>O site {self.path}</h1>".encode())

        def log_message(self, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.2", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.2:{server.server_port}"
    server.shutdown()
    server.server_close()


def led(product: Product, host: str, path: str) -> http.client.HTTPResponse:
    """What a request gets that a router leads to the notice server."""
    connection = http.client.HTTPConnection(urlsplit(product.notice_address).netloc, timeout=10)
    connection.request("GET", path, headers={"Host": host})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """An old phone: small, without scripts."""
    context = context_of(browser, PHONE, scripts=False)
    yield context.new_page()
    context.close()


def test_led_there_told_and_back_to_the_site(product: Product, first_name: str, site: str, phone: Page):
    answer = led(product, site, "/noticias?id=7")

    assert (answer.status, answer.headers["Connection"], answer.headers["Cache-Control"]) == (302, "close", "no-store")
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    phone.goto(answer.headers["Location"])
    assert phone.url.startswith(f"{product.notice_address}/aviso/")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Sua fatura venceu")
    expect(phone.get_by_text(f"{first_name}, ")).to_be_visible()
    assert len([url for url in asked if url.startswith("http")]) <= 2
    assert phone.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")

    phone.get_by_role("button", name="Já paguei").click()
    expect(phone.get_by_text("Avisamos o provedor")).to_be_visible()
    phone.get_by_role("button", name="Continuar navegando").click()

    expect(phone.get_by_role("heading", level=1)).to_have_text("O site /noticias?id=7")
    assert led(product, "connectivitycheck.gstatic.com", "/generate_204").status == 204


@pytest.mark.parametrize("is_dark", [False, True])
def test_nobody_is_shut_out(product: Product, first_name: str, browser: Browser, is_dark: bool):
    context = context_of(browser, PHONE, dark=is_dark)
    page = context.new_page()
    page.goto(f"{product.notice_address}/aviso/")
    page.evaluate(AXE)
    found = page.evaluate(RUN, RULES)["violations"]
    context.close()

    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []


def test_the_preview_follows_what_is_typed(product: Product, page: Page):
    page.goto(f"{product.address}/configuracoes/paginas-de-aviso/")
    preview = page.frame_locator("[data-preview-frame] iframe")
    expect(preview.get_by_role("heading", level=1)).to_have_text("Sua internet está bloqueada")

    page.get_by_label("Título da página de bloqueio").fill("Vamos conversar")
    expect(preview.get_by_role("heading", level=1)).to_have_text("Vamos conversar")
    page.get_by_text("Página de pendência", exact=True).last.click()

    expect(preview.get_by_role("heading", level=1)).to_have_text("Sua fatura venceu")
    page.reload()
    expect(page.get_by_label("Título da página de bloqueio")).to_have_value("")
