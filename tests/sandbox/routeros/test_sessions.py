"""Subscribers come, stay, are kicked, and come back with what the router says by then."""

from ipaddress import ip_address, ip_network

import pytest

from tests.sandbox.conftest import Connect, StartRouter
from tests.support.raw_router_client import RawClient
from tests.support.router_process import ControlRefused, RouterProcess

SECRET = "/ppp/secret"
ACTIVE = "/ppp/active"
LIST = "/ip/firewall/address-list"


@pytest.fixture
def router(shared: RouterProcess) -> RouterProcess:
    return shared


@pytest.fixture(scope="module")
def shared(start_router: StartRouter) -> RouterProcess:
    router = start_router(tls="off")
    router.add("/interface/list", name="blocked")
    router.add("/ip/pool", name="fast", ranges="100.64.1.1-100.64.1.20")
    router.add("/ip/pool", name="block", ranges="100.127.0.1-100.127.0.20")
    router.add("/ppp/profile", name="fast", local_address="100.64.0.1", remote_address="fast", rate_limit="50M/100M")
    router.add(
        "/ppp/profile", name="block", remote_address="block", rate_limit="256k/256k", address_list="blocked",
        interface_list="blocked", use_ipv6="no",
    )  # fmt: skip
    return router


@pytest.fixture
def api(router: RouterProcess, connect: Connect) -> RawClient:
    return connect(router)


def test_a_session_brings_its_rows_and_takes_them_away(router: RouterProcess) -> None:
    router.add(SECRET, name="rows", password="p", profile="block")

    session = router.control("ppp-connect", name="rows", password="p", caller_id="AA:BB:CC:DD:EE:FF")

    active = router.row(ACTIVE, name="rows")
    assert active is not None
    assert (active["address"], active["caller-id"], active["service"]) == (session["address"], "AA:BB:CC:DD:EE:FF", "pppoe")
    assert session["address"].startswith("100.127.0.")
    queue = router.row("/queue/simple", name="<pppoe-rows>")
    assert queue is not None
    assert (queue["max-limit"], queue["dynamic"]) == ("256000/256000", "true")
    entry = router.row(LIST, address=session["address"])
    assert entry is not None
    assert (entry["list"], entry["dynamic"]) == ("blocked", "true")
    assert router.row("/interface", name="<pppoe-rows>", type="pppoe-in") is not None
    assert router.row("/interface/list/member", interface="<pppoe-rows>", list="blocked") is not None
    assert router.row("/ip/address", interface="<pppoe-rows>") is not None

    router.control("ppp-disconnect", name="rows")

    for table in (ACTIVE, "/queue/simple", LIST, "/interface/list/member"):
        assert not [row for row in router.dump(table) if "rows" in str(row) or row.get("address") == session["address"]]
    assert router.control("check")["problems"] == []


@pytest.mark.parametrize(
    ("secret", "dial", "reason"),
    [
        ({}, {"password": "wrong"}, "authentication failed"),
        ({"disabled": "yes"}, {}, "user is disabled"),
        ({"caller-id": "AA:AA:AA:AA:AA:AA"}, {"caller_id": "BB:BB:BB:BB:BB:BB"}, "caller-id does not match"),
        ({"service": "l2tp"}, {}, "service is not allowed"),
    ],
)
def test_who_may_not_come_in(router: RouterProcess, secret: dict[str, str], dial: dict[str, str], reason: str) -> None:
    values = {"name": reason, "password": "p", **secret}
    router.control("add", table=SECRET, values=values)

    with pytest.raises(ControlRefused, match=reason):
        router.control("ppp-connect", name=reason, **dial)

    assert router.row(ACTIVE, name=reason) is None
    assert any(reason in row["message"] for row in router.dump("/log"))


def test_an_unknown_name_may_not_come_in(router: RouterProcess) -> None:
    with pytest.raises(ControlRefused, match="user not found"):
        router.control("ppp-connect", name="nobody at all")


