"""A charge of an integrated form of payment: registered by itself, paid on the bank's own page, settled here."""

from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.browser.product import Product

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_charge_is_registered_paid_at_the_bank_and_settled(page: Page, product: Product) -> None:
    # The account, as the guide says.
    page.get_by_role("navigation", name="Menu principal").get_by_role("link", name="Gateways").click()
    page.get_by_role("link", name="Banco simulado").first.click()
    page.get_by_label("Nome da conta").fill("Banco do teste de pagar")
    page.get_by_label("Endereço").fill(product.bank_address)
    page.get_by_label("Token de acesso").fill("provedor-do-teste")
    page.locator("[data-save]").click()
    page.get_by_role("button", name="Testar credenciais").click()
    expect(page.get_by_text("as credenciais estão certas")).to_be_visible()
    page.get_by_role("button", name="Cadastrar no banco").click()
    expect(page.get_by_text("O banco sabe onde avisar")).to_be_visible()

    # A charge through it gets its barcode and its Pix by itself.
    page.goto(f"{product.address}/clientes/1/cobrancas/nova/")
    page.locator("[name=description]").fill("Visita do teste de pagar")
    page.locator("[name=amount]").fill("120,00")
    page.locator("[name=collection_method_id]").select_option(label="Banco do teste de pagar")
    page.locator("[data-save]").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Visita do teste de pagar")
    pix = page.locator("#pix")
    _reload_until(page, lambda: pix.is_visible())
    code = pix.inner_text()
    assert code.startswith("0002")
    assert page.locator("#linha").inner_text()

    # The customer pastes the code at the bank and pays.
    bank = page.context.new_page()
    bank.goto(f"{product.bank_address}/pagar?codigo={quote(code)}")
    bank.get_by_role("button", name="Pagar").first.click()

    # Seconds later it is paid here, once.
    _reload_until(page, lambda: page.get_by_text("Efetuada").first.is_visible())
    expect(page.get_by_text("Banco do teste de pagar").first).to_be_visible()
    expect(page.get_by_role("link", name="nº")).to_have_count(1)


def _reload_until(page: Page, there, tries: int = 40) -> None:
    for _n in range(tries):
        if there():
            return
        page.wait_for_timeout(500)
        page.reload()
    raise AssertionError(page.locator("main").inner_text())
