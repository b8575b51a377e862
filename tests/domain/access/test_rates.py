from malha.domain.access.rates import rate_limit, reduced_rate_limit
from tests.domain.access.builders import plan


def test_upload_comes_first_because_the_router_receives_it() -> None:
    assert rate_limit(plan(download_kbps=100_000, upload_kbps=50_000)) == "50000k/100000k"


def test_a_burst_asks_for_the_full_form() -> None:
    bursting = plan(burst_download_kbps=150_000, burst_upload_kbps=75_000, burst_threshold_percent=80, burst_seconds=10)

    assert rate_limit(bursting) == "50000k/100000k 75000k/150000k 40000k/80000k 10/10"


def test_a_burst_in_one_direction_leaves_the_other_as_it_is() -> None:
    assert rate_limit(plan(burst_download_kbps=150_000)) == "50000k/100000k 50000k/150000k 37500k/75000k 8/8"


def test_priority_and_guarantee_fill_the_burst_with_nothing() -> None:
    assert rate_limit(plan(priority=3)) == "50000k/100000k 0/0 0/0 0/0 3"
    assert rate_limit(plan(guaranteed_percent=20)) == "50000k/100000k 0/0 0/0 0/0 8 10000k/20000k"


def test_reduced_is_a_share_without_burst_and_never_unusable() -> None:
    assert reduced_rate_limit(plan(reduced_percent=25, burst_download_kbps=150_000)) == "12500k/25000k"
    assert reduced_rate_limit(plan()) == "5000k/10000k"
    assert reduced_rate_limit(plan(download_kbps=512, upload_kbps=256)) == "64k/64k"
