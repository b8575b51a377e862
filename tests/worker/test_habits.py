"""How the demo's people pay: the same whenever they are asked, and on any day of the year some late and some blocked."""

from datetime import date, timedelta

import pytest

from malha.domain import calendar
from malha.worker.demo import habits
from malha.worker.demo.habits import Habit
from malha.worker.demo.people import Person, people

BORN = date(2026, 11, 24)
DUE = date(2026, 11, 10)


def test_asked_again_the_answer_is_the_same() -> None:
    for habit in Habit:
        assert habits.visits(habit, "rosa", DUE, BORN) == habits.visits(habit, "rosa", DUE, BORN)
    assert habits.form_of("rosa", DUE, is_business=False) == habits.form_of("rosa", DUE, is_business=False)


def test_every_habit_does_what_its_name_says() -> None:
    dues = [DUE - timedelta(days=30 * n) for n in range(12)]
    days = {habit: [(visit.on - due).days for due in dues for visit in habits.visits(habit, "rosa", due, BORN)] for habit in Habit}

    assert max(days[Habit.PUNCTUAL]) <= 0
    assert 0 < sum(late > 3 for late in days[Habit.FORGETFUL]) < 8
    assert min(days[Habit.SLOW]) > 3
    assert min(days[Habit.AFTER_THE_BLOCK]) > 18
    assert len(days[Habit.IN_PARTS]) == 24
    assert 0 < len(days[Habit.GONE]) < 12
    back_on = {visit.on for due in dues[:2] for visit in habits.visits(Habit.QUIET, "rosa", due, BORN)}
    assert len(back_on) == 1 and back_on.pop() > BORN


def test_business_does_not_pay_in_cash() -> None:
    forms = {habits.form_of(f"empresa {n}", DUE, is_business=True) for n in range(60)}

    assert forms == {"PIX", "DEPOSIT"}


def test_few_never_see_a_notice_and_who_is_to_be_blocked_does() -> None:
    seen = [habits.notified(Habit.SLOW, f"p{n}", DUE) for n in range(200)]

    assert 2 <= sum(found is None for found in seen) <= 25
    assert any(found and found.by_letter for found in seen)
    assert all(habits.notified(Habit.QUIET, f"p{n}", DUE) for n in range(200))


@pytest.mark.parametrize("month", range(1, 13))
def test_on_any_day_of_the_year_three_to_eight_per_cent_are_late(month: int) -> None:
    for day in (1, 9, 17, 25):
        born = date(2026, month, day)
        drawn = people(300, today=born, due_days=[1, 5, 10, 15, 20, 25])
        everybody = [person for person in drawn if person.fate not in ("cancelled", "installation")]
        late = [person for person in everybody if is_late(person, born)]

        assert 0.03 <= len(late) / len(everybody) <= 0.08, born


def is_late(person: Person, born: date) -> bool:
    """A charge of the last three months is past its due date, and the last money for it comes later than today."""
    dues = [calendar.month_offset(person.due_day, born, -n) for n in range(3)]
    for due in (due for due in dues if person.since + timedelta(days=30) < due < born):
        coming = habits.visits(person.habit, person.login, due, born)
        if (not coming and person.habit is not Habit.AGREED) or (coming and coming[-1].on > born):
            return True
    return False