def test_edits_do_not_touch_the_session_a_kick_and_redial_does(router: RouterProcess, api: RawClient) -> None:
    router.add(SECRET, name="kicked", password="p", profile="fast")
    router.control("ppp-connect", name="kicked", password="p", redial_ms=3000)

    api.say(f"{SECRET}/set", "=.id=kicked", "=profile=block")
    api.say("/ppp/profile/set", "=.id=fast", "=rate-limit=1M/1M")
    (before,) = api.rows(f"{ACTIVE}/print", "?name=kicked")
    assert router.row("/queue/simple", name="<pppoe-kicked>")["max-limit"] == "50000000/100000000"  # type: ignore[index]

    api.say(f"{ACTIVE}/remove", f"=.id={before['.id']}")
    assert api.say(f"{ACTIVE}/print", "?name=kicked", "=count-only=") == "0"
    router.control("advance", seconds=3)

    (after,) = api.rows(f"{ACTIVE}/print", "?name=kicked")
    assert after["address"].startswith("100.127.0.")
    assert router.row(LIST, address=after["address"], list="blocked") is not None
    assert router.counters()["kicks"] >= 1
    api.say("/ppp/profile/set", "=.id=fast", "=rate-limit=50M/100M")


def test_a_redial_with_the_old_password_stays_out_until_it_fits(router: RouterProcess) -> None:
    router.add(SECRET, name="stubborn", password="old")
    router.control("ppp-connect", name="stubborn", password="old", redial_ms=1000)
    router.control("set", table=SECRET, id="stubborn", values={"password": "new"})

    router.control("remove", table=ACTIVE, id="stubborn")
    router.control("advance", seconds=30)
    assert router.row(ACTIVE, name="stubborn") is None

    router.control("set", table=SECRET, id="stubborn", values={"password": "old"})
    router.control("advance", seconds=60)
    assert router.row(ACTIVE, name="stubborn") is not None


def test_fixed_address_beats_the_pool(router: RouterProcess) -> None:
    router.add(SECRET, name="fixed", profile="fast", remote_address="10.200.0.7")

    assert router.control("ppp-connect", name="fixed")["address"] == "10.200.0.7"


def test_what_a_profile_leaves_unset_comes_from_the_default_profile_of_the_server(start_router: StartRouter) -> None:
    router = start_router(tls="off")
    router.add("/ip/pool", name="p", ranges="10.77.0.1-10.77.0.9")
    router.add("/ppp/profile", name="server", remote_address="p", rate_limit="1M/2M", dhcpv6_pd_pool="none")
    router.add("/ppp/profile", name="plain")
    router.add("/interface/pppoe-server/server", service_name="s", interface="ether2", default_profile="server", disabled="no")
    router.add(SECRET, name="heir", profile="plain")

    session = router.control("ppp-connect", name="heir")

    assert session["address"].startswith("10.77.0.")
    assert session["rate_limit"] == "1M/2M"


def test_only_one_drops_the_older_session(router: RouterProcess) -> None:
    router.add("/ppp/profile", name="single", only_one="yes")
    router.add(SECRET, name="single", profile="single")
    router.add(SECRET, name="double", profile="fast")
    for name in ("single", "double"):
        router.control("ppp-connect", name=name)
        router.control("ppp-connect", name=name)

    names = [row["name"] for row in router.dump(ACTIVE)]

    assert (names.count("single"), names.count("double")) == (1, 2)
    assert router.control("check")["problems"] == []


def test_a_full_pool_turns_people_away(router: RouterProcess) -> None:
    router.add("/ip/pool", name="tiny", ranges="10.99.0.1-10.99.0.1")
    router.add("/ppp/profile", name="tiny", remote_address="tiny")
    for name in ("tiny1", "tiny2"):
        router.add(SECRET, name=name, profile="tiny")
    router.control("ppp-connect", name="tiny1")

    with pytest.raises(ControlRefused, match="no more addresses"):
        router.control("ppp-connect", name="tiny2")


def test_uptime_and_bytes_grow_with_the_clock(router: RouterProcess, api: RawClient) -> None:
    router.add(SECRET, name="busy", profile="fast")
    router.control("ppp-connect", name="busy")
    router.control("traffic", name="busy", up_kbps=800, down_kbps=8000)

    router.control("advance", seconds=3600)

    (row,) = api.rows("/interface/print", "=stats=", "=.proplist=name,rx-byte,tx-byte", "?name=<pppoe-busy>")
    assert 360_000_000 <= int(row["rx-byte"]) < 361_000_000
    assert 3_600_000_000 <= int(row["tx-byte"]) < 3_610_000_000
    assert api.rows(f"{ACTIVE}/print", "?name=busy")[0]["uptime"].startswith("1h")
    (live,) = api.rows("/interface/monitor-traffic", "=interface=<pppoe-busy>", "=once=")
    assert (live["rx-bits-per-second"], live["tx-bits-per-second"]) == ("800000", "8000000")


