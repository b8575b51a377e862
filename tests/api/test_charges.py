"""Charges, booklets and agreements by API: what is owed line by line, and everything that may be done to a charge."""

from datetime import UTC, date, datetime, timedelta

import pytest

from malha.billing import invariants
from malha.billing.models import Booklet, Charge, ParkedContract
from malha.billing.services import issue
from malha.contracts.models import Contract
from malha.core import clock
from malha.core.history import SYSTEM
from malha.core.models import HistoryEntry
from malha.journeys import monthly_billing
from tests import billing_make, make
from tests.api.conftest import Program
from tests.world import World

DUE = date(2026, 3, 20)
LATE = datetime(2026, 3, 30, 12, tzinfo=UTC)


@pytest.fixture
def customer(program):
    return make.customer()


@pytest.fixture
def charge(customer) -> Charge:
    return billing_make.charge(customer)


def body(customer, **values):
    return {"customer_id": customer.pk, "description": "Visita técnica", "amount": "90.00", "due_date": "2026-04-10", **values}


# -------------------------------------------------------------------------------------------------------------------- reading


def test_a_charge_says_what_is_left_and_what_is_owed_today(program, charge):
    program.post(f"/charges/{charge.pk}/settle", {"value": "20.00", "form": "PIX"})

    with clock.frozen(LATE):
        found = program.get(f"/charges/{charge.pk}").json()

    assert (found["state"], found["overdue"], found["total"], found["outstanding"]) == ("OPEN", True, "100.00", "80.00")
    assert found["lines"] == [
        {"position": 1, "kind": "OTHER", "description": "Visita técnica", "amount": "100.00", "days": 0, "whole_days": 0}
    ]
    # 2 % and ten of thirty days of 1 % of the 80,00 that are left
    assert found["owed"] == {
        "principal": "80.00", "discount": "0.00", "fine": "1.60", "interest": "0.27", "total": "81.87", "days_late": 10,
    }  # fmt: skip
    assert [(row["principal"], row["fine"]) for row in found["allocations"]] == [("20.00", "0.00")]


def test_of_a_paid_charge_nothing_is_owed(program, charge):
    program.post(f"/charges/{charge.pk}/settle", {"form": "CASH"})

    found = program.get(f"/charges/{charge.pk}").json()

    assert (found["state"], found["outstanding"], found["owed"], found["paid_on"]) == ("PAID", "0.00", None, "2026-03-10")


@pytest.mark.parametrize(
    "query, amounts",
    [
        ("", ["10.00", "20.00", "30.00"]),
        ("due_from=2026-03-21", ["20.00", "30.00"]),
        ("due_from=2026-03-25&due_to=2026-03-25", ["20.00"]),
        ("overdue=true", ["10.00", "20.00"]),
        ("overdue=false", ["30.00"]),
        ("state=OPEN&kind=ONE_OFF", ["10.00", "20.00", "30.00"]),
        ("state=PAID", []),
        ("kind=MONTHLY", []),
        ("contract_id=999", []),
    ],
)
def test_the_list_is_narrowed_down(program, customer, query, amounts):
    for amount, day in (("10,00", 20), ("20,00", 25), ("30,00", 31)):
        billing_make.charge(customer, amount, date(2026, 3, day))

    with clock.frozen(LATE):
        found = program.get(f"/charges?{query}").json()["items"]

    assert [row["total"] for row in found] == amounts


def test_the_list_of_one_customer_or_contract_has_no_charge_of_another(program, charge):
    other = make.customer(name="Outra", cpf_cnpj="")
    contract = make.contract(other)
    own = billing_make.charge(other, contract_id=contract.pk)

    for query in (f"customer_id={other.pk}", f"contract_id={contract.pk}"):
        assert [row["id"] for row in program.get(f"/charges?{query}").json()["items"]] == [own.pk]


def test_pages_of_charges_are_walked_without_hole_or_repeat(program, customer):
    made = [billing_make.charge(customer).pk for _n in range(5)]

    assert [row["id"] for row in program.walk("/charges")] == made


def test_updated_since_tells_of_a_charge_that_was_cancelled(program, customer):
    first, _second = billing_make.charge(customer), billing_make.charge(customer)
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        since = clock.now().isoformat().replace("+00:00", "Z")
        program.post(f"/charges/{first.pk}/cancel", {"reason": "Engano"})

        found = program.get(f"/charges?updated_since={since}").json()["items"]

    assert [row["id"] for row in found] == [first.pk]


