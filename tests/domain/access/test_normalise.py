import pytest

from malha.domain.access.normalise import parse_duration, rate_limit, same


@pytest.mark.parametrize(
    ("field", "wanted", "found"),
    [
        ("rate-limit", "50000k/100000k", "50M/100M"),
        ("rate-limit", "50000k/100000k", "50000000/100000000"),
        ("rate-limit", "10M/10M", "10M"),
        ("rate-limit", "50M/100M", "50M/100M 0/0 0/0 0/0 8 0/0"),
        ("rate-limit", "1M/2M 2M/4M 1M/1M 8/8", "1000k/2000k 2000k/4000k 1000k/1000k 8s/00:00:08 8"),
        ("rate-limit", "", "0/0"),
        ("max-limit", "10M/20M", "10000000/20000000"),
        ("caller-id", "AA:BB:CC:DD:EE:FF", "aa:bb:cc:dd:ee:ff"),
        ("mac-address", "", "00:00:00:00:00:00"),
        ("address", "", "0.0.0.0"),
        ("remote-address", "100.64.0.2", "100.64.0.2/32"),
        ("remote-ipv6-prefix", "2001:DB8::/56", "2001:db8::/56"),
        ("remote-ipv6-prefix", "", "::/0"),
        ("dhcpv6-pd-pool", "", "none"),
        ("disabled", "no", "false"),
        ("disabled", "no", ""),
        ("only-one", "yes", "true"),
        ("session-timeout", "5m", "00:05:00"),
        ("timeout", "1d", "24:00:00"),
    ],
)
def test_the_same_value_in_two_spellings(field: str, wanted: str, found: str) -> None:
    assert same(field, wanted, found)


@pytest.mark.parametrize(
    ("field", "wanted", "found"),
    [
        ("rate-limit", "50000k/100000k", "100M/50M"),
        ("rate-limit", "50M/100M", "50M/100M 75M/150M 40M/80M 8/8"),
        ("rate-limit", "50M/100M 0/0 0/0 0/0 3", "50M/100M 0/0 0/0 0/0 8"),
        ("name", "007", "7"),
        ("profile", "yes", "true"),
        ("only-one", "yes", "default"),
        ("disabled", "yes", ""),
        ("comment", "A", "a"),
    ],
)
def test_different_values_stay_different(field: str, wanted: str, found: str) -> None:
    assert not same(field, wanted, found)


def test_nonsense_is_kept_as_it_is() -> None:
    assert rate_limit("quick") == "quick/quick"
    assert parse_duration("soon") is None and parse_duration("") is None


def test_durations_of_every_spelling() -> None:
    assert parse_duration("1w2d3h4m5s") == 604_800 + 2 * 86_400 + 3 * 3_600 + 4 * 60 + 5
    assert parse_duration("1d00:00:10") == 86_410
    assert parse_duration("300") == 300
