"""Recebíveis: what is open, by the month in which it falls due, and how late it is."""

from datetime import date

from django.db.models import BigIntegerField, Case, Count, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from malha.billing import queries as billing
from malha.billing.models import Charge, ChargeState
from malha.customers import queries as customers
from malha.domain.money import Money
from malha.reports.arrears import BANDS, due_within
from malha.reports.base import Asked, Column, Figure, Found, Kind, Plain, Report, Row
from malha.staff.permissions import Limit

NOT_DUE = len(BANDS)


class Receivables(Report):
    """The report."""

    slug = "recebiveis"
    title = gettext_lazy("Receivables")
    about = gettext_lazy("What customers still have to pay, by the month it falls due, without fine and interest.")
    empty = gettext_lazy("Nothing is open.")
    icon = "calendar"
    limits = frozenset({Limit.MONEY})
    default_order = "mes"
    columns = (
        Column("mes", gettext_lazy("Falls due in"), Kind.MONTH),
        Column("cobrancas", gettext_lazy("Charges"), Kind.COUNT),
        Column("a-vencer", gettext_lazy("Not due yet"), Kind.MONEY),
        *(
            Column(f"faixa-{n}", label, Kind.MONEY, is_minor=True)
            for n, label in enumerate(
                (
                    gettext_lazy("1 to 7 days late"),
                    gettext_lazy("8 to 15 days late"),
                    gettext_lazy("16 to 30 days late"),
                    gettext_lazy("31 to 60 days late"),
                    gettext_lazy("over 60 days late"),
                )
            )
        ),
        Column("total", gettext_lazy("Total"), Kind.MONEY),
    )

    def read(self, asked: Asked) -> Found:
        months: dict[date, list[int]] = {}
        for month, place, n, cents in _sums(asked):
            line = months.setdefault(month, [0] * (len(BANDS) + 2))
            line[-1] += n
            line[place] += int(cents)
        rows: list[Row] = [_row(month, line) for month, line in months.items()]
        whole = [sum(line[n] for line in months.values()) for n in range(len(BANDS) + 2)]
        total = (_("Total"), *_row(None, whole)[1:])
        late = Money(sum(whole[: len(BANDS)]))
        figures = (
            Figure(_("To be received"), Money(sum(whole[:-1]))),
            Figure(_("Not due yet"), Money(whole[NOT_DUE])),
            Figure(_("Overdue"), late),
        )
        return Found(Plain(rows, self.columns, asked), figures, total if rows else None)


def _row(month: date | None, line: list[int]) -> Row:
    bands = tuple(Money(cents) for cents in line[: len(BANDS)])
    ahead = Money(line[NOT_DUE])
    return (month, line[-1], ahead, *bands, Money.total(bands) + ahead)


def _sums(asked: Asked) -> "QuerySet[Charge, tuple[date, int, int, int]]":
    rows = Charge.objects.filter(state=ChargeState.OPEN).order_by()
    if asked.visible:
        rows = rows.filter(customer__in=customers.within(asked.visible).values("pk"))
    ahead = When(Q(due_date__gte=asked.today), then=Value(NOT_DUE))
    late = (When(due_within(since, until, asked.today), then=Value(n)) for n, (since, until) in enumerate(BANDS))
    placed = billing.with_outstanding(rows).annotate(month=TruncMonth("due_date"), place=Case(ahead, *late, output_field=IntegerField()))
    found = placed.values("month", "place").annotate(n=Count("pk"), cents=Sum("outstanding_cents", output_field=BigIntegerField()))
    return found.values_list("month", "place", "n", "cents")
