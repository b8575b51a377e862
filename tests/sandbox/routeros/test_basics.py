"""Reading and writing through a bare socket: what every other test of a router relies on."""

import pytest

from tests.sandbox.conftest import Connect, StartRouter
from tests.support.raw_router_client import ApiTrap, RawClient
from tests.support.router_process import RouterProcess


@pytest.fixture(scope="module")
def router(start_router: StartRouter) -> RouterProcess:
    return start_router(tls="off", secrets=20, foreign=10)


@pytest.fixture
def api(router: RouterProcess, connect: Connect) -> RawClient:
    return connect(router)


def test_add_answers_the_id_under_which_the_row_is_read(api: RawClient) -> None:
    new = api.say("/ppp/secret/add", "=name=maria", "=password=a=b", "=profile=default", "=service=pppoe")

    assert api.rows("/ppp/secret/print", "?name=maria", "=.proplist=.id,name,password,service,disabled") == [
        {".id": new, "name": "maria", "password": "a=b", "service": "pppoe", "disabled": "false"}
    ]


def test_unset_comment_is_absent_and_unwritten_properties_have_their_defaults(api: RawClient) -> None:
    api.say("/ppp/secret/add", "=name=bare")

    (row,) = api.rows("/ppp/secret/print", "?name=bare")

    assert "comment" not in row
    assert (row["service"], row["profile"], row["caller-id"], row["disabled"]) == ("any", "default", "", "false")


def test_set_takes_lists_of_ids_and_names(api: RawClient) -> None:
    first = api.say("/ppp/secret/add", "=name=list1")
    second = api.say("/ppp/secret/add", "=name=list2")

    api.say("/ppp/secret/set", f"=.id={first},{second}", "=disabled=yes")
    api.say("/ppp/secret/set", "=.id=list2", "=comment=by name")

    rows = api.rows("/ppp/secret/print", "?name=list1", "?name=list2", "?#|", "=.proplist=name,disabled,comment")
    assert rows == [{"name": "list1", "disabled": "true"}, {"name": "list2", "disabled": "true", "comment": "by name"}]


def test_remove_by_name_then_the_id_is_no_such_item(api: RawClient) -> None:
    gone = api.say("/ppp/secret/add", "=name=gone")

    api.say("/ppp/secret/remove", "=.id=gone")

    with pytest.raises(ApiTrap, match="^no such item$"):
        api.say("/ppp/secret/remove", f"=.id={gone}")
    with pytest.raises(ApiTrap, match="^missing =.id=$"):
        api.say("/ppp/secret/remove")


def test_a_list_with_one_missing_id_changes_nothing(api: RawClient) -> None:
    present = api.say("/ppp/secret/add", "=name=present")

    with pytest.raises(ApiTrap, match="no such item"):
        api.say("/ppp/secret/set", f"=.id={present},*FFFF", "=comment=x")

    assert "comment" not in api.rows("/ppp/secret/print", "?name=present")[0]


def test_unset_clears_one_property(api: RawClient) -> None:
    api.say("/ppp/secret/add", "=name=fixed", "=remote-address=10.1.2.3", "=comment=kept")

    api.say("/ppp/secret/unset", "=.id=fixed", "=value-name=remote-address")

    (row,) = api.rows("/ppp/secret/print", "?name=fixed")
    assert "remote-address" not in row
    assert row["comment"] == "kept"


def test_count_only_counts_what_the_query_lets_through(api: RawClient, router: RouterProcess) -> None:
    everything = api.say("/ppp/secret/print", "=count-only=")
    marked = api.say("/ppp/secret/print", "=count-only=", "?>comment=malha:", "?<comment=malha;", "?#&")

    assert everything == str(len(router.dump("/ppp/secret")))
    assert marked == "20"


def test_there_is_no_where(api: RawClient) -> None:
    with pytest.raises(ApiTrap, match="unknown parameter where"):
        api.rows("/ppp/secret/print", "=where=name=x")


def test_print_can_be_asked_for_single_ids(api: RawClient) -> None:
    new = api.say("/ppp/secret/add", "=name=byid")

    assert [row["name"] for row in api.rows("/ppp/secret/print", f"=.id={new}")] == ["byid"]


@pytest.mark.parametrize(
    "table",
    [
        "/ppp/secret", "/ppp/profile", "/ppp/active", "/ppp/aaa", "/ip/hotspot", "/ip/hotspot/user",
        "/ip/hotspot/user/profile", "/ip/hotspot/active", "/ip/hotspot/host", "/ip/hotspot/cookie",
        "/ip/hotspot/ip-binding", "/ip/dhcp-server", "/ip/dhcp-server/lease", "/ip/firewall/address-list",
        "/ipv6/firewall/address-list", "/ip/firewall/filter", "/ip/firewall/nat", "/ip/firewall/connection",
        "/ipv6/firewall/filter", "/ip/pool", "/ipv6/pool", "/ip/arp", "/queue/simple", "/interface",
        "/interface/list", "/interface/pppoe-server/server", "/ip/address", "/radius", "/radius/incoming",
        "/system/resource", "/system/identity", "/log",
    ],
)  # fmt: skip
def test_every_table_of_the_specification_can_be_read(api: RawClient, table: str) -> None:
    assert isinstance(api.rows(f"{table}/print"), list)


def test_settings_have_one_row_without_id_and_set_without_id(api: RawClient) -> None:
    api.say("/system/identity/set", "=name=Torre Sul")

    assert api.rows("/system/identity/print") == [{"name": "Torre Sul"}]


def test_resource_tells_version_and_board(start_router: StartRouter, connect: Connect) -> None:
    other = start_router(tls="off", version="6.49.10", board="RB750Gr3")

    (row,) = connect(other).rows("/system/resource/print")

    assert (row["version"], row["board-name"], row["platform"]) == ("6.49.10 (stable)", "RB750Gr3", "MikroTik")
