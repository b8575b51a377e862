"""Which charges a list shows: the criteria as plain values, and the queryset they mean."""

import hashlib
import re
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final

from django.db.models import Case, DateField, F, Func, IntegerField, OrderBy, OuterRef, Q, QuerySet, Subquery, Sum, Value, When

from malha.billing import queries as billing
from malha.billing.models import Allocation, Charge, ChargeState
from malha.customers import queries as customers
from malha.customers.models import Customer
from malha.domain.money import Money
from malha.reports import charge_situations, customer_search
from malha.reports.charge_situations import ChargeSituation

FEW: Final = 500
_NUMBER = re.compile(r"(?:n[ºo°]?\.?|#)?\s*([0-9]{1,12})", re.ASCII | re.IGNORECASE)
_LISTED = (ChargeState.OPEN, ChargeState.PAID, ChargeState.CANCELLED)


class ChargeOrder(StrEnum):
    """By what the list may be sorted."""

    NUMBER = "numero"
    NAME = "cliente"
    DUE = "vencimento"
    LATE = "atraso"
    SITUATION = "situacao"
    METHOD = "meio"
    TOTAL = "valor"
    UPDATED = "hoje"
    PAID_ON = "pagamento"
    PAID = "pago"
    PLACE = "local"


@dataclass(frozen=True, kw_only=True)
class ChargeCriteria:
    """What somebody asked of the list. Empty means: not asked. `since` and `until` are due dates, both counted.

    `visible`: the groups to which the view of whoever asks is limited (`customers.queries.visible_groups`). Charges that were
    replaced by others are not on the list unless they are asked for, by their situation or by a text.
    """

    situation: ChargeSituation | None = None
    text: str = ""
    since: date | None = None
    until: date | None = None
    methods: tuple[int, ...] = ()
    low: Money | None = None
    high: Money | None = None
    visible: tuple[int, ...] = ()
    order: ChargeOrder = field(default=ChargeOrder.DUE)
    descending: bool = False

    def fingerprint(self) -> str:
        """The same for criteria that match the same charges, whatever situation and order are chosen."""
        return hashlib.sha256(repr(replace(self, situation=None, order=ChargeOrder.DUE, descending=False)).encode()).hexdigest()[:32]


def narrowed(criteria: ChargeCriteria) -> QuerySet[Charge]:
    """The charges that everything but the situation means, unordered."""
    charges = Charge.objects.order_by()
    if criteria.visible:
        charges = charges.filter(customer__in=customers.within(criteria.visible))
    if criteria.since:
        charges = charges.filter(due_date__gte=criteria.since)
    if criteria.until:
        charges = charges.filter(due_date__lte=criteria.until)
    if criteria.methods:
        charges = charges.filter(collection_method__in=criteria.methods)
    if criteria.low is not None:
        charges = charges.filter(total__gte=criteria.low)
    if criteria.high is not None:
        charges = charges.filter(total__lte=criteria.high)
    if criteria.text:
        return charges.filter(_means(criteria.text))
    return charges if criteria.situation is ChargeSituation.REPLACED else charges.filter(state__in=_LISTED)


def matching(criteria: ChargeCriteria, today: date) -> QuerySet[Charge]:
    """The charges meant, unordered."""
    charges = narrowed(criteria)
    return charges if criteria.situation is None else charge_situations.only(charges, criteria.situation, today)


def _means(text: str) -> Q:
    """The number of a charge, or anything by which the search of customers finds somebody."""
    everybody = Customer.objects.order_by()
    found = customer_search.find(everybody, text)
    keys = list(found.values_list("pk", flat=True)[: FEW + 1])
    if not keys and customer_search.has_second_try(text):
        found = customer_search.find(everybody, text, in_logins=True)
        keys = list(found.values_list("pk", flat=True)[: FEW + 1])
    # Few are named one by one, so that each takes its own index; many are a question inside the question.
    condition = Q(customer__in=keys) if len(keys) <= FEW else Q(customer__in=found.values("pk"))
    number = _NUMBER.fullmatch(text)
    return condition | Q(number=int(number[1])) if number else condition


class _DaysBetween(Func):
    """Whole days from the second date to the first."""

    arity = 2
    template = "(%(expressions)s)"
    arg_joiner = " - "
    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "CAST(julianday(%(expressions)s) AS INTEGER)"
        return self.as_sql(compiler, connection, template=template, arg_joiner=") - julianday(", **context)


def ordered(charges: QuerySet[Charge], criteria: ChargeCriteria, today: date) -> QuerySet[Charge]:
    """`charges` in the chosen order; ties by due date, the primary key last, so that pages never repeat or skip a row."""
    order, down = criteria.order, criteria.descending
    plain = {
        ChargeOrder.NUMBER: "number",
        ChargeOrder.NAME: "customer__search_name",
        ChargeOrder.DUE: "due_date",
        ChargeOrder.METHOD: "collection_method__name",
        ChargeOrder.TOTAL: "total",
        ChargeOrder.PAID_ON: "paid_on",
    }
    if order in plain:
        first = OrderBy(F(plain[order]), descending=down, nulls_last=True if order is ChargeOrder.PAID_ON else None)
    else:
        charges = _with_sort(charges, order, today)
        first = OrderBy(F("sort"), descending=down, nulls_last=True)
    rest = ("-due_date", "-pk") if down and order is ChargeOrder.DUE else ("due_date", "pk")
    return charges.order_by(first, *(rest[1:] if order is ChargeOrder.DUE else rest))


def _with_sort(charges: QuerySet[Charge], order: ChargeOrder, today: date) -> QuerySet[Charge]:
    late = Q(state=ChargeState.OPEN, due_date__lt=today)
    days = _DaysBetween(Value(today, output_field=DateField()), F("due_date"))
    last = Allocation.objects.filter(charge=OuterRef("pk")).order_by("-pk")
    match order:
        case ChargeOrder.LATE:
            return charges.annotate(sort=Case(When(late, then=days), default=Value(0), output_field=IntegerField()))
        case ChargeOrder.SITUATION:
            return charges.annotate(sort=charge_situations.place(today))
        case ChargeOrder.UPDATED:
            # To sort by, a nominal due date is near enough: the amount itself is worked out by the rule book.
            weight = 300_000 + 30 * F("fine_basis_points") + F("interest_basis_points") * days
            worth = Case(When(late, then=F("outstanding_cents") * weight), default=F("outstanding_cents") * 300_000)
            return billing.with_outstanding(charges).annotate(sort=Case(When(state=ChargeState.OPEN, then=worth), default=None))
        case ChargeOrder.PAID:
            paid = last.order_by().values("charge").annotate(cents=Sum(F("principal") + F("fine") + F("interest")))
            return charges.annotate(sort=Subquery(paid.values("cents"), output_field=IntegerField()))
    return charges.annotate(sort=Subquery(last.values("payment__place")[:1]))
