"""Plans: names a router accepts, changes that follow, prices that never change silently."""

import pytest

from malha.contracts.data import PlanData
from malha.contracts.models import ContractItem, Plan
from malha.contracts.services import plans
from malha.core.errors import BusinessError
from malha.core.history import SYSTEM
from malha.core.models import HistoryEntry
from malha.domain.money import Money
from malha.journeys import onboarding, plan_changes
from malha.network.models import Access
from tests import make

pytestmark = pytest.mark.django_db


def data(**values):
    return PlanData(**{"name": "Fibra 500 Mega", "price": Money(11990), "download_kbps": 500_000, "upload_kbps": 250_000, **values})


@pytest.mark.parametrize(
    ("name", "profile"),
    [
        ("Fibra 500 Mega", "malha-fibra-500-mega"),
        ("  Rádio   São João ", "malha-radio-sao-joao"),
        ("100% Ultra (Promoção de Verão) para toda a família", "malha-100-ultra-promocao-de-verao-para-t"),
    ],
)
def test_the_profile_is_derived_from_the_name_and_every_router_accepts_it(name, profile):
    assert plans.create(data=data(name=name), actor=SYSTEM).profile_name == profile


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 10_000}, "name"),
        ({"price": Money(-1)}, "price"),
        ({"sva_price": Money(20000)}, "sva_price"),
        ({"download_kbps": 0}, "download_kbps"),
        ({"reduced_percent": 100}, "reduced_percent"),
        ({"priority": 9}, "priority"),
        ({"burst_download_kbps": 600_000}, "burst_seconds"),
        ({"profile_name": "perfil com espaço"}, "profile_name"),
    ],
)
def test_a_senseless_plan_is_refused_with_a_sentence(values, field):
    with pytest.raises(BusinessError) as refused:
        plans.create(data=data(**values), actor=SYSTEM)

    assert field in refused.value.fields


def test_a_name_and_a_profile_are_used_once():
    plans.create(data=data(), actor=SYSTEM)

    with pytest.raises(BusinessError) as refused:
        plans.create(data=data(name="FIBRA 500 MEGA"), actor=SYSTEM)

    assert set(refused.value.fields) == {"name", "profile_name"}


def signed_up(plan):
    return onboarding.sign_up(data=make.sign_up(accesses=(make.access_data(plan_id=plan.pk),)), actor=SYSTEM)


def test_a_new_speed_makes_its_accesses_due_and_leaves_prices_alone():
    plan = plans.create(data=data(), actor=SYSTEM)
    signed_up(plan)
    Access.objects.update(due_at=None, sync_state="applied")

    done = plan_changes.change_plan(plan=plan, data=data(download_kbps=600_000, price=Money(12990)), reprices=False, actor=SYSTEM)

    assert (done.accesses_due, done.contracts_repriced) == (1, 0)
    assert Access.objects.get().sync_state == "modified"
    assert ContractItem.objects.get().amount == Money(11990)


def test_a_new_price_reaches_existing_contracts_only_when_asked_and_with_history():
    plan = plans.create(data=data(), actor=SYSTEM)
    signed_up(plan)

    done = plan_changes.change_plan(plan=plan, data=data(price=Money(12990)), reprices=True, reason="Reajuste anual", actor=SYSTEM)

    assert (done.accesses_due, done.contracts_repriced) == (0, 1)
    assert ContractItem.objects.get().amount == Money(12990)
    entry = HistoryEntry.objects.get(verb="contract.repriced")
    assert (entry.before["amount"], entry.after["amount"], entry.reason) == ("119.90", "129.90", "Reajuste anual")


def test_the_profile_cannot_change_once_accesses_use_it():
    plan = plans.create(data=data(), actor=SYSTEM)
    signed_up(plan)

    with pytest.raises(BusinessError) as refused:
        plans.update(plan=plan, data=data(profile_name="malha-outro"), actor=SYSTEM)

    assert "profile_name" in refused.value.fields


def test_an_archived_plan_is_offered_no_more_but_stays_with_who_has_it():
    plan = plans.create(data=data(), actor=SYSTEM)
    done = signed_up(plan)
    plans.archive(plan=plan, actor=SYSTEM)

    with pytest.raises(BusinessError):
        signed_up(Plan.objects.get())
    assert done.accesses[0].plan_id == plan.pk
