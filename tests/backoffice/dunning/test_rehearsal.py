"""Simulação at the door: what it says, holding out, approving, undoing, and that it costs a constant number of statements."""

import csv
import io
import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from malha.contracts.models import Contract
from malha.core import clock
from malha.core.history import SYSTEM
from malha.core.models import HistoryEntry
from malha.customers.models import CustomerGroup, VisibleGroup
from malha.dunning.models import DunningPolicy, Pendency
from malha.journeys import trust
from malha.staff.roles import Role
from tests import make
from tests.backoffice.customers.one import log_in, text
from tests.dunning_make import DUE, TODAY, TOMORROW, charge, contract, late, run
from tests.world import at

pytestmark = pytest.mark.django_db
URL = "/simulacao/"


@pytest.fixture(autouse=True)
def company():
    make.company()


def page(client: Client, **query: str) -> str:
    return text(client, URL, query_params=query)


def counts(html: str) -> dict[str, str]:
    """Number by part."""
    return dict(
        re.findall(r'class="dot [a-z]*"></span> <a href="[^"]*aba=([a-z-]+)"[^>]*>[^<]*</a></div>.*?class="k-v[^"]*">([\d.]+)<', html, re.S)
    )


def names(html: str) -> list[str]:
    return re.findall(r'<a class="nm text-break"[^>]*>([^<]*)<', html)


def test_everybody_stands_in_one_part_with_amount_and_cause():
    late("Cai Amanhã", due=date(2026, 2, 21), notice=date(2026, 2, 24))  # 21 February + 18 = tomorrow
    late("Ninguém Viu", notice=None)
    late("Segura Firme", due=DUE)
    Contract.objects.filter(customer__name="Segura Firme").update(do_not_block_until=date(2026, 3, 20))
    charge(contract("Novo Atraso"), due=date(2026, 3, 6))
    freed = late("Já Pagou")
    freed.charges.update(state="PAID", paid_on=TODAY)  # as if a payment had not reassessed
    charge(contract("Em Dia"), due=date(2026, 3, 20))

    html = page(log_in())

    assert counts(html) == {"avisar": "1", "bloquear": "1", "liberar": "1", "adiados": "1", "sem-aviso": "1"}
    assert names(html) == ["Cai Amanhã"]
    assert "Em atraso desde 21/02/2026, aviso entregue: passou o dia do bloqueio." in html
    assert "entregue 24/02 · Página de aviso" in html
    assert "R$\xa0119,90" in html
    assert names(page(log_in(), aba="avisar")) == ["Novo Atraso"]
    assert names(page(log_in(), aba="liberar")) == ["Já Pagou"]
    assert "seguro até 20/03/2026" in page(log_in(), aba="adiados")
    assert "não entregue, devido desde 23/02" in page(log_in(), aba="sem-aviso")


def test_what_it_shows_is_what_the_run_then_does():
    late("Um")
    late("Outro", notice=None)
    charge(contract("Novo Atraso"), due=date(2026, 3, 6))
    html = page(log_in())
    shown = counts(html)

    done = run(TOMORROW)

    assert (str(done.blocked), str(done.noticed)) == (shown["bloquear"], shown["avisar"])


@pytest.mark.parametrize("day", ["2026-03-11", "11/03/2026", ""])
def test_the_day_is_tomorrow_unless_one_is_typed(day):
    assert 'value="11/03/2026"' in page(log_in(), dia=day)


@pytest.mark.parametrize(("day", "shown"), [("2020-01-01", "10/03/2026"), ("31/12/2030", "08/06/2026"), ("ontem", "11/03/2026")])
def test_a_day_that_cannot_be_rehearsed_shows_the_nearest_and_says_so(day, shown):
    html = page(log_in(), dia=day)

    assert f'value="{shown}"' in html and "De hoje até 90 dias à frente" in html


def test_an_empty_day_says_so():
    assert "Ninguém seria bloqueado neste dia." in page(log_in())


def test_lines_are_sorted_and_paged():
    for n in range(52):
        late(f"Cliente {n:02d}", amount=f"{n + 1},00")

    first, second = page(log_in(), order="-valor"), page(log_in(), order="-valor", page="2")

    assert names(first)[:2] == ["Cliente 51", "Cliente 50"] and len(names(first)) == 50
    assert names(second) == ["Cliente 01", "Cliente 00"]
    assert names(page(log_in(), order="-valor", page="99")) == names(second)


def test_who_sees_some_groups_sees_only_them():
    group = CustomerGroup.objects.create(name="Condomínios")
    inside = late("De Dentro")
    inside.customer.group = group
    inside.customer.save()
    outside = late("De Fora")
    user = make.user(Role.FINANCE)
    VisibleGroup.objects.create(user=user, group=group)
    client = log_in(user=user)

    assert names(page(client)) == ["De Dentro"]
    held = {"id": [str(inside.pk), str(outside.pk)], "confirmed": "1", "until": "20/03/2026", "reason": "x"}
    client.post(f"{URL}segurar/", held)
    outside.refresh_from_db()
    assert outside.do_not_block_until is None


