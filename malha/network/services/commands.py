"""Wishes that are not a state: disconnect now, clean up after a move, audit, repair, adopt, base set-up.

A command is a row of the router; its lane does it once and keeps the outcome: `run_next` does one under the router's lease.
A command that was cut off half-way is done again, so each verb must bear repetition.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from malha.core import clock
from malha.core.due import backoff
from malha.core.errors import BusinessError
from malha.core.history import Actor
from malha.network.base import PermanentFailure, TemporaryFailure
from malha.network.models import Access, Router, RouterCommand
from malha.network.services import adoption, audit, base_setup, lease, removal, sessions
from malha.network.services.asking import ask
from malha.network.services.reconcile import Bench

log = logging.getLogger(__name__)
STALE_DISCONNECT = timedelta(minutes=10)
KICK_PAUSE = 0.2  # seconds between two slices: the driver spreads one slice over four fifths of a second
SOON = 0.5


def next_due(router_id: int) -> RouterCommand | None:
    """The next command of a router, urgent verbs first: a person waits for a disconnect, nobody for a slice of kicks."""
    rows = RouterCommand.objects.filter(router_id=router_id, due_at__lte=clock.now())
    return rows.exclude(verb="kick").order_by("due_at", "id").first() or rows.order_by("due_at", "id").first()


def pause_until_next(router_id: int) -> float | None:
    """Seconds until the router's next command if that is a moment away, so that the lane waits for it instead of leaving."""
    now = clock.now()
    soon = RouterCommand.objects.filter(router_id=router_id, due_at__gt=now, due_at__lte=now + timedelta(seconds=SOON))
    first = soon.order_by("due_at").values_list("due_at", flat=True).first()
    return None if first is None else max(0.0, (first - now).total_seconds())


def run_next(bench: Bench) -> bool:
    """Do one command, or one slice of it. False: none is due. Temporary failures and a lost lease go up to the lane."""
    command = next_due(bench.router.pk)
    if command is None:
        return False
    handler = VERBS.get(command.verb)
    if handler is None:
        finish(command, "refused", _("Unknown command."))
        return True
    bench.guard()
    try:
        handler(bench, command)
    except BusinessError as error:
        finish(command, "refused", error.message)
    except PermanentFailure as failure:
        if failure.code == "foreign_owner":
            raise
        finish(command, "refused", failure.words)
        raise
    except TemporaryFailure as failure:
        attempts = command.attempts + 1
        RouterCommand.objects.filter(pk=command.pk).update(
            attempts=attempts, last_error=failure.words[:2000], due_at=clock.now() + backoff(attempts)
        )
        raise
    except lease.LeaseLost:
        raise
    except Exception as error:  # a bug in one command must not keep the router from its other work
        log.exception("command %s (%s) of router %s", command.pk, command.verb, command.router_id)
        finish(command, "bug", f"{type(error).__name__}: {error}")
    return True


def finish(command: RouterCommand, outcome: str, words: str = "", **changes: Any) -> None:
    """The command is over; it stays as a record."""
    RouterCommand.objects.filter(pk=command.pk).update(
        due_at=None, finished_at=clock.now(), outcome=outcome, words=words[:2000], last_error="", **changes
    )


# ---- the verbs


def _disconnect(bench: Bench, command: RouterCommand) -> None:
    if clock.now() - command.asked_at > STALE_DISCONNECT:
        finish(command, "expired", _("The router did not answer in time; the session was left alone."))
        return
    name = str(command.arguments.get("username", ""))
    dropped = bench.connection.kick([name], per_second=0)
    finish(command, "ok", _("Session dropped.") if dropped else _("There was no session."))


def _kick(bench: Bench, command: RouterCommand) -> None:
    """One second's worth of kicks, then the lane looks for something more urgent."""
    names = _still_old(command)
    pace = bench.router.kicks_per_second
    now, later = (names[:pace], names[pace:]) if pace else (names, [])
    dropped = int(command.arguments.get("dropped", 0)) + len(bench.connection.kick(now, per_second=pace))
    arguments = {**command.arguments, "names": later, "dropped": dropped}
    if later:
        due_at = clock.now() + timedelta(seconds=KICK_PAUSE)
        RouterCommand.objects.filter(pk=command.pk).update(arguments=arguments, due_at=due_at)
        return
    words = _("%(dropped)s of %(asked)s sessions dropped.") % {"dropped": dropped, "asked": arguments.get("asked", dropped)}
    finish(command, "ok", words, arguments=arguments)


def _still_old(command: RouterCommand) -> list[str]:
    """The names left; of a kick that waited for the night, only those that have not dialled again meanwhile."""
    names = [str(name) for name in command.arguments.get("names", [])]
    if not command.arguments.get("waited"):
        return names
    anew = Access.objects.filter(router_id=command.router_id, username__in=names, online_since__gt=command.asked_at)
    renewed = set(anew.values_list("username", flat=True))
    return [name for name in names if name not in renewed]


