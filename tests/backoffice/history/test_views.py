"""The history page: filters, pages, days of the company's zone."""

from datetime import UTC, datetime

import pytest

from malha.core import clock, history
from malha.core.history import SYSTEM
from malha.core.history_queries import PER_PAGE
from malha.core.models import HistoryEntry
from malha.staff.models import LoginAttempt
from tests import make

pytestmark = pytest.mark.django_db
PAGE = "/historico/"


@pytest.fixture(autouse=True)
def manager(client):
    make.company(timezone="America/Rio_Branco")
    user = make.user("MANAGER", name="Marina Gerente")
    client.force_login(user)
    return user


def record(verb: str = "user.changed", name: str = "Pessoa Mudada", at: datetime | None = None, **values):
    with clock.frozen(at or clock.now()):
        return history.record(make.user("SALES", name=name), verb, actor=values.pop("actor", SYSTEM), **values)


def rows(client, **filters) -> str:
    answer = client.get(PAGE, filters, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return answer.content.decode()


def test_filters_narrow_the_list(client, manager):
    record(name="Um", reason="porque sim", actor=manager.actor())
    record("user.deactivated", name="Dois")

    assert "Um" in rows(client, who=f"user:{manager.pk}")
    assert "Dois" not in rows(client, who=f"user:{manager.pk}")
    assert "Um" not in rows(client, who="system:")
    assert "Um" not in rows(client, verb="user.deactivated")
    assert "Dois" not in rows(client, q="porque")
    assert "Nada" in rows(client, kind="core.company")


def test_a_day_is_a_day_of_the_company(client):
    record(name="Tarde da noite", at=datetime(2026, 3, 10, 4, 30, tzinfo=UTC))  # 23:30 of the 9th in Rio Branco

    assert "Tarde da noite" in rows(client, since="09/03/2026", until="09/03/2026")
    assert "Tarde da noite" not in rows(client, since="10/03/2026")


def test_a_wrong_date_answers_422(client):
    assert client.get(PAGE, {"since": "31/02/2026"}).status_code == 422


def test_older_entries_are_one_click_away_and_pages_cost_the_same(client, django_assert_max_num_queries):
    user = make.user("SALES")
    history.record_all(history.entry_for(user, "user.changed", actor=SYSTEM, reason=f"motivo {n}") for n in range(PER_PAGE + 5))

    with django_assert_max_num_queries(15):
        page = client.get(PAGE).content.decode()
    assert "motivo 54" in page
    assert "motivo 4<" not in page
    oldest_shown = HistoryEntry.objects.order_by("-pk")[PER_PAGE - 1].pk
    assert f"before={oldest_shown}" in page
    assert "motivo 4<" in rows(client, before=oldest_shown)


def test_failed_logins_are_shown(client):
    LoginAttempt.objects.create(at=clock.now(), username="intruso", ip="203.0.113.9", succeeded=False)

    page = client.get(f"{PAGE}entradas/", {"failed": "1"}).content.decode()
    assert "intruso" in page
    assert "203.0.113.9" in page
