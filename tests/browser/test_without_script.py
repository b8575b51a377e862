"""The seed's path with JavaScript switched off: every page and every action is a plain form first."""

from playwright.sync_api import Browser, expect

from tests.browser.conftest import context_of, log_in
from tests.browser.forms import new_customer
from tests.browser.product import Product
from tests.browser.test_seed_article import option, secret


def test_the_seed_article_without_javascript(product: Product, browser: Browser):
    context = context_of(browser, scripts=False)
    page = context.new_page()
    log_in(page, product)
    router = str(product.routers[0]["name"])

    page.get_by_role("navigation", name="Menu principal").get_by_role("link", name="Clientes").click()
    page.get_by_role("link", name="Novo cliente").first.click()
    new_customer(page, product)
    page.get_by_label("Nome").first.fill("Sebastião sem Script")
    page.locator("#s1").get_by_label("CPF").fill("111.444.777-35")
    page.get_by_label("Telefone").first.fill("(35) 98800-4321")
    page.locator("#s3").get_by_label("Rua").first.fill("Rua dos Ipês")
    page.locator("#s3").get_by_label("Número").first.fill("40")
    page.get_by_label("Dia de vencimento").select_option("15")
    page.locator("[name=contract-discount]").fill("5,00")

    page.get_by_role("button", name="Novo plano de acesso").click()
    expect(page.get_by_label("Nome").first).to_have_value("Sebastião sem Script")
    access = page.locator("#acesso-0")
    access.get_by_label("Login").fill("sebastiao.papel")
    access.locator("[name=accesses-0-password]").fill("k3mn-77qx")
    access.get_by_label("Servidor").select_option(label=option(access, "Servidor", router))
    access.get_by_label("Plano").select_option(label=option(access, "Plano", "Fibra 300 Mega"))
    access.get_by_role("button", name="Cadastrar").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Sebastião sem Script")
    badge = page.get_by_text("igual ao roteador").first
    for _attempt in range(60):  # without a script a person reloads
        if badge.is_visible():
            break
        page.wait_for_timeout(250)
        page.reload()
    expect(badge).to_be_visible()
    entry = secret(product, router, "sebastiao.papel")
    assert entry is not None and entry["profile"] == "malha-fibra-300"
    context.close()


def test_a_wrong_field_is_said_under_it_and_nothing_is_lost(product: Product, browser: Browser):
    context = context_of(browser, scripts=False)
    page = context.new_page()
    log_in(page, product, "joana")
    new_customer(page, product)
    page.get_by_label("Nome").first.fill("Alguém com Engano")
    page.locator("#s1").get_by_label("CPF").fill("111.111.111-11")
    page.get_by_role("button", name="Cadastrar", exact=False).last.click()

    expect(page.locator("#s1").get_by_label("CPF")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#s1").get_by_label("CPF")).to_have_value("111.111.111-11")
    expect(page.get_by_label("Nome").first).to_have_value("Alguém com Engano")
    context.close()
