"""Por que está bloqueado? One line of cause: charge, due date, rule, notice proof, who, when, and what the routers answered.

The facts for programs, the sentence for people; both for a whole page of contracts in a constant number of statements.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from malha.billing import queries as billing
from malha.billing.models import Charge
from malha.contracts.models import Contract, ContractState, Standing, StandingCause
from malha.core.models import HistoryEntry
from malha.core.statuses import STANDING
from malha.core.templatetags.ui import moment
from malha.domain.money import Money
from malha.dunning.models import DunningPolicy, Notice, NoticeKind, PendencyStep, StepKind, TrustRelease
from malha.dunning.queries import default_policy
from malha.network.models import Access, SyncState
from malha.reports.dunning_words import day

_STEP_OF = {Standing.BLOCKED: StepKind.BLOCKED, Standing.REDUCED: StepKind.REDUCED, Standing.PENDING: StepKind.PENDING}
_GONE = (SyncState.REMOVING, SyncState.REMOVED)


@dataclass(frozen=True, slots=True)
class ChargeBehind:
    """The charge that put the contract there. `outstanding`: what is left of it today, without fine and interest."""

    number: int
    due_date: date
    outstanding: Money


@dataclass(frozen=True, slots=True)
class Rule:
    """The days that hold for this contract."""

    days_to_pending: int
    days_to_block: int
    days_notice_to_block: int


@dataclass(frozen=True, slots=True)
class Proof:
    """The notice of that charge. `delivered_at` None: it waits for its delivery. `channel` in words."""

    wanted_on: date
    delivered_at: datetime | None
    channel: str
    proof: str


@dataclass(frozen=True, slots=True)
class RouterReply:
    """How one access stands on its router: `state` of `SyncState`, `error` the router's own words."""

    login: str
    router: str
    state: str
    is_waiting: bool
    error: str
    applied_at: datetime | None


@dataclass(frozen=True, slots=True)
class BlockCause:
    """Why a contract stands as it stands. `by`: POLICY, MANUAL or TRUST, empty while it is clear. `who`: a person or the daily run."""

    contract: int
    standing: str
    by: str
    who: str
    at: datetime | None
    reason: str
    is_run: bool
    until: date | None
    charge: ChargeBehind | None
    rule: Rule
    notice: Proof | None
    routers: tuple[RouterReply, ...]


def cause_of(contract: Contract) -> BlockCause:
    """Of one contract."""
    return causes_of([contract])[contract.pk]


def causes_of(contracts: Collection[Contract], policy: DunningPolicy | None = None) -> dict[int, BlockCause]:
    """Of many, by their keys. At most seven statements."""
    if not contracts:
        return {}
    keys = [contract.pk for contract in contracts]
    policy = policy or default_policy()
    moves, steps, trusts = _moves(keys), _steps(contracts), _trusts(contracts)
    charges = [step.charge for step in steps.values() if step.charge is not None]
    left = billing.outstanding(charges) if charges else {}
    notices = {row.charge_id: row for row in Notice.objects.filter(charge__in=charges, kind=NoticeKind.DEBT)} if charges else {}
    routers = _routers(keys)
    return {
        contract.pk: _cause(contract, policy, moves.get(contract.pk), steps.get(contract.pk), trusts, left, notices, routers[contract.pk])
        for contract in contracts
    }


def _cause(
    contract: Contract,
    policy: DunningPolicy,
    move: HistoryEntry | None,
    step: PendencyStep | None,
    trusts: dict[int, TrustRelease],
    left: dict[int, Money],
    notices: dict[int, Notice],
    routers: tuple[RouterReply, ...],
) -> BlockCause:
    charge: Charge | None = step.charge if step is not None else None
    trust = trusts.get(contract.pk)
    is_run = move is not None and move.actor_kind == "worker"
    who, at, reason = (move.actor_name, move.at, move.reason) if move is not None else ("", None, "")
    if trust is not None:
        who, at, reason = trust.granted_by.name if trust.granted_by else who, trust.granted_at, trust.reason
    return BlockCause(
        contract=contract.number,
        standing=contract.standing,
        by=contract.standing_cause,
        who=who,
        at=at,
        reason=reason,
        is_run=is_run and trust is None,
        until=contract.standing_until,
        charge=ChargeBehind(charge.number, charge.due_date, left[charge.pk]) if charge else None,
        rule=Rule(
            policy.days_to_pending if contract.days_to_pending is None else contract.days_to_pending,
            policy.days_to_block if contract.days_to_block is None else contract.days_to_block,
            policy.days_notice_to_block,
        ),
        notice=_proof(notices.get(charge.pk)) if charge else None,
        routers=routers,
    )


def _moves(keys: Collection[int]) -> dict[int, HistoryEntry]:
    """The last entry that moved the standing of each contract."""
    moved = Q(object_kind=Contract._meta.label_lower, object_id__in=keys, verb__startswith="contract.standing_")
    return {entry.object_id: entry for entry in HistoryEntry.objects.filter(moved).order_by("pk")}


