"""Which customers a list shows: the criteria as plain values, and the queryset they mean."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from django.db.models import Aggregate, Exists, F, IntegerField, Min, OrderBy, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from malha.contracts.models import Contract, ContractState
from malha.customers import queries
from malha.customers.models import Customer
from malha.domain.states import Situation
from malha.network.models import Access, RouterHealth
from malha.reports import customer_search, situations


class Connection(StrEnum):
    """Whether anybody of the customer is connected now. NO_DATA: the router is not being read, so nobody can say."""

    ONLINE = "online"
    OFFLINE = "offline"
    NO_DATA = "sem-dados"


class Order(StrEnum):
    """By what the list may be sorted."""

    NAME = "nome"
    NUMBER = "numero"
    SITUATION = "situacao"
    PLAN = "plano"
    DUE_DAY = "dia"
    AMOUNT = "valor"
    DISTRICT = "bairro"
    SINCE = "cadastro"


@dataclass(frozen=True, kw_only=True)
class Criteria:
    """What somebody asked of the list. Empty means: not asked. Several values of one kind are alternatives.

    Router, plan and connection are asked of one and the same access, due day and form of payment of one and the same contract.
    `visible`: the groups to which the view of whoever asks is limited (`customers.queries.visible_groups`).
    """

    situation: Situation | None = None
    text: str = ""
    routers: tuple[int, ...] = ()
    plans: tuple[int, ...] = ()
    connections: tuple[Connection, ...] = ()
    due_days: tuple[int, ...] = ()
    methods: tuple[int, ...] = ()
    districts: tuple[str, ...] = ()
    groups: tuple[int, ...] = ()
    visible: tuple[int, ...] = ()
    since: date | None = None
    until: date | None = None
    order: Order = field(default=Order.NAME)
    descending: bool = False

    @property
    def is_narrowed(self) -> bool:
        """Is anything asked beside situation and order?"""
        return self._without_tab() != Criteria()

    def fingerprint(self) -> str:
        """The same for criteria that match the same customers, whatever situation and order are chosen."""
        return hashlib.sha256(repr(self._without_tab()).encode()).hexdigest()[:32]

    def _without_tab(self) -> "Criteria":
        return replace(self, situation=None, order=Order.NAME, descending=False)


def matching(criteria: Criteria) -> QuerySet[Customer]:
    """The customers meant, whatever their situation, unordered. Archived ones are not on any list."""
    customers = narrowed(criteria)
    found = customer_search.find(customers, criteria.text)
    if customer_search.has_second_try(criteria.text) and not found.exists():
        return customer_search.find(customers, criteria.text, in_logins=True)
    return found


def narrowed(criteria: Criteria) -> QuerySet[Customer]:
    """The customers that all filters but the text mean."""
    customers = queries.within(criteria.visible).filter(archived_at__isnull=True).order_by()
    contract = _contract_condition(criteria)
    if contract:
        customers = customers.filter(Exists(Contract.objects.filter(contract, customer=OuterRef("pk"))))
    access = _access_condition(criteria)
    if access:
        living = ~Q(contract__state=ContractState.CANCELLED)
        customers = customers.filter(Exists(Access.objects.filter(access, living, contract__customer=OuterRef("pk"))))
    if criteria.districts:
        customers = customers.filter(address__district__in=criteria.districts)
    if criteria.groups:
        customers = customers.filter(group__in=criteria.groups)
    if criteria.since:
        customers = customers.filter(created_at__gte=_midnight(criteria.since))
    if criteria.until:
        customers = customers.filter(created_at__lt=_midnight(criteria.until + timedelta(days=1)))
    return customers


def matching_in_situation(criteria: Criteria) -> QuerySet[Customer]:
    """The customers of the chosen tab, unordered."""
    customers = matching(criteria)
    return customers if criteria.situation is None else situations.only(customers, criteria.situation)


def ordered(customers: QuerySet[Customer], criteria: Criteria) -> QuerySet[Customer]:
    """`customers` in the chosen order; ties, and everything else, by name."""
    column = _column(criteria.order)
    if isinstance(column, str):
        first: list[OrderBy] = [OrderBy(F(column), descending=criteria.descending)]
    else:
        customers = customers.annotate(sort=column)
        first = [OrderBy(F("sort"), descending=criteria.descending, nulls_last=True)]
    if criteria.order is Order.NAME:
        return customers.order_by(*first, OrderBy(F("pk"), descending=criteria.descending))
    return customers.order_by(*first, "search_name", "pk")


def _column(order: Order) -> str | Aggregate:
    """What is sorted by: a column, or a figure over the customer's contracts, all of them read at once."""
    alive = ~Q(contracts__state=ContractState.CANCELLED)
    match order:
        case Order.SITUATION:
            return Min(situations.place("contracts__"))
        case Order.DUE_DAY:
            return Min("contracts__due_day", filter=alive)
        case Order.PLAN:
            return Min("contracts__accesses__plan__name")
        case Order.AMOUNT:
            cents = F("contracts__items__amount") * F("contracts__items__quantity")
            return Sum(cents, filter=alive & Q(contracts__items__ends_on__isnull=True), output_field=IntegerField())
    return {Order.NAME: "search_name", Order.NUMBER: "number", Order.DISTRICT: "address__district", Order.SINCE: "created_at"}[order]


def _contract_condition(criteria: Criteria) -> Q:
    condition = Q()
    if criteria.due_days:
        condition &= Q(due_day__in=criteria.due_days)
    if criteria.methods:
        condition &= Q(collection_method__in=criteria.methods)
    return condition & ~Q(state=ContractState.CANCELLED) if condition else condition


def _access_condition(criteria: Criteria) -> Q:
    condition = Q()
    if criteria.routers:
        condition &= Q(router__in=criteria.routers)
    if criteria.plans:
        condition &= Q(plan__in=criteria.plans)
    if criteria.connections:
        is_read = Q(router__health=RouterHealth.ONLINE)
        means = {
            Connection.ONLINE: is_read & Q(online_since__isnull=False),
            Connection.OFFLINE: is_read & Q(online_since__isnull=True),
            Connection.NO_DATA: ~is_read,
        }
        either = Q()
        for connection in criteria.connections:
            either |= means[connection]
        condition &= either
    return condition


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())