@pytest.mark.parametrize("query", ["due_from=ontem", "due_to=9999-12-31", "overdue=talvez", "customer_id=0"])
def test_a_senseless_filter_is_refused(program, query):
    answer = program.get(f"/charges?{query}")

    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")


def test_a_page_of_charges_takes_the_same_few_statements_however_long(program, customer, django_assert_max_num_queries):
    for _n in range(12):
        billing_make.charge(customer)
    program.get("/charges")  # the key is found and noted as used

    with django_assert_max_num_queries(3):  # company, key, charges
        assert len(program.get("/charges").json()["items"]) == 12


# ------------------------------------------------------------------------------------------------------------------- making


def test_a_charge_is_made(program, customer):
    answer = program.post("/charges", body(customer, notes="Troca do roteador"))

    assert (answer.status_code, answer.json()["booklet_id"]) == (201, None)
    (made,) = answer.json()["charges"]
    assert (made["kind"], made["state"], made["total"], made["outstanding"]) == ("ONE_OFF", "OPEN", "90.00", "90.00")
    assert (made["due_date"], made["issued_on"], made["notes"]) == ("2026-04-10", "2026-03-10", "Troca do roteador")
    assert HistoryEntry.objects.get(verb="charge.issued").actor_kind == "api"


def test_several_instalments_are_a_booklet(program, customer):
    answer = program.post("/charges", body(customer, amount="100.00", due_date="2026-03-31", installments=3)).json()

    assert [(row["due_date"], row["total"], row["installment_number"]) for row in answer["charges"]] == [
        ("2026-03-31", "33.34", 1), ("2026-04-30", "33.33", 2), ("2026-05-31", "33.33", 3),
    ]  # fmt: skip
    assert answer["booklet_id"] == Booklet.objects.get().pk


