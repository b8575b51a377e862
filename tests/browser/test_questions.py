"""The pages between ticked rows and what is done to them: no link leads there, so they are looked at where they are asked."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.product import Product
from tests.browser.test_every_screen import looks


@pytest.fixture(scope="module", autouse=True)
def notice(product: Product) -> None:
    """One waits to be delivered."""
    product.inside("from tests.browser.corners import unnoticed; assert unnoticed()")


@pytest.mark.parametrize(
    ("path", "button"),
    [
        ("/cobrancas/?situacao=abertas&vencimento=tudo", "Prorrogar"),
        ("/cobrancas/?situacao=abertas&vencimento=tudo", "Cancelar cobranças"),
        ("/clientes/", "Mudar vencimento"),
        ("/simulacao/?aba=sem-aviso", "Segurar até…"),
        ("/simulacao/avisos/", "Registrar entrega"),
        ("/simulacao/avisos/", "Imprimir cartas"),
        ("/simulacao/rescisoes/", "Preparar aviso"),
    ],
)
def test_a_question_about_ticked_rows_is_open_to_everybody(page: Page, product: Product, path: str, button: str):
    page.goto(product.address + path)
    page.locator("tbody input[type=checkbox]").first.check()
    page.get_by_role("button", name=button, exact=True).click()
    page.wait_for_url(lambda url: not url.endswith(path))

    assert looks(page) == []


@pytest.mark.parametrize(
    ("path", "button"),
    [
        ("/simulacao/?aba=sem-aviso", "Segurar até…"),
        ("/simulacao/avisos/", "Registrar entrega"),
        ("/simulacao/avisos/", "Imprimir cartas"),
        ("/simulacao/rescisoes/", "Preparar aviso"),
    ],
)
def test_what_is_worked_only_by_ticking_is_ticked_on_a_phone_too(page: Page, product: Product, path: str, button: str):
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    page.goto(product.address + path)
    box = page.locator("tbody input[type=checkbox]").first
    place = box.bounding_box()
    assert place is not None and min(place["width"], place["height"]) >= 24

    box.focus()
    page.keyboard.press("Space")
    assert looks(page) == []
    page.get_by_role("button", name=button, exact=True).click()

    page.wait_for_url(lambda url: not url.endswith(path))


def test_the_question_before_a_disconnection_is_open_to_everybody(page: Page, product: Product):
    page.goto(f"{product.address}/conexoes/")
    row = page.locator("tbody tr").first
    row.hover()
    row.get_by_role("link", name="Desconectar").click()
    expect(page.get_by_role("button", name="Desconectar")).to_be_visible()

    assert looks(page) == []
