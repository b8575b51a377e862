"""The night's comparison, the valve, and the verbs of the Divergências page."""

import pytest

from malha.contracts.models import Contract
from malha.core.errors import BusinessError
from malha.core.history import SYSTEM
from malha.core.models import HistoryEntry
from malha.network.models import Access, Divergence, Router, RouterCommand, SyncRun, SyncState
from malha.network.services import accesses, base_setup, commands, divergences
from tests import make
from tests.support.lanes import ACTIVE, PROFILE, SECRET, Serve, fresh, settled, subscribers
from tests.support.router_process import RouterProcess

pytestmark = pytest.mark.django_db


def audit(router: Router, serve: Serve, *, repairs: bool = False) -> SyncRun:
    commands.ask_audit(router=router, actor=SYSTEM, repairs=repairs)
    serve(router).round()
    run = SyncRun.objects.first()
    assert run is not None
    return run


def edit(process: RouterProcess, name: str, **values: str) -> None:
    """The operator changes a secret by hand."""
    row = process.row(SECRET, name=name)
    assert row is not None
    process.control("set", table=SECRET, id=row[".id"], values={key.replace("_", "-"): value for key, value in values.items()})


def test_asked_audit_lists_field_by_field_and_writes_nothing(process: RouterProcess, router: Router, serve: Serve) -> None:
    rosa, joao, ana = (make.access(router=router, username=name) for name in ("rosa", "joao", "ana"))
    serve(router).round()
    edit(process, "rosa", profile="default", disabled="yes")
    process.control("remove", table=SECRET, id=process.row(SECRET, name="ana")[".id"])  # type: ignore[index]
    process.add(SECRET, name="teste-antena", password="x", service="pppoe", profile="default", comment="antena da torre")
    process.control("reset-counters")

    audit(router, serve)

    found = {(row.name, row.field): row for row in Divergence.objects.all()}
    assert set(found) == {("rosa", "profile"), ("rosa", "disabled"), ("ana", ""), ("teste-antena", "")}
    assert (found["rosa", "profile"].wanted, found["rosa", "profile"].found) == (rosa.plan.profile_name, "default")
    assert found["ana", ""].kind == "MISSING" and found["ana", ""].access_id == ana.pk
    stranger = found["teste-antena", ""]
    assert stranger.kind == "STRANGER" and stranger.fields["comment"] == "antena da torre" and "password" not in stranger.fields
    assert process.counters()["writes"] == 0
    router.refresh_from_db()
    assert router.audited_at is not None and router.audit_wanted_at is None
    assert fresh(joao).sync_state == SyncState.APPLIED


def test_divergence_keeps_since_when_and_goes_when_solved(process: RouterProcess, router: Router, serve: Serve) -> None:
    make.access(router=router, username="rosa")
    serve(router).round()
    edit(process, "rosa", profile="default")
    audit(router, serve)
    first = Divergence.objects.get()

    audit(router, serve)
    again = Divergence.objects.get()
    assert (again.pk, again.since) == (first.pk, first.since) and again.seen_at > first.seen_at

    edit(process, "rosa", profile=first.wanted)
    audit(router, serve)
    assert not Divergence.objects.exists()


def test_ignored_stays_ignored_until_its_value_changes(process: RouterProcess, router: Router, serve: Serve) -> None:
    make.access(router=router, username="rosa")
    serve(router).round()
    edit(process, "rosa", profile="default")
    audit(router, serve)
    divergences.ignore(ids=[Divergence.objects.get().pk], actor=SYSTEM)

    audit(router, serve, repairs=True)

    assert Divergence.objects.get().ignored_at is not None
    assert process.row(SECRET, name="rosa")["profile"] == "default"  # type: ignore[index]
    process.add(PROFILE, name="de-teste")
    edit(process, "rosa", profile="de-teste")
    audit(router, serve)
    assert Divergence.objects.get().ignored_at is None


def test_valve_stops_a_night_that_would_change_too_much(process: RouterProcess, router: Router, serve: Serve) -> None:
    subscribers(router, 120)
    serve(router).round()
    for row in process.dump(SECRET)[:60]:
        process.control("remove", table=SECRET, id=row[".id"])
    process.control("reset-counters")

    run = audit(router, serve, repairs=True)

    assert run.outcome == "valve" and run.words
    router.refresh_from_db()
    assert router.audit_words == run.words
    assert process.counters()["writes"] == 0
    assert Divergence.objects.filter(kind="MISSING").count() == 60


def test_a_block_day_passes_the_valve(process: RouterProcess, router: Router, serve: Serve) -> None:
    subscribers(router, 120)
    serve(router).round()
    Contract.objects.update(standing="BLOCKED", standing_cause="MANUAL")
    accesses.want(Access.objects.all())

    serve(router).round()

    assert {row["profile"] for row in process.dump(SECRET)} == {"malha-bloqueado"}


def test_apply_repairs_exactly_the_chosen_field(process: RouterProcess, router: Router, serve: Serve) -> None:
    access = make.access(router=router, username="rosa", ipv4="203.0.113.18")
    serve(router).round()
    process.control("ppp-connect", name="rosa", password=make.PASSWORD)
    edit(process, "rosa", profile="default", remote_address="203.0.113.19")
    audit(router, serve)
    chosen = Divergence.objects.get(field="remote-address")

    shown = divergences.preview([chosen.pk])
    divergences.apply_to_router(ids=[chosen.pk], actor=SYSTEM)
    serve(router).round()

    assert len(shown.commands) == 1 and "remote-address=203.0.113.18" in shown.commands[0] and "profile" not in shown.commands[0]
    assert shown.kicks == ("rosa",)
    secret = process.row(SECRET, name="rosa")
    assert secret is not None and (secret["remote-address"], secret["profile"]) == ("203.0.113.18", "default")
    assert process.dump(ACTIVE) == []
    assert [row.field for row in Divergence.objects.all()] == ["profile"]
    assert HistoryEntry.objects.filter(verb="divergence.apply_asked", object_id=access.pk).exists()


