"""Caixa: what came in and went out of our accounts, by day or by category."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from malha.cashbook.models import CashAccount
from malha.reports import cash
from malha.reports.base import Asked, Choice, Column, Figure, Found, Kind, Plain, Report, Row
from malha.reports.cash import CashReport, Source
from malha.staff.permissions import Limit

DAYS, CATEGORIES = "dia", "categoria"


class Cash(Report):
    """The report, over one account or all of them."""

    slug = "caixa"
    title = gettext_lazy("Movement of cash")
    about = gettext_lazy("What came into our accounts and what went out, by day or by category.")
    empty = gettext_lazy("No entries in these days.")
    icon = "cash-register"
    limits = frozenset({Limit.MONEY})
    has_period = True
    default_order = "que"

    def choices(self) -> tuple[Choice, ...]:
        accounts = tuple((str(pk), name) for pk, name in CashAccount.objects.values_list("pk", "name"))
        return (
            Choice("por", gettext_lazy("By"), ((DAYS, _("Day")), (CATEGORIES, _("Category")))),
            Choice("conta", gettext_lazy("Account"), (("", _("All accounts")), *accounts)),
        )

    def columns_for(self, asked: Asked) -> tuple[Column, ...]:
        by_day = asked.chosen.get("por", DAYS) == DAYS
        first = Column("que", gettext_lazy("Day"), Kind.DATE) if by_day else Column("que", gettext_lazy("Category"))
        money = (
            Column("entrada", gettext_lazy("Money in"), Kind.MONEY),
            Column("saida", gettext_lazy("Money out"), Kind.MONEY),
        )
        return (first, *money, Column("saldo", gettext_lazy("Balance"), Kind.MONEY)) if by_day else (first, *money)

    def read(self, asked: Asked) -> Found:
        account = asked.chosen.get("conta", "")
        keys = [int(account)] if account else list(CashAccount.objects.values_list("pk", flat=True))
        found = cash.read(keys, since=asked.since, until=asked.until)
        by_day = asked.chosen.get("por", DAYS) == DAYS
        rows = _days(found) if by_day else _categories(found)
        total: Row = (_("Total"), found.incoming, found.outgoing, *((found.balance,) if by_day else ()))
        figures = (
            Figure(_("Opening balance"), found.opening), Figure(_("Money in"), found.incoming), Figure(_("Money out"), found.outgoing),
            Figure(_("Balance"), found.balance),
        )  # fmt: skip
        return Found(Plain(rows, self.columns_for(asked), asked), figures, total if rows else None)


def _days(found: CashReport) -> list[Row]:
    return [(row.date, row.incoming, row.outgoing, row.balance) for row in found.days]


def _categories(found: CashReport) -> list[Row]:
    names = {Source.PAYMENTS: _("Payments of customers"), Source.TRANSFERS: _("Transfers"), Source.OTHER: _("Without category")}
    return [(names.get(row.source) or f"{row.code} {row.name}", row.incoming, row.outgoing) for row in found.categories]
