"""The keyboard of design/README.md §2: one key away, never inside a field, and off for whoever wants it off."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import context_of, log_in
from tests.browser.product import Product


@pytest.fixture
def customers(page: Page, product: Product) -> Page:
    """The list of customers."""
    page.goto(f"{product.address}/clientes/")
    return page


@pytest.fixture
def marina(product: Product, browser: Browser) -> Iterator[Page]:
    """Somebody whose profile may be changed without disturbing other tests."""
    context = context_of(browser)
    opened = context.new_page()
    log_in(opened, product, "marina")
    yield opened
    context.close()


def test_ctrl_k_finds_a_customer_and_enter_opens_it(customers: Page):
    name = customers.locator("tr a.nm").nth(3).inner_text().strip()
    customers.keyboard.press("Control+k")
    palette = customers.locator("#paleta")
    expect(palette.get_by_role("combobox")).to_be_focused()

    customers.keyboard.type(name)
    expect(palette.get_by_role("option", selected=True)).to_contain_text(name)
    customers.keyboard.press("Enter")

    expect(customers.get_by_role("heading", level=1)).to_contain_text(name)


def test_the_arrows_walk_through_what_was_found_and_escape_closes(customers: Page):
    customers.keyboard.press("Control+k")
    customers.keyboard.type("silva")
    options = customers.locator("#paleta").get_by_role("option")
    expect(options.nth(1)).to_be_visible()

    customers.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    customers.keyboard.press("Escape")

    expect(customers.locator("#paleta")).to_be_hidden()


def test_a_slash_filters_this_list(customers: Page):
    customers.keyboard.press("/")
    box = customers.get_by_role("searchbox")
    expect(box).to_be_focused()
    expect(box).to_have_value("")

    customers.keyboard.type("restaurante")
    expect(customers.locator("#live")).to_contain_text("resultado")
    # Inside a field the letters are letters.
    expect(box).to_have_value("restaurante")


def test_n_is_new_of_what_the_page_lists(customers: Page, product: Product):
    customers.keyboard.press("n")
    expect(customers).to_have_url(f"{product.address}/clientes/novo/")

    for path in ("planos", "servidores", "modelos-de-contrato", "configuracoes/usuarios"):
        customers.goto(f"{product.address}/{path}/")
        customers.keyboard.press("n")
        expect(customers).to_have_url(f"{product.address}/{path}/novo/")


@pytest.mark.parametrize(("letter", "place"), [("c", "clientes"), ("s", "servidores")])
def test_g_and_a_letter_go_there(page: Page, product: Product, letter: str, place: str):
    page.goto(f"{product.address}/planos/")
    page.keyboard.press("g")
    page.keyboard.press(letter)
    expect(page).to_have_url(f"{product.address}/{place}/")


def test_j_and_k_move_x_selects_enter_opens(customers: Page):
    rows = customers.locator(".tbl tbody tr")
    name = rows.nth(1).locator("a.nm").inner_text().strip()
    for key in "jjjk":
        customers.keyboard.press(key)
    expect(rows.nth(1).locator("a.nm")).to_be_focused()

    customers.keyboard.press("x")
    expect(rows.nth(1).get_by_role("checkbox")).to_be_checked()
    expect(customers.get_by_text("1 selecionado")).to_be_visible()
    customers.keyboard.press("x")
    expect(rows.nth(1).get_by_role("checkbox")).not_to_be_checked()
    customers.keyboard.press("Enter")

    expect(customers.get_by_role("heading", level=1)).to_contain_text(name)


def test_the_question_mark_lists_the_shortcuts(customers: Page):
    customers.keyboard.press("?")
    dialog = customers.get_by_role("dialog", name="Atalhos do teclado")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("Clientes")

    customers.keyboard.press("j")  # a letter under an open dialog does nothing
    customers.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(customers.locator("tr.cur")).to_have_count(0)


def test_ctrl_s_saves_the_form(marina: Page, product: Product):
    marina.goto(f"{product.address}/perfil/")
    marina.get_by_label("E-mail").fill("marina@valefibra.exemplo.com.br")
    marina.keyboard.press("Control+s")
    expect(marina.get_by_role("status").filter(has_text="salv").first).to_be_visible()
    marina.reload()
    expect(marina.get_by_label("E-mail")).to_have_value("marina@valefibra.exemplo.com.br")


def test_single_letters_can_be_switched_off_in_the_profile(marina: Page, product: Product):
    marina.goto(f"{product.address}/perfil/")
    marina.get_by_label("Atalhos de uma tecla").uncheck()
    marina.keyboard.press("Control+s")
    expect(marina.get_by_role("status").filter(has_text="salv").first).to_be_visible()

    marina.goto(f"{product.address}/clientes/")
    for key in ("j", "?", "n"):
        marina.keyboard.press(key)
    expect(marina.locator("tr.cur")).to_have_count(0)
    expect(marina.locator("#atalhos")).to_be_hidden()
    expect(marina).to_have_url(f"{product.address}/clientes/")
    marina.keyboard.press("Control+k")  # with Ctrl they stay
    expect(marina.locator("#paleta")).to_be_visible()
    marina.keyboard.press("Escape")

    marina.goto(f"{product.address}/perfil/")
    marina.get_by_label("Atalhos de uma tecla").check()
    marina.keyboard.press("Control+s")


def test_the_first_tab_skips_to_the_content(customers: Page):
    customers.keyboard.press("Tab")
    expect(customers.get_by_role("link", name="Ir para o conteúdo")).to_be_focused()
    customers.keyboard.press("Enter")
    expect(customers.locator("main")).to_be_focused()
