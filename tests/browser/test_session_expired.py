"""The session ends while a form is half filled: nothing typed is lost."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import context_of, log_in
from tests.browser.forms import new_customer
from tests.browser.product import Product


@pytest.fixture(params=[True, False], ids=["with scripts", "without"])
def scripts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def half_filled(product: Product, browser: Browser, scripts: bool) -> Iterator[Page]:
    """The new-customer page of somebody whose session is gone."""
    context = context_of(browser, scripts=scripts)
    page = context.new_page()
    log_in(page, product, "joana")
    new_customer(page, product)
    page.get_by_label("Nome").first.fill("Nilton Sem Sessão")
    page.get_by_label("Telefone").first.fill("(35) 98800-7777")
    context.clear_cookies(name="sessionid")
    yield page
    context.close()


def go_on(page: Page, product: Product) -> None:
    # Both at once: a second later the draft is sent and the login opens over the page.
    page.locator("#s1").get_by_label("E-mail").first.fill("nilton@exemplo.com.br")
    page.get_by_label("Dia de vencimento").select_option("20")


def log_in_again(where, product: Product) -> None:
    where.locator("[name=username]").fill("joana")
    where.locator("[name=password]").fill(product.people["joana"]["password"])
    where.get_by_role("button", name="Entrar").click()


def see_everything(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text("Nilton Sem Sessão")
    expect(page.get_by_text("(35) 98800-7777").first).to_be_visible()
    expect(page.get_by_text("nilton@exemplo.com.br").first).to_be_visible()


@pytest.mark.parametrize("scripts", [True], indirect=True)
def test_the_login_opens_over_the_form_and_the_form_is_saved(half_filled: Page, product: Product):
    go_on(half_filled, product)  # the draft that is saved meanwhile finds that nobody is logged in
    dialog = half_filled.get_by_role("dialog", name="Entre de novo")
    expect(dialog).to_be_visible()

    log_in_again(dialog, product)
    expect(dialog).to_be_hidden()
    expect(half_filled.get_by_label("Nome").first).to_have_value("Nilton Sem Sessão")
    half_filled.keyboard.press("Control+s")

    see_everything(half_filled)


@pytest.mark.parametrize("scripts", [True], indirect=True)
def test_a_second_request_that_finds_nobody_logged_in_leaves_the_open_login_alone(half_filled: Page, product: Product):
    go_on(half_filled, product)
    dialog = half_filled.get_by_role("dialog", name="Entre de novo")
    dialog.locator("[name=username]").fill("joana")

    with half_filled.expect_response(lambda answer: answer.status == 401):
        half_filled.get_by_label("Dia de vencimento").evaluate(
            "select => { select.value = '10'; select.dispatchEvent(new Event('change', { bubbles: true })); }"
        )

    half_filled.wait_for_timeout(300)
    expect(dialog.locator("[name=username]")).to_have_value("joana")


@pytest.mark.parametrize("scripts", [False], indirect=True)
def test_without_a_script_the_answer_after_the_login_sends_what_was_typed(half_filled: Page, product: Product):
    go_on(half_filled, product)
    half_filled.get_by_role("button", name="Cadastrar", exact=False).last.click()

    log_in_again(half_filled, product)
    half_filled.get_by_role("button", name="Enviar o que digitei").click()

    see_everything(half_filled)
