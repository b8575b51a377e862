"""How the demo's subscribers pay: plain decisions, the same for the same person and charge whenever they are asked.

Dates are counted from `born`, the day on which the demo was made: some have gone quiet shortly before, so that on any day of the year
there is somebody to warn, to block and to release.
"""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

QUIET_DAYS: Final = 60  # before `born`: long enough to be blocked on `born`, short enough to be trusted
AGREED_FROM: Final = 152  # days before `born`: from here two charges went unpaid …
AGREED_ON: Final = 91  # … and here they were agreed about
GONE_DAYS: Final = 115
FORMS: Final = (("PIX", 58), ("CASH", 26), ("CARD", 10), ("DEPOSIT", 6))


class Habit(StrEnum):
    """What a person does when a charge comes."""

    PUNCTUAL = "punctual"
    ON_THE_DAY = "on the day"
    FORGETFUL = "forgetful"  # every third or fourth charge is paid a week late
    SLOW = "slow"  # always after the notice
    AFTER_THE_BLOCK = "after the block"
    IN_PARTS = "in parts"
    ROUND_SUM = "round sum"  # brings notes and leaves the change as credit
    QUIET = "quiet"  # nothing since two months
    TRUSTED = "trusted"  # the same, and asked to be released in trust yesterday
    AGREED = "agreed"  # was quiet some months ago and has an agreement since
    GONE = "gone"  # blocked for so long that the contract may be terminated


@dataclass(frozen=True)
class Visit:
    """A day on which money comes for a charge: `percent` of what is owed of it then."""

    on: date
    percent: int = 100


_WILL_BE_BLOCKED: Final = (Habit.QUIET, Habit.TRUSTED, Habit.AGREED, Habit.GONE, Habit.AFTER_THE_BLOCK)
# How long somebody with a story must have been a customer for it.
SINCE_DAYS: Final = {Habit.QUIET: 130, Habit.TRUSTED: 130, Habit.AGREED: 230, Habit.GONE: 200}


def habit_of(index: int, fate: str) -> Habit:
    """The habit of the `index`-th person. Who has a story of their own otherwise pays in time."""
    if fate in ("cancelled", "blocked", "installation"):
        return Habit.PUNCTUAL
    if index % 150 == 47:
        return Habit.TRUSTED
    if index % 60 == 17:
        return Habit.QUIET
    if index % 130 == 79:
        return Habit.AGREED
    if index % 150 == 98:
        return Habit.GONE
    return _COMMON[index % len(_COMMON)]


def _common() -> tuple[Habit, ...]:
    """A hundred places, spread so that neighbours differ."""
    counts = (
        (Habit.PUNCTUAL, 72), (Habit.ON_THE_DAY, 12), (Habit.FORGETFUL, 9), (Habit.SLOW, 2), (Habit.AFTER_THE_BLOCK, 2),
        (Habit.IN_PARTS, 1), (Habit.ROUND_SUM, 2),
    )  # fmt: skip
    places = [habit for habit, count in counts for _n in range(count)]
    return tuple(places[n * 37 % 100] for n in range(100))


_COMMON: Final = _common()


def visits(habit: Habit, key: str, due: date, born: date) -> tuple[Visit, ...]:
    """When money comes for a charge of the person `key` that is due on `due`; empty: never."""
    draw = random.Random(f"{key} {due}")
    days = timedelta(days=1)
    early = due - days * draw.choice((0, 0, 0, 1, 1, 2, 3, 4, 6))
    match habit:
        case Habit.ON_THE_DAY:
            return (Visit(due + days * draw.choice((0, 0, 0, 0, 0, 1))),)
        case Habit.FORGETFUL if draw.random() < 0.28:
            return (Visit(due + days * draw.randint(4, 13)),)
        case Habit.SLOW:
            return (Visit(due + days * draw.randint(7, 14)),)
        case Habit.AFTER_THE_BLOCK:
            return (Visit(due + days * draw.randint(24, 29)),)
        case Habit.IN_PARTS:
            return (Visit(due + days * draw.randint(0, 2), 50), Visit(due + days * draw.randint(7, 12)))
        case Habit.QUIET | Habit.TRUSTED:
            back_on = born + days * (random.Random(key).randint(2, 16))
            is_silent = born - days * QUIET_DAYS <= due and early <= back_on
            return (Visit(back_on if is_silent else early),)
        case Habit.AGREED if born - days * AGREED_FROM <= due < born - days * AGREED_ON:
            return ()
        case Habit.GONE if born - days * GONE_DAYS <= due:
            return ()
    return (Visit(early),)


def form_of(key: str, due: date, *, is_business: bool) -> str:
    """How it is paid: mostly as always, now and then in another way."""
    usual = random.Random(f"{key} form").choices([form for form, _weight in FORMS], [weight for _form, weight in FORMS])[0]
    if is_business:
        usual = "DEPOSIT" if usual in ("CASH", "DEPOSIT") else "PIX"
    return usual if random.Random(f"{key} {due} form").random() < 0.9 else "PIX"


def minute_of(key: str, day: date) -> int:
    """When on that day, in minutes after midnight: in the opening hours of the counter."""
    return random.Random(f"{key} {day} minute").randint(8 * 60 + 5, 17 * 60 + 50)


@dataclass(frozen=True)
class Notified:
    """How and when a notice reaches somebody."""

    on: date
    by_letter: bool = False


def notified(habit: Habit, key: str, wanted_on: date) -> Notified | None:
    """Most open a page within two days; some need a letter; a few never see either, and so are never blocked."""
    draw = random.Random(f"{key} {wanted_on} notice")
    chance, days = draw.random(), draw.choice((0, 0, 0, 1, 1, 2))
    if habit in _WILL_BE_BLOCKED:
        return Notified(wanted_on + timedelta(days=min(days, 1)))
    if chance < 0.85:
        return Notified(wanted_on + timedelta(days=days))
    return Notified(wanted_on + timedelta(days=5), by_letter=True) if chance < 0.95 else None
