"""The list of customers under the hands of somebody who answers the telephone."""

import re

from playwright.sync_api import Page, expect

from tests.browser.product import Product


def address(page: Page) -> str:
    return page.url.split("/clientes/")[-1]


def first_word(page: Page) -> str:
    return page.locator(".tbl a.nm").first.inner_text().split()[0].lower()


def test_typing_filters_keeps_the_cursor_and_says_how_many(page: Page, product: Product):
    page.goto(f"{product.address}/clientes/")
    word = first_word(page)
    page.keyboard.press("/")
    page.keyboard.type(word, delay=20)

    expect(page.locator("#live")).to_have_text(re.compile(r"^[\d.]+ resultados?$"))
    assert address(page) == f"?q={word}"
    assert page.evaluate("document.activeElement.name") == "q"
    total = page.locator("#live").inner_text().split()[0]
    expect(page.locator("#abas [aria-current] .c")).to_have_text(total)


def test_a_chip_a_tab_and_an_order_add_up_and_back_undoes_them(page: Page, product: Product):
    page.goto(f"{product.address}/clientes/")
    page.locator(".chipmenu summary", has_text="Servidor").click()
    page.locator(".chipmenu[open] label").first.click()
    page.locator(".chipmenu[open] button").click()
    expect(page.locator("#filtros .chip.on")).to_have_text(re.compile("Servidor: "))
    page.locator("#abas a", has_text="Ativos").click()
    expect(page.locator("#abas [aria-current]")).to_contain_text("Ativos")
    page.locator("th a", has_text="Dia").click()
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("Dia")

    assert re.fullmatch(r"\?servidor=\d+&aba=ativos&order=dia", address(page))
    page.go_back()
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("Cliente")
    expect(page.locator("#abas [aria-current]")).to_contain_text("Ativos")


def test_a_row_offers_whatsapp_and_a_menu(page: Page, product: Product):
    page.goto(f"{product.address}/clientes/")
    row = page.locator(".tbl tbody tr", has=page.locator("[data-whatsapp]")).first
    name = row.locator("a.nm").inner_text()
    row.hover()
    row = page.locator(".tbl tbody tr", has_text=name).first
    expect(row.locator(".rowact a[href^='https://wa.me/']")).to_be_visible()
    row.locator("[data-row-menu]").click()
    row.locator(".dropdown-item", has_text="Abrir").click()

    expect(page.locator("h1")).to_contain_text(name)


def test_everything_selected_goes_to_the_page_that_asks_for_the_day(page: Page, product: Product):
    page.goto(f"{product.address}/clientes/?aba=ativos")
    total = page.locator("#abas [aria-current] .c").inner_text()
    page.locator("[data-sel-all]").check()
    page.get_by_label(f"Selecionar todos os {total}").check()
    page.locator("[data-bulk] button", has_text="Mudar vencimento").click()

    expect(page.locator(".note.warn")).to_contain_text(f"clientes selecionados: {total}")


def test_ctrl_k_finds_a_customer_and_enter_opens_it(page: Page, product: Product):
    page.goto(f"{product.address}/clientes/")
    name = page.locator(".tbl a.nm").nth(3).inner_text()
    page.keyboard.press("Control+k")
    page.keyboard.type(name, delay=5)
    expect(page.locator("#paleta [role=option] .tx").first).to_contain_text(name)
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_contain_text(name)
