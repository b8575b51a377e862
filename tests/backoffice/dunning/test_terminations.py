"""Rescisões at the door: the proposals, the second notice, and the end that a person decides."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from malha.contracts.models import Contract
from malha.core import clock
from malha.dunning.models import Notice
from malha.staff.roles import Role
from tests import make
from tests.backoffice.customers.one import log_in, text
from tests.dunning_make import TODAY, deliver, late, run
from tests.world import at

pytestmark = pytest.mark.django_db
URL = "/simulacao/rescisoes/"
DUE = date(2025, 12, 10)
NOTICE = date(2025, 12, 15)
BLOCK = date(2025, 12, 30)  # a Tuesday; sixty days later is 28 February


@pytest.fixture(autouse=True)
def company():
    make.company()


def blocked(name: str = "Rosa Maria Duarte") -> Contract:
    row = late(name, due=DUE, notice=NOTICE)
    run(BLOCK)
    row.refresh_from_db()
    assert row.standing == "BLOCKED"
    return row


def test_who_is_blocked_for_long_enough_is_proposed():
    blocked("Longe Demais")
    late("Só em Pendência")

    html = text(log_in(), URL)

    assert "Longe Demais" in html and "Só em Pendência" not in html
    assert "ainda não preparado" in html and "Rescindir" not in html


def test_nobody_is_an_empty_list():
    assert "Nenhuma rescisão a propor" in text(log_in(), URL)


def test_from_the_second_notice_to_the_end_of_the_contract():
    row = blocked()
    manager = log_in(Role.MANAGER)

    asked = manager.post(f"{URL}avisar/", {"id": row.pk})
    assert "1 contrato escolhido." in asked.content.decode()
    answer = manager.post(f"{URL}avisar/", {"id": row.pk, "confirmed": "1"})
    assert answer["Location"] == "/simulacao/avisos/?tipo=rescisao"
    letter = text(manager, "/simulacao/avisos/cartas/", query_params={"id": Notice.objects.get(kind="TERMINATION").pk})
    assert "Aviso de rescisão do contrato" in letter and "suspenso desde 30/12/2025" in letter
    assert "Não será antes de 25/03/2026, nem antes de 15 dias depois deste aviso" in letter

    deliver(row, TODAY)
    assert "Rescindir contrato" not in text(manager, URL)
    early = text(manager, f"{URL}{row.number}/")
    assert "A rescisão pode acontecer a partir de 25/03/2026." in early and "data-save" not in early
    assert manager.post(f"{URL}{row.number}/", {"reason": "x"}).status_code == 422

    with clock.frozen(at(TODAY + timedelta(days=15))):
        manager = log_in(Role.MANAGER)
        assert "Rescindir contrato" in text(manager, URL)
        assert manager.post(f"{URL}{row.number}/", {"reason": ""}).status_code == 422
        done = manager.post(f"{URL}{row.number}/", {"reason": "Falta de pagamento"}, follow=True)
    assert "foi rescindido" in done.content.decode()
    row.refresh_from_db()
    assert (row.state, row.cancel_reason) == ("CANCELLED", "Falta de pagamento")
    assert row.charges.filter(state="OPEN").exists()  # what is owed stays owed


def test_who_is_not_proposed_cannot_be_terminated_here():
    row = late("Rosa")

    assert log_in().get(f"{URL}{row.number}/").status_code == 404
    assert log_in().post(f"{URL}{row.number}/", {"reason": "x"}).status_code == 404
    assert log_in().post(f"{URL}avisar/", {"id": row.pk, "confirmed": "1"}).status_code == 422


@pytest.mark.parametrize(
    ("role", "prepares", "ends"), [(Role.FINANCE, True, False), (Role.ATTENDANT, False, True), (Role.MANAGER, True, True)]
)
def test_each_role_is_offered_what_it_may(role, prepares, ends):
    row = blocked()
    client = log_in(role)

    assert ("Preparar aviso" in text(client, URL)) is prepares
    assert (client.post(f"{URL}avisar/").status_code != 403) is prepares
    assert (client.get(f"{URL}{row.number}/").status_code != 403) is ends


def test_statements_do_not_grow_with_the_number_of_proposals():
    client = log_in()
    counted = []
    for number in (1, 4):
        for n in range(number):
            blocked(f"Cliente {n}")
        text(client, URL)
        with CaptureQueriesContext(connection) as statements:
            text(client, URL)
        counted.append(len(statements))
    assert counted[0] == counted[1] <= 20
