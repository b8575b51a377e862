"""The causes of a dunning decision in words: one sentence for each `domain.dunning.Why`, on every page and in every answer."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from malha.domain.dunning import Situation, Why

# `due`: of the charge that decides. `until`: the last day on which what protects the contract holds.
SENTENCES: Final[Mapping[Why, str | Promise]] = {
    Why.NOTHING_OWED: _("Nothing is owed any more."),
    Why.NOT_LATE_YET: _("Nothing is late yet."),
    Why.BELOW_MINIMUM: _("What is late is less than the lowest debt that counts."),
    Why.CONTESTED: _("The charge is contested: it does not count while it is looked into."),
    Why.TRUSTED: _("Released in trust or promised until %(until)s."),
    Why.NOTICE_OFF: _("The notice of delay is switched off in this contract, or paused."),
    Why.LATE: _("Late since %(due)s."),
    Why.NO_NOTICE: _("Past the day of the block, but no notice was delivered."),
    Why.NEVER_BLOCK: _("Past the day of the block, but this contract is never blocked."),
    Why.AUTO_BLOCK_OFF: _("Past the day of the block, but this contract is blocked by hand only."),
    Why.HELD: _("Past the day of the block, but held until %(until)s."),
    Why.GRACE: _("Past the day of the block, but a person released it: nothing happens until %(until)s."),
    Why.NOT_A_CUT_DAY: _("Past the day of the block, but no block begins on this day of the week, holiday or eve."),
    Why.WAITS_FOR_APPROVAL: _("Past the day of the block: waits for an approval."),
    Why.PAST_REDUCE_DATE: _("Late since %(due)s: past the day of the reduced speed."),
    Why.PAST_BLOCK_DATE: _("Late since %(due)s, notice delivered: past the day of the block."),
    Why.BY_HAND: _("Put there by a person: only a person takes it back."),
}

# Where a sentence needs a day, the same without it.
_LABELS: Final[Mapping[Why, str | Promise]] = {
    Why.TRUSTED: _("in trust"),
    Why.LATE: _("late"),
    Why.HELD: _("held by a person"),
    Why.GRACE: _("released by a person"),
    Why.PAST_REDUCE_DATE: _("past the day of the reduced speed"),
    Why.PAST_BLOCK_DATE: _("past the day of the block"),
}
_KNOWN: Final = frozenset(why.value for why in Why)


def label(why: str) -> str:
    """The cause in a few words, without its days."""
    return str(_LABELS.get(Why(why)) or SENTENCES[Why(why)]) if why in _KNOWN else why


def plain_sentences() -> dict[Why, str]:
    """In the language of now, for what is read after it is gone."""
    return {why: str(sentence) for why, sentence in SENTENCES.items()}


def sentence(why: str, *, due: date | None = None, until: date | None = None, among: Mapping[Why, str] | None = None) -> str:
    """The cause in words; empty for a cause that nobody knows."""
    if why not in _KNOWN:
        return ""
    text = str((among or SENTENCES)[Why(why)])
    return text % {"due": day(due), "until": day(until)}


def until_of(why: str, situation: Situation) -> date | None:
    """The last day on which what protects the contract holds."""
    return {Why.TRUSTED: situation.trusted_until, Why.HELD: situation.held_until, Why.GRACE: situation.grace_until}.get(Why(why))


def day(value: date | None) -> str:
    """`07/04/2026`, a dash for none."""
    return f"{value:%d/%m/%Y}" if value else "—"
