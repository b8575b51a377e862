"""The line from pendência to liberação by API: standing with its cause, rehearsal, notices, trust, suspension."""

from datetime import UTC, date, datetime, timedelta

import pytest

from malha.billing.models import Charge
from malha.contracts.models import Contract
from malha.core import clock
from malha.core.history import SYSTEM
from malha.dunning.models import Notice, TrustRelease
from malha.journeys import delinquency
from malha.network.models import Access
from tests import make
from tests.api.conftest import Program
from tests.world import World

START = date(2026, 3, 10)
DUE = date(2026, 3, 20)
NOTICE = date(2026, 3, 23)
BLOCK = date(2026, 4, 7)


def morning(day: date) -> clock.frozen:
    """Nine in the morning of that day, when the runs are over."""
    return clock.frozen(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))


def late_contract(until: date, *, count: int = 1, delivers: bool = True) -> list[Contract]:
    """Contracts that nobody pays, as they stand on the evening of that day."""
    made = [make.access(make.contract(due_day=20), plan=make.plan(price="119,90")).contract for _n in range(count)]
    World(START, delivers=delivers).to(until)
    return made


# ----------------------------------------------------------------------------------------------------------------- standing


def test_a_blocked_contract_says_why_in_words_and_code(program):
    (contract,) = late_contract(BLOCK)

    with morning(BLOCK + timedelta(days=1)):
        found = program.get(f"/contracts/{contract.pk}/standing").json()

    charge = Charge.objects.get()
    assert (found["state"], found["standing"], found["cause"], found["why"]) == ("ACTIVE", "BLOCKED", "POLICY", "PAST_BLOCK_DATE")
    assert str(charge.number) in found["words"] and "20/03/2026" in found["words"]
    assert (found["by"], found["since"][:10], found["may_terminate"]) == ("Malha", "2026-04-07", False)
    assert found["ahead"] == {"pending_on": "2026-03-23", "block_on": "2026-04-07", "terminate_on": "2026-06-06"}
    (debt,) = found["debts"]
    assert (debt["charge_id"], debt["due_date"], debt["outstanding"]) == (charge.pk, "2026-03-20", charge.total.as_json())
    assert (debt["notified_on"], debt["contested"]) == ("2026-03-23", False)
    assert found["owed_today"] == debt["owed_today"] > debt["outstanding"]
    (notice,) = found["notices"]
    assert (notice["channel"], notice["proof"], notice["delivered_on"]) == ("PAGE", "página vista", "2026-03-23")
    assert found["trust"] == {"days": 3, "remaining": 1, "refusal": ""}


def test_a_contract_that_owes_nothing_says_so(program):
    contract = make.access(make.contract()).contract

    found = program.get(f"/contracts/{contract.pk}/standing").json()

    assert (found["standing"], found["why"], found["cause"], found["since"]) == ("CLEAR", "NOTHING_OWED", "", None)
    assert found["words"] and (found["debts"], found["owed_today"], found["notices"]) == ([], "0.00", [])
    assert found["trust"]["refusal"]


def test_a_contract_that_does_not_run_has_no_cause_of_the_policy(program):
    draft = make.contract()

    found = program.get(f"/contracts/{draft.pk}/standing").json()

    assert (found["state"], found["why"]) == ("DRAFT", "")
    assert found["words"]


def test_the_standing_takes_a_constant_number_of_statements(program, django_assert_max_num_queries):
    (contract,) = late_contract(date(2026, 6, 25))
    assert Charge.objects.count() > 1

    with morning(date(2026, 6, 26)), django_assert_max_num_queries(40) as seen:
        program.get(f"/contracts/{contract.pk}/standing")
    few = len(seen)
    Charge.objects.exclude(pk=Charge.objects.order_by("due_date").values("pk")[:1]).update(state="CANCELLED")
    with morning(date(2026, 6, 26)), django_assert_max_num_queries(few):
        program.get(f"/contracts/{contract.pk}/standing")


# ----------------------------------------------------------------------------------------- trust, promise, suspension, cancel


