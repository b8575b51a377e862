"""The blocks of the Painel as they are drawn: charts, their tables, and the link behind every number."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.utils.translation import gettext as _

from malha.backoffice.dashboard import links
from malha.core import charts
from malha.core.charts import Bar, Chart, Pair, Part, Point
from malha.core.templatetags import ui
from malha.domain.calendar import month_offset
from malha.domain.money import NO_BREAK_SPACE, Money
from malha.reports.arrears import Band
from malha.reports.catalog.arrears import words as band_words
from malha.reports.dashboard import Board, MoneyBlock, Span
from malha.staff.models import User

FIVE = 5


@dataclass(frozen=True, slots=True)
class Column:
    """One column of Recebimentos, which is one line of its table."""

    label: str
    received: Money
    expected: Money
    received_url: str
    expected_url: str


class Received:
    """Recebimentos: expected against received, per day or, over a year, per month."""

    def __init__(self, money: MoneyBlock, span: Span, today: date, user: User) -> None:
        self.money, self.span, self.today, self.user = money, span, today, user

    @property
    def title(self) -> str:
        match self.span:
            case Span.TODAY:
                return _("Payments of the last 7 days")
            case Span.YEAR:
                return _("Payments of 12 months")
        return _("Payments of %(month)s") % {"month": month_name(self.today)}

    @property
    def label(self) -> str:
        """Of the number in the strip."""
        match self.span:
            case Span.TODAY:
                return _("Received today")
            case Span.YEAR:
                return _("Received in 12 months")
        return _("Received in %(month)s") % {"month": month_name(self.today)}

    @cached_property
    def columns(self) -> list[Column]:
        found = self.money.received
        return [
            Column(
                label=label,
                received=Money.total(amount for day, amount in found.received.items() if first <= day <= last),
                expected=Money.total(amount for day, amount in found.expected.items() if first <= day <= last),
                received_url=links.report(self.user, "recebimentos", desde=first, ate=last),
                expected_url=links.page(self.user, "charges", "charges.view", desde=first, ate=last),
            )
            for label, first, last in self._stretches()
        ]

    @property
    def chart(self) -> Chart:
        """Values in reais, so that the axis has round numbers of them."""
        columns = self.columns
        found = [
            Bar(
                value=max(column.received.cents, 0) / 100,
                behind=column.expected.cents / 100,
                tick=column.label.partition("/20")[0] if self._has_tick(n, len(columns)) else "",
                hint=_("%(day)s: %(received)s received, %(expected)s expected")
                % {"day": column.label, "received": ui.brl(column.received), "expected": ui.brl(column.expected)},
            )
            for n, column in enumerate(columns)
        ]
        label = _("%(title)s: expected and received. The same numbers stand in the table.") % {"title": self.title}
        mark = self.today.day - 1 if self.span is Span.MONTH else None
        return charts.bars(found, label=label, scale=short_number, mark=mark, mark_word=_("today"))

    @property
    def is_empty(self) -> bool:
        return not self.money.received.received and not self.money.received.expected

    def _stretches(self) -> Iterator[tuple[str, date, date]]:
        since, until = self.money.received.since, self.money.received.until
        day = since
        while day <= until:
            last = month_offset(31, day, 0) if self.span is Span.YEAR else day
            yield (ui.month_short(day) if self.span is Span.YEAR else f"{day:%d/%m}", day, last)
            day = last + timedelta(days=1)

    def _has_tick(self, n: int, many: int) -> bool:
        return self.span is not Span.MONTH or n in (0, many - 1) or ((n + 1) % FIVE == 0 and n < many - 3)


@dataclass(frozen=True, slots=True)
class BandLine:
    """A line of Inadimplência por atraso."""

    css: str
    words: str
    customers: int
    amount: Money
    url: str


class Late:
    """Inadimplência por atraso."""

    def __init__(self, money: MoneyBlock, user: User) -> None:
        self.money, self.user = money, user

    @property
    def total(self) -> Money:
        return self.money.late

    @cached_property
    def lines(self) -> list[BandLine]:
        return [self._line(n, band) for n, band in enumerate(self.money.bands, 1)]

    def _line(self, n: int, band: Band) -> BandLine:
        url = links.report(self.user, "inadimplencia", faixa=band.slug) if band.amount else ""
        return BandLine(f"w{n}", band_words(band), band.customers, band.amount, url)

    @property
    def chart(self) -> Chart:
        parts = [Part(line.css, line.amount.cents, f"{line.words}: {ui.brl(line.amount)}") for line in self.lines]
        return charts.stack(parts, label=_("What is late, by the days it is late"))


@dataclass(frozen=True, slots=True)
class MonthLine:
    """A line of Ativações × cancelamentos."""

    label: str
    activated: int
    cancelled: int
    activated_url: str
    cancelled_url: str


class Moves:
    """Ativações × cancelamentos."""

    def __init__(self, board: Board, user: User) -> None:
        self.board, self.user = board, user

    @cached_property
    def lines(self) -> list[MonthLine]:
        return [
            MonthLine(
                ui.month_short(month.first),
                month.activated,
                month.cancelled,
                links.report(self.user, SLUG, desde=month.first, ate=month_offset(31, month.first, 0), que="ativacoes"),
                links.report(self.user, SLUG, desde=month.first, ate=month_offset(31, month.first, 0), que="cancelamentos"),
            )
            for month in self.board.months
        ]

    @property
    def is_empty(self) -> bool:
        return not any(month.activated or month.cancelled for month in self.board.months)

    @property
    def chart(self) -> Chart:
        pairs = [
            Pair(
                line.activated,
                line.cancelled,
                line.label.partition("/")[0],
                _("%(month)s: %(activated)s activated, %(cancelled)s cancelled")
                % {"month": line.label, "activated": ui.count(line.activated), "cancelled": ui.count(line.cancelled)},
            )
            for line in self.lines
        ]
        return charts.mirror(pairs, label=_("Activations and cancellations of the last twelve months"), scale=ui.count)


SLUG = "ativacoes-e-cancelamentos"


class Speed:
    """Do pagamento à navegação: does releasing work?"""

    def __init__(self, board: Board) -> None:
        self.times, self.days = board.releases.times, board.releases.days

    @property
    def median(self) -> str:
        return span_words(self.times.median)

    @property
    def worst(self) -> str:
        return span_words(self.times.worst)

    @property
    def lines(self) -> list[tuple[str, str]]:
        """Days with releases, and their median."""
        return [(f"{day:%d/%m}", span_words(time)) for day, time in self.days if time is not None]

    @property
    def chart(self) -> Chart:
        """In seconds, or in minutes where it takes long."""
        longest = max((time for _day, time in self.days if time is not None), default=timedelta(0))
        unit, words = (60, _("%(n)s min")) if longest > timedelta(minutes=5) else (1, _("%(n)s s"))
        last = len(self.days) - 1
        points = [
            Point(time.total_seconds() / unit if time is not None else None, f"{day:%d/%m}" if n % 10 == 0 or n == last else "")
            for n, (day, time) in enumerate(self.days)
        ]
        label = _("Median time from payment to browsing, day by day for 30 days")
        return charts.line(points, label=label, scale=lambda n: words % {"n": n})


def span_words(time: timedelta | None) -> str:
    """`46 s`, `1 min 29 s`, `2 h 4 min`."""
    if time is None:
        return "—"
    seconds = round(time.total_seconds())
    minutes = seconds // 60
    if not minutes:
        return f"{seconds}{NO_BREAK_SPACE}s"
    if minutes < 60:
        return f"{minutes}{NO_BREAK_SPACE}min {seconds % 60}{NO_BREAK_SPACE}s"
    return ui.duration(seconds)


def short_number(value: int) -> str:
    """An axis of money: 500, 20 mil, 1,5 mi."""
    for size, words in ((1_000_000, _("%(n)s million")), (1000, _("%(n)s thousand"))):
        if value >= size:
            return words % {"n": f"{value / size:.1f}".removesuffix(".0").replace(".", ",")}
    return str(value)


def long_date(day: date) -> str:
    """`terça-feira, 24 de novembro de 2026`."""
    weekday = (
        _("Monday (long)"), _("Tuesday (long)"), _("Wednesday (long)"), _("Thursday (long)"), _("Friday (long)"), _("Saturday (long)"),
        _("Sunday (long)"),
    )[day.weekday()]  # fmt: skip
    return _("%(weekday)s, %(month)s %(day)s, %(year)s") % {
        "weekday": weekday, "day": day.day, "month": month_name(day), "year": day.year,
    }  # fmt: skip


def month_name(day: date) -> str:
    return ui.month(day).partition("/")[0]


def per_mille(value: int | None) -> str:
    """`6,8%`."""
    return "—" if value is None else f"{abs(value) // 10},{abs(value) % 10}%"


@dataclass(frozen=True, slots=True)
class Growth:
    """A change against the month before: `css` is its colour."""

    css: str
    text: str
    month: str


def growth(money: MoneyBlock, today: date) -> Growth | None:
    """Of the recurring revenue; None where there was none before, or nothing changed."""
    found = money.growth_per_mille
    if not found:
        return None
    before = month_name(month_offset(1, today, -1))
    return Growth("up" if found > 0 else "down", f"{'↑' if found > 0 else '↓'} {per_mille(found)}", before)
