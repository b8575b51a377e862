"""Padrões de cobrança: three blocks, the floors of the law, and the drawing that follows the days."""

import re

import pytest
from django.test import Client

from malha.contracts.models import CollectionMethod
from malha.core.models import Company, HistoryEntry
from malha.domain.money import Money
from malha.dunning.models import DunningPolicy
from malha.dunning.queries import default_policy
from malha.staff.roles import Role
from tests import make

pytestmark = pytest.mark.django_db
URL = "/configuracoes/padroes-de-cobranca/"
LADDER = {
    "block": "ladder", "days_to_pending": "3", "days_to_block": "18", "days_notice_to_block": "15", "days_to_reduce": "",
    "termination_after_days": "60", "minimum_debt": "0,00", "is_automatic": "1", "allowed_weekdays": ["0", "1", "2", "3"],
    "release_on_payment": "on", "release_grace_days": "1", "reason": "",
}  # fmt: skip
TRUST = {
    "block": "trust", "trust_days": "3", "trust_uses": "1", "trust_window_days": "30", "trust_max_debt_days": "60", "silence_hours": "24",
}  # fmt: skip
FEES = {"block": "fees", "fine_basis_points": "2,00", "interest_basis_points": "1,00", "max_overdue_to_bill": ""}


@pytest.fixture
def client() -> Client:
    make.company()
    client = Client()
    client.force_login(make.user(Role.ADMIN))
    return client


def wrong(answer) -> set[str]:
    assert answer.status_code == 422
    return set(re.findall(r'id="id_([a-z_]+)_error"', answer.content.decode()))


def test_it_says_whom_it_governs_and_shows_the_defaults(client):
    make.contract(days_to_block=40)

    html = client.get(URL).content.decode()

    assert "1 tem dias próprios" in html
    values = dict(re.findall(r'name="([a-z_]+)" value="([^"]*)"', html))
    assert {name: values[name] for name in ("days_to_pending", "days_to_block", "days_notice_to_block", "termination_after_days")} == {
        "days_to_pending": "3", "days_to_block": "18", "days_notice_to_block": "15", "termination_after_days": "60",
    }  # fmt: skip
    assert (values["fine_basis_points"], values["interest_basis_points"]) == ("2,00", "1,00")


def test_the_whole_ladder_is_saved(client):
    changes = {
        "days_to_pending": "5", "days_to_block": "25", "days_to_reduce": "15", "minimum_debt": "10,00", "is_automatic": "0",
        "allowed_weekdays": ["1", "2"], "release_any": "", "termination_after_days": "75", "release_grace_days": "0",
    }  # fmt: skip

    answer = client.post(URL, {**LADDER, **changes})

    assert answer.status_code == 302
    policy = default_policy()
    assert (policy.days_to_pending, policy.days_to_block, policy.days_to_reduce, policy.termination_after_days) == (5, 25, 15, 75)
    assert (policy.minimum_debt, policy.is_automatic, policy.allowed_weekdays) == (Money(1000), False, [1, 2])
    assert (policy.release_on_payment, policy.release_on_any_payment, policy.release_grace_days) == (True, False, 0)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"days_notice_to_block": "14"}, "days_notice_to_block"),
        ({"days_to_block": "17"}, "days_to_block"),
        ({"days_to_reduce": "20"}, "days_to_reduce"),
        ({"termination_after_days": "59"}, "termination_after_days"),
        ({"allowed_weekdays": []}, "allowed_weekdays"),
        ({"allowed_weekdays": ["3", "4"]}, "reason"),
        ({"days_to_pending": "abc"}, "days_to_pending"),
        ({"minimum_debt": "-1"}, "minimum_debt"),
        ({"is_automatic": ""}, "is_automatic"),
    ],
)
def test_what_the_law_or_sense_forbids_is_refused_beside_its_field(client, change, field):
    Company.objects.update(size_class="PPP")
    before = DunningPolicy.objects.values().get()

    answer = client.post(URL, {**LADDER, **change})

    assert wrong(answer) == {field}
    assert DunningPolicy.objects.values().get() == before


