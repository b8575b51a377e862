"""A contract ends, a customer leaves, a customer comes back. The routers follow in the same transaction."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from malha.billing import queries as billing
from malha.billing.models import Charge
from malha.billing.services import charges, closing
from malha.contracts.models import Contract, ContractState
from malha.contracts.services import contracts
from malha.core.errors import BusinessError, StateConflict
from malha.core.history import Actor
from malha.customers.models import Customer
from malha.customers.services import customers
from malha.gateways.services import registrations
from malha.network.models import Access
from malha.network.services import accesses


@transaction.atomic
def cancel_contract(
    *,
    contract: Contract,
    on: date,
    reason: str,
    note: str = "",
    keeps_ip: bool = False,
    cancels_charges: bool = False,
    actor: Actor,
) -> None:
    """End a contract and take its logins off the routers (disabled instead of removed when `keeps_ip`).

    What was charged for days after the end is given back. `cancels_charges`: the open charges on which nothing was paid are cancelled
    too (domain.md §3). Raises BusinessError without a reason, StateConflict if it is cancelled already.
    """
    contracts.cancel(contract=contract, on=on, reason=reason, note=note, keeps_ip=keeps_ip, actor=actor)
    contract.refresh_from_db()
    if cancels_charges:
        for charge in billing.untouched(contract):
            charges.cancel(charge=charge, reason=reason, actor=actor)
    closing.settle_end(contract=contract, actor=actor)
    registrations.follow(charge_ids=list(Charge.objects.filter(contract=contract).values_list("pk", flat=True)))
    accesses.want(Access.objects.filter(contract=contract), kick=True)


@transaction.atomic
def cancel_customer(
    *,
    customer: Customer,
    on: date,
    reason: str,
    note: str = "",
    keeps_ip: bool = False,
    cancels_charges: bool = False,
    actor: Actor,
) -> None:
    """The customer leaves: every living contract ends. The record stays in the list, under Cancelados (domain.md §3).

    Raises BusinessError without a reason, StateConflict when nothing runs any more.
    """
    if not reason.strip():
        sentence = _("Say why the customer leaves.")
        raise BusinessError("reason_required", sentence, fields={"reason": sentence})
    running = list(Contract.objects.filter(customer=customer).exclude(state=ContractState.CANCELLED))
    if not running:
        raise StateConflict("nothing_runs", _("This customer has no contract that runs."))
    for contract in running:
        cancel_contract(
            contract=contract, on=on, reason=reason, note=note, keeps_ip=keeps_ip, cancels_charges=cancels_charges, actor=actor
        )


@transaction.atomic
def archive_customer(*, customer: Customer, reason: str, actor: Actor) -> None:
    """Hide a record of which nothing runs any more.

    Raises BusinessError("contracts_running") while a contract lives, StateConflict if it is archived already.
    """
    if Contract.objects.filter(customer=customer).exclude(state=ContractState.CANCELLED).exists():
        raise BusinessError("contracts_running", _("A contract of this customer still runs. Cancel it first, or cancel the customer."))
    customers.archive(customer=customer, reason=reason.strip(), actor=actor)
