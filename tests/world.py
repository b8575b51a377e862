"""A provider that lives day by day: the timetable's money runs, twice where they did something, and the invariants after it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from malha.billing import invariants
from malha.billing.models import BilledPeriod, Charge, Payment
from malha.contracts.models import Contract
from malha.core import clock
from malha.core.history import Actor
from malha.dunning.models import Notice, NoticeChannel, PendencyStep
from malha.journeys import delinquency, monthly_billing, notices

CLOCK = Actor(kind="worker", id=None, name="Malha")


def at(day: date, hour: int = 9) -> datetime:
    """That hour in São Paulo."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hour + 3)


class World:
    """`world.to(day)` lives every day until then: 05:00 charges, 06:00 decisions, both again, then what the test asked for.

    `delivers`: notices that are due are seen by the customer on the same day. `on(day, act)`: a person does `act` at nine.
    """

    def __init__(self, today: date, *, delivers: bool = True) -> None:
        self.today, self.delivers = today, delivers
        self.plans: dict[date, list[Callable[[], object]]] = {}

    def on(self, day: date, act: Callable[[], object]) -> None:
        """Do it on that day, after the runs."""
        self.plans.setdefault(day, []).append(act)

    def to(self, day: date) -> None:
        """Live until the evening of `day`."""
        while self.today <= day:
            self.live(self.today)
            self.today += timedelta(days=1)

    def live(self, day: date) -> None:
        """One day. Where the runs changed something they run again, which must change nothing."""
        before = fingerprint()
        with clock.frozen(at(day, 5)):
            self._run(day)
            after = fingerprint()
            if after != before:
                self._run(day)
                assert fingerprint() == after, f"the runs of {day} done again changed something"
        with clock.frozen(at(day)):
            if self.delivers:
                for notice in Notice.objects.filter(delivered_on__isnull=True, charge__state="OPEN"):
                    notices.deliver(notice=notice, channel=NoticeChannel.PAGE, proof="página vista", actor=CLOCK)
            acts = self.plans.pop(day, ())
            for act in acts:
                act()
            if acts or after != before:
                assert invariants.broken() == [], day

    def _run(self, day: date) -> None:
        monthly_billing.bill_day(today=day, actor=CLOCK)
        delinquency.assess_day(today=day, actor=CLOCK)


def fingerprint() -> tuple[object, ...]:
    """Everything a run may change."""
    return (
        list(Charge.objects.order_by("pk").values_list("pk", "state", "total", "due_date")),
        list(BilledPeriod.objects.order_by("pk").values_list("pk", "charged", "is_settled")),
        list(Contract.objects.order_by("pk").values_list("pk", "standing", "standing_cause", "billed_until")),
        PendencyStep.objects.count(), Notice.objects.count(), Payment.objects.count(),
    )  # fmt: skip