def test_monitor_traffic_goes_on_until_it_is_cancelled(api: RawClient) -> None:
    api.send("/interface/monitor-traffic", "=interface=ether1", ".tag=m")
    assert api.reply()[0] == "!re"

    api.send("/cancel", "=tag=m", ".tag=c")

    assert {api.reply()[0] for _ in range(3)} == {"!trap", "!done"}


def test_reboot_drops_sessions_and_dynamic_entries_renumbers_and_keeps_configuration(start_router: StartRouter) -> None:
    router = start_router(tls="off", secrets=20, sessions=5)
    router.add(LIST, list="kept", address="10.0.0.1")
    router.add(LIST, list="lost", address="10.0.0.2", timeout="1d")
    ids = {row["name"]: row[".id"] for row in router.dump(SECRET)}
    assert len(router.dump(ACTIVE)) == 5

    router.control("reboot")

    assert router.dump(ACTIVE) == []
    assert [row["list"] for row in router.dump(LIST)] == ["kept"]
    after = {row["name"]: row[".id"] for row in router.dump(SECRET)}
    assert after.keys() == ids.keys()
    assert after != ids
    assert list(after) == list(ids)
    assert router.dump("/ip/firewall/filter")[0]["dynamic"] == "true"
    assert router.dump("/ppp/profile")[0][".id"] == "*0"
    assert router.control("check")["problems"] == []
    router.add(SECRET, name="after the reboot")


def test_auto_reconnect_brings_everybody_back_after_a_reboot(start_router: StartRouter) -> None:
    router = start_router(tls="off", secrets=20, sessions=20)
    router.control("auto-reconnect", ms=5000)

    router.control("reboot")
    router.control("advance", seconds=5)

    assert len(router.dump(ACTIVE)) == 20


def test_auto_connect_shows_people_online(start_router: StartRouter, connect: Connect) -> None:
    router = start_router(tls="off", auto_connect=2000)
    api = connect(router)
    api.say(f"{SECRET}/add", "=name=on", "=password=p")
    api.say(f"{SECRET}/add", "=name=off", "=password=p", "=disabled=yes")
    api.say("/ip/hotspot/user/add", "=name=guest", "=password=p")

    router.control("advance", seconds=2)
    (row,) = api.rows(f"{ACTIVE}/print")
    assert row["name"] == "on"
    assert ip_address(row["address"]) in ip_network("100.64.0.0/10")
    assert [row["user"] for row in api.rows("/ip/hotspot/active/print")] == ["guest"]

    api.say(f"{ACTIVE}/remove", f"=.id={row['.id']}")
    api.say(f"{SECRET}/set", "=.id=off", "=disabled=no")
    router.control("advance", seconds=2)
    assert {row["name"] for row in api.rows(f"{ACTIVE}/print")} == {"on", "off"}

    api.say(f"{SECRET}/remove", "=.id=on")
    api.say(f"{ACTIVE}/remove", f"=.id={api.rows(f'{ACTIVE}/print', '?name=on')[0]['.id']}")
    router.control("advance", seconds=300)
    assert {row["name"] for row in api.rows(f"{ACTIVE}/print")} == {"off"}


def test_people_of_a_router_that_has_been_up_for_long_are_online_for_long(start_router: StartRouter) -> None:
    router = start_router(tls="off", secrets=30, auto_connect=1000, uptime=240)

    router.control("advance", seconds=1)

    uptimes = [session["uptime"] for session in router.control("sessions")["ppp"]]
    assert len(set(uptimes)) == 30
    assert 0 <= min(uptimes) < max(uptimes) <= 240 * 3600 + 5
    assert router.dump("/system/resource")[0]["uptime"].startswith("1w3d")


def test_of_those_who_dial_by_themselves_some_stay_off(start_router: StartRouter) -> None:
    router = start_router(tls="off", secrets=100, auto_connect=1000, offline=20)

    router.control("advance", seconds=1)
    first = {session["name"] for session in router.control("sessions")["ppp"]}

    assert 60 < len(first) < 95


def test_who_dials_by_itself_brings_the_mac_that_is_asked_for(start_router: StartRouter) -> None:
    router = start_router(tls="off", auto_connect=1000)
    router.add(SECRET, name="locked", caller_id="AA:BB:CC:00:00:01")

    router.control("advance", seconds=1)

    assert router.row(ACTIVE, name="locked", **{"caller-id": "AA:BB:CC:00:00:01"}) is not None


