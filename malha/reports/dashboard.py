"""The Painel: how the provider stands, and what comes first (domain.md §16).

Every block has a module of its own, shared with the list behind its numbers. Figures are at most a minute old and are kept per what a
person may see: whoever may see no money gets a board in which there is none.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.core.cache import cache
from django.db.models import Count, Q

from malha.billing.facts import Terms
from malha.core import clock
from malha.customers import queries as customers
from malha.domain import calendar
from malha.domain.money import ZERO, Money
from malha.domain.states import Situation
from malha.dunning import facts as dunning
from malha.dunning.queries import default_policy
from malha.network.models import Router, RouterHealth, Session
from malha.reports import arrears, blocks_ahead, money_in, movement, needs, recurring, release_days, situation_snapshot, unused_credit
from malha.reports.arrears import Band
from malha.reports.money_in import MoneyIn
from malha.reports.movement import Month
from malha.reports.needs import Item, Need
from malha.reports.recurring import Recurring
from malha.reports.release_days import ReleaseDays

SECONDS = 60
ONE_DAY = timedelta(days=1)
RUNNING = (Situation.ACTIVE, Situation.PENDING, Situation.BLOCKED, Situation.TRUST)
"""Situations of a customer with a running contract."""


class Span(StrEnum):
    """Of which time the money is shown that came in. TODAY stands among the days of its week, YEAR are twelve months."""

    TODAY = "hoje"
    MONTH = "mes"
    YEAR = "12-meses"


@dataclass(frozen=True, slots=True)
class Viewer:
    """What somebody may see: plain answers of the table of permissions, and the groups to which their view is limited.

    `seller_id`: of the contracts that begin and end, only those that this person sold.
    """

    money: bool = False
    charges: bool = False
    trust: bool = False
    routers: bool = False
    payables: bool = False
    visible: tuple[int, ...] = ()
    seller_id: int | None = None


@dataclass(frozen=True, slots=True)
class MoneyBlock:
    """The numbers of money. `received`: the days that are drawn; `total`: those of them that are added up."""

    recurring: Recurring
    received: MoneyIn
    total: MoneyIn
    bands: tuple[Band, ...]

    @property
    def late(self) -> Money:
        return Money.total(band.amount for band in self.bands)

    @property
    def late_per_mille(self) -> int | None:
        """What is late as a share of a month's recurring revenue, in tenths of a percent; None where there is no revenue."""
        return half_up_per_mille(self.late, self.recurring.now)

    @property
    def growth_per_mille(self) -> int | None:
        """By how much the recurring revenue grew since the end of the last month."""
        return half_up_per_mille(self.recurring.now - self.recurring.before, self.recurring.before)


def half_up_per_mille(part: Money, whole: Money) -> int | None:
    """`part` of `whole` in tenths of a percent."""
    if whole <= ZERO:
        return None
    doubled = 2 * abs(part.cents) * 1000 + whole.cents
    found = doubled // (2 * whole.cents)
    return -found if part.is_negative else found


@dataclass(frozen=True, slots=True)
class Board:
    """The page's numbers as of `read_at`. `online`: sessions as the routers last said, which was at `online_at` at the longest ago."""

    read_at: datetime
    today: date
    customers: int
    registered: int
    months: tuple[Month, ...]
    online: int
    online_at: datetime | None
    routers: int
    releases: ReleaseDays
    needs: tuple[Item, ...]
    money: MoneyBlock | None = None

    @property
    def month(self) -> Month:
        """The current one."""
        return self.months[-1]

    @property
    def balance_size(self) -> int:
        """Of the month, without its sign."""
        return abs(self.month.balance)

    @property
    def days_left(self) -> int:
        """Of the month, without today."""
        return (last_day(self.today) - self.today).days

    @property
    def is_new(self) -> bool:
        """Nobody is registered yet."""
        return self.registered == 0


def last_day(day: date) -> date:
    """Of the month."""
    return calendar.month_offset(31, day, 0)


def board(viewer: Viewer, terms: Terms, span: Span = Span.MONTH, *, is_fresh: bool = False) -> Board:
    """At most SECONDS old; `is_fresh`: read now, and kept for the next one."""
    today = clock.today()
    key = f"dashboard:{today}:{span}:{viewer}".replace(" ", "")
    found: Board | None = None if is_fresh else cache.get(key)
    if found is None:
        found = read(viewer, terms, today, span)
        cache.set(key, found, SECONDS)
    return found


