"""A contract that waited begins."""

import pytest

from malha.contracts.models import Contract, ContractState
from malha.core import clock
from malha.core.errors import BusinessError, StateConflict
from malha.core.history import SYSTEM
from malha.journeys.activation import activate_contract
from malha.network.models import Access
from tests import make

pytestmark = pytest.mark.django_db


def test_charges_begin_and_every_login_is_due():
    make.company()
    contract = make.access().contract
    make.access(contract)
    Contract.objects.update(state=ContractState.DRAFT, activated_on=None, billing_starts_on=None, waiting_for="INSTALLATION")
    Access.objects.update(due_at=None)

    activate_contract(contract=contract, on=clock.today(), actor=SYSTEM)

    contract.refresh_from_db()
    assert (contract.state, contract.billing_starts_on, contract.waiting_for) == (ContractState.ACTIVE, clock.today(), "")
    assert not Access.objects.filter(due_at=None).exists()
    with pytest.raises(StateConflict):
        activate_contract(contract=contract, on=clock.today(), actor=SYSTEM)


def test_without_a_plan_there_is_nothing_to_begin():
    contract = make.contract()

    with pytest.raises(BusinessError) as refusal:
        activate_contract(contract=contract, on=clock.today(), actor=SYSTEM)

    assert refusal.value.code == "no_plan"
    contract.refresh_from_db()
    assert contract.state == ContractState.DRAFT
