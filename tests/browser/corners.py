"""Screens that no link of a fresh demo leads to. This runs inside of the product's own shell, where it makes what the demo lacks."""

import json
from collections.abc import Iterator
from datetime import timedelta

from django.db.models import QuerySet
from django.urls import reverse

from malha.billing.models import Booklet, Charge, ChargeState, ParkedContract, ParkReason
from malha.billing.services import issue
from malha.cashbook.data import AccountData, EntryData
from malha.cashbook.models import CashAccount, Closing, Payable, PayableState
from malha.cashbook.services import accounts, closings, entries
from malha.contracts.models import Contract, ContractState, Standing, StandingCause
from malha.core import clock
from malha.core.history import SYSTEM, Actor
from malha.customers.models import Attachment
from malha.domain.money import Money
from malha.dunning.models import Notice
from malha.gateways.data import AccountData as GatewayData
from malha.gateways.models import Registration
from malha.gateways.services import accounts as gateway_accounts
from malha.journeys import charge_changes, delinquency, dunning_runs, termination
from malha.network.models import Router
from malha.staff.models import User

TILL = "Caixa do teste"


def made() -> str:
    """Their paths, as a list in JSON."""
    actor = User.objects.get(username="admin").actor()
    return json.dumps([*_of_customers(actor), *_of_charges(actor), *_of_money(actor), *_of_routers(), *_of_banks(actor)])


def unnoticed() -> list[int]:
    """Somebody is late and has not seen it yet: the keys of the notices that wait."""
    calm = Contract.objects.filter(state=ContractState.ACTIVE, standing=Standing.CLEAR, standing_cause=StandingCause.NONE)
    people = calm.filter(trust_releases=None, never_block=False, auto_notice=True, do_not_notify_until=None)
    contract = people.filter(charges__state=ChargeState.OPEN).order_by("-pk")[0]
    charge = contract.charges.filter(state=ChargeState.OPEN).order_by("due_date")[0]
    Charge.objects.filter(pk=charge.pk).update(due_date=clock.today() - timedelta(days=10))
    delinquency.reassess(contract_ids=[contract.pk], actor=SYSTEM)
    return list(Notice.objects.filter(charge=charge, delivered_on=None).values_list("pk", flat=True))


def _of_customers(actor: Actor) -> Iterator[str]:
    every = Contract.objects.order_by("pk").select_related("customer")
    active = every.filter(state=ContractState.ACTIVE)
    late = active.filter(standing=Standing.PENDING)
    blocked = active.filter(standing=Standing.BLOCKED)
    held = late.filter(standing_cause=StandingCause.POLICY).last()
    assert held is not None
    dunning_runs.hold_out(contract_ids=[held.pk], until=clock.today(), reason="Vem pagar hoje", actor=actor)
    gone = every.filter(customer__in=every.filter(state=ContractState.CANCELLED).values("customer"))
    for name, contracts in (
        ("customer", blocked.filter(standing_cause=StandingCause.POLICY)),
        ("customer", late),
        ("customer_charges", late),
        ("customer_contracts", blocked),
        ("customer_receive", blocked.filter(standing_cause=StandingCause.POLICY)),
        ("customer_release", blocked.filter(standing_cause=StandingCause.POLICY)),
        ("customer_promise", late),
        ("customer_pause", late),
        ("customer_unpause", active.filter(pk=held.pk)),
        ("customer_end_trust", active.filter(standing_cause=StandingCause.TRUST)),
        ("agreement_new", late),
        ("customer_archive", gone),
        ("customer_reactivate", gone),
    ):
        yield reverse(f"backoffice:{name}", args=[_first(contracts).customer.number])
    for name, state in (("contract_resume", ContractState.SUSPENDED), ("contract_activate", ContractState.DRAFT)):
        contract = _first(every.filter(state=state))
        yield reverse(f"backoffice:{name}", args=[contract.customer.number, contract.pk])
    yield reverse("backoffice:termination", args=[_first(termination.proposals(clock.today())).number])
    (notice,) = unnoticed()
    yield f"{reverse('backoffice:notice_letters')}?id={notice}"
    file = Attachment.objects.order_by("pk").select_related("customer")[0]
    for name in ("attachment_rename", "attachment_remove"):
        yield reverse(f"backoffice:{name}", args=[file.customer.number, file.pk])