def _steps(contracts: Iterable[Contract]) -> dict[int, PendencyStep]:
    """The last step into where each contract stands by the policy."""
    wanted = {one.pk: _STEP_OF[Standing(one.standing)] for one in contracts if one.standing_cause == StandingCause.POLICY}
    if not wanted:
        return {}
    rows = PendencyStep.objects.filter(pendency__contract__in=wanted, pendency__closed_on__isnull=True, kind__in=set(wanted.values()))
    found = {}
    for step in rows.select_related("charge", "pendency").order_by("pk"):
        if step.kind == wanted[step.pendency.contract_id]:
            found[step.pendency.contract_id] = step
    return found


def _trusts(contracts: Iterable[Contract]) -> dict[int, TrustRelease]:
    keys = [one.pk for one in contracts if one.standing_cause == StandingCause.TRUST]
    rows = TrustRelease.objects.filter(contract__in=keys, ended_on__isnull=True).select_related("granted_by")
    return {row.contract_id: row for row in rows} if keys else {}


def _proof(notice: Notice | None) -> Proof | None:
    if notice is None:
        return None
    return Proof(notice.wanted_on, notice.delivered_at, str(notice.get_channel_display()) if notice.channel else "", notice.proof)


def _routers(keys: Collection[int]) -> dict[int, tuple[RouterReply, ...]]:
    found: dict[int, tuple[RouterReply, ...]] = defaultdict(tuple)
    rows = Access.objects.filter(contract__in=keys).exclude(sync_state__in=_GONE).select_related("router").order_by("pk")
    names = ("contract_id", "username", "router__name", "sync_state", "due_at", "last_error", "applied_at")
    for contract, login, router, state, due_at, error, applied_at in rows.values_list(*names):
        reply = RouterReply(login, router, state, due_at is not None, error, applied_at)
        found[contract] = (*found[contract], reply)
    return found


# ---------------------------------------------------------------------------------------------------------------- in words


def sentence(cause: BlockCause) -> str:
    """The one line."""
    parts = [_what(cause), _rule(cause), _notice(cause), _router(cause)]
    return " ".join(part for part in parts if part)


def _what(cause: BlockCause) -> str:
    words = {
        "state": str(STANDING[cause.standing].label),
        "who": _("the daily run") if cause.is_run else cause.who,
        "when": moment(cause.at) if cause.at else "—",
        "reason": cause.reason.rstrip("."),
        "until": day(cause.until),
    }
    if cause.by == StandingCause.TRUST:
        text = _("Released in trust until %(until)s by %(who)s, %(when)s.") if words["who"] else _("Released in trust until %(until)s.")
        return text % words
    if cause.at is None:
        return _("%(state)s; the history does not say why.") % words
    if cause.charge is None or cause.by != StandingCause.POLICY:
        text = _("%(state)s by %(who)s, %(when)s: %(reason)s.") if cause.reason else _("%(state)s by %(who)s, %(when)s.")
        return text % words
    words |= {"number": str(cause.charge.number), "due": day(cause.charge.due_date), "amount": cause.charge.outstanding.format_brl()}
    return _("%(state)s by %(who)s, %(when)s: charge %(number)s of %(amount)s, due on %(due)s.") % words


def _rule(cause: BlockCause) -> str:
    if cause.by != StandingCause.POLICY:
        return ""
    if cause.standing == Standing.BLOCKED:
        return _("Rule: %(block)s days after the due date and %(notice)s after the delivered notice.") % {
            "block": cause.rule.days_to_block,
            "notice": cause.rule.days_notice_to_block,
        }
    return _("Rule: notice %(pending)s days after the due date.") % {"pending": cause.rule.days_to_pending}


def _notice(cause: BlockCause) -> str:
    if cause.by != StandingCause.POLICY or cause.charge is None:
        return ""
    if cause.notice is None or cause.notice.delivered_at is None:
        return _("No notice delivered yet.")
    words = {"when": moment(cause.notice.delivered_at), "channel": cause.notice.channel, "proof": cause.notice.proof.rstrip(".")}
    return _("Notice delivered %(when)s, %(channel)s (%(proof)s).") % words


def _router(cause: BlockCause) -> str:
    """What the routers answered: the worst first, because that is what somebody must look into."""
    if not cause.routers:
        return ""
    for reply in cause.routers:
        if reply.state == SyncState.ERROR:
            return _("%(router)s answered: “%(words)s”.") % {"router": reply.router, "words": reply.error or "—"}
    for reply in cause.routers:
        if reply.is_waiting:
            if reply.error:
                return _("%(router)s has not confirmed it yet: “%(words)s”.") % {"router": reply.router, "words": reply.error}
            return _("The router has not confirmed it yet.")
    at = max((reply.applied_at for reply in cause.routers if reply.applied_at), default=None)
    names = ", ".join(dict.fromkeys(reply.router for reply in cause.routers))
    return _("Confirmed by %(router)s: %(when)s.") % {"router": names, "when": moment(at)} if at else _("Confirmed by the router.")


def is_troubled(contract: Contract) -> bool:
    """Does the page say why? Everything that is not plainly clear."""
    return contract.state == ContractState.ACTIVE and (
        contract.standing != Standing.CLEAR or contract.standing_cause == StandingCause.TRUST
    )
