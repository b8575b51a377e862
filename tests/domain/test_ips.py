import pytest

from malha.domain.errors import RuleError
from malha.domain.ips import is_in_prefix, normalize_ip, normalize_ipv4, normalize_ipv6, normalize_mac, normalize_prefix


def test_addresses_in_their_canonical_spelling() -> None:
    assert normalize_ipv4(" 100.64.8.114 ") == "100.64.8.114"
    assert normalize_ipv6("2001:0DB8:0:0::1") == "2001:db8::1"
    assert normalize_ip("2001:DB8::1") == "2001:db8::1"
    assert normalize_ip("100.64.8.114") == "100.64.8.114"


@pytest.mark.parametrize("typed", ["", "100.64.8", "100.64.8.256", "100.64.8.1/24", "010.1.1.1", "1.2.3.4.5", "a.b.c.d", "١.1.1.1"])
def test_a_wrong_ipv4_is_refused(typed: str) -> None:
    with pytest.raises(RuleError, match="ipv4_invalid"):
        normalize_ipv4(typed)
    with pytest.raises(RuleError, match="ip_invalid"):
        normalize_ip(typed)


@pytest.mark.parametrize("typed", ["", "2001:db8", "fe80::1%eth0", "1.2.3.4", "2001:db8::g"])
def test_a_wrong_ipv6_is_refused(typed: str) -> None:
    with pytest.raises(RuleError, match="ipv6_invalid"):
        normalize_ipv6(typed)


def test_prefixes() -> None:
    assert normalize_prefix(" 100.64.8.0/22 ") == "100.64.8.0/22"
    assert normalize_prefix("2001:DB8:0::/56") == "2001:db8::/56"
    assert normalize_prefix("10.0.0.1/32") == "10.0.0.1/32"


def test_host_bits_are_refused_with_the_network_meant() -> None:
    with pytest.raises(RuleError) as refused:
        normalize_prefix("100.64.8.1/24")

    assert (refused.value.code, refused.value.params) == ("prefix_host_bits", {"network": "100.64.8.0/24"})


@pytest.mark.parametrize("typed", ["", "100.64.8.0", "100.64.8.0/33", "2001:db8::/129", "100.64.8.0/255.255.255.0", "x/24", "1.1.1.0/"])
def test_a_wrong_prefix_is_refused(typed: str) -> None:
    with pytest.raises(RuleError, match="prefix_invalid"):
        normalize_prefix(typed)


def test_lying_in_a_prefix() -> None:
    assert is_in_prefix("100.64.8.114", "100.64.8.0/24")
    assert not is_in_prefix("100.64.9.1", "100.64.8.0/24")
    assert not is_in_prefix("2001:db8::1", "100.64.8.0/24")


@pytest.mark.parametrize("typed", ["aa:bb:cc:dd:ee:0f", "AA-BB-CC-DD-EE-0F", "aabb.ccdd.ee0f", "aabbccddee0f", " AA BB CC DD EE 0F "])
def test_macs_as_the_router_writes_them(typed: str) -> None:
    assert normalize_mac(typed) == "AA:BB:CC:DD:EE:0F"


@pytest.mark.parametrize("typed", ["", "aa:bb:cc:dd:ee", "aa:bb:cc:dd:ee:0g", "aabbccddee0f0", "00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff"])
def test_a_wrong_mac_is_refused(typed: str) -> None:
    with pytest.raises(RuleError, match="mac_invalid"):
        normalize_mac(typed)
