"""The customer list's filters: how they stand in the URL, what they offer, and the criteria they mean.

Parameters are Portuguese, like every path. What is not understood is ignored: an old link still opens the list.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from malha.domain.states import Situation
from malha.reports import customer_choices as choices
from malha.reports import freshness
from malha.reports.customer_criteria import Connection, Criteria, Order

SEARCH, TAB, ORDER, PAGE, SINCE, UNTIL = "q", "aba", "order", "page", "desde", "ate"
SPAN = "cadastro"  # the chip that holds the two dates
COMMON = frozenset({"servidor", "plano", "dia", "bairro", "conexao"})
MAX_VALUES = 50


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab: its word in the URL, the situation it shows, its label and the colour of its dot."""

    slug: str
    situation: Situation | None
    label: str | Promise
    tone: str = "none"


TABS = (
    Tab("", None, _("All")),
    Tab("ativos", Situation.ACTIVE, _("Active customers"), "ok"),
    Tab("pendencia", Situation.PENDING, _("Notice given"), "warn"),
    Tab("bloqueados", Situation.BLOCKED, _("Blocked customers"), "bad"),
    Tab("confianca", Situation.TRUST, _("In trust"), "trust"),
    Tab("instalacao", Situation.INSTALLATION, _("Installation"), "inst"),
    Tab("suspensos", Situation.SUSPENDED, _("Suspended customers"), "off"),
    Tab("cancelados", Situation.CANCELLED, _("Cancelled customers"), "off"),
)
_SITUATIONS = {tab.slug: tab.situation for tab in TABS}


@dataclass(frozen=True, slots=True)
class Filter:
    """A chip with boxes to tick. `name` is the parameter, `field` the name in `Criteria`."""

    name: str
    field: str
    label: str | Promise
    load: choices.Loader
    is_number: bool = True


def _connections() -> choices.Choices:
    return [
        (Connection.ONLINE.value, str(_("Online"))),
        (Connection.OFFLINE.value, str(_("Offline"))),
        (Connection.NO_DATA.value, str(_("No data"))),
    ]


FILTERS = (
    Filter("servidor", "routers", _("Router"), choices.routers),
    Filter("plano", "plans", _("Plan"), choices.plans),
    Filter("dia", "due_days", _("Due day"), choices.due_days),
    Filter("bairro", "districts", _("District"), choices.districts, is_number=False),
    Filter("conexao", "connections", _("Connection"), _connections, is_number=False),
    Filter("pagamento", "methods", _("Form of payment"), choices.methods),
    Filter("grupo", "groups", _("Group"), choices.groups),
)
BY_NAME = {one.name: one for one in FILTERS}


def criteria(params: QueryDict, order: str = Order.NAME, *, visible: tuple[int, ...]) -> Criteria:
    """What the URL asks. `order` is a checked column name, with a dash in front when descending.

    `visible`: the groups to which the person's view is limited (`customers.queries.visible_groups`).
    """
    values: dict[str, Any] = {one.field: tuple(chosen(one, params)) for one in FILTERS}
    values["connections"] = tuple(Connection(value) for value in values["connections"])
    return Criteria(
        situation=_SITUATIONS.get(params.get(TAB, "")),
        visible=visible,
        text=params.get(SEARCH, "").strip()[:100],
        since=_date(params.get(SINCE, "")),
        until=_date(params.get(UNTIL, "")),
        order=Order(order.removeprefix("-")),
        descending=order.startswith("-"),
        **values,
    )


def chosen(one: Filter, params: QueryDict) -> list[Any]:
    """The values of one filter in the URL, each once, in a fixed order."""
    found: Iterable[Any] = params.getlist(one.name)[:MAX_VALUES]
    if one.is_number:
        return sorted({int(value) for value in found if value.isascii() and value.isdigit() and len(value) < 10})
    if one.name == "conexao":
        return sorted({value for value in found if value in set(Connection)})
    return sorted({value[:80] for value in found if value})


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter as it is drawn: `value` is what is chosen, `clear` the query without it, `url` where its choices are."""

    name: str
    label: str | Promise
    value: str
    clear: str
    url: str
    is_common: bool

    @property
    def is_shown(self) -> bool:
        """The rarer ones stand behind "more filters" until something is chosen in them."""
        return self.is_common or bool(self.value)


def chips(params: QueryDict, base: str, mark: str) -> list[Chip]:
    """All filters, the chosen ones with their words. Reads the choices of the chosen ones only.

    `mark` is that of `reports.freshness`.
    """
    found = []
    for one in FILTERS:
        values = chosen(one, params)
        found.append(_chip(one.name, one.label, _words(one, values, mark) if values else "", params, base))
    since, until = _date(params.get(SINCE, "")), _date(params.get(UNTIL, ""))
    words = " – ".join(f"{day:%d/%m/%Y}" if day else "…" for day in (since, until)) if since or until else ""
    found.append(_chip(SPAN, _("Registered on"), words, params, base))
    return found


def _chip(name: str, label: str | Promise, value: str, params: QueryDict, base: str) -> Chip:
    gone = (SINCE, UNTIL) if name == SPAN else (name,)
    query = query_with(params, **dict.fromkeys((*gone, PAGE)))
    return Chip(name, label, value, query, f"{base}filtro/{name}/{query_with(params, page=None)}", name in COMMON)


def _words(one: Filter, values: list[Any], mark: str) -> str:
    if one.name == "dia":  # a day needs no table to be named
        return f"{values[0]:02d}" + (f" +{len(values) - 1}" if len(values) > 1 else "")
    texts = dict(freshness.kept(mark, f"choices:{one.name}", one.load))
    first = texts.get(str(values[0]), str(values[0]))
    return first if len(values) == 1 else f"{first} +{len(values) - 1}"


def query_with(params: QueryDict, **changes: str | None) -> str:
    """The query string of the page with some parameters set or (None) taken away; always starts with `?`."""
    query = params.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value:
            query[name] = value
    for name in [name for name in query if not any(query.getlist(name))]:
        del query[name]
    return f"?{query.urlencode()}"


def without_place(params: QueryDict) -> list[tuple[str, str]]:
    """Parameters that a form has to carry along so that nothing chosen is lost: all but search text and page."""
    return [
        (name, value) for name in params if name not in (SEARCH, PAGE, "csrfmiddlewaretoken") for value in params.getlist(name) if value
    ]


def _date(text: str) -> date | None:
    """Both what a date field sends and what people type."""
    day, _slash, rest = text.partition("/")
    if rest:
        month, _slash, year = rest.partition("/")
        text = f"{year}-{month.zfill(2)}-{day.zfill(2)}"
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