def test_a_blocked_contract_is_released_in_trust_once(program):
    (contract,) = late_contract(BLOCK)
    Access.objects.update(sync_state="applied", due_at=None)
    path = f"/contracts/{contract.pk}"

    with morning(BLOCK + timedelta(days=1)):
        released = program.post(f"{path}/trust-release", {})
        again = program.post(f"{path}/trust-release", {})
        no_reason = program.post(f"{path}/trust-release", {"exceed": True})
        beyond = program.post(f"{path}/trust-release", {"exceed": True, "days": 5, "reason": "Gerente autorizou"})

    assert released.json()["standing"] == "CLEAR"
    assert (released.json()["standing_cause"], released.json()["standing_until"]) == ("TRUST", "2026-04-11")
    assert Access.objects.get().due_at is not None
    assert (again.status_code, again.json()["code"]) == (422, "trust_refused")
    assert (no_reason.json()["code"], set(no_reason.json()["fields"])) == ("reason_required", {"reason"})
    assert beyond.status_code == 200
    assert TrustRelease.objects.get(ended_on=None).until == date(2026, 4, 13)


def test_a_promise_moves_the_block(program):
    (contract,) = late_contract(NOTICE)

    with morning(NOTICE + timedelta(days=1)):
        answer = program.post(f"/contracts/{contract.pk}/promise", {"days": 3, "reason": "Recebe na sexta"})

    assert answer.json()["standing_until"] == "2026-03-27"
    assert TrustRelease.objects.get().kind == "PROMISE"


@pytest.mark.parametrize("days", [0, -1, 31, 10**30])
def test_a_senseless_number_of_days_is_refused(program, days):
    (contract,) = late_contract(NOTICE)

    answer = program.post(f"/contracts/{contract.pk}/trust-release", {"days": days, "reason": "x", "exceed": True})

    assert (answer.status_code, set(answer.json()["fields"])) == (422, {"days"})


def test_a_contract_is_suspended_and_resumed(program):
    contract = make.access(make.contract()).contract
    path = f"/contracts/{contract.pk}"

    too_short = program.post(f"{path}/suspend", {"until": "2026-03-20"})
    suspended = program.post(f"{path}/suspend", {"until": "2026-04-30", "reason": "Viagem"}).json()
    twice = program.post(f"{path}/suspend", {"until": "2026-04-30"})
    resumed = program.post(f"{path}/resume", {})

    assert (too_short.status_code, set(too_short.json()["fields"])) == (422, {"until"})
    assert (suspended["state"], suspended["suspended_from"], suspended["suspended_until"]) == ("SUSPENDED", "2026-03-10", "2026-04-30")
    assert (twice.status_code, twice.json()["code"]) == (422, "suspension_refused")
    assert (resumed.json()["state"], resumed.json()["suspended_until"]) == ("ACTIVE", None)
    assert program.post(f"{path}/resume", {}).status_code == 409


def test_cancelling_a_contract_may_cancel_its_open_charges(program):
    (contract,) = late_contract(START)

    with morning(START):
        program.post(f"/contracts/{contract.pk}/cancel", {"reason": "Mudança", "cancel_charges": True})

    assert {row["state"] for row in program.get(f"/charges?contract_id={contract.pk}").json()["items"]} == {"CANCELLED"}


# ---------------------------------------------------------------------------------------------------------------- rehearsal


def test_the_rehearsal_names_who_would_be_warned_and_the_run_does_it(program):
    (contract,) = late_contract(DUE)

    with morning(NOTICE - timedelta(days=1)):
        (line,) = program.get("/dunning/rehearsal").json()["items"]
    assert not Notice.objects.exists()
    delinquency.assess_day(today=NOTICE, actor=SYSTEM)

    contract.refresh_from_db()
    charge = Charge.objects.get()
    assert (line["part"], line["contract_id"], line["customer_id"]) == ("WARN", contract.pk, contract.customer_id)
    assert (line["amount"], line["oldest_due"], line["days_late"]) == (charge.total.as_json(), "2026-03-20", 3)
    assert (line["standing"], line["to"], line["why"], line["charge_id"]) == ("CLEAR", contract.standing, "LATE", charge.pk)
    assert (line["charge_number"], line["notice"], line["ahead"]["block_on"]) == (charge.number, None, "2026-04-07")
    assert line["words"] and contract.standing == "PENDING"


