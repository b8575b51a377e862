"""Por que está bloqueado? Facts for programs, one line for people."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from malha.contracts.models import Contract
from malha.core import clock
from malha.domain.money import Money
from malha.journeys import blocking, trust
from malha.network.models import Access, SyncState
from malha.reports import block_cause
from tests import make
from tests.backoffice.customers.one import applied
from tests.dunning_make import DUE, NOTICE, TODAY, late, run
from tests.world import at

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def company():
    make.company()


def cause_of(contract: Contract) -> block_cause.BlockCause:
    contract.refresh_from_db()
    return block_cause.cause_of(contract)


def words(contract: Contract) -> str:
    return block_cause.sentence(cause_of(contract)).replace("\xa0", " ")


def test_a_block_by_the_run_names_charge_rule_proof_and_router():
    contract = late(days_to_block=20)
    run(TODAY + timedelta(days=2))  # 20 February + 20: a Thursday
    charge = contract.charges.get()

    cause = cause_of(contract)

    assert (cause.standing, cause.by, cause.is_run) == ("BLOCKED", "POLICY", True)
    assert cause.charge == block_cause.ChargeBehind(charge.number, DUE, Money(11990))
    assert (cause.rule.days_to_block, cause.rule.days_notice_to_block) == (20, 15)
    assert cause.notice and cause.notice.delivered_at and cause.notice.delivered_at.date() == NOTICE
    (router,) = cause.routers
    assert (router.state, router.is_waiting) == (SyncState.MODIFIED, True)
    text = words(contract)
    assert f"Bloqueado por Malha, na rodada diária, 12/03, 09:00: cobrança {charge.number} de R$ 119,90, venceu em 20/02/2026." in text
    assert "Regra: 20 dias após o vencimento e 15 após o aviso entregue." in text
    assert "Página de aviso (página vista em 100.64.8.114)." in text
    assert text.endswith("O roteador ainda não confirmou.")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"sync_state": SyncState.ERROR, "last_error": "no such profile"}, "respondeu: “no such profile”."),
        ({"sync_state": SyncState.MODIFIED, "due_at": clock.now(), "last_error": "timeout"}, "ainda não confirmou: “timeout”."),
        ({}, "Confirmado por "),
    ],
)
def test_what_the_router_answered_is_said(values, said):
    contract = late()
    run(TODAY)
    applied(Access.objects.get(), **values)

    assert said in words(contract)


def test_a_block_by_hand_says_who_and_why():
    contract = late()
    person = make.user(name="Marina Rocha")
    blocking.block(contract=contract, reason="Fraude.", actor=person.actor())

    cause = cause_of(contract)

    assert (cause.by, cause.who, cause.reason, cause.charge) == ("MANUAL", "Marina Rocha", "Fraude.", None)
    assert words(contract).startswith("Bloqueado por Marina Rocha, hoje, 12:00: Fraude. ")


def test_a_pendency_without_a_delivered_notice_says_so():
    assert "Nenhum aviso entregue ainda." in words(late(notice=None))


def test_a_trust_says_until_when_and_who_gave_it():
    contract = late()
    run(TODAY)
    person = make.user(name="Ana Lima")
    with clock.frozen(at(TODAY)):
        trust.grant(contract=Contract.objects.get(pk=contract.pk), user_id=person.pk, actor=person.actor())

    assert words(contract).startswith("Liberado em confiança até 13/03/2026 por Ana Lima, ")


def test_many_cost_what_one_costs():
    contracts = [late(f"Cliente {n}") for n in range(4)]
    run(TODAY)
    rows = list(Contract.objects.filter(pk__in=[one.pk for one in contracts]))

    with CaptureQueriesContext(connection) as one:
        block_cause.causes_of(rows[:1])
    with CaptureQueriesContext(connection) as four:
        found = block_cause.causes_of(rows)

    assert len(one) == len(four) <= 7
    assert len(found) == 4
    assert block_cause.causes_of([]) == {}
