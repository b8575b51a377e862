"""Receita recorrente: every contract that is paid for, with what it costs a month."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from malha.contracts.models import Contract, ContractItem
from malha.customers import queries as customers
from malha.domain.money import ZERO, Money
from malha.reports import contract_money, recurring
from malha.reports.base import Asked, Column, Figure, Found, Keyed, Kind, Ref, Report, Row
from malha.staff.permissions import Limit


class RecurringRevenue(Report):
    """The report: what the MRR of the Painel is made of."""

    slug = "receita-recorrente"
    title = gettext_lazy("Recurring revenue (MRR)")
    about = gettext_lazy("What every running contract costs a month: its items less the discount, plus the surcharge.")
    empty = gettext_lazy("No contract is running.")
    icon = "refresh"
    limits = frozenset({Limit.MONEY})
    names_customers = True
    default_order = "cliente"
    columns = (
        Column("cliente", gettext_lazy("Customer")),
        Column("contrato", gettext_lazy("Contract"), Kind.COUNT, is_minor=True),
        Column("plano", gettext_lazy("Plan"), is_sortable=False),
        Column("dia", gettext_lazy("Due day"), Kind.COUNT, is_minor=True),
        Column("itens", gettext_lazy("Items"), Kind.MONEY, is_sortable=False, is_minor=True),
        Column("desconto", gettext_lazy("Discount"), Kind.MONEY, is_sortable=False, is_minor=True),
        Column("acrescimo", gettext_lazy("Surcharge"), Kind.MONEY, is_sortable=False, is_minor=True),
        Column("mensalidade", gettext_lazy("A month"), Kind.MONEY, is_sortable=False),
    )

    def read(self, asked: Asked) -> Found:
        rows = Contract.objects.filter(recurring.running(asked.today))
        if asked.visible:
            rows = rows.filter(customer__in=customers.within(asked.visible).values("pk"))
        fields = {"cliente": ("customer__search_name",), "contrato": ("number",), "dia": ("due_day",)}
        keys = asked.sorted(rows, fields).values_list("pk", flat=True)
        listing = Keyed(keys, lambda page: _rows(page, asked.today))
        month = recurring.read(asked.today, asked.today.replace(day=1) - timedelta(days=1), asked.visible)
        count = listing.count()
        mean = Money(month.now.cents // count) if count else ZERO
        figures = (Figure(_("A month"), month.now), Figure(_("Contracts"), count), Figure(_("On average"), mean))
        total: Row = (_("Total"), None, "", None, None, None, None, month.now)
        return Found(listing, figures, total if count else None)


def _rows(page: Sequence[int], today: date) -> list[Row]:
    contracts = Contract.objects.select_related("customer").in_bulk(page)
    items: dict[int, list[ContractItem]] = defaultdict(list)
    for item in ContractItem.objects.filter(recurring.in_force(today), contract__in=page).order_by("pk"):
        items[item.contract_id].append(item)
    rows: list[Row] = []
    for key in page:
        contract, amounts = contracts[key], [item.amount * item.quantity for item in items[key]]
        holds = contract.discount_until is None or contract.discount_until >= today
        rows.append(
            (
                Ref(contract.customer.name, "customer", contract.customer.number),
                contract.number,
                ", ".join(dict.fromkeys(item.description for item in items[key])),
                contract.due_day,
                Money.total(amounts),
                contract.discount if holds else ZERO,
                contract.surcharge,
                contract_money.monthly(contract, amounts, today) if amounts else ZERO,
            )
        )
    return rows
