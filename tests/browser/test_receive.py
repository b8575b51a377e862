"""Receber in a browser: the dialog over the list, the button that follows what is typed, the receipt, and ten seconds to undo."""

import re

from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import PHONE, context_of, log_in
from tests.browser.product import Product

OPEN = "/cobrancas/?situacao=abertas&vencimento=tudo"


def amount(text: str | None) -> str:
    """`122,46` of `Receber R$ 122,46`."""
    found = re.search(r"([\d.]+,\d{2})", text or "")
    assert found, text
    return found[1]


def dialog_of_first(page: Page, product: Product) -> Locator:
    """Receber of the first open charge of the list, opened as a dialog."""
    page.goto(product.address + OPEN)
    row = page.locator(".tbl tbody tr").first
    row.hover()
    row.get_by_role("link", name="Receber").click()
    dialog = page.locator("dialog#receber")
    expect(dialog).to_be_visible()
    return dialog


def test_the_button_states_the_amount_and_follows_what_is_typed(page: Page, product: Product):
    dialog = dialog_of_first(page, product)
    button, value = dialog.locator("[data-save]"), dialog.get_by_label("Valor recebido")
    expect(value).to_be_focused()
    whole = value.input_value()
    assert amount(button.text_content()) == whole

    value.fill("1,00")
    expect(button).to_have_text("Receber R$\u00a01,00")
    expect(dialog.get_by_text("fica em aberto")).to_be_visible()
    expect(value).to_be_focused()

    value.fill(whole)
    expect(button).to_have_text(f"Receber R$\u00a0{whole}")
    expect(dialog.get_by_text("fica em aberto")).to_have_count(0)
    dialog.locator("[name=charge]:checked").first.uncheck()
    expect(value).not_to_have_value(whole)


def test_received_printed_on_the_receipt_and_undone(page: Page, product: Product):
    dialog = dialog_of_first(page, product)
    whole = dialog.get_by_label("Valor recebido").input_value()
    dialog.get_by_text("Pix", exact=True).click()
    dialog.locator("[data-save]").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Recibo nº")
    expect(page.locator("main")).to_contain_text(f"R$\u00a0{whole}")
    page.get_by_role("button", name="Desfazer").click()

    expect(page.get_by_text("Desfeito. Nada foi recebido")).to_be_visible()
    expect(page.get_by_role("link", name="Receber").first).to_be_visible()


def test_the_offer_to_undo_goes_away_by_itself(page: Page, product: Product):
    dialog = dialog_of_first(page, product)
    dialog.locator("[data-save]").click()
    expect(page.locator("#desfazer")).to_be_visible()

    expect(page.locator("#desfazer")).to_have_count(0, timeout=15_000)


def test_received_on_a_phone_without_javascript(product: Product, browser: Browser):
    context = context_of(browser, PHONE, scripts=False)
    page = context.new_page()
    log_in(page, product, "joana")
    page.goto(product.address + OPEN)
    page.locator(".tbl tbody tr a.nm").first.click()
    page.get_by_role("link", name="Receber").click()

    value = page.get_by_label("Valor recebido")
    value.fill("1,00")
    page.get_by_role("button", name=re.compile("^Receber R")).click()
    expect(page.get_by_text("Confira o valor abaixo e confirme de novo.")).to_be_visible()
    expect(value).to_have_value("1,00")
    page.get_by_role("button", name=re.compile("^Receber R")).click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Recibo nº")
    context.close()


def test_alt_r_in_the_search_receives_from_the_customer_found(page: Page, product: Product):
    page.goto(product.address + OPEN)
    name = page.locator(".tbl tbody tr").first.locator("td").nth(2).text_content() or ""
    page.keyboard.press("Control+k")
    page.locator("#paleta input").fill(name)
    expect(page.locator("#pal-lista [data-alt=r]")).to_be_visible()
    page.keyboard.press("Alt+r")

    expect(page.get_by_role("heading", level=1)).to_have_text(f"Receber de {name}")
