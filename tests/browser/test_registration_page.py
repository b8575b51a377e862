"""What the new-customer page does beyond its plain form: it says what is wrong when a field is left, and keeps what is typed."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import context_of, log_in
from tests.browser.product import Product


@pytest.fixture
def blank(page: Page, product: Product) -> Page:
    """The page with nothing typed."""
    page.goto(f"{product.address}/clientes/novo/")
    discard = page.get_by_role("button", name="Descartar e começar do zero")
    if discard.count():
        discard.click()
    expect(page.get_by_label("Nome", exact=False).first).to_be_focused()
    return page


def field(page: Page, name: str):
    return page.locator(f"[name={name}]")


def hint(page: Page, name: str):
    return page.locator(f"[data-field={name}] .hint")


def test_a_field_is_judged_when_it_is_left_and_never_while_it_is_typed(blank: Page):
    field(blank, "customer-cpf_cnpj").press_sequentially("52998224724")
    expect(hint(blank, "customer-cpf_cnpj")).to_have_count(0)

    blank.keyboard.press("Tab")
    expect(hint(blank, "customer-cpf_cnpj")).to_contain_text("CPF")
    expect(field(blank, "customer-cpf_cnpj")).to_have_attribute("aria-invalid", "true")

    field(blank, "customer-cpf_cnpj").fill("529.982.247-25")
    blank.keyboard.press("Tab")
    expect(hint(blank, "customer-cpf_cnpj")).to_have_text("CPF válido")
    expect(field(blank, "customer-cpf_cnpj")).not_to_have_attribute("aria-invalid", "true")


def test_juridica_changes_the_labels_and_keeps_what_was_typed(blank: Page):
    field(blank, "customer-rg_ie").fill("0623079040081")

    blank.get_by_text("Jurídica", exact=True).click()

    labels = {"name": "Razão social", "cpf_cnpj": "CNPJ", "rg_ie": "Inscrição Estadual", "birth_date": "Data de abertura"}
    for name, label in labels.items():
        expect(blank.locator(f"label[for=id_customer-{name}]")).to_contain_text(label)
    expect(field(blank, "customer-rg_ie")).to_have_value("0623079040081")


def leave(page: Page, name: str) -> None:
    """Leave a field and wait for the server's word on it; it would find nothing to mark if the line were gone by then."""
    with page.expect_response(lambda answer: f"campo={name}" in answer.url):
        field(page, name).press("Tab")


def test_a_phone_more_and_a_phone_less(blank: Page):
    field(blank, "phones-0-number").fill("(35) 98800-0204")
    leave(blank, "phones-0-number")

    blank.get_by_role("button", name="Adicionar telefone").click()
    expect(field(blank, "phones-1-number")).to_be_focused()
    field(blank, "phones-1-number").press_sequentially("3532221111")
    leave(blank, "phones-1-number")
    blank.get_by_role("button", name="Remover telefone 1").click()

    expect(field(blank, "phones-1-number")).to_have_count(0)
    expect(field(blank, "phones-0-number")).to_have_value("(35) 3222-1111")


def test_the_dialog_proposes_a_login_keeps_an_access_and_takes_it_back(blank: Page):
    field(blank, "customer-name").fill("Benedita Página Nova")
    add = blank.get_by_role("button", name="Novo plano de acesso")

    add.click()
    expect(field(blank, "accesses-0-username")).to_have_value("benedita.nova")
    expect(field(blank, "accesses-0-username")).to_be_focused()
    blank.keyboard.press("Escape")
    expect(field(blank, "accesses-0-username")).to_have_count(0)

    add.click()
    dialog = blank.get_by_role("dialog")
    dialog.get_by_role("button", name="Adicionar e continuar").click()
    expect(dialog.get_by_text("Escolha o servidor.")).to_be_visible()
    field(blank, "accesses-0-router").select_option(index=1)
    expect(hint(blank, "accesses-0-router")).to_contain_text("acesso")
    field(blank, "accesses-0-plan").select_option(index=1)
    expect(hint(blank, "accesses-0-plan")).to_contain_text("↓")
    dialog.get_by_role("button", name="Adicionar e continuar").click()
    expect(dialog).to_have_count(0)
    expect(add).to_be_focused()
    expect(blank.locator("#resumo .total")).not_to_contain_text("0,00")

    blank.get_by_role("button", name="Editar plano de acesso benedita.nova").click()
    field(blank, "accesses-0-username").fill("outra")
    dialog.get_by_role("button", name="Cancelar").click()
    expect(field(blank, "accesses-0-username")).to_have_value("benedita.nova")


def test_a_login_is_asked_for_while_it_is_typed(blank: Page):
    blank.get_by_role("button", name="Novo plano de acesso").click()

    field(blank, "accesses-0-username").press_sequentially("Benedita")

    expect(hint(blank, "accesses-0-username")).to_contain_text("Disponível")


def test_what_is_typed_is_kept_by_itself_and_comes_back(blank: Page, product: Product):
    field(blank, "customer-name").press_sequentially("Benedita Guardada")
    expect(blank.locator("#rascunho")).to_contain_text("Rascunho salvo às")

    blank.goto(f"{product.address}/clientes/")
    blank.goto(f"{product.address}/clientes/novo/")

    expect(field(blank, "customer-name")).to_have_value("Benedita Guardada")


def test_a_session_that_ends_opens_the_login_over_the_page(blank: Page, product: Product):
    field(blank, "customer-name").fill("Benedita Demorada")
    blank.context.clear_cookies(name="sessionid")

    blank.keyboard.press("Tab")
    dialog = blank.locator("#dialogo-entrar")
    expect(dialog).to_be_visible()
    dialog.locator("[name=username]").fill("admin")
    dialog.locator("[name=password]").fill(product.people["admin"]["password"])
    blank.keyboard.press("Enter")

    expect(dialog).to_be_hidden()
    expect(field(blank, "customer-name")).to_have_value("Benedita Demorada")
    field(blank, "customer-email").press_sequentially("b@exemplo.com.br")
    expect(blank.locator("#rascunho")).to_contain_text("Rascunho salvo às")


def test_ctrl_s_saves_and_the_bar_leads_to_what_is_missing(blank: Page):
    field(blank, "customer-name").fill("Benedita Apressada")

    blank.keyboard.press("Control+s")

    expect(field(blank, "contract-due_day")).to_be_focused()
    blank.get_by_label("E-mail").first.focus()
    blank.locator("#falta").get_by_role("link", name="Dia de vencimento").click()
    expect(field(blank, "contract-due_day")).to_be_focused()
    field(blank, "contract-due_day").select_option("20")
    blank.keyboard.press("Control+s")
    expect(blank.get_by_role("heading", level=1)).to_contain_text("Benedita Apressada")


def test_without_a_script_the_access_stands_on_the_page(product: Product, browser: Browser):
    context = context_of(browser, scripts=False)
    page = context.new_page()
    log_in(page, product)
    page.goto(f"{product.address}/clientes/novo/")
    if page.locator("button[value=discard]").count():
        page.click("button[value=discard]")

    field(page, "customer-name").fill("Benedita Simples")
    field(page, "contract-due_day").select_option("20")
    page.get_by_role("button", name="Novo plano de acesso").click()
    expect(field(page, "accesses-0-username")).to_be_visible()
    field(page, "accesses-0-router").select_option(index=1)
    field(page, "accesses-0-plan").select_option(index=1)
    page.locator("[value='save-access:0']").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Benedita Simples")
    context.close()
