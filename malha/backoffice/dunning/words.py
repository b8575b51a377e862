"""The rehearsal and the régua in words."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from malha.core.statuses import STANDING
from malha.core.templatetags.ui import day
from malha.domain.dunning import Why
from malha.reports import dunning_words
from malha.reports.dunning_preview import Line, Part

PARTS: Mapping[Part, tuple[str | Promise, str]] = {
    Part.WARN: (gettext_lazy("Warn"), "warn"),
    Part.BLOCK: (gettext_lazy("Block"), "bad"),
    Part.RELEASE: (gettext_lazy("Release"), "ok"),
    Part.REDUCE: (gettext_lazy("Reduce"), "warn"),
    Part.POSTPONED: (gettext_lazy("Postponed"), ""),
    Part.UNDELIVERED: (gettext_lazy("Without a delivered notice"), "warn"),
}
EMPTY: Mapping[Part, str | Promise] = {
    Part.WARN: gettext_lazy("Nobody gets a new notice on this day."),
    Part.BLOCK: gettext_lazy("Nobody would be blocked on this day."),
    Part.RELEASE: gettext_lazy("Nobody would be released on this day. Who pays is released at once, without waiting for a run."),
    Part.REDUCE: gettext_lazy("Nobody's speed would be reduced on this day."),
    Part.POSTPONED: gettext_lazy("Nobody past the day of the block is held back."),
    Part.UNDELIVERED: gettext_lazy("Every notice was delivered."),
}


def cause(line: Line, among: Mapping[Why, str] | None = None) -> str:
    """Why, in a sentence."""
    return dunning_words.sentence(line.why, due=line.oldest_due, until=line.until, among=among)


def proof(line: Line) -> str:
    """`entregue 23/03 · Página de aviso`, or since when it waits."""
    if line.proof is None:
        return _("not due yet")
    if line.proof.delivered_on is None:
        return _("not delivered, due since %(day)s") % {"day": day(line.proof.wanted_on)}
    return _("delivered %(day)s · %(channel)s") % {"day": day(line.proof.delivered_on), "channel": line.proof.channel}


def next_step(line: Line, part: Part) -> str:
    """What comes after that, if nobody pays."""
    if part is Part.RELEASE:
        return str(STANDING[line.to].label)
    if part is Part.BLOCK:
        return _("termination from %(day)s") % {"day": day(line.terminate_on)} if line.terminate_on else _("no termination")
    if line.block_on is None:
        return _("no block")
    if part is Part.UNDELIVERED:
        return _("block from %(day)s, if delivered now") % {"day": day(line.block_on)}
    return _("block on %(day)s") % {"day": day(line.block_on)}
