"""The standard days of pendência and bloqueio."""

import pytest

from malha.core.errors import BusinessError
from malha.core.history import SYSTEM
from malha.core.models import Company, HistoryEntry
from malha.domain.money import Money
from malha.dunning.data import PolicyData
from malha.dunning.queries import default_policy, reach
from malha.dunning.services import policy as services
from tests import make

pytestmark = pytest.mark.django_db


def change(pending: int = 3, block: int = 18, notice: int = 15, reason: str = "", **others):
    data = PolicyData(days_to_pending=pending, days_to_block=block, days_notice_to_block=notice, **others)
    return services.change(policy=default_policy(), data=data, reason=reason, actor=SYSTEM)


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
        ({"days_to_reduce": 3}, "days_to_reduce"),
        ({"days_to_reduce": 18}, "days_to_reduce"),
        ({"termination_after_days": 59}, "termination_after_days"),
        ({"allowed_weekdays": []}, "allowed_weekdays"),
        ({"allowed_weekdays": [0, 7]}, "allowed_weekdays"),
        ({"allowed_weekdays": [0, 1, 2, 3, 4]}, "reason"),
        ({"minimum_debt": Money(-1)}, "minimum_debt"),
        ({"trust_days": 0}, "trust_days"),
        ({"trust_days": 31}, "trust_days"),
        ({"trust_uses": 31}, "trust_uses"),
        ({"trust_window_days": 0}, "trust_window_days"),
        ({"silence_hours": 169}, "silence_hours"),
        ({"release_grace_days": 31}, "release_grace_days"),
    ],
)
def test_what_the_law_or_sense_forbids_is_refused_beside_its_field(values, field):
    make.company(size_class="PPP")

    assert set(refused(**values)) == {field}


def test_only_a_micro_provider_may_go_lower_and_says_why():
    make.company()

    assert set(refused(block=10, notice=7)) == {"reason"}
    change(block=10, notice=7, reason="acordo com os condomínios")

    entry = HistoryEntry.objects.get(verb="dunning_policy.changed")
    assert entry.reason == "acordo com os condomínios"
    assert entry.after == {"days_to_block": 10, "days_notice_to_block": 7}


def test_everything_is_kept_and_recorded():
    make.company()

    change(
        reason="combinado com os condomínios",
        is_automatic=False,
        allowed_weekdays=[4, 0, 0],
        days_to_reduce=10,
        minimum_debt=Money(500),
        termination_after_days=90,
        trust_uses=0,
    )

    policy = default_policy()
    assert (policy.is_automatic, policy.allowed_weekdays, policy.days_to_reduce, policy.minimum_debt) == (False, [0, 4], 10, Money(500))
    entry = HistoryEntry.objects.get(verb="dunning_policy.changed")
    assert entry.after == {
        "is_automatic": False, "allowed_weekdays": [0, 4], "days_to_reduce": 10, "minimum_debt": "5.00",
        "termination_after_days": 90, "trust_uses": 0,
    }  # fmt: skip
    assert entry.reason == "combinado com os condomínios"


def test_the_same_days_again_write_nothing():
    make.company()

    change()

    assert not HistoryEntry.objects.filter(verb="dunning_policy.changed").exists()


def test_reach_counts_customers_and_those_with_days_of_their_own():
    make.contract()
    make.contract(make.customer(cpf_cnpj=""), days_to_block=30)

    assert (reach().customers, reach().with_own_days) == (2, 1)
    assert Company.objects.count() == 1
