"""Clientes sem cobrança: contracts that run and have no monthly charge, each with the reason (domain.md §10).

`contracts` is the one query behind the report, the number on the Painel and whoever else asks.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Case, CharField, DateField, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Least
from django.db.models.lookups import LessThan
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from malha.billing import facts
from malha.billing.facts import Terms
from malha.billing.models import BilledPeriod, Charge, ChargeKind, ChargeState, ParkedContract
from malha.contracts.models import Contract, ContractState, ServicePause
from malha.core.sql import DaysBetween
from malha.customers import queries as customers
from malha.domain import calendar
from malha.domain.billing import BillingMode
from malha.reports.base import Asked, Choice, Column, Figure, Found, Keyed, Kind, Ref, Report, Row
from malha.staff.permissions import Limit


class WhyNone(StrEnum):
    """Why a contract has no charge, the first that holds."""

    PARKED = "parado"
    NO_START = "sem-inicio"
    NOT_BILLED = "nao-gerada"
    CANCELLED = "cancelada"
    EXEMPT = "isento"
    PAUSED = "sem-servico"
    NOTHING = "sem-valor"


TO_LOOK_AT = (WhyNone.NO_START, WhyNone.NOT_BILLED, WhyNone.CANCELLED, WhyNone.NOTHING)
"""All but those whom somebody chose to charge nothing, or who were not served; whom the run left to a person has a list of its own."""
ATTENTION, EVERY = "atencao", "todos"


def contracts(today: date, terms: Terms, visible: Sequence[int] = ()) -> QuerySet[Any]:
    """Active contracts that by now should have a charge due in this month or in the days ahead, and have none; with `why`.

    Who began so lately that the first charge is not due yet is not among them.
    """
    free = BilledPeriod.objects.filter(charge__isnull=True, due_date__range=_days(today, terms))
    reasons = {
        WhyNone.PARKED: Q(pk__in=_parked()),
        WhyNone.NO_START: Q(billing_starts_on__isnull=True),
        WhyNone.NOT_BILLED: _not_billed(today + timedelta(days=terms.days_ahead), terms.mode),
        WhyNone.CANCELLED: Q(pk__in=_cancelled(today, terms)),
        WhyNone.EXEMPT: Q(pk__in=_of(free), exempt=True),
        WhyNone.PAUSED: Q(pk__in=_of(free.filter(_was_paused()))),
        WhyNone.NOTHING: Q(pk__in=_of(free)),
    }
    whens = (When(condition, then=Value(reason.value)) for reason, condition in reasons.items())
    return _active(visible).annotate(why=Case(*whens, default=Value(""), output_field=CharField())).exclude(why="")


def counted(today: date, terms: Terms, visible: Sequence[int] = ()) -> tuple[QuerySet[Contract], QuerySet[Contract]]:
    """Those to be looked at who are not parked, in two parts to be added up; neither asks every contract for its charges."""
    missing = Q(billing_starts_on__isnull=True) | _not_billed(today + timedelta(days=terms.days_ahead), terms.mode)
    free = BilledPeriod.objects.filter(charge__isnull=True, due_date__range=_days(today, terms), contract__exempt=False)
    rows = _active(visible).exclude(pk__in=_parked())
    others = rows.filter(pk__in=_cancelled(today, terms).union(_of(free.exclude(_was_paused()))))
    # Judged row by row, null and all: there are few of these, and all contracts must not be read twice.
    is_missing = Case(When(missing, then=Value(True)), default=Value(False))
    return rows.filter(missing), others.alias(is_missing=is_missing).filter(is_missing=False)


def _was_paused() -> Exists:
    """Blocked or suspended on some day of the period: days that are not served are not charged."""
    rows = ServicePause.objects.filter(contract=OuterRef("contract"), starts_on__lte=OuterRef("ends_on"))
    return Exists(rows.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=OuterRef("starts_on"))))


def _active(visible: Sequence[int]) -> QuerySet[Contract]:
    rows = Contract.objects.filter(state=ContractState.ACTIVE).order_by()
    return rows.filter(customer__in=customers.within(visible).values("pk")) if visible else rows


def _not_billed(through: date, mode: BillingMode) -> Q:
    """A period of theirs is due by then and the run has not dealt with it: what `facts.contracts_due` says, in less words.

    In arrears a period is due on the due day after its first day, in this month or, for later due days, in the one before.
    """
    goes_on = Q(ends_on__isnull=True) | Q(auto_renew=True) | Q(billed_until__lt=F("ends_on"))
    goes_on |= Q(billed_until__isnull=True, billing_starts_on__lte=F("ends_on"))
    if mode is BillingMode.ADVANCE:
        return goes_on & (Q(billed_until__lt=through) | Q(billed_until__isnull=True, billing_starts_on__lte=through))
    this = Q() if calendar.month_offset(31, through, 0) == through else Q(due_day__lte=through.day)
    due = this & _due_in(through.replace(day=1))
    if this:
        due |= ~this & _due_in(calendar.month_offset(1, through, -1))
    return goes_on & due


def _due_in(first: date) -> Q:
    """What the due day in the month of `first` asks for is not dealt with."""
    length, start = calendar.month_offset(31, first, 0).day, Value(first, output_field=DateField())
    due = Least(F("due_day"), Value(length), output_field=IntegerField())
    billed = LessThan(DaysBetween(F("billed_until"), start), due - Value(2))
    return Q(billed) | Q(LessThan(DaysBetween(F("billing_starts_on"), start), due - Value(1)), billed_until__isnull=True)


def _days(today: date, terms: Terms) -> tuple[date, date]:
    """Due dates that are looked at."""
    return today.replace(day=1), today + timedelta(days=terms.days_ahead)


def _parked() -> "QuerySet[Contract, int]":
    return _of(ParkedContract.objects.filter(resolved_at__isnull=True))


def _cancelled(today: date, terms: Terms) -> "QuerySet[Contract, int]":
    gone = Charge.objects.filter(state=ChargeState.CANCELLED, kind=ChargeKind.MONTHLY, due_date__range=_days(today, terms))
    return _of(gone.filter(contract__isnull=False))


def _of(rows: "QuerySet[ParkedContract] | QuerySet[BilledPeriod] | QuerySet[Charge]") -> "QuerySet[Contract, int]":
    return rows.order_by().values("contract")  # type: ignore[return-value]


class WithoutCharge(Report):
    """The report."""

    slug = "sem-cobranca"
    title = gettext_lazy("Customers without a charge")
    about = gettext_lazy("Who is connected and was charged nothing this month, and why.")
    empty = gettext_lazy("Every active contract has its charge.")
    icon = "receipt"
    limits = frozenset({Limit.MONEY, Limit.BASIC})
    names_customers = True
    default_order = "cliente"
    columns = (
        Column("cliente", gettext_lazy("Customer")),
        Column("contrato", gettext_lazy("Contract"), Kind.COUNT, is_minor=True),
        Column("motivo", gettext_lazy("Why")),
        Column("dia", gettext_lazy("Due day"), Kind.COUNT),
        Column("ativado", gettext_lazy("Activated on"), Kind.DATE, is_minor=True),
        Column("ate", gettext_lazy("Charged until"), Kind.DATE),
    )

    def choices(self) -> tuple[Choice, ...]:
        reasons = tuple((why.value, words) for why, words in _words().items())
        return (Choice("motivo", gettext_lazy("Why"), ((ATTENTION, _("To be looked at")), (EVERY, _("All")), *reasons)),)

    def read(self, asked: Asked) -> Found:
        rows, chosen = contracts(asked.today, facts.terms(), asked.visible), asked.chosen.get("motivo", ATTENTION)
        if chosen == ATTENTION:
            rows = rows.filter(why__in=[why.value for why in TO_LOOK_AT])
        elif chosen != EVERY:
            rows = rows.filter(why=chosen)
        fields = {
            "cliente": ("customer__search_name",), "contrato": ("number",), "motivo": ("why",), "dia": ("due_day",),
            "ativado": ("activated_on",), "ate": ("billed_until",),
        }  # fmt: skip
        keys = asked.sorted(rows, fields).values_list("pk", "why")
        words = {why.value: text for why, text in _words().items()}
        listing = Keyed(keys, lambda page: _rows(page, words))
        return Found(listing, (Figure(_("Contracts without a charge"), listing.count()),))


def _rows(page: Sequence[tuple[int, str]], words: dict[str, str]) -> list[Row]:
    found = Contract.objects.select_related("customer").in_bulk([key for key, _why in page])
    return [
        (
            Ref(row.customer.name, "customer", row.customer.number),
            row.number,
            words[why],
            row.due_day,
            row.activated_on,
            row.billed_until,
        )
        for key, why in page
        for row in [found[key]]
    ]


def _words() -> dict[WhyNone, str]:
    return {
        WhyNone.PARKED: _("left to a person by the run"),
        WhyNone.NO_START: _("the contract does not say when charging begins"),
        WhyNone.NOT_BILLED: _("the run has not charged it yet"),
        WhyNone.CANCELLED: _("its charge was cancelled"),
        WhyNone.EXEMPT: _("exempt"),
        WhyNone.PAUSED: _("blocked or suspended in the period"),
        WhyNone.NOTHING: _("no plan, or the discount takes everything"),
    }
