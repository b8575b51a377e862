"""What is done and what is told for every way in which register and router can disagree (network.md §4, §6)."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from malha.domain.access import (
    AccessFacts,
    Diff,
    Entry,
    Method,
    Operation,
    Row,
    Verb,
    access_mark,
    adopt,
    desired_entries,
    desired_entry,
    diff,
)
from tests.domain.access.builders import ROUTER, access, as_read, obeyed, plan, secret

PROFILE = Row(
    "ppp/profile", "*F", {"name": "malha-fibra-100", "rate-limit": "50M/100M", "only-one": "true", "change-tcp-mss": "yes"}, b"malha:plan:7"
)


def compare(rows: Sequence[Row], *facts: AccessFacts, is_complete: bool = True, covers_router: bool = False) -> Diff:
    unwanted = {access_mark(each.id): each.username for each in facts if desired_entry(each, ROUTER) is None}
    entries = desired_entries(facts, (), ROUTER)
    return diff(rows, entries, unwanted=unwanted, is_complete=is_complete, covers_router=covers_router)


def logins(result: Diff) -> list[Operation]:
    return [each for each in result.operations if each.table in ("ppp/secret", "ip/hotspot/user")]


def only(result: Diff) -> Operation:
    (operation,) = logins(result)
    return operation


@pytest.mark.parametrize("method", list(Method))
@pytest.mark.parametrize("state", ["ACTIVE", "SUSPENDED", "CANCELLED", "DRAFT"])
@pytest.mark.parametrize("standing", ["CLEAR", "PENDING", "REDUCED", "BLOCKED"])
def test_a_router_that_obeyed_needs_nothing(method: Method, state: str, standing: str) -> None:
    facts = access(method=method, contract_state=state, standing=standing, ipv4="177.10.0.9", mac="AA:BB:CC:00:00:01", lock_mac=True)

    result = compare(obeyed(facts), facts, covers_router=True)

    assert (result.operations, result.differences, result.conflicts, result.strangers, result.kick_names) == ((), (), (), (), ())


def test_spelling_is_no_difference() -> None:
    row = secret(caller_id="aa:bb:cc:00:00:01", remote_address="177.10.0.9/32", disabled="no")

    result = compare([PROFILE, row], access(ipv4="177.10.0.9", mac="AA:BB:CC:00:00:01", lock_mac=True))

    assert result.operations == ()


def test_an_empty_router_gets_profile_then_login() -> None:
    result = compare([], access(password="s3"))

    profile, login = result.operations
    assert (profile.verb, profile.table, profile.raw_comment) == (Verb.ADD, "ppp/profile", b"malha:plan:7")
    assert (login.verb, login.table, login.raw_comment) == (Verb.ADD, "ppp/secret", b"malha:access:17")
    assert login.fields == {"name": "maria", "profile": "malha-fibra-100", "service": "pppoe"}
    assert login.secret == {"password": "s3"}
    assert login.requires == (profile,)
    assert result.kick_names == ()
    assert [(each.kind, each.name) for each in result.differences] == [("MISSING", "malha-fibra-100"), ("MISSING", "maria")]


def test_each_differing_field_is_told_and_all_go_in_one_set() -> None:
    result = compare([PROFILE, secret(service="any", remote_address="1.2.3.4")], access(ipv4="177.10.0.9"))

    assert only(result).fields == {"remote-address": "177.10.0.9", "service": "pppoe"}
    assert [(each.kind, each.field, each.wanted, each.found) for each in result.differences] == [
        ("DIFFERENT", "remote-address", "177.10.0.9", "1.2.3.4"),
        ("DIFFERENT", "service", "pppoe", "any"),
    ]


def test_a_block_unsets_the_address_and_drops_the_session() -> None:
    result = compare([PROFILE, secret(remote_address="177.10.0.9")], access(standing="BLOCKED", ipv4="177.10.0.9"))

    operation = only(result)
    assert operation.fields == {"profile": "malha-bloqueado"}
    assert operation.unset == ("remote-address",)
    assert operation.kicks and result.kick_names == ("maria",)
    assert [(each.table, each.name) for each in result.operations[:2]] == [
        ("ip/pool", "malha-bloqueado"),
        ("ppp/profile", "malha-bloqueado"),
    ]


@pytest.mark.parametrize(
    ("row", "facts", "is_kicked"),
    [
        (secret(), access(standing="REDUCED"), True),
        (secret(), access(standing="PENDING"), False),
        (secret(profile="malha-fibra-100-pendente"), access(), False),
        (secret(profile="malha-fibra-100-pendente"), access(standing="REDUCED"), True),
        (secret(profile="malha-bloqueado"), access(), True),
        (secret(profile="malha-bloqueado"), access(standing="PENDING"), True),
        (secret(profile="*5"), access(), True),
        (secret(), access(plan=plan(id=8, tag="malha-fibra-200")), True),
        (secret(), access(password="new"), True),
        (secret(), access(ipv4="177.10.0.9"), True),
        (secret(remote_address="177.10.0.9"), access(), True),
        (secret(remote_ipv6_prefix="2001:db8::/56"), access(), True),
        (secret(), access(mac="AA:BB:CC:00:00:01", lock_mac=True), False),
        (secret(service="any"), access(), False),
        (secret(disabled="true"), access(), False),
        (secret(), access(contract_state="CANCELLED", keeps_ip=True), True),
        (secret(), access(contract_state="CANCELLED"), True),
        (secret(), access(username="maria.silva"), True),
    ],
)
def test_a_session_is_dropped_only_when_its_service_changed(row: Row, facts: AccessFacts, is_kicked: bool) -> None:
    result = compare([PROFILE, row], facts)

    assert result.kick_names == (("maria",) if is_kicked else ())
    assert only(result).kicks is is_kicked


def test_clear_and_pending_go_on_and_off_the_notice_list_instead() -> None:
    assert compare([PROFILE, secret()], access(standing="PENDING")).pending_names == ("maria",)
    assert compare([PROFILE, secret(profile="malha-fibra-100-pendente")], access()).cleared_names == ("maria",)


def test_a_rename_keeps_the_row_and_drops_the_old_name() -> None:
    result = compare([PROFILE, secret(comment=b"casa azul")], access(username="maria.silva"))

    operation = only(result)
    assert (operation.verb, operation.row_id, operation.name) == (Verb.SET, "*1", "maria")
    assert operation.fields == {"name": "maria.silva"}
    assert operation.raw_comment is None
    assert result.kick_names == ("maria",)


def test_a_password_is_written_when_given_and_never_shown() -> None:
    result = compare([PROFILE, secret()], access(password="s3cr3t"))

    assert only(result).secret == {"password": "s3cr3t"}
    (difference,) = result.differences
    assert (difference.field, difference.wanted, difference.found) == ("password", "", "")


def test_a_taken_name_is_a_conflict_and_nothing_is_written() -> None:
    stranger = secret(mark=None, comment=b"Jo\xe3o")

    result = compare([PROFILE, stranger], access())

    assert result.operations == () and result.strangers == ()
    (conflict,) = result.conflicts
    assert (conflict.kind, conflict.access_id, conflict.name, conflict.row) == ("CONFLICT", 17, "maria", stranger)


def test_a_rename_to_a_taken_name_is_a_conflict() -> None:
    result = compare([PROFILE, secret(), secret("maria.silva", mark=None, row_id="*2")], access(username="maria.silva"))

    assert result.operations == () and result.conflicts[0].access_id == 17


def test_strangers_are_listed_and_never_touched() -> None:
    stranger = secret("vpn", mark=None, row_id="*9", service="l2tp")

    result = compare([PROFILE, secret(), stranger], access(), covers_router=True)

    assert result.operations == () and result.strangers == (stranger,)


def test_factory_and_dynamic_rows_are_nobodys() -> None:
    trial = Row("ip/hotspot/user", "*1", {"name": "default-trial"})
    passing = Row("ip/hotspot/user", "*2", {"name": "T-AA:BB", "dynamic": "true"})

    assert compare([trial, passing]).strangers == ()


def test_adopting_marks_the_row_and_keeps_the_operators_text() -> None:
    entry = desired_entry(access(password="s3"), ROUTER)
    assert entry is not None

    operation = adopt(secret(mark=None, comment=b"Jo\xe3o da esquina", profile="antigo"), entry)

    assert operation.raw_comment == b"malha:access:17 Jo\xe3o da esquina"
    assert operation.fields == {"profile": "malha-fibra-100"}
    assert operation.secret == {"password": "s3"} and operation.kicks


class TestRepeatedMarks:
    """A row copied in Winbox copies its comment: the copy is told, never touched."""

    def test_the_row_with_the_wanted_name_is_ours(self) -> None:
        copy = secret("vizinho", row_id="*2")

        result = compare([PROFILE, copy, secret()], access(standing="REDUCED"), covers_router=True)

        assert only(result).row_id == "*1"
        (repeated,) = [each for each in result.differences if each.kind == "REPEATED"]
        assert (repeated.name, repeated.row) == ("vizinho", copy)

    def test_none_with_the_wanted_name_stops_us(self) -> None:
        result = compare([PROFILE, secret("a"), secret("b", row_id="*2")], access(), covers_router=True)

        assert result.operations == ()
        assert [each.name for each in result.differences if each.kind == "REPEATED"] == ["a", "b"]

    def test_a_removal_takes_only_the_known_login(self) -> None:
        result = compare([secret("vizinho", row_id="*2"), secret()], access(contract_state="CANCELLED"), covers_router=True)

        assert [each.row_id for each in result.operations] == ["*1"]
        assert [each.name for each in result.differences if each.kind == "REPEATED"] == ["vizinho"]

    def test_the_profile_of_a_copy_stays(self) -> None:
        copy = secret("vizinho", row_id="*2")

        result = compare([PROFILE, copy, secret()], access(standing="BLOCKED"), covers_router=True)

        assert Verb.REMOVE not in [each.verb for each in result.operations]


class TestRemovals:
    def test_a_cancelled_login_goes(self) -> None:
        operation = only(compare([secret()], access(contract_state="CANCELLED"), is_complete=False))

        assert (operation.verb, operation.row_id, operation.access_id, operation.kicks) == (Verb.REMOVE, "*1", 17, True)

    def test_an_unknown_access_goes_only_when_all_is_known(self) -> None:
        rows = [PROFILE, secret(), secret("ana", mark=access_mark(99), row_id="*2")]

        assert compare(rows, access(), is_complete=True, covers_router=False).operations == ()
        assert compare(rows, access(), is_complete=False, covers_router=True).operations == ()
        assert [each.row_id for each in compare(rows, access(), covers_router=True).operations] == ["*2"]

    def test_a_changed_method_moves_the_login_to_the_other_table(self) -> None:
        result = compare([secret()], access(method=Method.HOTSPOT))

        added, removed = logins(result)
        assert (added.verb, added.table) == (Verb.ADD, "ip/hotspot/user")
        assert (removed.verb, removed.table) == (Verb.REMOVE, "ppp/secret")

    def test_removals_come_last(self) -> None:
        rows = [secret("ana", mark=access_mark(99), row_id="*2")]

        verbs = [each.verb for each in compare(rows, access(), covers_router=True).operations]

        assert verbs == [Verb.ADD, Verb.ADD, Verb.REMOVE]

    def test_a_profile_nobody_uses_goes(self) -> None:
        old = replace(PROFILE, id="*A", fields={"name": "malha-velho"}, raw_comment=b"malha:plan:3")

        result = compare([PROFILE, old, secret()], access(), covers_router=True)

        assert [(each.verb, each.table, each.row_id) for each in result.operations] == [(Verb.REMOVE, "ppp/profile", "*A")]
        assert compare([PROFILE, old, secret()], access(), covers_router=False).operations == ()

    def test_a_profile_in_use_by_a_stranger_stays(self) -> None:
        old = replace(PROFILE, id="*A", fields={"name": "malha-velho"}, raw_comment=b"malha:plan:3")

        result = compare([PROFILE, old, secret(), secret("x", mark=None, row_id="*2", profile="malha-velho")], access(), covers_router=True)

        assert result.operations == ()

    def test_the_operators_profiles_and_our_base_stay(self) -> None:
        rows = [
            Row("ppp/profile", "*B", {"name": "vip"}, b"Jo\xe3o"),
            Row("ppp/profile", "*C", {"name": "malha-bloqueado"}, b"malha:base:block"),
            Row("ip/pool", "*D", {"name": "p"}, b"malha:pool:9"),
            Row("ip/hotspot/user/profile", "*E", {"name": "malha-velho"}),
        ]

        assert compare(rows, covers_router=True).operations == ()


class TestProfiles:
    def test_a_speed_edit_keeps_the_sessions_for_the_night(self) -> None:
        fast = plan(download_kbps=200_000)

        result = compare([PROFILE, secret()], access(plan=fast))

        (operation,) = result.operations
        assert (operation.table, operation.fields) == ("ppp/profile", {"rate-limit": "50000k/200000k"})
        assert result.kick_names == () and result.kick_later_names == ("maria",)

    def test_what_we_do_not_name_is_the_operators(self) -> None:
        tuned = replace(PROFILE, fields={**PROFILE.fields, "dns-server": "1.1.1.1", "queue-type": "pcq", "local-address": "10.0.0.1"})

        assert compare([tuned, secret()], access()).operations == ()

    def test_a_profile_name_taken_by_the_operator_is_a_conflict(self) -> None:
        foreign = replace(PROFILE, raw_comment=b"meu")

        result = compare([foreign, secret()], access())

        assert result.operations == ()
        assert [(each.table, each.access_id) for each in result.conflicts] == [("ppp/profile", None)]

    def test_a_hotspot_profile_is_ours_by_name(self) -> None:
        slow = Row("ip/hotspot/user/profile", "*3", {"name": "malha-fibra-100", "rate-limit": "1M/1M", "shared-users": "1"})

        result = compare([slow], access(method=Method.HOTSPOT))

        assert (result.operations[0].verb, result.operations[0].fields) == (Verb.SET, {"rate-limit": "50000k/100000k"})
        assert result.operations[0].raw_comment is None


class TestOrder:
    def test_a_login_is_freed_before_another_takes_it(self) -> None:
        rows = [
            PROFILE,
            secret("a", mark=access_mark(1)),
            secret("b", mark=access_mark(2), row_id="*2"),
            secret("c", mark=access_mark(3), row_id="*3"),
        ]
        chain = [access(id=1, username="b"), access(id=2, username="c"), access(id=3, username="d")]

        assert [each.row_id for each in compare(rows, *chain).operations] == ["*3", "*2", "*1"]

    def test_a_removed_login_frees_its_name_for_a_new_access(self) -> None:
        result = compare([PROFILE, secret()], access(id=18), access(contract_state="CANCELLED"))

        assert [(each.verb, each.access_id) for each in result.operations] == [(Verb.REMOVE, 17), (Verb.ADD, 18)]

    def test_a_swap_is_tried_and_loses_nothing(self) -> None:
        rows = [PROFILE, secret("a", mark=access_mark(1)), secret("b", mark=access_mark(2), row_id="*2")]

        result = compare(rows, access(id=1, username="b"), access(id=2, username="a"))

        assert sorted(each.row_id for each in result.operations) == ["*1", "*2"]


class TestOlderVersions:
    def test_a_property_the_router_lacks_is_not_compared(self) -> None:
        facts = access(ipv6_prefix="2001:db8::/56")

        result = diff([PROFILE, secret()], desired_entries([facts], (), ROUTER), unsupported={("ppp/secret", "remote-ipv6-prefix")})

        assert result.operations == ()

    def test_a_property_the_router_lacks_is_not_added(self) -> None:
        entries = desired_entries([access(ipv6_prefix="2001:db8::/56")], (), ROUTER)

        added = diff([PROFILE], entries, unsupported={("ppp/secret", "remote-ipv6-prefix")}).operations[-1]

        assert "remote-ipv6-prefix" not in added.fields

    def test_a_missing_menu_is_told_and_nothing_is_sent(self) -> None:
        entries = desired_entries([access(method=Method.HOTSPOT)], (), ROUTER)

        result = diff([], entries, unsupported={("ip/hotspot/user", ""), ("ip/hotspot/user/profile", "")})

        assert result.operations == ()
        assert {(each.kind, each.found) for each in result.differences} == {("MISSING", "unsupported")}


def test_twenty_thousand_rows_are_compared_by_key_not_by_search() -> None:
    facts = [access(id=number, username=f"c{number}") for number in range(20_000)]
    entries: list[Entry] = desired_entries(facts, (), ROUTER)
    rows = [as_read(entry, f"*{number:X}") for number, entry in enumerate(entries, start=1)]

    assert diff(rows, entries, is_complete=True, covers_router=True).operations == ()
