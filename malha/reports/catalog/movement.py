"""Ativações e cancelamentos: every contract that began or ended in a period."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Value
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from malha.contracts.models import Contract
from malha.reports import movement
from malha.reports.base import Asked, Choice, Column, Figure, Found, Keyed, Kind, Ref, Report, Row
from malha.staff.permissions import Limit

_Key = tuple[date, int, str]


class Movement(Report):
    """The report: what *Ativações × cancelamentos* of the Painel is made of."""

    slug = "ativacoes-e-cancelamentos"
    title = gettext_lazy("Activations and cancellations")
    about = gettext_lazy("Which contracts began and which ended, and why they ended.")
    empty = gettext_lazy("No contract began or ended in these days.")
    icon = "arrows-exchange"
    limits = frozenset({Limit.MONEY, Limit.BASIC, Limit.OWN})
    names_customers = True
    has_period = True
    default_order = "dia"
    columns = (
        Column("dia", gettext_lazy("Day"), Kind.DATE),
        Column("que", gettext_lazy("What")),
        Column("cliente", gettext_lazy("Customer"), is_sortable=False),
        Column("contrato", gettext_lazy("Contract"), Kind.COUNT, is_sortable=False, is_minor=True),
        Column("vendedor", gettext_lazy("Seller"), is_sortable=False, is_minor=True),
        Column("motivo", gettext_lazy("Why"), is_sortable=False, is_minor=True),
    )

    def choices(self) -> tuple[Choice, ...]:
        kinds = (("", _("Both")), ("ativacoes", _("Activations")), ("cancelamentos", _("Cancellations")))
        return (Choice("que", gettext_lazy("What"), kinds),)

    def read(self, asked: Asked) -> Found:
        began = _keys(asked, "activated_on", movement.BEGAN)
        ended = _keys(asked, "cancelled_on", movement.ENDED)
        figures = (
            Figure(_("Activations"), len(began)), Figure(_("Cancellations"), len(ended)), Figure(_("Balance"), len(began) - len(ended)),
        )  # fmt: skip
        shown = {"ativacoes": began, "cancelamentos": ended}.get(asked.chosen.get("que", ""), [*began, *ended])
        place = 2 if asked.order == "que" else 0
        shown.sort(key=lambda key: (key[place], key[0], key[1]), reverse=asked.descending)
        words = {movement.BEGAN: _("activated"), movement.ENDED: _("cancelled")}
        return Found(Keyed(shown, lambda page: _rows(page, words)), figures)


def _keys(asked: Asked, column: str, kind: str) -> list[_Key]:
    rows = movement.contracts(asked.visible, asked.seller_id).filter(**{f"{column}__range": (asked.since, asked.until)})
    found: Any = rows.annotate(kind=Value(kind)).values_list(column, "pk", "kind")
    return list(found)


def _rows(page: Sequence[_Key], words: dict[str, str]) -> list[Row]:
    found = Contract.objects.select_related("customer", "seller").in_bulk([key for _day, key, _kind in page])
    rows: list[Row] = []
    for day, key, kind in page:
        contract = found[key]
        who = Ref(contract.customer.name, "customer", contract.customer.number)
        seller, reason = contract.seller.name if contract.seller else "", contract.cancel_reason if kind == movement.ENDED else ""
        rows.append((day, words[kind], who, contract.number, seller, reason))
    return rows