def test_connections_can_be_put_in_the_table_and_removed(router: RouterProcess, api: RawClient) -> None:
    values = {"src-address": "10.0.0.9:40000", "dst-address": "203.0.113.1:80"}
    router.control("add", table="/ip/firewall/connection", values=values, dynamic=True)

    (row,) = api.rows("/ip/firewall/connection/print", "?src-address=10.0.0.9:40000")
    api.say("/ip/firewall/connection/remove", f"=.id={row['.id']}")

    assert router.dump("/ip/firewall/connection") == []


# ---- hotspot


def test_a_hotspot_cookie_logs_in_again_unless_it_is_removed(router: RouterProcess, api: RawClient) -> None:
    router.add("/ip/hotspot/user/profile", name="h", rate_limit="1M/2M", address_list="guests")
    router.add("/ip/hotspot/user", name="guest", password="p", profile="h")
    router.control("hotspot-login", name="guest", password="p", mac="AA:00:00:00:00:01")
    assert router.row("/ip/hotspot/host", **{"mac-address": "AA:00:00:00:00:01"})["authorized"] == "true"  # type: ignore[index]

    api.say("/ip/hotspot/active/remove", f"=.id={api.rows('/ip/hotspot/active/print')[0]['.id']}")
    router.control("advance", seconds=1)
    (back,) = api.rows("/ip/hotspot/active/print")
    assert back["login-by"] == "mac-cookie"

    api.say("/ip/hotspot/cookie/remove", f"=.id={api.rows('/ip/hotspot/cookie/print')[0]['.id']}")
    api.say("/ip/hotspot/active/remove", f"=.id={back['.id']}")
    api.say("/ip/hotspot/host/remove", f"=.id={api.rows('/ip/hotspot/host/print')[0]['.id']}")
    router.control("advance", seconds=1)
    assert api.rows("/ip/hotspot/active/print") == []


@pytest.mark.parametrize("dial", [{"password": "wrong"}, {"mac": "BB:00:00:00:00:01"}])
def test_a_wrong_hotspot_login_is_refused(router: RouterProcess, dial: dict[str, str]) -> None:
    name = f"picky{len(dial.get('mac', ''))}"
    router.add("/ip/hotspot/user", name=name, password="p", mac_address="AA:00:00:00:00:09")

    with pytest.raises(ControlRefused):
        router.control("hotspot-login", name=name, **{"password": "p", "mac": "AA:00:00:00:00:09", **dial})


# ---- dhcp


def test_a_lease_acts_when_it_is_bound(start_router: StartRouter, connect: Connect) -> None:
    router = start_router(tls="off")
    router.add("/ip/pool", name="d", ranges="10.50.0.10-10.50.0.20")
    router.add("/ip/dhcp-server", name="d", interface="ether2", address_pool="d")
    lease = "/ip/dhcp-server/lease"
    router.add(lease, address="10.50.0.2", mac_address="AA:00:00:00:00:02", address_lists="late", rate_limit="5M/9M")
    api = connect(router)

    router.control("dhcp-bind", mac="aa:00:00:00:00:02")
    assert router.row(lease, address="10.50.0.2")["status"] == "bound"  # type: ignore[index]
    assert router.row(LIST, list="late", address="10.50.0.2") is not None
    assert router.row("/queue/simple", target="10.50.0.2/32")["max-limit"] == "5000000/9000000"  # type: ignore[index]

    api.say(f"{lease}/unset", "=numbers=*1", "=value-name=address-lists")
    assert router.row(LIST, list="late") is not None
    router.control("dhcp-bind", mac="aa:00:00:00:00:02")
    assert router.row(LIST, list="late") is None

    api.say(f"{lease}/set", "=numbers=*1", "=block-access=yes")
    with pytest.raises(ControlRefused, match="blocked"):
        router.control("dhcp-bind", mac="aa:00:00:00:00:02")


def test_a_stranger_gets_a_dynamic_lease_that_can_be_made_static(start_router: StartRouter, connect: Connect) -> None:
    router = start_router(tls="off")
    router.add("/ip/pool", name="d", ranges="10.50.0.10-10.50.0.20")
    router.add("/ip/dhcp-server", name="d", interface="ether2", address_pool="d")
    api = connect(router)
    router.control("dhcp-bind", mac="AA:00:00:00:00:03")
    (row,) = api.rows("/ip/dhcp-server/lease/print")
    assert row["dynamic"] == "true"

    api.say("/ip/dhcp-server/lease/make-static", f"=.id={row['.id']}")
    router.control("reboot")

    assert router.row("/ip/dhcp-server/lease", dynamic="false") is not None
