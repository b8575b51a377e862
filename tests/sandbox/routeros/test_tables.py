"""Every table's doubles, missing references and own rules."""

import pytest

from tests.sandbox.conftest import Connect, StartRouter
from tests.support.raw_router_client import ApiTrap, RawClient
from tests.support.router_process import RouterProcess

PROFILE = "/ppp/profile"
SECRET = "/ppp/secret"
LEASE = "/ip/dhcp-server/lease"
LIST = "/ip/firewall/address-list"
FILTER = "/ip/firewall/filter"
QUEUE = "/queue/simple"


@pytest.fixture
def router(shared: RouterProcess) -> RouterProcess:
    return shared


@pytest.fixture(scope="module")
def shared(start_router: StartRouter) -> RouterProcess:
    router = start_router(tls="off")
    router.add("/ip/pool", name="taken", ranges="10.5.0.2-10.5.0.9")
    router.add("/ip/dhcp-server", name="dhcp1", interface="ether2")
    router.add("/ip/dhcp-server", name="dhcp2", interface="ether3")
    router.add("/ip/hotspot", name="hs1", interface="ether4", disabled="no")
    return router


@pytest.fixture
def api(router: RouterProcess, connect: Connect) -> RawClient:
    return connect(router)


DOUBLES = [
    (SECRET, {"name": "d"}, "failure: secret with the same name already exists"),
    (PROFILE, {"name": "d"}, ""),
    ("/ip/hotspot", {"name": "d", "interface": "ether1"}, "failure: server with such name already exists"),
    ("/ip/hotspot/user", {"name": "d", "server": "hs1"}, "failure: already have user with this name for this server"),
    ("/ip/hotspot/user/profile", {"name": "d"}, ""),
    ("/ip/hotspot/ip-binding", {"mac-address": "00:11:22:33:44:55"}, ""),
    ("/ip/dhcp-server", {"name": "d", "interface": "ether1"}, "failure: server with such name already exists"),
    (LIST, {"list": "d", "address": "10.9.9.9"}, "failure: already have such entry"),
    ("/ipv6/firewall/address-list", {"list": "d", "address": "2001:db8::1"}, "failure: already have such entry"),
    ("/ip/pool", {"name": "d", "ranges": "10.6.0.2-10.6.0.3"}, "failure: pool with such name exists"),
    ("/ipv6/pool", {"name": "d", "prefix": "2001:db8::/40", "prefix-length": "56"}, "failure: pool with such name exists"),
    ("/ip/arp", {"address": "10.9.9.8", "interface": "ether1", "mac-address": "00:11:22:33:44:55"}, ""),
    (QUEUE, {"name": "d", "target": "10.9.9.7"}, ""),
    ("/interface/list", {"name": "d"}, ""),
    ("/interface/pppoe-server/server", {"service-name": "d", "interface": "ether1"}, "failure: server with such name already exists"),
    ("/ip/address", {"address": "10.9.0.1/24", "interface": "ether1"}, "failure: already have such address"),
]


@pytest.mark.parametrize(("table", "values", "words"), DOUBLES, ids=[each[0] for each in DOUBLES])
def test_a_double_is_refused(api: RawClient, table: str, values: dict[str, str], words: str) -> None:
    command = (f"{table}/add", *(f"={name}={value}" for name, value in values.items()))
    first = api.say(*command)

    with pytest.raises(ApiTrap) as refusal:
        api.say(*command)

    assert str(refusal.value) == words or not words
    api.say(f"{table}/remove", f"=.id={first}")
    api.say(*command)


