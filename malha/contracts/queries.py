"""Reading contracts, plans and templates."""

from django.db.models import Count, F, Q, QuerySet

from malha.contracts.models import CollectionMethod, ContractState, ContractTemplate, Plan, TemplateKind


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