def read(viewer: Viewer, terms: Terms, today: date, span: Span = Span.MONTH) -> Board:
    """Everything, in at most fifteen statements (a process that has just started needs a few more)."""
    visible, now = viewer.visible, clock.now()
    snapshot = situation_snapshot.current()
    counts = snapshot.counts()
    if visible:
        listed = customers.within(visible).filter(archived_at__isnull=True).values_list("pk", flat=True)
        counts = snapshot.counts_of(listed)
    network, items = _network(viewer)
    board = Board(
        read_at=now,
        today=today,
        customers=sum(counts[situation] for situation in RUNNING),
        registered=counts[None],
        months=movement.by_month(today, visible, viewer.seller_id),
        online=network.online,
        online_at=network.read_at,
        routers=network.routers,
        releases=release_days.read(now, today),
        needs=(),
        money=_money(today, span, visible) if viewer.money else None,
    )
    items += _blocks(viewer, today) if viewer.charges else []
    items += needs.waiting(today, terms, visible, charges=viewer.charges, payables=viewer.payables)
    if viewer.trust:
        items.append(needs.trusts(today, visible))
    if viewer.money:
        credit = unused_credit.summary(visible)
        items.append(Item(Need.CREDITS, credit.customers, credit.amount, part=credit.whole))
    order = list(Need)
    return replace(board, needs=tuple(sorted((item for item in items if item.count), key=lambda item: order.index(item.need))))


def _money(today: date, span: Span, visible: tuple[int, ...]) -> MoneyBlock:
    first = today.replace(day=1)
    begins = {Span.TODAY: today - ONE_DAY * 6, Span.MONTH: first, Span.YEAR: calendar.month_offset(1, first, -11)}
    received = money_in.read(begins[span], today if span is Span.TODAY else last_day(today), visible)
    return MoneyBlock(
        recurring=recurring.read(today, first - ONE_DAY, visible),
        received=received,
        total=received.within(today, today) if span is Span.TODAY else received,
        bands=arrears.by_band(today, visible),
    )


def _blocks(viewer: Viewer, today: date) -> list[Item]:
    policy = default_policy()
    found = blocks_ahead.read(today + ONE_DAY, policy, dunning.rules(policy), viewer.visible)
    amount = found.amount if viewer.money else None
    return [
        Item(Need.BLOCKS, found.contracts - found.waiting, amount if not found.waiting else None),
        Item(Need.APPROVALS, found.waiting, amount if found.waiting else None),
    ]


@dataclass(frozen=True, slots=True)
class _Network:
    routers: int
    online: int
    read_at: datetime | None


def _network(viewer: Viewer) -> tuple[_Network, list[Item]]:
    """What the lanes wrote about the routers in use, in one statement; one more to count the sessions of some groups only."""
    is_open = Q(divergences__ignored_at__isnull=True)
    mine = Q(divergences__access__contract__customer__group__in=viewer.visible) if viewer.visible else Q()
    rows = Router.objects.filter(is_active=True).order_by("name").annotate(
        different=Count("divergences__access", distinct=True, filter=is_open & mine & Q(divergences__access__isnull=False)),
        strangers=Count("divergences", filter=is_open & Q(divergences__access__isnull=True)),
    )  # fmt: skip
    routers = list(rows.values_list("name", "health", "session_count", "different", "strangers", "audited_at", "last_seen_at"))
    online = sum(sessions or 0 for _, _, sessions, *_ in routers)
    if viewer.visible:
        online = Session.objects.filter(access__contract__customer__group__in=viewer.visible).count()
    read = [seen for _, _, sessions, _, _, _, seen in routers if sessions is not None and seen is not None]
    network = _Network(len(routers), online, min(read, default=None))
    if not viewer.routers:
        return network, []
    silent = [name for name, health, *_ in routers if health in (RouterHealth.DEGRADED, RouterHealth.STOPPED)]
    differing = [(name, different, strangers, at) for name, _, _, different, strangers, at, _ in routers if different or strangers]
    return network, [
        Item(Need.ROUTERS, len(silent), names=tuple(silent[: needs.NAMES])),
        Item(
            Need.DIVERGENCES,
            sum(different + strangers for _, different, strangers, _ in differing),
            names=tuple(name for name, *_ in differing[: needs.NAMES]),
            part=sum(strangers for _, _, strangers, _ in differing),
            at=min((at for *_, at in differing if at), default=None),
        ),
    ]
