"""Block and release by hand."""

import pytest

from malha.core.errors import BusinessError, StateConflict
from malha.core.history import SYSTEM
from malha.journeys import blocking, charge_changes, onboarding
from malha.network.models import Access
from tests import dunning_make, make

pytestmark = pytest.mark.django_db


def test_a_block_covers_every_access_of_the_contract():
    done = onboarding.sign_up(data=make.sign_up(accesses=(make.access_data(), make.access_data())), actor=SYSTEM)
    Access.objects.update(due_at=None, sync_state="applied")

    blocking.block(contract=done.contract, reason="Pedido da polícia", actor=SYSTEM)

    done.contract.refresh_from_db()
    assert (done.contract.standing, done.contract.standing_cause) == ("BLOCKED", "MANUAL")
    assert list(Access.objects.values_list("sync_state", flat=True)) == ["modified", "modified"]


def test_blocking_twice_is_told():
    done = onboarding.sign_up(data=make.sign_up(), actor=SYSTEM)
    blocking.block(contract=done.contract, reason="Pedido", actor=SYSTEM)

    with pytest.raises(StateConflict):
        blocking.block(contract=done.contract, reason="Pedido", actor=SYSTEM)


def test_a_block_needs_a_reason_and_a_release_does_not():
    done = onboarding.sign_up(data=make.sign_up(), actor=SYSTEM)
    with pytest.raises(BusinessError):
        blocking.block(contract=done.contract, reason="", actor=SYSTEM)
    blocking.block(contract=done.contract, reason="Pedido", actor=SYSTEM)
    done.contract.refresh_from_db()

    blocking.release(contract=done.contract, actor=SYSTEM)

    done.contract.refresh_from_db()
    assert (done.contract.standing, done.contract.standing_cause) == ("CLEAR", "")


@pytest.mark.parametrize("how", ["cancelled", "postponed", "contested"])
def test_what_takes_the_debt_away_releases_at_once(how):
    contract = dunning_make.late()
    dunning_make.run(dunning_make.TODAY)
    contract.refresh_from_db()
    charge = contract.charges.get()
    assert contract.standing == "BLOCKED"
    Access.objects.update(sync_state="applied", due_at=None)

    if how == "cancelled":
        charge_changes.cancel(charge=charge, reason="erro nosso", actor=SYSTEM)
    elif how == "postponed":
        charge_changes.replace(charge=charge, due_date=dunning_make.TOMORROW, reason="combinado", actor=SYSTEM)
    else:
        charge_changes.contest(charge=charge, note="diz que não usou", actor=SYSTEM)

    contract.refresh_from_db()
    assert contract.standing == "CLEAR"
    assert Access.objects.get().due_at is not None
