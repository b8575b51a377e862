"""Accounts at the simulated bank, and charges that are registered there."""

import hashlib
import hmac
import json
from typing import Any

from django.test import Client

from malha.billing.models import Charge
from malha.contracts.models import Contract
from malha.core import clock
from malha.core.history import SYSTEM
from malha.gateways.data import AccountData
from malha.gateways.models import GatewayAccount, Registration
from malha.gateways.services import accounts, opened
from malha.journeys import confirmations, monthly_billing
from malha.worker import gateway_lanes
from tests import billing_make, make
from tests.support.bank_process import BankProcess

WORKER = "tests"


def account(bank: BankProcess, *, token: str = "provedor", name: str = "Banco simulado", **values: Any) -> GatewayAccount:
    """An account at the simulated bank."""
    data = AccountData(
        name=name, adapter="sandbox", settings={"base_url": bank.url, "token": token}, rate_per_second=1000, **values
    )
    return accounts.create(data=data, actor=SYSTEM)


def refused() -> Registration:
    """A charge that a bank, which nobody has to reach, refused."""
    settings = {"base_url": "http://127.0.0.1:9", "token": "token-de-teste"}
    held = accounts.create(data=AccountData(name="Banco que recusa", adapter="sandbox", settings=settings), actor=SYSTEM)
    charge = billing_make.charge(collection_method_id=held.collection_method_id)
    return Registration.objects.create(
        account=held, charge=charge, kind="PIX", state="FAILED", wish="", reference="r", amount=charge.total, due_date=charge.due_date,
        failure_code="payer_document_invalid", failure_words="CPF do cliente inválido: o banco recusou o registro.",
    )  # fmt: skip


def contract(held: GatewayAccount, **values: Any) -> Contract:
    """An active contract that pays through this account, with an access on a router."""
    access = make.access(make.contract(collection_method_id=held.collection_method_id, **values), plan=make.plan(price="119,90"))
    return access.contract


def bill() -> list[Charge]:
    """What the morning's run charges today."""
    monthly_billing.bill_day(today=clock.today(), actor=SYSTEM)
    return list(Charge.objects.order_by("pk"))


def work(held: GatewayAccount) -> None:
    """Everything that is due at the account, as the lane does it."""
    held.refresh_from_db()
    while gateway_lanes.round_of(held, worker=WORKER):
        held.refresh_from_db()


def registration(charge: Charge) -> Registration:
    """The latest one of a charge."""
    return Registration.objects.filter(charge=charge).latest("pk")


def notify(held: GatewayAccount, reference: str, *, kind: str = "charge.paid", secret: str = "", **extra: Any) -> int:
    """The bank calls, signed as it signs; answers the status it got."""
    body = json.dumps({"event_id": f"e-{reference}", "type": kind, "at": "", "charge": {"reference": reference, **extra}}).encode()
    stamp = str(int(clock.now().timestamp()))
    proof = hmac.new((secret or held.webhook_secret).encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    answer = Client().post(
        f"/api/webhooks/{held.webhook_key}",
        body,
        content_type="application/json",
        headers={"X-Sandbox-Signature": f"t={stamp},v1={proof}"},
    )
    return answer.status_code


def settle() -> int:
    """What came in is settled."""
    return confirmations.settle_new(actor=SYSTEM)


def hang_up() -> None:
    """Close what is open, between tests."""
    opened.close_all()