def _of_charges(actor: Actor) -> Iterator[str]:
    plain = Charge.objects.filter(state=ChargeState.OPEN, due_date__gt=clock.today(), allocations=None, contested_on=None).order_by("pk")
    usual, contested, cancelled = plain[:3]
    charge_changes.contest(charge=contested, note="Diz que não usou", actor=actor)
    charge_changes.cancel(charge=cancelled, reason="Emitida por engano", actor=actor)
    for name, charge in (
        ("charge", usual),
        ("charge_replace", usual),
        ("charge_cancel", usual),
        ("charge_contest", usual),
        ("charge_settle_contest", contested),
        ("charge_restore", cancelled),
    ):
        yield reverse(f"backoffice:{name}", args=[charge.number])
    yield reverse("backoffice:booklet", args=[Booklet.objects.order_by("pk")[0].pk])
    contract = Contract.objects.filter(state=ContractState.ACTIVE, parkings=None).order_by("pk")[0]
    issue.park(contract.pk, ParkReason.CATCH_UP, "")
    parking = ParkedContract.objects.get(contract=contract)
    for name in ("parked_resume", "parked_skip"):
        yield reverse(f"backoffice:{name}", args=[parking.pk])


def _of_money(actor: Actor) -> Iterator[str]:
    """A till of its own is closed, so that nobody else's day is."""
    till = CashAccount.objects.filter(name=TILL).first() or accounts.create(data=AccountData(name=TILL), actor=actor)
    closing = Closing.objects.filter(account=till).first()
    if closing is None:
        closing = closings.close(account=till, day=clock.today(), counted=Money(100), note="Sobrou uma moeda", actor=actor)
    yield reverse("backoffice:cash_closing", args=[closing.pk])
    bank = CashAccount.objects.filter(kind="BANK").order_by("pk")[0]
    data = EntryData(account_id=bank.pk, direction="IN", amount=Money(5000), description="Venda de sucata", date=clock.today())
    yield reverse("backoffice:cash_entry_correct", args=[entries.add_manual(data=data, actor=actor).pk])
    paid = Payable.objects.filter(state=PayableState.PAID).order_by("-pk")[0]
    yield reverse("backoffice:payable", args=[paid.pk])
    yield reverse("backoffice:payable_undo", args=[paid.pk])


def _of_routers() -> Iterator[str]:
    router = Router.objects.filter(is_active=True).order_by("pk")[0]
    for name in ("router_import", "router_pool_add"):
        yield reverse(f"backoffice:{name}", args=[router.pk])


def _first(contracts: QuerySet[Contract]) -> Contract:
    found = contracts.first()
    assert found is not None, contracts.query
    return found


def _of_banks(actor: Actor) -> Iterator[str]:
    settings = {"base_url": "http://127.0.0.1:9", "token": "do-teste"}
    account = gateway_accounts.create(data=GatewayData(name="Banco do teste", adapter="sandbox", settings=settings), actor=actor)
    charge = _first(Charge.objects.filter(state=ChargeState.OPEN).order_by("pk"))
    Registration.objects.create(
        account=account, charge=charge, kind="PIX", state="FAILED", wish="", reference="r", amount=charge.total, due_date=charge.due_date,
        failure_code="payer_document_invalid", failure_words="CPF do cliente inválido: o banco recusou o registro.",
    )  # fmt: skip
    yield reverse("backoffice:gateway", args=[account.pk])
    yield reverse("backoffice:gateway_errors")
