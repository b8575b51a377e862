"""The articles of docs/guia/, each followed as it is written. Their pictures are taken here (see test_seed_article.py)."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.product import Product
from tests.browser.test_seed_article import PICTURES, picture

CUSTOMER = "renata.ramos"
TOUCHED = "CCR Serra"  # the demo's router on which somebody changed entries by hand
NOTICED: set[str] = set()  # the products that have seen all of them already


def open_customer(page: Page, product: Product, login: str = CUSTOMER) -> None:
    """Through the search, as a person does."""
    page.goto(f"{product.address}/clientes/")
    page.keyboard.press("Control+k")
    page.keyboard.type(login)
    expect(page.locator("#paleta").get_by_role("option").first).to_contain_text(login)
    page.keyboard.press("Enter")
    page.wait_for_url("**/clientes/*/")


def router_page(page: Page, product: Product, name: str, tab: str = "") -> None:
    page.goto(f"{product.address}/servidores/")
    page.get_by_role("link", name=name).click()
    if tab:
        page.get_by_role("main").get_by_role("link", name=tab).first.click()


@pytest.fixture
def divergences(page: Page, product: Product) -> Page:
    """The page of the touched router, once the demo's changes by hand have been noticed."""
    router_page(page, product, TOUCHED)
    shown = page.get_by_role("main").get_by_role("link", name="Divergências")
    for _second in range(0 if product.address in NOTICED else 60):
        if "13" in shown.first.inner_text():
            NOTICED.add(product.address)
            break
        page.wait_for_timeout(1000)
        page.reload()
    shown.first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Divergências")
    return page


# ---- primeiros-passos.md


def test_first_steps_somebody_else_gets_a_login(page: Page, product: Product):
    page.goto(f"{product.address}/configuracoes/")
    page.get_by_role("main").get_by_role("link", name="Usuários e permissões").click()
    page.get_by_role("link", name="Novo usuário").click()
    page.locator("[name=name]").fill("Paula Ferraz")
    page.locator("[name=username]").fill("paula")
    page.get_by_text("Atendente", exact=True).click()
    picture(page, "novo-usuario")
    page.get_by_role("button", name="Cadastrar").click()

    expect(page.get_by_role("heading", name="Senha provisória")).to_be_visible()
    assert page.locator("#senha").inner_text()
    page.get_by_role("link", name="Voltar aos usuários").click()
    expect(page.get_by_text("Paula Ferraz")).to_be_visible()


# ---- servidores.md


def test_routers_the_first_mikrotik(page: Page, product: Product):
    page.goto(f"{product.address}/servidores/")
    picture(page, "servidores")
    page.get_by_role("link", name="Novo servidor").click()
    page.locator("[name=name]").fill("CCR Norte")
    page.locator("[name=host]").fill("10.0.0.1")
    page.locator("[name=our_addresses]").fill("10.0.0.5")
    page.get_by_role("button", name="Atualizar o script").click()
    expect(page.locator("#bloco-script")).to_contain_text("10.0.0.5")
    picture(page, "novo-servidor")


def test_routers_a_test_says_who_answered(page: Page, product: Product):
    router_page(page, product, "CCR Centro")
    picture(page, "servidor")
    page.get_by_role("button", name="Testar").click()
    expect(page.get_by_role("main")).to_contain_text("RouterOS 7.19.4")


def test_routers_the_base_is_shown_before_it_is_applied(page: Page, product: Product):
    router_page(page, product, "CCR Centro", "Base")
    page.get_by_role("button", name="Ver o que falta").click()
    commands = page.locator("#base pre")
    expect(commands).to_contain_text("/ip firewall", timeout=15_000)
    picture(page, "base")
    page.get_by_role("button", name="Aplicar no roteador").click()
    expect(page.locator("#base pre")).to_have_count(0, timeout=15_000)


def test_routers_divergences_are_applied_and_accepted(divergences: Page):
    page = divergences
    picture(page, "divergencias")
    row = page.locator("tr", has_text="antonio.pinto")
    row.get_by_role("checkbox").check()
    expect(page.locator("#comandos pre")).to_contain_text("malha-fibra-500")
    page.locator("#comandos").scroll_into_view_if_needed()
    picture(page, "comandos")
    page.get_by_role("button", name="Aplicar no roteador").last.click()
    expect(page.locator("#lista tr", has_text="antonio.pinto")).to_have_count(0, timeout=20_000)

    row = page.locator("#lista tr", has_text="bruno.batista")
    row.hover()
    row.get_by_role("button", name="Aceitar do roteador").click()
    expect(page.locator("#lista tr", has_text="bruno.batista")).to_have_count(0, timeout=20_000)