NO_MATCH = "input does not match any value of"
MISSING = [
    (SECRET, {"name": "m", "profile": "nowhere"}, f"{NO_MATCH} profile"),
    (SECRET, {"name": "m", "service": "carrier-pigeon"}, f"{NO_MATCH} service"),
    (PROFILE, {"name": "m", "remote-address": "nopool"}, f"{NO_MATCH} remote-address"),
    (PROFILE, {"name": "m", "interface-list": "nolist"}, f"{NO_MATCH} interface-list"),
    ("/ip/hotspot/user", {"name": "m", "profile": "nowhere"}, f"{NO_MATCH} profile"),
    ("/ip/hotspot/user", {"name": "m", "server": "nowhere"}, f"{NO_MATCH} server"),
    ("/ip/hotspot/ip-binding", {"server": "nowhere"}, f"{NO_MATCH} server"),
    ("/ip/hotspot", {"name": "m", "interface": "ether99"}, f"{NO_MATCH} interface"),
    ("/ip/dhcp-server", {"name": "m", "interface": "ether99"}, f"{NO_MATCH} interface"),
    (LEASE, {"address": "10.1.1.1", "mac-address": "00:00:00:00:00:01", "server": "nowhere"}, f"{NO_MATCH} server"),
    ("/ip/arp", {"address": "10.1.1.1", "interface": "ether99"}, f"{NO_MATCH} interface"),
    (QUEUE, {"name": "m", "parent": "nowhere"}, f"{NO_MATCH} parent"),
    ("/interface/pppoe-server/server", {"service-name": "m", "interface": "ether99"}, f"{NO_MATCH} interface"),
    ("/interface/pppoe-server/server", {"service-name": "m", "interface": "ether1", "default-profile": "x"}, f"{NO_MATCH} default-profile"),
    ("/ip/address", {"address": "10.1.1.1/24", "interface": "ether99"}, f"{NO_MATCH} interface"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "values", "words"), MISSING)
def test_a_missing_reference_is_refused(api: RawClient, table: str, values: dict[str, str], words: str) -> None:
    with pytest.raises(ApiTrap, match=f"^{words}$"):
        api.say(f"{table}/add", *(f"={name}={value}" for name, value in values.items()))


@pytest.mark.parametrize(
    ("table", "values", "words"),
    [
        (SECRET, {}, "missing =name="),
        (SECRET, {"name": ""}, "missing value of name"),
        (SECRET, {"name": "v", "remote-address": "10.0.0.300"}, "invalid value for argument remote-address"),
        (SECRET, {"name": "v", "last-logged-out": "now"}, "unknown parameter last-logged-out"),
        (PROFILE, {"name": "v", "rate-limit": "fast/slow"}, "invalid value for argument rate-limit"),
        (PROFILE, {"name": "v", "only-one": "maybe"}, f"{NO_MATCH} only-one"),
        ("/ip/pool", {"name": "v", "ranges": "10.0.0.9-10.0.0.1"}, "invalid value for argument ranges"),
        ("/ip/pool", {"name": "v"}, "missing =ranges="),
        ("/ipv6/pool", {"name": "v", "prefix": "2001:db8::/40", "prefix-length": "200"}, r"value of prefix-length out of range \(1..128\)"),
        (LIST, {"list": "v", "address": "10.0.0.300"}, "invalid value for argument address"),
        (LIST, {"list": "v", "address": "10.0.0.1", "timeout": "soon"}, "invalid value for argument timeout"),
        (LEASE, {"address": "10.0.0.1", "mac-address": "no"}, "invalid value for argument mac-address"),
        (FILTER, {"chain": "forward", "action": "explode"}, f"{NO_MATCH} action"),
    ],
)  # fmt: skip
def test_bad_values_are_refused(api: RawClient, table: str, values: dict[str, str], words: str) -> None:
    with pytest.raises(ApiTrap, match=f"^{words}$"):
        api.say(f"{table}/add", *(f"={name}={value}" for name, value in values.items()))


# ---- references


def test_a_removed_profile_leaves_its_id_and_a_new_one_of_the_name_does_not_heal_it(api: RawClient) -> None:
    profile = api.say(f"{PROFILE}/add", "=name=gone")
    api.say(f"{SECRET}/add", "=name=user1", "=profile=gone")

    api.say(f"{PROFILE}/remove", f"=.id={profile}")
    api.say(f"{PROFILE}/add", "=name=gone")

    assert api.rows(f"{SECRET}/print", "?name=user1", "=.proplist=profile") == [{"profile": profile}]


