"""The filters of the list of charges: how they stand in the URL, what they offer, and the criteria they mean.

Parameters are Portuguese, like every path. What is not understood is ignored. At first the list shows what falls due in the current
month; who searches by a text means every month, unless the days are chosen too.
"""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from malha.backoffice.customers.filters import query_with
from malha.contracts.models import CollectionMethod
from malha.core.templatetags import ui
from malha.domain.errors import RuleError
from malha.domain.money import Money
from malha.reports.charge_criteria import ChargeCriteria, ChargeOrder
from malha.reports.charge_situations import ChargeSituation

SEARCH, SITUATION, SPAN, SINCE, UNTIL, METHOD, LOW, HIGH, ORDER, PAGE = (
    "q", "situacao", "vencimento", "desde", "ate", "meio", "valor_de", "valor_ate", "order", "page",
)  # fmt: skip
TODAY, WEEK, MONTH, EVERY, RANGE = "hoje", "7dias", "mes", "tudo", "intervalo"
SPANS: dict[str, str | Promise] = {
    TODAY: gettext_lazy("Today"),
    WEEK: gettext_lazy("Next 7 days"),
    MONTH: gettext_lazy("This month"),
    EVERY: gettext_lazy("Any date"),
}
SITUATIONS = {
    "abertas": ChargeSituation.OPEN,
    "atraso": ChargeSituation.OVERDUE,
    "pagas": ChargeSituation.PAID,
    "parciais": ChargeSituation.PARTIAL,
    "observacao": ChargeSituation.OBSERVATION,
    "canceladas": ChargeSituation.CANCELLED,
    "substituidas": ChargeSituation.REPLACED,
}
SLUGS = {situation: slug for slug, situation in SITUATIONS.items()}


def span(params: QueryDict) -> str:
    """Which due dates are asked for."""
    if params.get(SINCE) or params.get(UNTIL):
        return RANGE
    asked = params.get(SPAN, "")
    return asked if asked in SPANS else EVERY if params.get(SEARCH, "").strip() else MONTH


def days(params: QueryDict, today: date) -> tuple[date | None, date | None]:
    """First and last due date asked for."""
    match span(params):
        case "hoje":
            return today, today
        case "7dias":
            return today, today + timedelta(days=7)
        case "mes":
            return today.replace(day=1), today.replace(day=calendar.monthrange(today.year, today.month)[1])
        case "tudo":
            return None, None
    return day(params.get(SINCE, "")), day(params.get(UNTIL, ""))


def criteria(params: QueryDict, order: str, *, today: date, visible: tuple[int, ...]) -> ChargeCriteria:
    """What the URL asks. `order` is a checked column name, with a dash in front when descending."""
    since, until = days(params, today)
    return ChargeCriteria(
        situation=SITUATIONS.get(params.get(SITUATION, "")),
        text=params.get(SEARCH, "").strip()[:100],
        since=since,
        until=until,
        methods=methods(params),
        low=money(params.get(LOW, "")),
        high=money(params.get(HIGH, "")),
        visible=visible,
        order=ChargeOrder(order.removeprefix("-")),
        descending=order.startswith("-"),
    )


def methods(params: QueryDict) -> tuple[int, ...]:
    """The chosen forms of payment, each once, in a fixed order."""
    found = params.getlist(METHOD)[:50]
    return tuple(sorted({int(value) for value in found if value.isascii() and value.isdigit() and len(value) < 10}))


def is_narrowed(params: QueryDict) -> bool:
    """Is anything asked beside situation and order?"""
    return any(params.get(name) for name in (SEARCH, SPAN, SINCE, UNTIL, METHOD, LOW, HIGH))


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter as it is drawn: `value` is what is chosen, `clear` the address without it, empty when that changes nothing."""

    name: str
    label: str | Promise
    value: str
    clear: str
    url: str


def chips(params: QueryDict, base: str, today: date) -> list[Chip]:
    """All filters, the chosen ones with their words."""
    query = query_with(params, page=None)
    low, high = money(params.get(LOW, "")), money(params.get(HIGH, ""))
    amounts = f"{ui.brl_number(low) if low else '0'} – {ui.brl_number(high) if high else '…'}" if low or high else ""
    rows: list[tuple[str, str | Promise, str, tuple[str, ...]]] = [
        (SPAN, gettext_lazy("Due date"), span_words(params, today), (SPAN, SINCE, UNTIL)),
        (METHOD, gettext_lazy("Means of payment"), _method_words(params), (METHOD,)),
        ("valor", gettext_lazy("Amount"), amounts, (LOW, HIGH)),
    ]
    return [
        Chip(
            name,
            label,
            value,
            base + query_with(params, **dict.fromkeys((*gone, PAGE))) if any(params.get(one) for one in gone) else "",
            f"{base}filtro/{name}/{query}",
        )
        for name, label, value, gone in rows
    ]


def span_words(params: QueryDict, today: date) -> str:
    """The chosen due dates in words."""
    chosen = span(params)
    if chosen == MONTH:
        return ui.month(today)
    if chosen != RANGE:
        return str(SPANS[chosen]).lower()
    since, until = days(params, today)
    return " – ".join(ui.day(one) if one else "…" for one in (since, until))


def _method_words(params: QueryDict) -> str:
    chosen = methods(params)
    names = list(CollectionMethod.objects.filter(pk__in=chosen).order_by("name").values_list("name", flat=True)) if chosen else []
    return names[0] + (f" +{len(names) - 1}" if len(names) > 1 else "") if names else _("unknown") if chosen else ""


def day(text: str) -> date | None:
    """Both what a date field sends and what people type; None when it is no day."""
    first, _slash, rest = text.strip().partition("/")
    if rest:
        month, _slash, year = rest.partition("/")
        text = f"{year}-{month.zfill(2)}-{first.zfill(2)}"
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None


def money(text: str) -> Money | None:
    """An amount as people type it; None when it is none."""
    try:
        return Money.parse_brl(text[:40])
    except RuleError:
        return None