def test_routers_what_is_there_already_is_imported(divergences: Page):
    page = divergences
    page.get_by_role("link", name="Importar do roteador").click()
    for field in page.locator("select[name^=plan]").all():
        field.select_option(label="Rádio 50 Mega")
    page.get_by_role("button", name="Simular").click()
    expect(page.get_by_text("novo cliente em rascunho").first).to_be_visible()
    picture(page, "importar")


# ---- planos-e-modelos.md


def test_plans_a_new_one(page: Page, product: Product):
    page.goto(f"{product.address}/planos/")
    page.get_by_role("link", name="Novo plano").click()
    page.locator("[name=name]").fill("Fibra 400 Mega")
    page.locator("[name=price]").fill("99,90")
    page.locator("[name=download_kbps]").fill("400")
    page.locator("[name=upload_kbps]").fill("200")
    picture(page, "novo-plano")
    page.get_by_role("button", name="Salvar").click()
    expect(page.get_by_role("main")).to_contain_text("Fibra 400 Mega")


def test_templates_are_written_with_fields_and_previewed(page: Page, product: Product):
    page.goto(f"{product.address}/modelos-de-contrato/")
    page.get_by_role("link", name="Residencial, 12 meses").click()
    picture(page, "modelo-de-contrato")
    page.get_by_role("button", name="Prévia").click()
    expect(page.locator("#previa")).to_contain_text("Vale Fibra")
    page.locator("#previa").scroll_into_view_if_needed()
    picture(page, "previa-do-contrato")


# ---- pagina-do-cliente.md


def test_one_customer_is_blocked_and_released(page: Page, product: Product):
    open_customer(page, product)
    picture(page, "pagina-do-cliente")
    page.get_by_role("link", name="Bloquear").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("ficará sem internet agora")
    dialog.get_by_label("Motivo").fill("Pedido do titular: casa vazia até março")
    picture(page, "bloquear")
    dialog.get_by_role("button", name="Bloquear").click()
    expect(page.get_by_text("Por que bloqueado?")).to_be_visible()

    page.get_by_role("link", name="Liberar").click()
    page.get_by_role("dialog").get_by_role("button", name="Liberar").click()
    expect(page.get_by_text("Por que bloqueado?")).to_have_count(0)


def test_one_customer_gets_another_password(page: Page, product: Product):
    open_customer(page, product)
    menu = page.get_by_role("main").locator("details", has=page.locator(f"summary[aria-label$='{CUSTOMER}']")).first
    menu.locator("summary").click()
    menu.get_by_role("link", name="Trocar senha").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    picture(page, "trocar-senha")
    save(dialog)
    expect(dialog).to_have_count(0)


def test_one_customer_leaves_only_with_a_reason(page: Page, product: Product):
    open_customer(page, product)
    page.locator("summary", has_text="Mais ações:").click()
    page.get_by_role("link", name="Cancelar cliente").click()
    dialog = page.get_by_role("dialog")
    picture(page, "cancelar-cliente")
    save(dialog)
    expect(dialog.locator("[aria-invalid=true]")).to_be_visible()
    dialog.get_by_role("button", name="Voltar").click()
    expect(dialog).to_have_count(0)


def save(dialog: Locator) -> None:
    dialog.locator("[data-save]").click()


# ---- busca-e-atalhos.md


def test_search_finds_by_every_key(page: Page, product: Product):
    page.goto(f"{product.address}/clientes/")
    page.keyboard.press("Control+k")
    page.keyboard.type("renata")
    expect(page.locator("#paleta").get_by_role("option").nth(1)).to_be_visible()
    picture(page, "busca")
    page.keyboard.press("Escape")
    expect(page.locator("#paleta")).to_be_hidden()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Atalhos do teclado")).to_be_visible()
    picture(page, "atalhos")


def test_search_the_picture_of_the_readme(page: Page, product: Product):
    page.goto(f"{product.address}/clientes/?q=ana")
    expect(page.locator("tr a.nm").nth(3)).to_be_visible()
    page.goto(f"{product.address}/clientes/")
    expect(page.get_by_role("link", name="Todos")).to_have_attribute("aria-current", "page")
    if PICTURES:
        page.wait_for_timeout(300)
        page.screenshot(path=str(Path(PICTURES).resolve().parents[1] / "images" / "clientes.png"), caret="initial")
