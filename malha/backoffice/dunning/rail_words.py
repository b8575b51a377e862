"""The régua in words: what each point is called and what is said under it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from malha.core.statuses import STANDING
from malha.core.templatetags.ui import clock_time, date_full, day, month
from malha.domain.states import Standing, StandingCause
from malha.dunning.models import TrustKind
from malha.reports import dunning_words
from malha.reports.rail import Point, Rail, Step

TITLES: Final[Mapping[Point, str | Promise]] = {
    Point.ISSUED: gettext_lazy("Issued"),
    Point.DUE: gettext_lazy("Due date"),
    Point.PENDING: gettext_lazy("Notice step"),
    Point.REDUCED: gettext_lazy("Reduced speed"),
    Point.BLOCKED: gettext_lazy("Block step"),
    Point.TERMINATION: gettext_lazy("Termination"),
}
# Points whose prediction is feminine in Portuguese have a sentence of their own.
_PREDICTED: Final[Mapping[Point, str | Promise]] = {
    Point.PENDING: gettext_lazy("notice predicted for %(day)s"),
    Point.REDUCED: gettext_lazy("reduced speed predicted for %(day)s"),
    Point.BLOCKED: gettext_lazy("block predicted for %(day)s"),
    Point.TERMINATION: gettext_lazy("termination predicted for %(day)s"),
}


@dataclass(frozen=True, slots=True)
class DrawnStep:
    """A point as the component draws it: `state` is its CSS class."""

    title: str
    text: str
    state: str


@dataclass(frozen=True, slots=True)
class DrawnRail:
    """The block of one contract. `notes`: what holds the predicted points back, or why they will not come."""

    rail: Rail
    title: str
    steps: tuple[DrawnStep, ...]
    notes: tuple[str, ...]
    is_trusted: bool
    is_held: bool


@dataclass(frozen=True, slots=True)
class NextStep:
    """The fact *Próximo passo*: `Bloqueio em 08/12`, and what is said under it."""

    title: str
    step: Step


def drawn(rails: Iterable[Rail]) -> list[DrawnRail]:
    """Each régua with its words."""
    found = list(rails)
    return [
        DrawnRail(
            rail=rail,
            title=_title(rail, is_one_of_many=len(found) > 1),
            steps=tuple(_step(rail, step) for step in rail.steps),
            notes=_notes(rail),
            is_trusted=rail.trust is not None,
            is_held=rail.held_until is not None,
        )
        for rail in found
    ]


def next_step(rails: Iterable[Rail]) -> NextStep | None:
    """What comes first among the contracts that are late or not clear; None when everything is calm."""
    troubled = [rail for rail in rails if rail.next is not None and rail.current not in (None, Point.ISSUED)]
    first = min(troubled, key=lambda rail: rail.next.on if rail.next and rail.next.on else rail.today, default=None)
    if first is None or first.next is None:
        return None
    words = {"what": str(TITLES[first.next.point]), "day": day(first.next.on)}
    return NextStep(_("%(what)s on %(day)s") % words, first.next)


def drawn_example(steps: Iterable[Step], due: date) -> list[DrawnStep]:
    """The régua of the settings: each point with its day and how far it is from the due date."""
    return [DrawnStep(str(TITLES[step.point]), _distance(step, due), "next-bad" if step.point is Point.BLOCKED else "") for step in steps]


def _distance(step: Step, due: date) -> str:
    if step.on is None:
        return _("not predicted")
    days = (step.on - due).days
    if not days:
        return date_full(step.on)
    text = ngettext("%(n)s day later", "%(n)s days later", days) if days > 0 else ngettext("%(n)s day before", "%(n)s days before", -days)
    return f"{date_full(step.on)} · {text % {'n': abs(days)}}"


def _title(rail: Rail, *, is_one_of_many: bool) -> str:
    parts = [_("Collection ladder")]
    if is_one_of_many:
        parts.append(_("contract %(number)s") % {"number": rail.contract.number})
    if rail.charge is not None:
        parts.append(month(rail.charge.due_date))
    return " · ".join(parts)


def _step(rail: Rail, step: Step) -> DrawnStep:
    state = "past" if step.is_past else ""
    is_current = step.point is rail.current
    if is_current and rail.known.situation.standing is not Standing.CLEAR:
        state = "now"
    elif is_current:
        state = "past today"
    elif step.point is Point.BLOCKED and step.on is not None:
        state = "next-bad"
    return DrawnStep(_step_title(rail, step), _step_text(rail, step), state)


def _step_title(rail: Rail, step: Step) -> str:
    if step.point is Point.DUE:
        return _("Fell due") if step.is_past else _("Falls due")
    if step.point is Point.BLOCKED and step.is_past:
        return str(STANDING[Standing.BLOCKED].label)
    return str(TITLES[step.point])


def _step_text(rail: Rail, step: Step) -> str:
    if step.point is Point.PENDING and step.is_past:
        if step.is_undelivered:
            return _("%(day)s · notice not delivered") % {"day": day(step.on)}
        words = {"day": day(step.on), "time": clock_time(step.at), "channel": step.channel.lower()}
        return _("%(day)s, %(time)s · %(channel)s") % words
    if step.is_past or step.point in (Point.ISSUED, Point.DUE):
        return day(step.on)
    if step.on is not None:
        return str(_PREDICTED[step.point]) % {"day": day(step.on)}
    if step.point is Point.BLOCKED and rail.known.situation.never_block:
        return _("never")
    if step.point is Point.BLOCKED and not rail.known.situation.auto_block:
        return _("by hand only")
    return _("not predicted")


def _notes(rail: Rail) -> tuple[str, ...]:
    found = []
    situation = rail.known.situation
    if rail.trust is not None:
        who = rail.trust.granted_by.name if rail.trust.granted_by else _("the customer, on the notice page")
        words = {"until": date_full(rail.trust.until), "who": who, "reason": rail.trust.reason.rstrip(".")}
        is_promise = rail.trust.kind == TrustKind.PROMISE
        if rail.trust.reason:
            text = (
                _("Promise of payment until %(until)s (%(who)s): %(reason)s.")
                if is_promise
                else _("In trust until %(until)s (%(who)s): %(reason)s.")
            )
        else:
            text = _("Promise of payment until %(until)s (%(who)s).") if is_promise else _("In trust until %(until)s (%(who)s).")
        found.append(text % words)
    if rail.held_until is not None:
        found.append(_("Paused: no block until %(until)s.") % {"until": date_full(rail.held_until)})
    if situation.never_block and rail.contract.never_block_reason:
        found.append(_("Never blocked: %(reason)s.") % {"reason": rail.contract.never_block_reason.rstrip(".")})
    if situation.cause is StandingCause.MANUAL and situation.standing is not Standing.CLEAR:
        found.append(_("Blocked by hand: a payment alone does not release it."))
    if not found and situation.standing is not Standing.BLOCKED:
        found.extend(_why(rail))
    return tuple(found)


_WORTH_SAYING: Final = (
    "NO_NOTICE",
    "AUTO_BLOCK_OFF",
    "GRACE",
    "NOT_A_CUT_DAY",
    "WAITS_FOR_APPROVAL",
    "CONTESTED",
    "NOTICE_OFF",
    "BELOW_MINIMUM",
)


def _why(rail: Rail) -> list[str]:
    why = rail.decision.why
    if why not in _WORTH_SAYING:
        return []
    return [dunning_words.sentence(why, until=dunning_words.until_of(why, rail.known.situation))]