def test_accept_takes_plan_address_and_mac_from_the_router(process: RouterProcess, router: Router, serve: Serve) -> None:
    better = make.plan(profile_name="malha-700")
    access = make.access(router=router, username="rosa")
    serve(router).round()
    process.add(PROFILE, name="malha-700", comment=f"malha:plan:{better.pk}")
    edit(process, "rosa", profile="malha-700", remote_address="203.0.113.19", caller_id="00:00:5E:00:53:2A")
    audit(router, serve)

    divergences.accept_from_router(ids=Divergence.objects.filter(access=access).values_list("pk", flat=True), actor=SYSTEM)
    serve(router).round()

    access = fresh(access)
    assert (access.plan, access.ipv4, access.mac, access.lock_mac) == (better, "203.0.113.19", "00:00:5E:00:53:2A", True)
    assert access.sync_state == SyncState.APPLIED
    settled(router)


def test_accept_refuses_in_words_what_no_field_can_hold(process: RouterProcess, router: Router, serve: Serve) -> None:
    make.access(router=router, username="rosa")
    serve(router).round()
    edit(process, "rosa", disabled="yes")
    audit(router, serve)

    with pytest.raises(BusinessError, match="rosa"):
        divergences.accept_from_router(ids=[Divergence.objects.get().pk], actor=SYSTEM)
    assert Divergence.objects.count() == 1


def test_stranger_becomes_an_access_with_the_password_it_has(process: RouterProcess, router: Router, serve: Serve) -> None:
    process.add(PROFILE, name="FIBRA-300")
    process.add(SECRET, name="rosa", password="da-rua-7", service="pppoe", profile="FIBRA-300", comment="Jos\udce9 da esquina")
    audit(router, serve)
    plan = make.plan()
    contract = make.contract(plans=(plan,))

    divergences.adopt(divergence=Divergence.objects.get(), contract=contract, plan=plan, actor=SYSTEM)
    serve(router).round()

    access = Access.objects.get()
    assert (access.username, access.password, access.sync_state) == ("rosa", "da-rua-7", SyncState.APPLIED)
    secret = process.row(SECRET, name="rosa")
    assert secret is not None and secret["comment"] == f"malha:access:{access.pk} Jos\udce9 da esquina"
    assert (secret["password"], secret["profile"]) == ("da-rua-7", plan.profile_name)
    assert not Divergence.objects.exists()
    assert "da-rua-7" not in str(list(RouterCommand.objects.values())) + str(list(HistoryEntry.objects.values()))
    settled(router)


def test_conflict_is_solved_by_linking(process: RouterProcess, router: Router, serve: Serve) -> None:
    process.add(SECRET, name="rosa", password="velha", service="pppoe", profile="default", comment="antigo")
    access = make.access(router=router, username="rosa")
    serve(router).round()
    assert fresh(access).sync_state == SyncState.ERROR
    Access.objects.update(due_at=None)
    audit(router, serve)

    divergences.adopt(divergence=Divergence.objects.get(kind="CONFLICT"), actor=SYSTEM)
    serve(router).round()

    secret = process.row(SECRET, name="rosa")
    assert secret is not None and secret["comment"] == f"malha:access:{access.pk} antigo"
    assert secret["password"] == make.PASSWORD
    assert fresh(access).sync_state == SyncState.APPLIED


def test_without_the_sensitive_policy_adopting_is_refused_in_words(process: RouterProcess, router: Router, serve: Serve) -> None:
    process.add(SECRET, name="rosa", password="da-rua-7", service="pppoe", profile="default")
    process.fault(no_sensitive=True)
    audit(router, serve)
    plan = make.plan()
    command = divergences.adopt(divergence=Divergence.objects.get(), contract=make.contract(plans=(plan,)), plan=plan, actor=SYSTEM)

    serve(router).round()

    command.refresh_from_db()
    assert command.outcome == "refused" and "sensitive" in command.words
    assert not Access.objects.exists()


def test_marks_of_nobody_are_listed_and_only_a_person_removes_them(process: RouterProcess, router: Router, serve: Serve) -> None:
    subscribers(router, 30)
    serve(router).round()
    process.add(SECRET, name="fantasma", password="x", service="pppoe", profile="default", comment="malha:access:99999")

    audit(router, serve, repairs=True)
    assert process.row(SECRET, name="fantasma") is not None
    divergences.apply_to_router(ids=[Divergence.objects.get(name="fantasma").pk], actor=SYSTEM, removes=True)
    serve(router).round()

    assert process.row(SECRET, name="fantasma") is None


def test_base_setup_is_shown_then_applied_then_found_complete(process: RouterProcess, router: Router, serve: Serve) -> None:
    Router.objects.filter(pk=router.pk).update(notice_address="192.0.2.10")
    shown = base_setup.ask_missing(router=router, actor=SYSTEM)
    serve(router).round()
    shown.refresh_from_db()
    assert any("firewall" in command for command in shown.arguments["commands"])

    applied = base_setup.ask_apply(router=router, shown=shown, actor=SYSTEM)
    serve(router).round()

    applied.refresh_from_db()
    assert applied.outcome == "ok", applied.words
    again = base_setup.ask_missing(router=router, actor=SYSTEM)
    serve(router).round()
    again.refresh_from_db()
    assert again.arguments["commands"] == []
