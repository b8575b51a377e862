"""On the customer page: the régua, why blocked, release in trust or for good, promise, pause, suspension."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from malha.contracts.models import Contract
from malha.core import clock
from malha.core.history import SYSTEM
from malha.core.models import HistoryEntry
from malha.dunning.models import TrustRelease
from malha.journeys import trust
from malha.staff.roles import Role
from tests import make
from tests.backoffice.customers.one import HTMX, log_in, text, verbs
from tests.dunning_make import TODAY, charge, contract, late, run
from tests.world import at

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def company():
    make.company()


@pytest.fixture
def blocked() -> Contract:
    row = late("Rosa Maria Duarte")
    run(TODAY)
    row.refresh_from_db()
    assert row.standing == "BLOCKED"
    return row


def url(row: Contract, tail: str = "") -> str:
    return f"/clientes/{row.customer.number}/{tail}"


def rail(html: str) -> list[tuple[str, str, str]]:
    """State, title and text of each point."""
    found = re.search(r'<ol class="rail".*?</ol>', html, re.S)
    points = re.findall(r'<li(?: class="([^"]*)")?><b>([^<]*)</b><span>([^<]*)', found[0] if found else "")
    return [(state, title, words.strip()) for state, title, words in points]


def standing(row: Contract) -> tuple[str, str]:
    row.refresh_from_db()
    return row.standing, row.standing_cause


# --------------------------------------------------------------------------------------------------- régua and cause


def test_the_ladder_shows_past_today_and_predicted():
    row = late("Rosa", due=date(2026, 3, 1), notice=date(2026, 3, 5))

    html = text(log_in(), url(row))

    assert rail(html) == [
        ("past", "Emitida", "19/02"), ("past", "Venceu", "01/03"), ("now", "Pendência", "05/03, 09:00 · página de aviso"),
        ("next-bad", "Bloqueio", "previsto 23/03"), ("", "Rescisão", "prevista 22/05"),
    ]  # fmt: skip
    assert "Régua de cobrança · março/2026" in html
    assert "Bloqueio em 23/03" in html and "daqui a 13 dias, se não pagar" in html


def test_a_notice_that_nobody_saw_is_said():
    row = late("Rosa", notice=None)

    html = text(log_in(), url(row))

    assert ("now", "Pendência", "23/02 · aviso não entregue") in rail(html)
    assert "nenhum aviso foi entregue" in html


def test_a_clear_one_has_no_alarm():
    row = contract("Rosa")
    charge(row, due=date(2026, 3, 15))

    html = text(log_in(), url(row))

    assert [state for state, _title, _text in rail(html)] == ["past today", "", "", "next-bad", ""]
    assert "Próximo passo" not in html and "Por que" not in html


def test_without_a_charge_there_is_no_ladder_yet():
    html = text(log_in(), url(contract("Rosa")))

    assert "Nada em aberto: a régua começa com a próxima cobrança." in html


def test_why_blocked_is_one_line_with_charge_rule_proof_and_router(blocked):
    html = text(log_in(), url(blocked)).replace("\xa0", " ")

    assert "Por que bloqueado?" in html
    assert "cobrança 1 de R$ 119,90, venceu em 20/02/2026. Regra: 18 dias após o vencimento e 15 após o aviso entregue." in html
    assert "Aviso entregue 23/02, 09:00, Página de aviso (página vista em 100.64.8.114). O roteador ainda não confirmou." in html


def test_the_list_leads_to_the_cause(blocked):
    html = text(log_in(), "/clientes/")

    assert f'href="{url(blocked)}#por-que"' in html


# ------------------------------------------------------------------------------------------------------------ release


def test_releasing_in_trust_takes_two_clicks_and_says_what_is_left(blocked):
    client = log_in(Role.ATTENDANT)
    asked = text(client, url(blocked, "liberar/"))
    assert "Em confiança: resta 1 uso." in asked and "De vez" not in asked

    client.post(url(blocked, "liberar/"))

    assert standing(blocked) == ("CLEAR", "TRUST")
    release = TrustRelease.objects.get()
    assert (release.until, release.granted_by.role) == (TODAY + timedelta(days=3), Role.ATTENDANT)
    html = text(client, url(blocked))
    assert "Liberado em confiança até 13/03/2026" in html and "Encerrar a confiança" in html


def test_an_attendant_gets_the_refusal_in_words_and_no_button(blocked):
    with clock.frozen(at(TODAY)):
        trust.end(release=trust.grant(contract=blocked, actor=SYSTEM), reason="engano", actor=SYSTEM)
    client = log_in(Role.ATTENDANT)

    asked = text(client, url(blocked, "liberar/"))
    answer = client.post(url(blocked, "liberar/"), {"how": "for_good"})

    assert "Em confiança não: Já usou: 1 vez em 30 dias." in asked and "data-save" not in asked
    assert answer.status_code == 422
    assert standing(blocked) == ("BLOCKED", "POLICY")


def test_finance_chooses_and_may_go_beyond_the_rules_with_a_reason(blocked):
    with clock.frozen(at(TODAY)):
        trust.end(release=trust.grant(contract=blocked, actor=SYSTEM), reason="engano", actor=SYSTEM)
    client = log_in(Role.FINANCE)
    path = url(blocked, "liberar/")
    assert "Com um motivo você pode passar da regra." in text(client, path)

    assert client.post(path, {}).status_code == 422  # two ways: one must be chosen
    without = client.post(path, {"how": "trust", "days": "5"})
    assert without.status_code == 422 and "Diga por quê." in without.content.decode()
    client.post(path, {"how": "trust", "days": "5", "reason": "diretoria autorizou"})

    assert standing(blocked) == ("CLEAR", "TRUST")
    assert TrustRelease.objects.filter(ended_on__isnull=True).get().until == TODAY + timedelta(days=5)


def test_releasing_for_good_has_its_days_of_grace(blocked):
    log_in(Role.FINANCE).post(url(blocked, "liberar/"), {"how": "for_good", "reason": "pagou no banco"})

    assert standing(blocked) == ("CLEAR", "")
    run(TODAY + timedelta(days=1))
    assert standing(blocked)[0] == "PENDING"


def test_a_block_by_hand_is_no_matter_of_trust(blocked):
    Contract.objects.update(standing_cause="MANUAL")

    asked = text(log_in(Role.ATTENDANT), url(blocked, "liberar/"))
    finance = text(log_in(Role.FINANCE), url(blocked, "liberar/"))

    assert "Bloqueio manual: só quem pode bloquear libera." in asked and "data-save" not in asked
    assert "Em confiança" not in finance and "data-save" in finance
    assert log_in(Role.ATTENDANT).post(url(blocked, "liberar/"), {"how": "trust"}).status_code == 422


def test_taking_the_trust_back_blocks_again(blocked):
    with clock.frozen(at(TODAY)):
        trust.grant(contract=blocked, actor=SYSTEM)
    client = log_in(Role.ATTENDANT)
    assert "fica sem internet agora" in text(client, url(blocked, "encerrar-confianca/"))

    client.post(url(blocked, "encerrar-confianca/"), {"reason": "engano"})

    assert standing(blocked) == ("BLOCKED", "POLICY")
    again = client.post(url(blocked, "encerrar-confianca/"))
    assert again.status_code == 422 and "Nenhum contrato está em confiança." in again.content.decode()


# --------------------------------------------------------------------------------------------- promise, pause, suspend


def test_a_promise_moves_the_predicted_block():
    row = late("Rosa", due=date(2026, 3, 1), notice=date(2026, 3, 5))
    client = log_in(Role.ATTENDANT)

    too_long = client.post(url(row, "promessa/"), {"until": "30/03/2026", "reason": "x"})
    assert too_long.status_code == 422 and "No máximo 3 dias." in too_long.content.decode()
    client.post(url(row, "promessa/"), {"until": "13/03/2026", "reason": "recebe na sexta"})

    html = text(client, url(row))
    assert "Promessa de pagamento até 13/03/2026" in html and "recebe na sexta" in html
    assert standing(row) == ("CLEAR", "TRUST")
    assert "contract.promised" in verbs()


def test_a_promise_for_a_past_day_is_refused():
    row = late("Rosa", due=date(2026, 3, 1), notice=date(2026, 3, 5))

    answer = log_in().post(url(row, "promessa/"), {"until": "09/03/2026", "reason": "x"})

    assert answer.status_code == 422 and "De 1 a 30 dias." in answer.content.decode()


def test_pausing_and_going_on():
    row = late("Rosa", due=date(2026, 3, 1), notice=date(2026, 3, 5))
    client = log_in(Role.FINANCE)

    assert client.post(url(row, "pausar/"), {"until": "30/03/2026"}).status_code == 422
    client.post(url(row, "pausar/"), {"until": "30/03/2026", "reason": "em negociação"})

    html = text(client, url(row))
    assert ("next-bad", "Bloqueio", "previsto 31/03") in rail(html)
    assert "Pausada: sem bloqueio até 30/03/2026." in html and "Retomar a régua" in html
    client.post(url(row, "retomar/"))
    assert ("next-bad", "Bloqueio", "previsto 23/03") in rail(text(client, url(row)))
    assert HistoryEntry.objects.get(verb="contract.held").customer_id == row.customer_id


def test_suspending_and_ending_it():
    row = contract("Rosa")
    client = log_in(Role.ATTENDANT)
    path = url(row, f"contratos/{row.number}/suspender/")

    short = client.post(path, {"until": "20/03/2026"})
    assert short.status_code == 422 and "De 30 a 120 dias" in short.content.decode()
    client.post(path, {"until": "08/05/2026", "reason": "viagem"})
    row.refresh_from_db()
    assert row.state == "SUSPENDED"
    html = text(client, url(row, "contratos/"))
    assert "Suspenso a pedido de 10/03/2026 a 08/05/2026" in html and "Reativar contrato" in html

    client.post(url(row, f"contratos/{row.number}/retomar/"))
    row.refresh_from_db()
    assert row.state == "ACTIVE"


def test_who_owes_is_told_why_there_is_no_suspension():
    row = late("Rosa")

    html = text(log_in(), url(row, f"contratos/{row.number}/suspender/"))

    assert "Há cobrança em atraso." in html and "data-save" not in html


@pytest.mark.parametrize(
    ("role", "may_trust", "may_pause"),
    [(Role.ATTENDANT, True, False), (Role.FINANCE, True, True), (Role.TECHNICIAN, False, False), (Role.ACCOUNTANT, False, False)],
)
def test_each_role_is_offered_what_it_may(role, may_trust, may_pause):
    row = late("Rosa", due=date(2026, 3, 1), notice=date(2026, 3, 5))
    client = log_in(role)
    html = text(client, url(row))

    assert ("promessa/" in html, "pausar/" in html) == (may_trust, may_pause)
    assert (client.get(url(row, "promessa/")).status_code == 200) is may_trust
    assert (client.get(url(row, "pausar/")).status_code == 200) is may_pause


def test_with_a_script_the_question_is_a_dialog(blocked):
    html = text(log_in(), url(blocked, "liberar/"), headers=HTMX)

    assert html.startswith("<dialog") and "opt-card" in html


def test_the_page_costs_the_same_for_one_contract_and_for_four(blocked):
    client = log_in()
    text(client, url(blocked))
    with CaptureQueriesContext(connection) as one:
        text(client, url(blocked))
    for _n in range(3):
        make.access(make.contract(blocked.customer, due_day=20))
    others = Contract.objects.filter(customer=blocked.customer).exclude(pk=blocked.pk)
    for row in others:
        charge(row)
    run(date(2026, 2, 23))
    with CaptureQueriesContext(connection) as four:
        text(client, url(blocked))

    assert len(one) <= len(four) <= len(one) + 1 <= 40