def test_a_micro_provider_goes_lower_with_a_reason_and_need_not_repeat_it(client):
    lower = {**LADDER, "days_to_block": "10", "days_notice_to_block": "7"}
    assert wrong(client.post(URL, lower)) == {"reason"}

    assert client.post(URL, {**lower, "reason": "acordo com o condomínio"}).status_code == 302
    assert client.post(URL, {**TRUST, "trust_days": "4"}).status_code == 302

    assert (default_policy().days_to_block, default_policy().trust_days) == (10, 4)
    assert HistoryEntry.objects.filter(verb="dunning_policy.changed").order_by("pk").first().reason == "acordo com o condomínio"


@pytest.mark.parametrize(
    ("change", "field"),
    [({"trust_days": "31"}, "trust_days"), ({"trust_uses": "-1"}, "trust_uses"), ({"silence_hours": "0"}, "silence_hours")],
)
def test_trust_has_its_limits(client, change, field):
    assert wrong(client.post(URL, {**TRUST, **change})) == {field}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"fine_basis_points": "2,01"}, "fine_basis_points"),
        ({"interest_basis_points": "1,01"}, "interest_basis_points"),
        ({"interest_basis_points": "1.01"}, "interest_basis_points"),
        ({"fine_basis_points": "-1"}, "fine_basis_points"),
        ({"fine_basis_points": "1,999"}, "fine_basis_points"),
        ({"fine_basis_points": "dois"}, "fine_basis_points"),
        ({"max_overdue_to_bill": "61"}, "max_overdue_to_bill"),
    ],
)
def test_fine_and_interest_cannot_exceed_the_law(client, change, field):
    assert wrong(client.post(URL, {**FEES, **change})) == {field}
    assert list(CollectionMethod.objects.values_list("fine_basis_points", "interest_basis_points")) == [(200, 100)]


def test_fees_go_to_the_form_of_payment_and_the_rest_to_the_company(client):
    changes = {"fine_basis_points": "1,5", "interest_basis_points": "0.33", "charge_while_blocked": "on", "max_overdue_to_bill": "3"}

    assert client.post(URL, {**FEES, **changes}).status_code == 302

    method, company = CollectionMethod.objects.get(), Company.objects.get()
    assert (method.fine_basis_points, method.interest_basis_points) == (150, 33)
    assert (company.charge_while_blocked, company.max_overdue_to_bill) == (True, 3)
    assert HistoryEntry.objects.get(verb="collection_method.changed").after == {"fine_basis_points": 150, "interest_basis_points": 33}
    assert HistoryEntry.objects.get(verb="company.changed").after == {"charge_while_blocked": True, "max_overdue_to_bill": 3}


def points(html: str) -> list[tuple[str, str]]:
    return re.findall(r"<b>([^<]*)</b><span>([^<]*)</span>", html)


def test_the_drawing_follows_the_typed_days(client):
    first = points(client.get(URL).content.decode())
    moved = points(client.get(f"{URL}regua/", {"days_to_pending": "5", "days_to_block": "25", "days_to_reduce": "10"}).content.decode())

    assert first == [  # the next of the offered days is 15 March, a Sunday
        ("Emitida", "05/03/2026 · 10 dias antes"), ("Vencimento", "15/03/2026"), ("Pendência", "18/03/2026 · 3 dias depois"),
        ("Bloqueio", "06/04/2026 · 22 dias depois"), ("Rescisão", "05/06/2026 · 82 dias depois"),
    ]  # fmt: skip
    assert [title for title, _text in moved] == ["Emitida", "Vencimento", "Pendência", "Velocidade reduzida", "Bloqueio", "Rescisão"]
    assert dict(moved)["Pendência"] == "20/03/2026 · 5 dias depois" and dict(moved)["Velocidade reduzida"].startswith("25/03/2026")


@pytest.mark.parametrize("typed", [{"days_to_block": "1"}, {"days_to_pending": "0"}, {"days_to_block": "abc"}, {"days_to_block": "9" * 30}])
def test_the_drawing_survives_nonsense(client, typed):
    assert client.get(f"{URL}regua/", typed).status_code == 200


def test_an_unknown_block_is_a_404_and_others_stay_out(client):
    assert client.post(URL, {"block": "senha"}).status_code == 404
    manager = Client()
    manager.force_login(make.user(Role.MANAGER))
    assert {manager.get(path).status_code for path in (URL, f"{URL}regua/")} == {403}
