"""What each standing becomes on a router (network.md §5.1), for every method."""

import pytest

from malha.domain.access import Entry, Method, PoolFacts, RouterFacts, Service, desired_entries, desired_entry
from tests.domain.access.builders import PLAN, ROUTER, access, plan

METHODS = list(Method)
FIXED = {"ipv4": "177.10.0.9", "ipv6_prefix": "2001:db8:1::/56"}


def entry_of(**values: object) -> Entry:
    entry = desired_entry(access(**values), ROUTER)
    assert entry is not None
    return entry


def names(table: str, entries: list[Entry]) -> list[str]:
    return [entry.name for entry in entries if entry.table == table]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("standing", "profile"),
    [
        ("CLEAR", "malha-fibra-100"),
        ("PENDING", "malha-fibra-100-pendente"),
        ("REDUCED", "malha-fibra-100-reduzido"),
        ("BLOCKED", "malha-bloqueado"),
    ],
)
def test_each_standing_is_a_profile(method: Method, standing: str, profile: str) -> None:
    entry = entry_of(method=method, standing=standing)

    assert entry.fields["profile"] == profile
    assert entry.fields["disabled"] == "no"
    assert entry.service is Service(standing)
    assert entry.mark == "malha:access:17" and entry.access_id == 17


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("standing", ["CLEAR", "PENDING", "REDUCED", "BLOCKED"])
def test_suspended_is_treated_as_blocked(method: Method, standing: str) -> None:
    assert entry_of(method=method, contract_state="SUSPENDED", standing=standing) == entry_of(method=method, standing="BLOCKED")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("standing", ["CLEAR", "PENDING", "REDUCED", "BLOCKED"])
def test_draft_cancelled_and_removed_have_no_login(method: Method, standing: str) -> None:
    for values in ({"contract_state": "DRAFT"}, {"contract_state": "CANCELLED"}, {"is_removing": True}):
        assert desired_entry(access(method=method, standing=standing, **values), ROUTER) is None


@pytest.mark.parametrize("method", METHODS)
def test_a_cancelled_contract_that_keeps_its_address_is_disabled(method: Method) -> None:
    entry = entry_of(method=method, contract_state="CANCELLED", keeps_ip=True, **FIXED)

    assert entry.fields["disabled"] == "yes"
    assert "177.10.0.9" in entry.fields.values()
    assert desired_entry(access(contract_state="CANCELLED", keeps_ip=True, is_removing=True), ROUTER) is None


@pytest.mark.parametrize("standing", ["CLEAR", "PENDING", "REDUCED"])
def test_fixed_addresses_are_given(standing: str) -> None:
    pppoe = entry_of(standing=standing, **FIXED)
    hotspot = entry_of(standing=standing, method=Method.HOTSPOT, **FIXED)

    assert (pppoe.fields["remote-address"], pppoe.fields["remote-ipv6-prefix"]) == ("177.10.0.9", "2001:db8:1::/56")
    assert hotspot.fields["address"] == "177.10.0.9"


def test_fixed_addresses_are_withheld_by_a_block() -> None:
    pppoe = entry_of(standing="BLOCKED", **FIXED)
    hotspot = entry_of(standing="BLOCKED", method=Method.HOTSPOT, **FIXED)

    assert (pppoe.fields["remote-address"], pppoe.fields["remote-ipv6-prefix"], hotspot.fields["address"]) == ("", "", "")


@pytest.mark.parametrize("method", METHODS)
def test_a_router_may_disable_instead_of_showing_the_page(method: Method) -> None:
    entry = desired_entry(access(method=method, standing="BLOCKED", **FIXED), RouterFacts(disables_on_block=True))

    assert entry is not None
    assert entry.fields["disabled"] == "yes"
    assert entry.fields["profile"] == "malha-fibra-100"


def test_the_mac_is_written_only_when_locked() -> None:
    assert entry_of(mac="aa:bb:cc:dd:ee:ff").fields["caller-id"] == ""
    assert entry_of(mac="aa:bb:cc:dd:ee:ff", lock_mac=True).fields["caller-id"] == "AA:BB:CC:DD:EE:FF"
    assert entry_of(method=Method.HOTSPOT, mac="aa:bb:cc:dd:ee:ff", lock_mac=True).fields["mac-address"] == "AA:BB:CC:DD:EE:FF"