def test_a_renamed_profile_is_read_under_its_new_name(api: RawClient) -> None:
    api.say(f"{PROFILE}/add", "=name=before")
    api.say(f"{SECRET}/add", "=name=user2", "=profile=before")

    api.say(f"{PROFILE}/set", "=.id=before", "=name=after")

    assert api.rows(f"{SECRET}/print", "?name=user2", "=.proplist=profile") == [{"profile": "after"}]


@pytest.mark.parametrize("table", [PROFILE, "/ip/hotspot/user/profile"])
def test_the_default_profile_stays(api: RawClient, table: str) -> None:
    with pytest.raises(ApiTrap, match="^failure: "):
        api.say(f"{table}/remove", "=.id=default")


def test_renaming_into_a_taken_name_is_refused_and_changes_nothing(api: RawClient) -> None:
    api.say(f"{SECRET}/add", "=name=one")
    api.say(f"{SECRET}/add", "=name=two", "=comment=kept")

    with pytest.raises(ApiTrap, match="same name already exists"):
        api.say(f"{SECRET}/set", "=.id=two", "=name=one", "=comment=lost")

    assert api.rows(f"{SECRET}/print", "?name=two", "=.proplist=comment") == [{"comment": "kept"}]


# ---- hotspot users and leases


def test_hotspot_users_of_one_name_may_live_on_different_servers(api: RawClient) -> None:
    api.say("/ip/hotspot/user/add", "=name=same", "=server=hs1")
    api.say("/ip/hotspot/user/add", "=name=same", "=server=all")


def test_one_lease_per_mac_and_server_in_any_case_and_all_clashes_with_every_one(api: RawClient) -> None:
    api.say(f"{LEASE}/add", "=address=10.7.0.2", "=mac-address=aa:bb:cc:00:00:01", "=server=dhcp1")
    api.say(f"{LEASE}/add", "=address=10.7.0.3", "=mac-address=AA:BB:CC:00:00:01", "=server=dhcp2")

    for number, server in enumerate(("dhcp1", "all")):
        with pytest.raises(ApiTrap, match="^failure: already have static lease for this client$"):
            api.say(f"{LEASE}/add", f"=address=10.7.0.{number + 4}", "=mac-address=aA:bb:cc:00:00:01", f"=server={server}")


def test_one_lease_per_address_over_all_servers(api: RawClient) -> None:
    api.say(f"{LEASE}/add", "=address=10.7.1.2", "=mac-address=aa:bb:cc:00:01:01", "=server=dhcp1")

    with pytest.raises(ApiTrap, match="^failure: already have static lease with this IP address$"):
        api.say(f"{LEASE}/add", "=address=10.7.1.2", "=mac-address=aa:bb:cc:00:01:02", "=server=dhcp2")


# ---- address-lists


def test_slash_32_is_the_bare_address(api: RawClient) -> None:
    api.say(f"{LIST}/add", "=list=l1", "=address=10.8.0.1/32")

    with pytest.raises(ApiTrap, match="^failure: already have such entry$"):
        api.say(f"{LIST}/add", "=list=l1", "=address=10.8.0.1", "=comment=other", "=timeout=1h")
    assert api.rows(f"{LIST}/print", "?list=l1", "=.proplist=address") == [{"address": "10.8.0.1"}]


def test_a_disabled_double_is_allowed_until_it_is_enabled(api: RawClient) -> None:
    api.say(f"{LIST}/add", "=list=l2", "=address=10.8.0.2")
    second = api.say(f"{LIST}/add", "=list=l2", "=address=10.8.0.2", "=disabled=yes")

    with pytest.raises(ApiTrap, match="already have such entry"):
        api.say(f"{LIST}/enable", f"=.id={second}")


def test_entries_with_a_time_out_expire_and_are_dynamic(api: RawClient, router: RouterProcess) -> None:
    api.say(f"{LIST}/add", "=list=l3", "=address=10.8.0.3", "=timeout=24:00:00")
    (row,) = api.rows(f"{LIST}/print", "?list=l3")
    assert (row["dynamic"], row["timeout"]) == ("true", "1d")

    router.control("advance", seconds=86000)
    assert api.say(f"{LIST}/print", "?list=l3", "=count-only=") == "1"
    router.control("advance", seconds=400)

    assert api.say(f"{LIST}/print", "?list=l3", "=count-only=") == "0"
    api.say(f"{LIST}/add", "=list=l3", "=address=10.8.0.3")


