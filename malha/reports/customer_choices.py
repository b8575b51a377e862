"""What the filters of the customer list offer to choose from, each as (value, text) pairs in the order of the screen."""

from collections.abc import Callable

from django.db.models import F

from malha.contracts.models import CollectionMethod, Contract, ContractState, Plan
from malha.customers.models import Customer, CustomerGroup
from malha.network.models import Router

Choices = list[tuple[str, str]]


def routers() -> Choices:
    """Every router by name."""
    return _named(Router.objects.order_by("name").values_list("pk", "name"))


def plans() -> Choices:
    """Every plan, those still sold first."""
    return _named(Plan.objects.order_by(F("archived_at").asc(nulls_first=True), "name").values_list("pk", "name"))


def methods() -> Choices:
    """Every form of payment."""
    return _named(CollectionMethod.objects.order_by("name").values_list("pk", "name"))


def groups() -> Choices:
    """Every group of customers."""
    return _named(CustomerGroup.objects.order_by("name").values_list("pk", "name"))


def due_days() -> Choices:
    """The days on which living contracts are due."""
    days = Contract.objects.exclude(state=ContractState.CANCELLED).order_by("due_day").values_list("due_day", flat=True).distinct()
    return [(str(day), f"{day:02d}") for day in days]


def districts() -> Choices:
    """The bairros of customers."""
    names = Customer.objects.exclude(address__district="").order_by("address__district").values_list("address__district", flat=True)
    return [(name, name) for name in names.distinct()]


def _named(rows: object) -> Choices:
    return [(str(pk), name) for pk, name in rows]  # type: ignore[attr-defined]


Loader = Callable[[], Choices]