def test_the_password_is_a_secret_field_and_only_when_given() -> None:
    assert entry_of(password="p=1").secret == {"password": "p=1"}
    assert entry_of(password=None).secret == {}
    assert "password" not in entry_of(password="p=1").fields


def test_the_operators_profile_is_used_and_never_written() -> None:
    overridden = access(profile_override="vip")
    entries = desired_entries([overridden], [], ROUTER)

    assert names("ppp/profile", entries) == []
    assert entries[-1].fields["profile"] == "vip"
    assert entry_of(profile_override="vip", standing="PENDING").fields["profile"] == "vip"
    assert entry_of(profile_override="vip", standing="BLOCKED").fields["profile"] == "malha-bloqueado"


@pytest.mark.parametrize(("method", "table"), [(Method.PPPOE, "ppp/profile"), (Method.HOTSPOT, "ip/hotspot/user/profile")])
def test_only_the_variants_in_use_are_made(method: Method, table: str) -> None:
    assert names(table, desired_entries([access(method=method)], [], ROUTER)) == ["malha-fibra-100"]
    assert names(table, desired_entries([access(method=method, standing="PENDING")], [], ROUTER)) == ["malha-fibra-100-pendente"]
    assert names(table, desired_entries([access(method=method, standing="BLOCKED")], [], ROUTER)) == ["malha-bloqueado"]


def test_a_thousand_accesses_share_one_profile() -> None:
    entries = desired_entries([access(id=number, username=f"c{number}") for number in range(1000)], [], ROUTER)

    assert len(entries) == 1001


def test_profiles_carry_speed_list_and_pool() -> None:
    fast = plan(pool_v4="clientes", pool_v6="clientes6", address_list="vip", reduced_percent=10)
    states = [
        access(id=number, username=f"c{number}", plan=fast, standing=each) for number, each in enumerate(("CLEAR", "PENDING", "REDUCED"))
    ]
    clear, pending, reduced = desired_entries(states, [], RouterFacts(local_address="10.0.0.1"))[:3]

    assert clear.fields == {
        "rate-limit": "50000k/100000k", "address-list": "vip", "remote-address": "clientes", "dhcpv6-pd-pool": "clientes6",
        "only-one": "yes", "change-tcp-mss": "yes", "local-address": "10.0.0.1",
    }  # fmt: skip
    assert pending.fields == {**clear.fields, "address-list": "malha-pendente"}
    assert reduced.fields == {**pending.fields, "rate-limit": "5000k/10000k"}
    assert [each.mark for each in (clear, pending, reduced)] == ["malha:plan:7", "malha:plan:7-p", "malha:plan:7-r"]


def test_the_block_profile_closes_ipv6_too() -> None:
    pool, profile, _ = desired_entries([access(standing="BLOCKED")], [], ROUTER)

    assert (pool.table, pool.fields) == ("ip/pool", {"ranges": "100.127.0.1-100.127.15.254"})
    assert profile.fields == {
        "local-address": "100.127.255.254", "remote-address": "malha-bloqueado", "rate-limit": "256k/256k", "only-one": "yes",
        "address-list": "malha-bloqueado", "interface-list": "malha-bloqueado", "use-ipv6": "no",
    }  # fmt: skip
    assert pool.mark == profile.mark == "malha:base:block"


def test_hotspot_profiles_show_by_their_name_that_they_are_ours() -> None:
    entries = desired_entries([access(method=Method.HOTSPOT, plan=plan(tag="fibra"))], [], ROUTER)

    assert [entry.name for entry in entries] == ["malha-fibra", "maria"]
    assert entries[0].mark == ""


def test_pools_come_first_then_profiles_then_logins() -> None:
    router = RouterFacts(pools=(PoolFacts(3, "clientes", "10.0.0.2-10.0.0.9"),))
    entries = desired_entries([access(standing="BLOCKED")], [PLAN], router)

    assert [(entry.table, entry.name) for entry in entries] == [
        ("ip/pool", "clientes"),
        ("ip/pool", "malha-bloqueado"),
        ("ppp/profile", "malha-bloqueado"),
        ("ppp/profile", "malha-fibra-100"),
        ("ppp/secret", "maria"),
    ]
    assert entries[0].mark == "malha:pool:3"
