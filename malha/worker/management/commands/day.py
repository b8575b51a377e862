"""`bin/malha day 2026-12-10`: the demo's clock goes forward, day by day."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from malha.core import clock
from malha.core.errors import BusinessError
from malha.worker.demo import days
from malha.worker.demo.days import Day


def a_date(text: str) -> date:
    """`2026-12-10`, as the shell wants it."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no date: 2026-12-10") from error


class Command(BaseCommand):
    help = "Moves the clock of a demo forward through the timetable of every day; without a date it says what day it is there."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("date", nargs="?", type=a_date, help="the day on whose morning the clock goes on, 2026-12-10")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["date"] is not None:
                days.advance(options["date"], told=self._tell)
            with days.at_home():
                self._say_day()
        except BusinessError as error:
            raise CommandError(error.message) from error

    def _tell(self, day: Day) -> None:
        self.stdout.write(f"{day.date:%d/%m/%Y}  {'  '.join(day.words)}")
        self.stdout.flush()

    def _say_day(self) -> None:
        with translation.override("pt-br"):
            ahead = clock.demo_shift()
            words = _("It is %(day)s in this demo.") if ahead else _("It is %(day)s, the clock of this demo was not moved.")
            self.stdout.write(words % {"day": f"{clock.today():%d/%m/%Y}"})