def test_holding_out_asks_and_then_holds():
    row = late("Rosa")
    client = log_in(Role.FINANCE)
    asked = client.post(f"{URL}segurar/", {"id": row.pk, "query": "dia=2026-03-11&aba=bloquear"})
    assert asked.status_code == 200 and "1 contrato escolhido." in asked.content.decode()
    fields = {"id": row.pk, "query": "dia=2026-03-11&aba=bloquear", "confirmed": "1", "until": "20/03/2026"}

    refused = client.post(f"{URL}segurar/", fields)
    done = client.post(f"{URL}segurar/", {**fields, "reason": "paga na sexta"})

    assert refused.status_code == 422 and "Diga por que" in refused.content.decode()
    assert done.status_code == 302 and "aba=bloquear" in done["Location"]
    row.refresh_from_db()
    assert row.do_not_block_until == date(2026, 3, 20)
    assert HistoryEntry.objects.get(verb="contract.held").reason == "paga na sexta"
    html = page(client, aba="adiados")
    assert names(html) == ["Rosa"]

    client.post(f"{URL}soltar/", {"id": row.pk, "query": "aba=adiados", "confirmed": "1"})
    row.refresh_from_db()
    assert row.do_not_block_until is None


def test_all_of_a_part_can_be_held():
    for n in range(3):
        late(f"Cliente {n}")
    late("Sem aviso", notice=None)

    fields = {"all": "1", "query": "dia=2026-03-11&aba=bloquear", "confirmed": "1", "until": "20/03/2026", "reason": "feriado local"}
    log_in(Role.FINANCE).post(f"{URL}segurar/", fields)

    assert Contract.objects.filter(do_not_block_until=date(2026, 3, 20)).count() == 3


def test_nothing_chosen_is_said():
    asked = log_in().post(f"{URL}segurar/", {"query": "aba=bloquear"})

    assert "Nenhum contrato escolhido." in asked.content.decode()


def test_approving_where_the_policy_suggests():
    DunningPolicy.objects.update(is_automatic=False)
    for n in range(2):
        late(f"Cliente {n}")
    client, user = log_in(user=(user := make.user(Role.MANAGER))), user
    assert "Aprovar bloqueios" in page(client)

    asked = client.post(f"{URL}aprovar/", {"all": "1", "query": "aba=bloquear"})
    assert asked.status_code == 200 and "2 contratos escolhidos." in asked.content.decode()
    client.post(f"{URL}aprovar/", {"all": "1", "query": "aba=bloquear", "confirmed": "1"})

    assert set(Contract.objects.values_list("standing", flat=True)) == {"BLOCKED"}  # their day had come: 20 February + 18
    assert set(Pendency.objects.values_list("approved_by", flat=True)) == {user.pk}


def test_an_automatic_policy_offers_no_approval():
    late()

    html = page(log_in())
    answer = log_in().post(f"{URL}aprovar/", {"id": Contract.objects.get().pk, "confirmed": "1"})

    assert "Aprovar bloqueios" not in html
    assert answer.status_code == 422 and "Os bloqueios acontecem sozinhos aqui" in answer.content.decode()


def test_undoing_the_last_run_is_asked_done_and_then_said():
    late("Rosa")
    run(TODAY)
    client = log_in(Role.FINANCE)
    assert "Desfazer a última rodada" in page(client)
    assert "A rodada das 06:00 bloqueou 1 contrato." in text(client, f"{URL}desfazer/")

    client.post(f"{URL}desfazer/")

    row = Contract.objects.get()
    assert (row.standing, row.do_not_block_until) == ("PENDING", TOMORROW)
    html = page(client)
    assert "A última rodada foi desfeita às" in html and "Desfazer a última rodada" not in html
    again = client.post(f"{URL}desfazer/")
    assert again.status_code == 422 and "já foi desfeita" in again.content.decode()


def test_without_a_run_there_is_nothing_to_undo():
    assert "Nenhuma rodada bloqueou ninguém hoje" in text(log_in(), f"{URL}desfazer/")
    assert log_in().post(f"{URL}desfazer/").status_code == 422


@pytest.mark.parametrize(
    ("role", "holds", "approves", "exports"),
    [(Role.FINANCE, True, True, True), (Role.ATTENDANT, False, False, False), (Role.ACCOUNTANT, False, False, True)],
)
def test_each_role_is_offered_what_it_may(role, holds, approves, exports):
    DunningPolicy.objects.update(is_automatic=False)
    late()
    run(TODAY)
    client = log_in(role)
    html = page(client)

    assert ("Segurar até…" in html, "Aprovar bloqueios" in html, "Exportar" in html) == (holds, approves, exports)
    assert (client.post(f"{URL}segurar/").status_code != 403) is holds
    assert (client.post(f"{URL}desfazer/").status_code != 403) is approves
    assert log_in(Role.TECHNICIAN).get(URL).status_code == 403


def test_the_export_is_the_part_shown_and_is_recorded():
    late("=cmd Esperta", amount="1.234,56")
    late("Outra", notice=None)

    answer = log_in().get(f"{URL}exportar/", {"aba": "bloquear"})
    rows = list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig")), delimiter=";"))

    assert [row[0] for row in rows] == ["Cliente", "'=cmd Esperta"]
    assert rows[1][3:9] == ["1.234,56", "20/02/2026", "19", "Em pendência", "Bloqueado", rows[1][8]] and "passou o dia" in rows[1][8]
    assert HistoryEntry.objects.get(verb="rehearsal.exported").after == {"part": "bloquear", "day": "2026-03-11"}


def test_statements_do_not_grow_with_the_number_of_late_customers():
    client = log_in()
    counted = []
    for number in (1, 8):
        for n in range(number):
            late(f"Cliente {n}")
        page(client)
        with CaptureQueriesContext(connection) as statements:
            page(client)
        counted.append(len(statements))
    assert counted[0] == counted[1] <= 22


def test_a_contract_in_trust_would_be_blocked_when_it_ends():
    row = late("Rosa")
    with clock.frozen(at(TODAY)):
        trust.grant(contract=row, days=1, actor=SYSTEM)

    assert names(page(log_in(), dia="2026-03-12")) == ["Rosa"]
    assert names(page(log_in())) == []