def test_names_and_ranges_are_addresses_too(api: RawClient) -> None:
    for address in ("boleto.example.com", "10.0.0.1-10.0.0.9", "10.4.0.0/16"):
        api.say(f"{LIST}/add", "=list=l4", f"=address={address}")


# ---- rules in order


def test_rules_keep_their_order_below_the_dynamic_fasttrack_row(api: RawClient) -> None:
    (dummy, *_) = api.rows(f"{FILTER}/print")
    assert (dummy["dynamic"], dummy["action"]) == ("true", "passthrough")
    last = api.say(f"{FILTER}/add", "=chain=forward", "=action=accept", "=comment=last")

    api.say(f"{FILTER}/add", "=chain=forward", "=action=drop", "=comment=first", f"=place-before={last}")
    api.say(f"{FILTER}/add", "=chain=forward", "=action=accept", "=comment=end")
    order = [row.get("comment") for row in api.rows(f"{FILTER}/print", "?dynamic=false")]
    assert order == ["first", "last", "end"]

    api.say(f"{FILTER}/move", f"=numbers={last}")
    order = [row.get("comment") for row in api.rows(f"{FILTER}/print", "?dynamic=false")]
    assert order == ["first", "end", "last"]


@pytest.mark.parametrize("verb", ["place", "move", "remove", "set"])
def test_the_dynamic_row_is_not_to_be_touched(api: RawClient, verb: str) -> None:
    dummy = api.rows(f"{FILTER}/print", "?dynamic=true")[0][".id"]
    mine = api.say(f"{FILTER}/add", "=chain=forward", "=action=drop")
    words = {
        "place": (f"{FILTER}/add", "=chain=forward", f"=place-before={dummy}"),
        "move": (f"{FILTER}/move", f"=numbers={mine}", f"=destination={dummy}"),
        "remove": (f"{FILTER}/remove", f"=.id={dummy}"),
        "set": (f"{FILTER}/set", f"=.id={dummy}", "=comment=x"),
    }[verb]
    before = api.say(f"{FILTER}/print", "=count-only=")

    with pytest.raises(ApiTrap):
        api.say(*words)

    assert api.say(f"{FILTER}/print", "=count-only=") == before


# ---- queues


def test_queues_answer_in_bits_and_with_slash_32(api: RawClient) -> None:
    api.say(f"{QUEUE}/add", "=name=q1", "=target=10.1.0.9", "=max-limit=10M/20M")

    (row,) = api.rows(f"{QUEUE}/print", "?name=q1")

    assert (row["target"], row["max-limit"], row["dynamic"]) == ("10.1.0.9/32", "10000000/20000000", "false")


def test_the_129th_child_of_a_queue_is_refused(api: RawClient) -> None:
    api.say(f"{QUEUE}/add", "=name=parent")
    for number in range(128):
        api.say(f"{QUEUE}/add", f"=name=child{number}", "=parent=parent")

    with pytest.raises(ApiTrap, match="^failure: "):
        api.say(f"{QUEUE}/add", "=name=child128", "=parent=parent")


def test_a_name_is_as_good_as_an_id_only_where_the_table_has_names(api: RawClient) -> None:
    api.say(f"{LIST}/add", "=list=named", "=address=10.8.0.77")

    with pytest.raises(ApiTrap, match="no such item"):
        api.say(f"{LIST}/remove", "=.id=named")


def test_pools_addresses_and_radius_are_normalised(api: RawClient) -> None:
    api.say("/radius/add", "=service=ppp,hotspot", "=address=10.0.0.5", "=secret=s")
    api.say("/radius/incoming/set", "=accept=yes", "=port=1700")
    api.say("/ppp/aaa/set", "=use-radius=yes", "=interim-update=00:05:00")

    assert api.rows("/radius/incoming/print", "=.proplist=accept,port") == [{"accept": "true", "port": "1700"}]
    assert api.rows("/ppp/aaa/print", "=.proplist=use-radius,interim-update") == [{"use-radius": "true", "interim-update": "5m"}]
