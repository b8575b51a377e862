"""A stranger types `./run --empty` and is led to a provider of their own; a second start keeps it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import context_of
from tests.browser.product import Product
from tests.browser.test_seed_article import picture

PASSWORD = "montanha azul 42"


@pytest.fixture
def empty(tmp_path) -> Iterator[Product]:
    running = Product(tmp_path / "empty", arguments=("--empty",)).start()
    yield running
    running.stop()


def set_up(page: Page, product: Product) -> None:
    """The page behind the one-time link."""
    page.goto(product.setup_link)
    page.get_by_label("Razão social").fill("Rede do Vale Ltda")
    page.get_by_label("CNPJ").first.fill("11.222.333/0001-81")
    page.get_by_label("Fuso horário").select_option("America/Manaus")
    page.fill("[name=name]", "Ana Souza")
    page.get_by_label("Login").fill("ana")
    page.fill("[name=password]", PASSWORD)
    picture(page, "primeiro-acesso")
    page.get_by_role("button", name="Começar").click()


def test_an_empty_installation_is_set_up_in_the_browser_and_kept(empty: Product, browser: Browser):
    context = context_of(browser)
    page = context.new_page()
    # There is no login to guess: nobody exists yet.
    assert empty.people == {}
    page.goto(f"{empty.address}/clientes/")
    expect(page.locator("body")).to_contain_text("bin/malha create_admin")

    set_up(page, empty)
    expect(page.locator("body")).to_contain_text("Rede do Vale")
    # The link is good for once.
    used = context_of(browser).new_page()
    used.goto(empty.setup_link)
    assert used.get_by_label("Razão social").count() == 0
    used.context.close()

    empty.stop()
    empty.start()
    context.close()
    again = context_of(browser).new_page()
    again.goto(f"{empty.address}/entrar/")
    again.fill("[name=username]", "ana")
    again.fill("[name=password]", PASSWORD)
    again.get_by_role("button", name="Entrar").click()
    expect(again.locator("body")).to_contain_text("Rede do Vale")
    again.context.close()
