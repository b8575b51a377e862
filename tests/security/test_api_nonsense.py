"""A program may send anything: it is answered with a reason, never with a crash (issue 2 G, I)."""

import base64
import json
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from malha.billing.data import AgreementData, ReceiptData
from malha.billing.models import Agreement, Charge, ParkedContract, ParkReason
from malha.billing.services import issue
from malha.cashbook.models import CashAccount
from malha.core import clock
from malha.core.history import SYSTEM
from malha.dunning.models import Notice, Pendency
from malha.journeys import charge_changes, settlement
from tests import billing_make, make
from tests.api.conftest import Program
from tests.security.openapi import HOSTILE, Operation, component, leaves, operations, replaced, sample

pytestmark = pytest.mark.django_db
OPERATIONS = operations()
WITH_BODY = [operation for operation in OPERATIONS if operation.body]


# Right values by the name of the field, of what needs nothing to exist.
RIGHT: dict[str, Any] = {
    "description": "Visita técnica",
    "amount": "90.00",
    "due_date": "2026-04-10",
    "first_due": "2026-04-10",
    "due_from": "2026-03-01",
    "due_to": "2026-03-31",
    "date": "2026-03-20",
    "until": "2026-04-30",
    "installments": 3,
    "kind": "ONE_OFF",
    "form": "CASH",
    "value": "20.00",
    "total": "80.00",
    "entry": "10.00",
    "paid_on": "2026-03-09",
    "days": 3,
    "part": "BLOCK",
    "channel": "LETTER",
    "proof": "AR 123",
    "name": "Rosa Maria Duarte",
    "login": "rosa.nova",
    "username": "rosa.outra",
    "password": make.PASSWORD,
    "cpf_cnpj": make.CPF,
    "email": "rosa@exemplo.com.br",
    "birth_date": "1978-03-14",
    "uf": "MG",
    "cep": "37000-120",
    "due_day": 20,
    "price": "119.90",
    "sva_price": "10.00",
    "discount": "0.00",
    "surcharge": "0.00",
    "days_to_pending": 5,
    "days_to_block": 25,
    "minimum_term_months": 12,
    "first_charge": "PRORATED",
    "phones": [{"number": "(35) 98800-0204", "owner": "", "has_whatsapp": True, "wants_messages": True}],
    "method": "PPPOE",
    "ipv4": "",
    "ipv6_prefix": "",
    "mac": "",
    "download_kbps": 500_000,
    "upload_kbps": 250_000,
    "reduced_percent": 10,
    "profile_name": "",
    "person_type": "INDIVIDUAL",
    "reason": "Pedido",
    "state": "ACTIVE",
    "limit": 10,
    "cursor": "",
    "updated_since": "2026-01-01T00:00:00Z",
}


@pytest.fixture
def program() -> Program:
    make.company()
    return Program()


@pytest.fixture
def known() -> dict[str, Any]:
    """Right values by the name of the field, of things that exist."""
    make.company()
    access = make.access(username="rosa.existe")
    other = make.plan(name="Fibra 900 Mega")
    contract = access.contract
    charge, paid = billing_make.charge(contract.customer, contract_id=contract.pk), billing_make.charge(contract.customer)
    receipt = ReceiptData(value=paid.total, paid_on=clock.today(), form="CASH")
    pendency = Pendency.objects.create(contract=contract, opened_on=clock.today())
    issue.park(contract.pk, ParkReason.ERROR, "sem preço")
    return RIGHT | {
        "charge_id": charge.pk,
        "charge_ids": [charge.pk],
        "payment_id": settlement.settle(customer=paid.customer, charge_ids=[paid.pk], data=receipt, actor=SYSTEM).pk,
        "booklet_id": billing_make.charge(contract.customer, installments=2).booklet_id,
        "agreement_id": _agreement(billing_make.charge(contract.customer)).pk,
        "notice_id": Notice.objects.create(pendency=pendency, charge=charge, wanted_on=clock.today()).pk,
        "parked_id": ParkedContract.objects.get().pk,
        "cash_account_id": CashAccount.objects.get().pk,
        "customer_id": access.contract.customer_id,
        "contract_id": access.contract_id,
        "access_id": access.pk,
        "plan_id": other.pk,
        "router_id": access.router_id,
        "plan": other.pk,
        "router": access.router_id,
        "collection_method_id": make.collection_method().pk,
        "template_id": make.template().pk,
    }


def _agreement(charge: Charge) -> Agreement:
    data = AgreementData(charge_ids=(charge.pk,), first_due=charge.due_date, installments=2)
    return charge_changes.agree(customer=charge.customer, data=data, actor=SYSTEM)


def send(program: Program, operation: Operation, known: dict[str, Any], body: Any, **own: Any) -> Any:
    """One call whose writes are forgotten again, so that every call meets the same world."""
    values = {**known, **own}
    path = operation.path
    query = []
    for name, where in operation.parameters:
        if where == "path":
            path = path.replace("{" + name + "}", quote(str(values[name])))
        elif name in own:
            query.append(f"{name}={quote(str(own[name]), errors='surrogatepass')}")
    text = json.dumps(body) if body is not None else ""
    with transaction.atomic():
        answer = program.client.generic(
            operation.method,
            f"/api/v1{path}" + ("?" + "&".join(query) if query else ""),
            text,
            content_type="application/json",
            headers={"Authorization": f"Bearer {program.secret}"},
        )
        if answer.status_code < 400:
            connection.check_constraints()  # as the end of the request would
        transaction.set_rollback(True)
    return answer