def test_the_rehearsal_of_the_day_of_the_block(program):
    (contract,) = late_contract(NOTICE)

    with morning(NOTICE + timedelta(days=1)):
        before = program.get("/dunning/rehearsal?date=2026-04-06").json()["items"]
        (line,) = program.get("/dunning/rehearsal?date=2026-04-07").json()["items"]
        warned = program.get("/dunning/rehearsal?date=2026-04-07&part=WARN").json()["items"]
        blocked = program.get("/dunning/rehearsal?date=2026-04-07&part=BLOCK").json()["items"]

    assert before == [] == warned
    assert blocked == [line]
    assert (line["part"], line["to"], line["why"]) == ("BLOCK", "BLOCKED", "PAST_BLOCK_DATE")
    assert line["notice"] == {"wanted_on": "2026-03-23", "delivered_on": "2026-03-23"}


def test_the_rehearsal_is_walked_page_by_page_in_a_constant_number_of_statements(program, django_assert_max_num_queries):
    contracts = late_contract(DUE, count=5)

    with morning(NOTICE - timedelta(days=1)):
        found = program.walk("/dunning/rehearsal")
        with django_assert_max_num_queries(30) as seen:
            program.get("/dunning/rehearsal?limit=1")
        with django_assert_max_num_queries(len(seen)):
            program.get("/dunning/rehearsal?limit=4")

    assert [row["contract_id"] for row in found] == [contract.pk for contract in contracts]


@pytest.mark.parametrize("query", ["part=NONE", "part=avisar", "cursor=x", "limit=0"])
def test_a_senseless_rehearsal_is_refused(program, query):
    assert program.get(f"/dunning/rehearsal?{query}").status_code == 422


# ------------------------------------------------------------------------------------------------------------------ notices


def test_a_notice_that_waits_is_delivered_with_its_proof_once(program):
    (contract,) = late_contract(NOTICE, delivers=False)
    body = {"channel": "CONTACT", "proof": "Atendeu Rosa, 10h", "content": "Sua fatura venceu."}

    with morning(NOTICE + timedelta(days=1)):
        (waiting,) = program.get("/dunning/notices?delivered=false").json()["items"]
        delivered = program.post(f"/dunning/notices/{waiting['id']}/deliver", body)
        again = program.post(f"/dunning/notices/{waiting['id']}/deliver", body)

    assert (waiting["contract_id"], waiting["customer_id"], waiting["kind"]) == (contract.pk, contract.customer_id, "DEBT")
    assert (waiting["delivered_on"], waiting["channel"]) == (None, "")
    assert (delivered.json()["delivered_on"], delivered.json()["channel"]) == ("2026-03-24", "CONTACT")
    assert (again.status_code, again.json()["code"]) == (409, "notice_delivered")
    assert Notice.objects.get().content == "Sua fatura venceu."
    assert program.get("/dunning/notices?delivered=false").json()["items"] == []
    assert len(program.get(f"/dunning/notices?delivered=true&contract_id={contract.pk}").json()["items"]) == 1
    assert program.get("/dunning/notices?customer_id=999").json()["items"] == []


@pytest.mark.parametrize("change, field", [({"proof": " "}, "proof"), ({"channel": "PIGEON"}, "channel")])
def test_a_delivery_without_proof_or_by_no_known_way_is_refused(program, change, field):
    late_contract(NOTICE, delivers=False)

    answer = program.post(f"/dunning/notices/{Notice.objects.get().pk}/deliver", {"channel": "LETTER", "proof": "AR 123", **change})

    assert (answer.status_code, set(answer.json()["fields"])) == (422, {field})
    assert Notice.objects.get().delivered_on is None


def test_a_page_of_notices_takes_the_same_few_statements_however_long(program, django_assert_max_num_queries):
    late_contract(NOTICE, count=4, delivers=False)

    program.get("/plans")  # the key is noted as used

    with django_assert_max_num_queries(3):  # company, key, notices
        assert len(program.get("/dunning/notices").json()["items"]) == 4


def test_an_unknown_notice_is_not_found(program):
    assert program.post("/dunning/notices/9/deliver", {"channel": "LETTER", "proof": "x"}).status_code == 404


def test_reading_who_would_be_blocked_is_no_permission_to_record_deliveries(program):
    late_contract(NOTICE, delivers=False)
    reader = Program("dunning:read")

    assert reader.get("/dunning/notices").status_code == 200
    refused = reader.post(f"/dunning/notices/{Notice.objects.get().pk}/deliver", {"channel": "LETTER", "proof": "x"})
    assert refused.status_code == 403
