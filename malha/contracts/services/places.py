"""Where a contract is installed, when that is not where the customer lives."""

from dataclasses import asdict

from django.db import transaction
from django.utils.translation import gettext as _

from malha.contracts.models import Contract, ContractState
from malha.core import clock, history
from malha.core.errors import StateConflict
from malha.core.history import Actor
from malha.customers.data import AddressData
from malha.customers.models import Address
from malha.customers.services import customers


@transaction.atomic
def set_service_address(*, contract: Contract, address: AddressData | None, actor: Actor) -> None:
    """Give the contract an installation address of its own; None: it is the customer's again.

    Raises BusinessError("invalid") with sentences per field, StateConflict for a cancelled contract.
    """
    locked = Contract.objects.select_for_update(of=("self",)).select_related("service_address").get(pk=contract.pk)
    if locked.state == ContractState.CANCELLED:
        raise StateConflict("contract_cancelled", _("This contract is cancelled and cannot be changed."))
    checked = customers.check_address(address) if address is not None else None
    old = locked.service_address
    before = str(old) if old is not None else ""
    if checked is None:
        made = None
    elif old is not None:
        Address.objects.filter(pk=old.pk).update(**asdict(checked))
        made = Address.objects.get(pk=old.pk)
    else:
        made = Address.objects.create(**asdict(checked))
    after = str(made) if made is not None else ""
    Contract.objects.filter(pk=locked.pk).update(service_address=made, updated_at=clock.now())
    if before != after:
        history.record(
            locked,
            "contract.changed",
            actor=actor,
            before={"service_address": before},
            after={"service_address": after},
            customer_id=locked.customer_id,
        )
