"""The articles of docs/guia/ about money and the régua, each followed as it is written. Their pictures are taken here."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE, context_of
from tests.browser.product import Product
from tests.browser.test_guide import open_customer
from tests.browser.test_seed_article import picture

# A blocked customer of the demo with one late charge, and the login that leads to the page.
BLOCKED = """
from malha.contracts.models import Contract
rows = Contract.objects.filter(standing="BLOCKED", standing_cause="POLICY", accesses__isnull=False).order_by("pk")
print(rows.first().accesses.first().username)
"""
# Their line is that of this browser: 127.0.0.1, on a router that nobody reads.
LINE = """
from malha.core import clock
from malha.network.models import Access, Router, Session
access = Access.objects.get(username="{login}")
router = Router.objects.create(name="Linha do guia", host="127.0.0.1", port=2, is_active=False)
Session.objects.create(router=router, access=access, method="PPPOE", username=access.username, address="127.0.0.1", read_at=clock.now())
"""
GONE = 'from malha.network.models import Router; Router.objects.filter(name="Linha do guia").delete()'


@pytest.fixture(scope="module")
def login(product: Product) -> str:
    return product.inside(BLOCKED)


@pytest.fixture
def line(product: Product, login: str) -> Iterator[None]:
    product.inside(LINE.format(login=login))
    yield
    product.inside(GONE)


# ---- receber.md


def test_received_at_the_counter_with_a_receipt(page: Page, product: Product):
    page.goto(f"{product.address}/cobrancas/?situacao=atraso&vencimento=tudo")
    row = page.locator(".tbl tbody tr").first
    row.hover()
    row.get_by_role("link", name="Receber").click()
    dialog = page.locator("dialog#receber")
    expect(dialog.get_by_text("Multa de 2%").first).to_be_visible()
    picture(page, "receber")
    dialog.get_by_text("Pix", exact=True).click()
    dialog.locator("[data-save]").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Recibo nº")
    for name in ("Imprimir", "PDF", "Estornar"):
        expect(page.get_by_role("link", name=name).first).to_be_visible()
    picture(page, "recibo")
    page.get_by_role("button", name="Desfazer").click()
    expect(page.get_by_text("Desfeito. Nada foi recebido")).to_be_visible()


# ---- cobrancas.md


def test_charges_filtered_by_situation(page: Page, product: Product):
    page.goto(f"{product.address}/cobrancas/")
    picture(page, "cobrancas")
    page.get_by_role("link", name="Em atraso").first.click()

    expect(page.get_by_role("link", name="Receber").first).to_be_visible()
    page.locator(".tbl tbody input[type=checkbox]").first.check()
    for name in ("Prorrogar", "Cancelar cobranças", "Exportar selecionados"):
        expect(page.get_by_role("button", name=name)).to_be_visible()


def test_a_carne_shows_its_dates_before_it_is_made(page: Page, product: Product):
    open_customer(page, product)
    page.get_by_role("main").get_by_role("link", name="Cobranças").first.click()
    page.get_by_role("link", name="Nova cobrança").first.click()
    page.get_by_label("Descrição").fill("Roteador Wi-Fi 6")
    page.get_by_label("Valor total").fill("360,00")
    page.get_by_label("Parcelas").fill("3")
    expect(page.locator("#parcelas")).to_contain_text("120,00")
    picture(page, "nova-cobranca")
    page.get_by_role("button", name="Fazer cobrança").click()

    expect(page.get_by_text("feito com 3 parcelas")).to_be_visible()


# ---- pendencia-e-bloqueio.md


def test_the_regua_and_why_somebody_is_blocked(page: Page, product: Product, login: str):
    open_customer(page, product, login)
    expect(page.get_by_text("Por que bloqueado?")).to_be_visible()
    expect(page.get_by_text("Régua de cobrança")).to_be_visible()
    picture(page, "regua")
    page.get_by_role("link", name="Liberar").first.click()

    expect(page.get_by_text("Em confiança por 3 dias")).to_be_visible()
    expect(page.get_by_text("De vez")).to_be_visible()


def test_the_rehearsal_holds_before_it_blocks(page: Page, product: Product):
    page.goto(f"{product.address}/simulacao/")
    page.get_by_label("No dia").fill(product.inside(NEXT))
    page.get_by_role("button", name="Simular").click()
    page.get_by_role("link", name="Bloquear").first.click()
    expect(page.get_by_text("passou o dia do bloqueio").first).to_be_visible()
    picture(page, "simulacao")
    page.locator(".tbl tbody input[type=checkbox]").first.check()
    page.get_by_role("button", name="Segurar até…").click()

    expect(page.get_by_role("heading", level=1).or_(page.locator("dialog[open] h2")).first).to_contain_text("Segurar")


# The first day of the next weeks on which somebody would be blocked.
NEXT = """
from datetime import timedelta
from malha.core import clock
from malha.journeys import delinquency
days = (clock.today() + timedelta(days=n) for n in range(1, 90))
print(next(f"{day:%d/%m/%Y}" for day in days if any(o.moves and o.decision.standing == "BLOCKED" for o in delinquency.rehearse(day))))
"""


@pytest.mark.usefixtures("line")
def test_what_the_blocked_customer_sees(product: Product, browser: Browser):
    context = context_of(browser, PHONE, scripts=False)
    phone = context.new_page()
    phone.goto(f"{product.notice_address}/aviso/")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Sua internet está bloqueada")
    expect(phone.get_by_role("button", name="Já paguei")).to_be_visible()
    picture(phone, "pagina-de-bloqueio")
    context.close()


# ---- caixa.md, painel-e-relatorios.md


def test_the_book_of_a_day(page: Page, product: Product):
    page.goto(f"{product.address}/caixa/")
    for name in ("Fechar caixa", "Transferir", "Lançar"):
        expect(page.get_by_role("link", name=name).first).to_be_visible()
    picture(page, "caixa")
    page.get_by_role("link", name="Fechar caixa").click()

    expect(page.get_by_label("Valor contado")).to_be_visible()


def test_the_painel_and_the_reports(page: Page, product: Product):
    page.goto(f"{product.address}/painel/")
    expect(page.get_by_role("heading", name="Precisa de você")).to_be_visible()
    for _second in range(60):  # until the routers were read and compared
        if page.get_by_text("acessos diferentes no roteador").count():
            break
        page.wait_for_timeout(1000)
        page.get_by_role("link", name="Atualizar os números").click()
    picture(page, "painel")
    page.goto(f"{product.address}/relatorios/")

    for name in ("Recebíveis", "Inadimplência por atraso", "Créditos de clientes", "Ativações e cancelamentos"):
        expect(page.get_by_role("main").get_by_role("link", name=name).first).to_be_visible()
