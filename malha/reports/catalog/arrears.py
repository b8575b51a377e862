"""Inadimplência por faixa: who is late, with how much, for how long."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import BigIntegerField, Count, Min, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from malha.billing import queries as billing
from malha.customers.models import Customer
from malha.domain.money import Money
from malha.domain.phones import format_phone
from malha.reports import arrears
from malha.reports.arrears import BANDS, Band
from malha.reports.base import Asked, Choice, Column, Figure, Found, Keyed, Kind, Ref, Report, Row
from malha.staff.permissions import Limit

EVERY = "todas"


@dataclass(slots=True)
class _Late:
    """One customer: cents by band."""

    customer: int
    oldest: date
    charges: int = 0
    cents: list[int] = field(default_factory=lambda: [0] * len(BANDS))

    @property
    def total(self) -> int:
        return sum(self.cents)


class Arrears(Report):
    """The report. Few numbers are held for every customer who is late; names are read for one page at a time."""

    slug = "inadimplencia"
    title = gettext_lazy("Arrears by age")
    about = gettext_lazy("Who is late, with how much and for how long, without fine and interest.")
    empty = gettext_lazy("Nobody is late.")
    icon = "clock-exclamation"
    limits = frozenset({Limit.MONEY})
    names_customers = True
    default_order = "-total"
    columns = (
        Column("cliente", gettext_lazy("Customer"), is_sortable=False),
        Column("telefone", gettext_lazy("Phone"), is_sortable=False, is_minor=True),
        Column("desde", gettext_lazy("Oldest due date"), Kind.DATE, is_minor=True),
        Column("dias", gettext_lazy("Days late"), Kind.COUNT, is_minor=True),
        Column("cobrancas", gettext_lazy("Charges"), Kind.COUNT, is_minor=True),
        Column("faixa-0", gettext_lazy("1 to 7"), Kind.MONEY, is_minor=True),
        Column("faixa-1", gettext_lazy("8 to 15"), Kind.MONEY, is_minor=True),
        Column("faixa-2", gettext_lazy("16 to 30"), Kind.MONEY, is_minor=True),
        Column("faixa-3", gettext_lazy("31 to 60"), Kind.MONEY, is_minor=True),
        Column("faixa-4", gettext_lazy("over 60"), Kind.MONEY, is_minor=True),
        Column("total", gettext_lazy("Total"), Kind.MONEY),
    )

    def choices(self) -> tuple[Choice, ...]:
        return (Choice("faixa", gettext_lazy("Age"), ((EVERY, _("All ages")), *((band.slug, words(band)) for band in _bands()))),)

    def read(self, asked: Asked) -> Found:
        chosen = next((n for n, band in enumerate(_bands()) if band.slug == asked.chosen.get("faixa")), None)
        found = _late(asked, chosen)
        found.sort(key=lambda one: (_key(one, asked.order), one.customer), reverse=asked.descending)
        total = _Late(0, asked.today, sum(one.charges for one in found), [sum(one.cents[n] for one in found) for n in range(len(BANDS))])
        figures = (Figure(_("Overdue"), Money(total.total)), Figure(_("Customers"), len(found)), Figure(_("Charges"), total.charges))
        foot: Row = (_("Total"), "", None, None, total.charges, *(Money(cents) for cents in total.cents), Money(total.total))
        return Found(Keyed(found, lambda page: _rows(page, asked.today)), figures, foot if found else None)


def _bands() -> tuple[Band, ...]:
    return tuple(Band(since, until) for since, until in BANDS)


def words(band: Band) -> str:
    """`1 to 7 days`, `over 60 days`."""
    if band.until is None:
        return _("over %(n)s days") % {"n": band.since - 1}
    return _("%(since)s to %(until)s days") % {"since": band.since, "until": band.until}


def _late(asked: Asked, chosen: int | None) -> list[_Late]:
    rows = billing.with_outstanding(arrears.late(asked.today, asked.visible))
    if chosen is not None:
        rows = rows.filter(arrears.due_within(BANDS[chosen][0], BANDS[chosen][1], asked.today))
    groups = rows.annotate(band=arrears.place(asked.today)).values("customer_id", "band").annotate(
        n=Count("pk"), oldest=Min("due_date"), cents=Sum("outstanding_cents", output_field=BigIntegerField())
    )  # fmt: skip
    found: dict[int, _Late] = {}
    for key, band, n, oldest, cents in groups.values_list("customer_id", "band", "n", "oldest", "cents"):
        one = found.setdefault(key, _Late(key, oldest))
        one.oldest, one.charges = min(one.oldest, oldest), one.charges + n
        one.cents[band] += int(cents)
    return list(found.values())


def _key(one: _Late, order: str) -> int:
    if order.startswith("faixa-"):
        return one.cents[int(order[-1])]
    plain = {"desde": one.oldest.toordinal(), "dias": -one.oldest.toordinal(), "cobrancas": one.charges}
    return plain.get(order, one.total)


def _rows(page: Sequence[_Late], today: date) -> list[Row]:
    people = Customer.objects.only("number", "name", "main_phone").in_bulk([one.customer for one in page])
    return [
        (
            Ref(people[one.customer].name, "customer", people[one.customer].number),
            format_phone(people[one.customer].main_phone) if people[one.customer].main_phone else "",
            one.oldest,
            (today - one.oldest) // timedelta(days=1),
            one.charges,
            *(Money(cents) for cents in one.cents),
            Money(one.total),
        )
        for one in page
    ]
