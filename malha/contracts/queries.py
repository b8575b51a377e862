"""Reading contracts, plans and templates."""

from datetime import datetime, timedelta

from django.db.models import Count, F, Q, QuerySet

from malha.contracts.models import CollectionMethod, Contract, ContractState, ContractTemplate, Plan, TemplateKind
from malha.core import clock
from malha.core.models import HistoryEntry

# Who said "já paguei" is not asked again for so long.
SAID_PAID = timedelta(hours=24)


def plans() -> QuerySet[Plan]:
    """All plans with `customers`, how many living customers have them."""
    living = Q(items__ends_on__isnull=True) & ~Q(items__contract__state=ContractState.CANCELLED)
    return Plan.objects.annotate(customers=Count("items__contract__customer", filter=living, distinct=True))


def plans_on_offer() -> QuerySet[Plan]:
    """Plans that a new access may choose."""
    return Plan.objects.filter(archived_at__isnull=True).order_by("price", "name")


def methods_on_offer() -> QuerySet[CollectionMethod]:
    """Forms of payment that a contract may choose, the default first."""
    return CollectionMethod.objects.filter(is_active=True)


def templates_on_offer() -> QuerySet[ContractTemplate]:
    """Written contracts that a contract may choose, the default first."""
    return ContractTemplate.objects.filter(kind=TemplateKind.CONTRACT, is_active=True)


def templates() -> QuerySet[ContractTemplate]:
    """All templates with `last_version` and `contracts`, how many living contracts use them."""
    living = ~Q(contract__state=ContractState.CANCELLED) & Q(contract__isnull=False)
    return ContractTemplate.objects.annotate(
        last_version=Count("versions", distinct=True), contracts=Count("contract", filter=living, distinct=True)
    ).order_by(F("is_default").desc(), F("is_active").desc(), "name")


def said_paid_at(contract: Contract) -> datetime | None:
    """When the subscriber last said that it is paid, within a day; None if they did not."""
    said = HistoryEntry.objects.filter(object_kind=contract._meta.label_lower, object_id=contract.pk, verb="contract.says_paid")
    return said.filter(at__gt=clock.now() - SAID_PAID).order_by("-pk").values_list("at", flat=True).first()