@pytest.mark.parametrize(
    "change, field",
    [
        ({"description": " "}, "description"),
        ({"amount": "0.00"}, "amount"),
        ({"amount": "-5.00"}, "amount"),
        ({"due_date": "2026-03-09"}, "due_date"),
        ({"kind": "MONTHLY"}, "kind"),
        ({"installments": 61}, "installments"),
        ({"contract_id": 999}, "contract_id"),
        ({"collection_method_id": 999}, "collection_method_id"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(program, customer, change, field):
    answer = program.post("/charges", body(customer, **change))

    assert (answer.status_code, answer.json()["code"], set(answer.json()["fields"])) == (422, "invalid", {field})
    assert not Charge.objects.exists()


def test_a_charge_of_nobody_is_not_found(program, customer):
    assert program.post("/charges", body(customer, customer_id=999)).status_code == 404


def test_the_same_key_makes_a_charge_once(program, customer):
    answers = [program.post("/charges", body(customer), **{"Idempotency-Key": "c1"}) for _n in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert Charge.objects.count() == 1


# ----------------------------------------------------------------------------------------------------------------- changing


def test_a_charge_is_cancelled_and_restored(program, charge):
    path = f"/charges/{charge.pk}"

    assert program.post(f"{path}/cancel").json()["code"] == "reason_required"
    cancelled = program.post(f"{path}/cancel", {"reason": "Engano"}).json()
    again = program.post(f"{path}/cancel", {"reason": "Engano"})
    restored = program.post(f"{path}/restore", {"reason": "Não era engano"}).json()

    assert (cancelled["state"], cancelled["cancel_reason"], cancelled["outstanding"]) == ("CANCELLED", "Engano", "0.00")
    assert (again.status_code, again.json()["code"]) == (409, "charge_not_open")
    assert (restored["state"], restored["cancelled_on"], restored["outstanding"]) == ("OPEN", None, "100.00")
    assert program.post(f"{path}/restore", {"reason": "De novo"}).status_code == 409


def test_a_blocked_contract_may_stay_so_when_its_charge_is_cancelled(program):
    contract = _blocked_contract()
    charge = Charge.objects.get()

    with clock.frozen(datetime(2026, 4, 8, 12, tzinfo=UTC)):
        program.post(f"/charges/{charge.pk}/cancel", {"reason": "Engano", "release": False})

    contract.refresh_from_db()
    assert (contract.standing, contract.standing_cause) == ("BLOCKED", "MANUAL")


def _blocked_contract() -> Contract:
    contract = make.access(make.contract(due_day=20)).contract
    World(date(2026, 3, 10)).to(date(2026, 4, 7))
    contract.refresh_from_db()
    assert contract.standing == "BLOCKED"
    return contract


def test_a_charge_is_replaced_by_one_with_another_date_and_value(program, charge):
    answer = program.post(f"/charges/{charge.pk}/replace", {"due_date": "2026-04-05", "total": "80.00", "reason": "Combinado"})

    assert answer.status_code == 201
    fresh = answer.json()
    assert (fresh["due_date"], fresh["total"], fresh["replaces_id"]) == ("2026-04-05", "80.00", charge.pk)
    assert [row["amount"] for row in fresh["lines"]] == ["100.00", "-20.00"]
    assert program.get(f"/charges/{charge.pk}").json()["state"] == "REPLACED"
    assert program.post(f"/charges/{charge.pk}/replace", {"total": "70.00", "reason": "Outra vez"}).status_code == 409


@pytest.mark.parametrize(
    "change, field",
    [
        ({"due_date": "2026-03-01", "reason": "x"}, "due_date"),
        ({"total": "0.00", "reason": "x"}, "total"),
        ({"reason": "x"}, "due_date"),
        ({"total": "80.00"}, "reason"),
    ],
)
def test_a_senseless_replacement_is_refused(program, charge, change, field):
    answer = program.post(f"/charges/{charge.pk}/replace", change)

    assert (answer.status_code, set(answer.json()["fields"])) == (422, {field})


def test_a_contested_charge_stands_still_until_that_is_settled(program, charge):
    path = f"/charges/{charge.pk}"

    assert program.post(f"{path}/contest", {}).status_code == 422
    assert program.post(f"{path}/contest", {"reason": "Não reconhece"}).json()["contested_on"] == "2026-03-10"
    assert program.post(f"{path}/contest", {"reason": "Não reconhece"}).status_code == 409
    assert program.post(f"{path}/settle-contest", {"reason": "Está certa"}).json()["contested_on"] is None
    assert program.post(f"{path}/settle-contest", {"reason": "Está certa"}).json()["code"] == "charge_not_contested"


# --------------------------------------------------------------------------------------------------- booklets and agreements


def test_a_booklet_is_made_read_and_listed(program, customer):
    made = program.post("/booklets", body(customer, amount="120.00"))
    short = program.post("/booklets", body(customer, amount="30.00", installments=2)).json()

    assert (made.status_code, made.json()["installments"], len(made.json()["charges"])) == (201, 12, 12)
    assert program.get(f"/booklets/{short['id']}").json() == short
    assert [row["total"] for row in short["charges"]] == ["15.00", "15.00"]
    assert [row["id"] for row in program.walk(f"/booklets?customer_id={customer.pk}", limit=1)] == [made.json()["id"], short["id"]]
    assert program.get("/booklets?customer_id=999").json()["items"] == []


def test_one_instalment_is_no_booklet(program, customer):
    answer = program.post("/booklets", body(customer, installments=1))

    assert (answer.status_code, set(answer.json()["fields"])) == (422, {"installments"})


def test_a_page_of_booklets_takes_the_same_few_statements_however_long(program, customer, django_assert_max_num_queries):
    for _n in range(6):
        program.post("/booklets", body(customer, installments=2))

    with django_assert_max_num_queries(4):  # company, key, booklets, charges
        assert len(program.get("/booklets").json()["items"]) == 6


def test_late_charges_become_an_agreement_with_fine_and_interest(program, customer, charge):
    with clock.frozen(LATE):
        answer = program.post(
            "/agreements",
            {
                "customer_id": customer.pk, "charge_ids": [charge.pk], "first_due": "2026-04-10", "installments": 3,
                "entry": "42.33", "note": "Por telefone",
            },
        )  # fmt: skip

    assert answer.status_code == 201
    made = answer.json()
    assert (made["total"], made["replaced_ids"], made["note"]) == ("102.33", [charge.pk], "Por telefone")
    assert [(row["due_date"], row["total"]) for row in made["charges"]] == [
        ("2026-04-10", "42.33"), ("2026-05-10", "30.00"), ("2026-06-10", "30.00"),
    ]  # fmt: skip
    assert program.get(f"/agreements/{made['id']}").json() == made
    assert [row["id"] for row in program.get(f"/agreements?customer_id={customer.pk}").json()["items"]] == [made["id"]]
    assert program.get(f"/charges/{charge.pk}").json()["settled_by_agreement_id"] == made["id"]
    assert invariants.broken() == []


def test_an_agreement_needs_charges_that_are_open_and_a_sensible_plan(program, customer, charge):
    asked = {"customer_id": customer.pk, "charge_ids": [charge.pk], "first_due": "2026-04-10", "installments": 2}

    for change, status in (
        ({"charge_ids": []}, 422),
        ({"charge_ids": [charge.pk, 999]}, 409),
        ({"installments": 0}, 422),
        ({"first_due": "2026-03-01"}, 422),
        ({"entry": "500.00"}, 422),
        ({"customer_id": 999}, 404),
    ):
        assert program.post("/agreements", {**asked, **change}).status_code == status, change
    program.post("/agreements", asked)
    assert program.post("/agreements", asked).json()["code"] == "charge_not_open"


def test_letting_fees_go_in_an_agreement_needs_its_own_permission(program, customer, charge):
    asked = {"customer_id": customer.pk, "charge_ids": [charge.pk], "first_due": "2026-04-10", "installments": 2, "waive_fees": True}

    with clock.frozen(LATE):
        refused = Program("charges:write").post("/agreements", asked)
        made = Program("charges:write", "charges:waive").post("/agreements", asked)

    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
    assert (made.status_code, made.json()["total"]) == (201, "100.00")


# ------------------------------------------------------------------------------------------------------------ the billing run


def test_the_preview_is_what_the_run_then_charges(program):
    contract = make.access(make.contract(due_day=20), plan=make.plan(price="119,90")).contract

    (planned,) = program.get("/billing/preview").json()["items"]
    assert not Charge.objects.exists()
    monthly_billing.bill_day(today=clock.today(), actor=SYSTEM)
    (made,) = program.get("/charges").json()["items"]

    assert (planned["contract_id"], planned["customer_id"], planned["parked"]) == (contract.pk, contract.customer_id, None)
    (asked,) = planned["charges"]
    for name in ("period_start", "period_end", "due_date", "total"):
        assert asked[name] == made[name], name
    assert [row["amount"] for row in asked["lines"]] == [row["amount"] for row in program.get(f"/charges/{made['id']}").json()["lines"]]
    assert program.get("/billing/preview").json()["items"] == []


def test_the_preview_is_walked_page_by_page(program):
    made = [make.access(make.contract(due_day=20)).contract.pk for _n in range(3)]

    assert [row["contract_id"] for row in program.walk("/billing/preview")] == made


@pytest.mark.parametrize("path", ["/billing/preview", "/dunning/rehearsal"])
@pytest.mark.parametrize("day, status", [("2026-03-09", 422), ("2026-06-08", 200), ("2026-06-09", 422), ("amanhã", 422)])
def test_a_prediction_is_for_the_next_ninety_days(program, path, day, status):
    answer = program.get(f"{path}?date={day}")

    assert answer.status_code == status
    assert status == 200 or set(answer.json()["fields"]) == {"date"}


def test_a_parked_contract_is_listed_and_goes_on(program):
    first, second = (make.access(make.contract(due_day=20)).contract for _n in range(2))
    for contract in (first, second):
        issue.park(contract.pk, "ERROR", "sem preço")
    parked = program.get("/billing/parked").json()["items"]

    resumed = program.post(f"/billing/parked/{parked[0]['id']}/resume")
    no_reason = program.post(f"/billing/parked/{parked[1]['id']}/skip", {})
    skipped = program.post(f"/billing/parked/{parked[1]['id']}/skip", {"reason": "Cortesia"})

    assert {row["contract_id"] for row in parked} == {first.pk, second.pk}
    assert {(row["reason"], row["words"]) for row in parked} == {("ERROR", "sem preço")}
    assert (resumed.json()["resolution"], skipped.json()["resolution"]) == ("RESUME", "SKIP")
    assert no_reason.json()["code"] == "reason_required"
    assert program.post(f"/billing/parked/{parked[0]['id']}/resume").status_code == 409
    assert program.get("/billing/parked").json()["items"] == []
    assert len(program.get("/billing/parked?resolved=true").json()["items"]) == ParkedContract.objects.count() == 2