def right_body(operation: Operation, known: dict[str, Any]) -> Any:
    return sample(component(operation.body), known) if operation.body else None


def is_an_answer(answer: Any) -> bool:
    """Not a crash, and what is refused says why."""
    if answer.status_code >= 500:
        return False
    return answer.status_code < 400 or set(answer.json()) == {"code", "message", "fields"}


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_what_the_description_says_is_understood(operation: Operation, program: Program, known: dict[str, Any]) -> None:
    answer = send(program, operation, known, right_body(operation, known))

    assert answer.status_code < 500
    assert answer.status_code != 422 or answer.json()["code"] != "malformed", answer.content


@pytest.mark.parametrize("operation", WITH_BODY, ids=str)
def test_every_field_may_hold_nonsense(operation: Operation, program: Program, known: dict[str, Any]) -> None:
    body = right_body(operation, known)
    crashes = []
    for path in leaves(body):
        for value in HOSTILE:
            answer = send(program, operation, known, replaced(body, path, value))
            if not is_an_answer(answer):
                crashes.append((".".join(map(str, path)), repr(value)[:40], answer.status_code))

    assert not crashes


@pytest.mark.parametrize("operation", [row for row in OPERATIONS if row.parameters], ids=str)
def test_every_parameter_may_hold_nonsense(operation: Operation, program: Program, known: dict[str, Any]) -> None:
    body = right_body(operation, known)
    crashes = []
    for name, where in operation.parameters:
        for value in HOSTILE:
            if where == "path" and (not isinstance(value, int) or isinstance(value, bool)):
                continue
            answer = send(program, operation, known, body, **{name: value})
            if answer.status_code >= 500:
                crashes.append((name, repr(value)[:40], answer.status_code))

    assert not crashes


BODIES = {
    "nothing": b"",
    "half": b'{"name": "Ro',
    "list": b"[]",
    "null": b"null",
    "text": b'"rosa"',
    "not a number": b'{"due_day": NaN}',
    "infinity": b'{"due_day": Infinity}',
    "too many digits": b'{"due_day": ' + b"9" * 5000 + b"}",
    "not utf-8": b'{"name": "\xe9\xff"}',
    "deep": b"[" * 50_000,
    "twice": b'{"name": "a", "name": {"b": 1}}',
    "form": b"name=Rosa&due_day=20",
    "xml": b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]><x>&y;</x>",
}


@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "multipart/form-data; boundary=x", "nonsense"])
def test_a_body_that_is_none_is_refused_in_the_one_shape(kind: str, content_type: str, program: Program) -> None:
    answer = program.client.generic(
        "POST", "/api/v1/sign-ups", BODIES[kind], content_type=content_type, headers={"Authorization": f"Bearer {program.secret}"}
    )

    assert answer.status_code in (400, 422)
    assert set(answer.json()) == {"code", "message", "fields"}


def test_a_body_larger_than_any_request_is_refused_in_the_one_shape(program: Program) -> None:
    for headers in ({}, {"Idempotency-Key": "grande"}):
        answer = program.post("/sign-ups", {"name": "x" * (6 * 1024 * 1024)}, **headers)

        assert answer.status_code == 413
        assert set(answer.json()) == {"code", "message", "fields"}


def test_an_address_that_is_none_answers_in_the_one_shape(program: Program) -> None:
    for path in ("/customers/rosa", "/nada", "/customers/1/nada", "/customers/99999999999999999999999999"):
        answer = program.get(path)

        assert answer.status_code == 404
        assert set(answer.json()) == {"code", "message", "fields"}, path


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic cm9zYQ==", "Bearer \xe9\xff", "Bearer " + "x" * 20_000, "bearer a b c"])
def test_a_key_that_is_none_answers_401(header: str, program: Program) -> None:
    for extra in ({}, {"Idempotency-Key": "\xe9"}):
        answer = program.client.post("/api/v1/sign-ups", {}, content_type="application/json", headers={"Authorization": header, **extra})

        assert answer.status_code == 401


@pytest.mark.parametrize(
    "text", ["1", "1|", "|", "-1|x", "9" * 30 + "|", "9" * 5000 + "|", "1|2026-01-01", "1|9999-12-31T23:59:59-12:00", "1|\x00", "\x00|"]
)
def test_a_forged_cursor_is_refused_or_obeyed(text: str, program: Program) -> None:
    make.customer()
    cursor = base64.urlsafe_b64encode(text.encode()).decode()

    for more in ("", "&updated_since=2026-01-01T00:00:00Z"):
        for path in ("/customers", "/charges", "/payments"):
            assert program.get(f"{path}?cursor={cursor}{more}").status_code in (200, 422)
    for path in ("/billing/preview", "/billing/parked", "/dunning/rehearsal", "/dunning/notices"):
        assert program.get(f"{path}?cursor={cursor}").status_code in (200, 422)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_mixture_of_right_and_wrong_crashes(data: st.DataObject, program: Program, known: dict[str, Any]) -> None:
    operation = data.draw(st.sampled_from(WITH_BODY))
    body = right_body(operation, known)
    for path in data.draw(st.lists(st.sampled_from(list(leaves(body))), max_size=4)):
        with suppress(KeyError, IndexError, TypeError):
            body = replaced(body, path, data.draw(ANYTHING))

    assert is_an_answer(send(program, operation, known, body))
