"""A phone, a narrow or enlarged window, a sheet of paper."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESKTOP, PHONE, context_of, log_in
from tests.browser.forms import new_customer
from tests.browser.product import Product

MAIN_PAGES = (
    "/clientes/",
    "/clientes/novo/",
    "/clientes/{customer}/",
    "/clientes/{customer}/planos-de-acesso/",
    "/clientes/{customer}/historico/",
    "/planos/",
    "/planos/novo/",
    "/servidores/",
    "/servidores/novo/",
    "/servidores/divergencias/",
    "/conexoes/",
    "/modelos-de-contrato/",
    "/historico/",
    "/configuracoes/",
    "/configuracoes/empresa/",
    "/configuracoes/usuarios/",
    "/perfil/",
)
SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def phone(product: Product, browser: Browser) -> Iterator[Page]:
    """The attendant on the way."""
    context = context_of(browser, PHONE)
    opened = context.new_page()
    log_in(opened, product, "joana")
    yield opened
    context.close()


def test_the_menu_of_the_phone_opens_leads_on_and_closes(phone: Page, product: Product):
    phone.goto(f"{product.address}/clientes/")
    menu = phone.get_by_role("navigation", name="Menu principal")
    expect(menu).not_to_be_in_viewport()

    button = phone.get_by_role("button", name="Menu", exact=True)
    button.click()
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(menu).to_be_in_viewport()
    phone.keyboard.press("Escape")
    expect(menu).not_to_be_in_viewport()
    expect(button).to_be_focused()

    button.click()
    menu.get_by_role("link", name="Planos").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Planos")
    expect(menu).not_to_be_in_viewport()


def test_a_customer_is_registered_on_the_phone(phone: Page, product: Product):
    phone.goto(f"{product.address}/clientes/")
    phone.get_by_role("link", name="Novo cliente").first.click()
    new_customer(phone, product)
    phone.get_by_label("Nome").first.fill("Iara do Telefone Lima")
    phone.get_by_label("Telefone").first.fill("35988001234")
    phone.get_by_label("Dia de vencimento").select_option("10")
    phone.get_by_role("button", name="Novo plano de acesso").click()
    dialog = phone.get_by_role("dialog")
    expect(dialog.get_by_label("Login")).to_have_value("iara.lima")
    dialog.get_by_label("Servidor").select_option(index=1)
    dialog.get_by_label("Plano").select_option(index=1)
    button = dialog.get_by_role("button", name="Cadastrar")
    expect(button).to_be_in_viewport()
    button.click()

    expect(phone.get_by_role("heading", level=1)).to_contain_text("Iara do Telefone Lima")


def test_rows_are_cards_on_the_phone(phone: Page, product: Product):
    phone.goto(f"{product.address}/clientes/")
    row = phone.locator(".tbl tbody tr").first
    box = row.bounding_box()
    assert box is not None and box["width"] <= PHONE[0] and box["height"] > 60
    expect(row.locator("a.nm")).to_be_visible()


@pytest.mark.parametrize("width", [pytest.param(320, id="320 px"), pytest.param(640, id="1280 px at 200 %")])
def test_the_main_pages_never_scroll_sideways(page: Page, product: Product, width: int):
    page.set_viewport_size({"width": width, "height": 640})
    page.goto(f"{product.address}/clientes/?q=associa")
    customer = page.locator("a.nm").first.get_attribute("href").strip("/").split("/")[-1]
    wrong = []
    for path in MAIN_PAGES:
        answer = page.goto(product.address + path.format(customer=customer))
        assert answer is not None and answer.ok, path
        if page.evaluate(SIDEWAYS):
            wrong.append(path)
    assert wrong == []


def test_paper_shows_the_page_without_what_surrounds_it(page: Page, product: Product):
    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    for path in ("/clientes/", "/clientes/novo/", "/servidores/"):
        page.goto(product.address + path)
        page.emulate_media(media="print")
        for chrome in (".side", ".top", ".savebar", ".filters"):
            for part in page.locator(chrome).all():
                expect(part).to_be_hidden()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.emulate_media(media="screen")