def _silence(bench: Bench, command: RouterCommand) -> None:
    """The notice page stays away for what is left of the time: a router that was away meanwhile gets no more than that."""
    until = datetime.fromisoformat(str(command.arguments["until"]))
    seconds = int((until - clock.now()).total_seconds())
    if seconds <= 0:
        finish(command, "expired", _("The time was over before the router answered."))
        return
    words = bench.connection.silence(str(command.arguments["address"]), seconds=seconds)
    finish(command, "refused" if words else "ok", words)


def _remove_access(bench: Bench, command: RouterCommand) -> None:
    finish(command, "ok", removal.clean_up(bench, command))


def _audit(bench: Bench, command: RouterCommand) -> None:
    run = audit.run_audit(bench, repairs=bool(command.arguments.get("repairs")), cause=str(command.arguments.get("cause", "audit")))
    finish(command, run.outcome, run.words)


def _repair(bench: Bench, command: RouterCommand) -> None:
    chosen = [(str(table), str(name), str(field)) for table, name, field in command.arguments["keys"]]
    run = audit.run_audit(bench, repairs=True, cause="repair", only=chosen)
    finish(command, run.outcome, "; ".join(run.refusals) or run.words)


def _adopt(bench: Bench, command: RouterCommand) -> None:
    finish(command, "ok", adoption.adopt(bench, command))


def _base_read(bench: Bench, command: RouterCommand) -> None:
    finish(command, "ok", arguments={"commands": base_setup.missing(bench)})


def _base_apply(bench: Bench, command: RouterCommand) -> None:
    outcome, words = base_setup.apply(bench, list(command.arguments["commands"]))
    finish(command, outcome, words)


def _read(bench: Bench, command: RouterCommand) -> None:
    count = sessions.read_router(router=bench.router, connection=bench.connection)
    finish(command, "ok", _("%(count)s sessions.") % {"count": count})


VERBS: dict[str, Callable[[Bench, RouterCommand], None]] = {
    "disconnect": _disconnect,
    "kick": _kick,
    "silence": _silence,
    "remove_access": _remove_access,
    "audit": _audit,
    "repair": _repair,
    "adopt": _adopt,
    "base_read": _base_read,
    "base_apply": _base_apply,
    "read": _read,
}


def hand_over_moves() -> int:
    """An access that moved leaves a note of its old router: make it that router's command to take the login off.

    Two lanes then work on two rows, and a dead old router does not keep the customer from the new one. Asked three times a
    second, so it opens a transaction only if there is something to do.
    """
    moved = Access.objects.filter(previous_router__isnull=False).order_by("id")
    return _hand_over(moved) if moved.exists() else 0


@transaction.atomic
def _hand_over(rows: "QuerySet[Access]") -> int:
    locked = rows.select_for_update(of=("self",))
    moved = list(locked.values_list("id", "previous_router_id", "username", "applied_username", "leased_by", "applied_version"))
    now = clock.now()
    # Once its new router has it (or may have it), the old name is that of the new router: the old one is read whole.
    RouterCommand.objects.bulk_create(
        RouterCommand(
            router_id=router_id, access_id=access_id, verb="remove_access",
            arguments={"names": sorted({name, old} - {""}), "is_doubtful": bool(doubt or since)},
            asked_at=now, asked_by="Malha", due_at=now,
        )
        for access_id, router_id, name, old, doubt, since in moved
    )  # fmt: skip
    for access_id, router_id, *_rest in moved:
        Access.objects.filter(pk=access_id, previous_router_id=router_id).update(previous_router=None)
    return len(moved)


def ask_silence(*, router_id: int, address: str, until: datetime, actor: Actor) -> RouterCommand:
    """*Continuar navegando*: keep the notice page away from this address until then."""
    return ask(router_id=router_id, verb="silence", arguments={"address": address, "until": until.isoformat()}, actor=actor)


def ask_reading(*, router: Router, actor: Actor) -> RouterCommand:
    """*Ler agora*: health and sessions at once."""
    return ask(router_id=router.pk, verb="read", actor=actor)


@transaction.atomic
def ask_audit(*, router: Router, actor: Actor, repairs: bool = False, cause: str = "audit") -> RouterCommand:
    """*Conferir agora* lists only; the night's audit repairs too. A second wish while one is open is the same wish."""
    Router.objects.filter(pk=router.pk).update(audit_wanted_at=clock.now())
    waiting = RouterCommand.objects.filter(router=router, verb="audit", due_at__isnull=False).first()
    if waiting is not None and bool(waiting.arguments.get("repairs")) >= repairs:
        return waiting
    return ask(router_id=router.pk, verb="audit", arguments={"repairs": repairs, "cause": cause}, actor=actor)


