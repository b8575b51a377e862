"""Lists, profiles and firewall rules: all there, in order, above fasttrack (network.md §5.3)."""

import pytest

from malha.domain.access import Method, RouterFacts
from malha.network.drivers.mikrotik.cli import render
from malha.network.drivers.mikrotik.connection import MikrotikConnection
from tests.network.drivers.conftest import Connect
from tests.support.router_process import RouterProcess

FACTS = RouterFacts(notice_address="198.51.100.7", walled_garden=("central.example.com.br", "203.0.113.0/24"))
NAT = ["notice-silenced", "block-http", "notice-http", "notice-source"]
FILTER = ["block-garden", "block-dns-udp", "block-https", "block-out", "block-in"]


@pytest.fixture
def connection(connect: Connect) -> MikrotikConnection:
    return connect(facts=FACTS)


def set_up(connection: MikrotikConnection) -> None:
    outcomes = connection.apply(connection.base_operations())
    assert [outcome.words for outcome in outcomes if not outcome.ok] == []
    assert connection.base_operations() == []


def rules(peer: RouterProcess, table: str) -> list[str]:
    """Comments in order, ours without their prefix; the router's own dynamic rows left out."""
    static = [row for row in peer.dump(table) if row.get("dynamic") != "true"]
    return [row.get("comment", "").removeprefix("malha:base:") for row in static]


def operators_rules(peer: RouterProcess) -> None:
    peer.add("/ip/firewall/filter", chain="input", action="accept", comment="input first")
    peer.add("/ip/firewall/filter", chain="forward", action="fasttrack-connection", comment="fasttrack")
    peer.add("/ip/firewall/filter", chain="forward", action="accept", connection_state="established,related", comment="established")
    peer.add("/ip/firewall/nat", chain="srcnat", action="masquerade", comment="masquerade")


def test_our_rules_stand_in_order_above_everything_static(peer: RouterProcess, connection: MikrotikConnection) -> None:
    operators_rules(peer)

    set_up(connection)

    assert rules(peer, "/ip/firewall/filter") == [*FILTER, "input first", "fasttrack", "established"]
    assert rules(peer, "/ip/firewall/nat") == [*NAT, "masquerade"]
    assert rules(peer, "/ipv6/firewall/filter") == ["block-v6"]


def test_an_empty_firewall_gets_them_in_order(peer: RouterProcess, connection: MikrotikConnection) -> None:
    set_up(connection)

    assert rules(peer, "/ip/firewall/filter") == FILTER and rules(peer, "/ip/firewall/nat") == NAT


@pytest.mark.parametrize("lost", [[0], [4], [1, 3], [0, 1, 2], [2, 4]])
def test_missing_rules_go_back_to_their_place(peer: RouterProcess, connection: MikrotikConnection, lost: list[int]) -> None:
    operators_rules(peer)
    set_up(connection)
    ids = [row[".id"] for row in peer.dump("/ip/firewall/filter") if row.get("comment", "").startswith("malha:")]
    for index in lost:
        peer.control("remove", table="/ip/firewall/filter", id=ids[index])

    set_up(connection)

    assert rules(peer, "/ip/firewall/filter") == [*FILTER, "input first", "fasttrack", "established"]


def test_a_rule_below_fasttrack_is_moved_up(peer: RouterProcess, connection: MikrotikConnection) -> None:
    operators_rules(peer)
    set_up(connection)
    peer.add("/ip/firewall/filter", chain="forward", action="accept", comment="last")
    ours = {row["comment"]: row for row in peer.dump("/ip/firewall/filter") if row.get("comment", "").startswith("malha:")}
    for slug in ("block-out", "block-garden"):
        row = ours[f"malha:base:{slug}"]
        peer.control("remove", table="/ip/firewall/filter", id=row[".id"])
        kept = {key: value for key, value in row.items() if key in ("chain", "action", "src-address-list", "dst-address-list", "comment")}
        peer.control("add", table="/ip/firewall/filter", values=kept)

    operations = connection.base_operations()

    assert {operation.verb for operation in operations} == {"move"}
    set_up(connection)
    assert rules(peer, "/ip/firewall/filter") == [*FILTER, "input first", "fasttrack", "established", "last"]


def test_a_rule_somebody_changed_is_put_right(peer: RouterProcess, connection: MikrotikConnection) -> None:
    set_up(connection)
    for row in peer.dump("/ip/firewall/filter"):
        if row.get("comment") == "malha:base:block-out":
            peer.control("set", table="/ip/firewall/filter", id=row[".id"], values={"disabled": "yes", "protocol": "udp"})

    set_up(connection)

    row = peer.row("/ip/firewall/filter", comment="malha:base:block-out")
    assert row is not None and row["disabled"] == "false" and "protocol" not in row


def test_the_garden_follows_the_register_and_leaves_the_operators_entries(peer: RouterProcess, connect: Connect) -> None:
    peer.add("/ip/firewall/address-list", list="malha-livre", address="192.0.2.1", comment="by hand")
    first = connect(facts=FACTS)
    first.claim_owner()
    set_up(first)

    set_up(connect(facts=RouterFacts(notice_address="198.51.100.8", walled_garden=("banco.example.com.br",))))

    garden = {row["address"]: row.get("comment", "") for row in peer.dump("/ip/firewall/address-list")}
    assert garden == {
        "192.0.2.1": "by hand",
        "198.51.100.8": "malha:base:owner aabbccdd",
        "banco.example.com.br": "malha:base:garden",
    }


def test_without_a_notice_server_nothing_leads_to_it(peer: RouterProcess, connect: Connect) -> None:
    set_up(connect(facts=RouterFacts()))

    assert rules(peer, "/ip/firewall/nat") == [] and rules(peer, "/ip/firewall/filter") == FILTER


def test_only_the_methods_in_use_get_a_block_profile(peer: RouterProcess, connect: Connect) -> None:
    set_up(connect(methods=(Method.HOTSPOT,)))

    assert peer.row("/ip/hotspot/user/profile", name="malha-bloqueado") is not None
    assert peer.row("/ppp/profile", name="malha-bloqueado") is None


def test_a_router_without_ipv6_gets_the_rest(peer: RouterProcess, connection: MikrotikConnection) -> None:
    peer.fault(missing_menus="/ipv6")

    set_up(connection)

    assert rules(peer, "/ip/firewall/filter") == FILTER


def test_the_commands_are_shown_as_they_are_typed(peer: RouterProcess, connection: MikrotikConnection) -> None:
    operators_rules(peer)

    shown = [render(operation) for operation in connection.base_operations()]

    assert shown[0] == '/interface list add name=malha-bloqueado comment="malha:base:block"'
    nat = next(line for line in shown if "block-http" in line)
    assert nat.startswith("/ip firewall nat add chain=dstnat protocol=tcp dst-port=80 src-address-list=malha-bloqueado")
    assert "to-addresses=198.51.100.7 to-ports=8080" in nat and "place-before=*" in nat
