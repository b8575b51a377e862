"""A contract that waited begins: billing starts and its logins go to their routers."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from malha.contracts.models import Contract
from malha.contracts.services import contracts
from malha.core.errors import BusinessError
from malha.core.history import Actor
from malha.network.models import Access
from malha.network.services import accesses


@transaction.atomic
def activate_contract(*, contract: Contract, on: date, actor: Actor) -> None:
    """From draft to active on that day.

    Raises BusinessError("no_plan") for a contract that charges nothing yet, StateConflict from any other state.
    """
    if not contract.items.filter(ends_on__isnull=True).exists():
        raise BusinessError("no_plan", _("This contract has no plan yet. Add an access plan: it activates the contract."))
    contracts.activate(contract=contract, on=on, actor=actor)
    accesses.want(Access.objects.filter(contract=contract))
