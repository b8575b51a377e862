"""The standard days of pendência and bloqueio."""

import pytest

from malha.core.errors import BusinessError
from malha.core.history import SYSTEM
from malha.core.models import Company, HistoryEntry
from malha.dunning.queries import default_policy, reach
from malha.dunning.services import policy as services
from tests import make

pytestmark = pytest.mark.django_db


def change(pending: int = 3, block: int = 18, notice: int = 15, reason: str = ""):
    return services.change_days(
        policy=default_policy(), days_to_pending=pending, days_to_block=block, days_notice_to_block=notice, reason=reason, actor=SYSTEM
    )


def refused(**values) -> dict[str, str]:
    with pytest.raises(BusinessError) as caught:
        change(**values)
    return caught.value.fields


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"notice": 14}, "days_notice_to_block"),
        ({"pending": 5}, "days_to_block"),
        ({"block": 17}, "days_to_block"),
        ({"pending": 0}, "days_to_pending"),
        ({"block": 3}, "days_to_block"),
        ({"block": 1000}, "days_to_block"),
    ],
)
def test_fewer_than_fifteen_days_from_notice_to_block_are_refused(values, field):
    make.company(size_class="PPP")

    assert set(refused(**values)) == {field}


def test_only_a_micro_provider_may_go_lower_and_says_why():
    make.company()

    assert set(refused(block=10, notice=7)) == {"reason"}
    change(block=10, notice=7, reason="acordo com os condomínios")

    entry = HistoryEntry.objects.get(verb="dunning_policy.changed")
    assert entry.reason == "acordo com os condomínios"
    assert entry.after == {"days_to_block": 10, "days_notice_to_block": 7}


def test_the_same_days_again_write_nothing():
    make.company()

    change()

    assert not HistoryEntry.objects.filter(verb="dunning_policy.changed").exists()


def test_reach_counts_customers_and_those_with_days_of_their_own():
    make.contract()
    make.contract(make.customer(cpf_cnpj=""), days_to_block=30)

    assert (reach().customers, reach().with_own_days) == (2, 1)
    assert Company.objects.count() == 1
