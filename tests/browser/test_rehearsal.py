"""Simulação in a browser: who would be blocked and why, one held out, one approved and blocked, and the run undone."""

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import context_of, log_in
from tests.browser.product import Product
from tests.browser.test_every_screen import looks

# Two contracts of the demo are late since forty days and know it: their day has come, and the policy suggests only.
LATE = """
import json
from datetime import timedelta
from malha.billing.models import Charge
from malha.contracts.models import Contract, ContractState
from malha.core import clock
from malha.core.history import SYSTEM
from malha.dunning.models import Notice, NoticeChannel
from malha.journeys import delinquency, notices
now = clock.now()
calm = Contract.objects.filter(state=ContractState.ACTIVE, standing="CLEAR", standing_cause="", trust_releases=None, never_block=False)
people = calm.filter(customer__person_type="INDIVIDUAL", auto_notice=True, auto_block=True, do_not_notify_until=None)
names = []
for contract in people.filter(do_not_block_until=None, charges__state="OPEN").order_by("-pk").distinct()[:2]:
    charge = Charge.objects.filter(contract=contract, state="OPEN").order_by("due_date").first()
    Charge.objects.filter(pk=charge.pk).update(due_date=clock.today() - timedelta(days=40))
    with clock.frozen(now - timedelta(days=30)):
        delinquency.reassess([contract.pk], actor=SYSTEM)
        for notice in Notice.objects.filter(charge=charge):
            notices.deliver(notice=notice, channel=NoticeChannel.PAGE, proof="Página de aviso aberta.", actor=SYSTEM)
    names.append(contract.customer.name)
print(json.dumps(names))
"""
# The first day from tomorrow on which a block may begin.
CUT_DAY = """
from datetime import timedelta
from malha.core import clock
from malha.domain.calendar import next_cut_day
from malha.dunning import facts
from malha.dunning.queries import default_policy
rules = facts.rules(default_policy())
print(next_cut_day(clock.today() + timedelta(days=1), rules.holidays, rules.allowed_weekdays))
"""


def set_policy(browser: Browser, product: Product, words: str) -> None:
    """The administrator chooses how a block happens."""
    context = context_of(browser)
    page = context.new_page()
    log_in(page, product)
    page.goto(f"{product.address}/configuracoes/padroes-de-cobranca/")
    page.get_by_text(words, exact=True).click()
    page.get_by_role("button", name="Salvar").first.click()
    expect(page.get_by_role("radio", name=words)).to_be_checked()
    context.close()


@pytest.fixture
def waiting(moving: Product, browser: Browser) -> Iterator[list[str]]:
    """The names of two who wait for an approval, on the morning of a day on which blocks may begin."""
    set_policy(browser, moving, "Sugerir e aprovar")
    names: list[str] = json.loads(moving.inside(LATE))
    moving.manage("day", moving.inside(CUT_DAY))
    yield names
    set_policy(browser, moving, "Sozinhos")


@pytest.fixture
def finance(moving: Product, browser: Browser) -> Iterator[Page]:
    """A desktop browser of the finance person."""
    context = context_of(browser)
    page = context.new_page()
    log_in(page, moving, "marina")
    yield page
    context.close()


def rehearse_today(page: Page, product: Product) -> None:
    """Simulação as it is reached from the menu, for the day that it is now."""
    page.goto(f"{product.address}/painel/")
    page.get_by_role("navigation").locator("a[href='/simulacao/']").first.click()
    page.get_by_label("No dia").fill(product.inside("from malha.core import clock; print(f'{clock.today():%d/%m/%Y}')"))
    page.get_by_role("button", name="Simular").click()
    expect(page.get_by_text("hoje", exact=True)).to_be_visible()


def row_of(page: Page, name: str) -> Locator:
    return page.locator("#lista tbody tr", has_text=name)


def ask(page: Page, name: str, button: str) -> None:
    """Tick one and say what shall be done."""
    row_of(page, name).get_by_role("checkbox").check()
    page.get_by_role("button", name=button).click()
    expect(page.get_by_text("1 contrato escolhido.")).to_be_visible()


def test_held_out_approved_blocked_and_undone(moving: Product, waiting: list[str], finance: Page):
    held, blocked = waiting
    page = finance
    rehearse_today(page, moving)
    for name in waiting:
        expect(row_of(page, name)).to_contain_text(re.compile(r"R\$\s[\d.]+,\d\d"))
        expect(row_of(page, name)).to_contain_text("espera")
    before = page.url

    # Held out, with a reason or not at all.
    ask(page, held, "Segurar até…")
    assert looks(page) == []
    page.get_by_role("button", name="Segurar", exact=True).click()
    expect(page.get_by_text("Diga por que")).to_be_visible()
    page.get_by_label("Motivo").fill("Paga na sexta")
    page.get_by_role("button", name="Segurar", exact=True).click()
    expect(row_of(page, held)).to_have_count(0)
    expect(row_of(page, blocked)).to_have_count(1)
    page.get_by_role("link", name="Adiados").click()
    expect(row_of(page, held)).to_contain_text("seguro até")

    # Approved: the day has come, so it happens now.
    page.goto(before)
    ask(page, blocked, "Aprovar bloqueios")
    assert looks(page) == []
    page.get_by_role("button", name="Aprovar bloqueios").click()
    expect(page.get_by_text("1 bloqueio aprovado")).to_be_visible()
    expect(row_of(page, blocked)).to_have_count(0)
    assert standing_of(moving, blocked) == "BLOCKED"
    assert standing_of(moving, held) == "PENDING"

    # Undone, asked first.
    page.get_by_role("link", name="Desfazer a última rodada").click()
    expect(page.get_by_text(re.compile("bloqueou 1 contrato"))).to_be_visible()
    assert looks(page) == []
    page.get_by_role("button", name="Desfazer a rodada").click()
    expect(page.get_by_text(re.compile("A última rodada foi desfeita às"))).to_be_visible()
    assert standing_of(moving, blocked) == "PENDING"


def standing_of(product: Product, name: str) -> str:
    """As the database has it."""
    code = "from malha.contracts.models import Contract; print(Contract.objects.get(customer__name=%r).standing)"
    return product.inside(code % name)
