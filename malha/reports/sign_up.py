"""What the new-customer page must know before anything is typed, and who already has the number that was typed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from malha.contracts.models import CollectionMethod, Contract, ContractTemplate, Plan, StandingCause, TemplateKind
from malha.core.models import Company, Holiday
from malha.customers import queries
from malha.customers.models import Customer, CustomerGroup
from malha.domain.money import Money
from malha.domain.states import ContractFacts, ContractState, Situation, Standing, customer_situation
from malha.dunning.models import DunningPolicy
from malha.dunning.queries import default_policy
from malha.network.models import Access, Router, SyncState
from malha.staff.models import User

MOST_DUPLICATES = 3


@dataclass(frozen=True, slots=True)
class PlanChoice:
    """A plan as it is offered; speeds in kilobits per second."""

    id: int
    name: str
    price: Money
    download_kbps: int
    upload_kbps: int


@dataclass(frozen=True, slots=True)
class RouterChoice:
    """A router as it is offered: what is known of it now, without asking it."""

    id: int
    name: str
    health: str
    last_seen_at: datetime | None
    access_count: int
    methods: Sequence[str]


@dataclass(frozen=True, slots=True)
class MethodChoice:
    """A form of payment as it is offered."""

    id: int
    name: str
    is_informal: bool
    is_default: bool


@dataclass(frozen=True)
class Choices:
    """Everything a form of customer, contract or access lets a person choose from.

    `must_have_group`: the person's view is limited to `groups`, so a customer without one would be out of their sight.
    """

    company: Company
    policy: DunningPolicy
    plans: Sequence[PlanChoice] = ()
    routers: Sequence[RouterChoice] = ()
    methods: Sequence[MethodChoice] = ()
    templates: Sequence[tuple[int, str, bool]] = ()
    groups: Sequence[tuple[int, str]] = ()
    must_have_group: bool = False
    sellers: Sequence[tuple[int, str]] = ()

    def plan(self, plan_id: object) -> PlanChoice | None:
        """The plan with that number, as typed or as read."""
        return next((plan for plan in self.plans if str(plan.id) == str(plan_id)), None)

    def router(self, router_id: object) -> RouterChoice | None:
        """The router with that number."""
        return next((router for router in self.routers if str(router.id) == str(router_id)), None)

    def method(self, method_id: object) -> MethodChoice | None:
        """The form of payment with that number."""
        return next((method for method in self.methods if str(method.id) == str(method_id)), None)

    @property
    def default_method(self) -> MethodChoice | None:
        """What a new contract proposes."""
        return next((method for method in self.methods if method.is_default), None)

    @property
    def default_template(self) -> int | None:
        """The written contract that a new contract proposes."""
        return next((pk for pk, _name, is_default in self.templates if is_default), None)


def choices(company: Company, visible: Sequence[int] = ()) -> Choices:
    """Read with seven statements, whatever the number of accesses on the page.

    `visible`: the groups to which the view of whoever asks is limited (`customers.queries.visible_groups`).
    """
    groups = CustomerGroup.objects.filter(pk__in=visible) if visible else CustomerGroup.objects.all()
    plans = Plan.objects.filter(archived_at=None).values_list("id", "name", "price", "download_kbps", "upload_kbps")
    templates = ContractTemplate.objects.filter(kind=TemplateKind.CONTRACT, is_active=True)
    methods = CollectionMethod.objects.filter(is_active=True)
    return Choices(
        company=company,
        policy=default_policy(),
        plans=[PlanChoice(*row) for row in plans.order_by("price", "name")],
        routers=_routers(),
        methods=[MethodChoice(row.pk, row.name, row.is_informal, row.is_default) for row in methods],
        templates=list(templates.values_list("id", "name", "is_default")),
        groups=list(groups.values_list("id", "name")),
        must_have_group=bool(visible),
        sellers=list(User.objects.filter(is_active=True).values_list("id", "name")),
    )


def _routers() -> list[RouterChoice]:
    living = Access.objects.exclude(sync_state=SyncState.REMOVED).filter(router=OuterRef("pk")).order_by()
    counted = Subquery(living.values("router").annotate(n=Count("pk")).values("n"), output_field=IntegerField())
    rows = Router.objects.filter(is_active=True).annotate(access_count=Coalesce(counted, 0))
    names = ("id", "name", "health", "last_seen_at", "access_count", "enabled_methods")
    return [RouterChoice(*row) for row in rows.values_list(*names)]


def local_holidays(start: date) -> frozenset[date]:
    """The state and municipal holidays from `start` on; the national ones are computed."""
    return frozenset(Holiday.objects.filter(date__gte=start).values_list("date", flat=True))


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A record that has the same CPF or CNPJ. `left_on`: since when nothing of it runs any more."""

    id: int
    number: int
    name: str
    seller_id: int | None
    situation: Situation
    left_on: date | None

    @property
    def has_left(self) -> bool:
        """Nothing runs: the record can come back with the data that was typed."""
        return self.situation is Situation.CANCELLED or self.left_on is not None


def logins_like(base: str) -> set[str]:
    """The logins that begin like `base`: what a suggestion must differ from."""
    return set(Access.objects.filter(username__startswith=base).values_list("username", flat=True))


def duplicates(document: str, visible: Sequence[int] = ()) -> list[Duplicate]:
    """The visible records with this normalised CPF or CNPJ, the newest first, at most three. Two statements."""
    rows = list(queries.within(visible).filter(cpf_cnpj=document).order_by("-id")[:MOST_DUPLICATES]) if document else []
    contracts = list(Contract.objects.filter(customer__in=rows)) if rows else []
    return [_duplicate(row, [contract for contract in contracts if contract.customer_id == row.pk]) for row in rows]


def record(customer_id: int, visible: Sequence[int] = ()) -> Duplicate | None:
    """One record in the same shape, if it is visible: the one whose data is being brought up to date."""
    row = queries.within(visible).filter(pk=customer_id).first()
    return _duplicate(row, list(Contract.objects.filter(customer=row))) if row else None


def _duplicate(customer: Customer, contracts: Sequence[Contract]) -> Duplicate:
    situation = customer_situation(
        ContractFacts(ContractState(row.state), Standing(row.standing), row.standing_cause == StandingCause.TRUST) for row in contracts
    )
    left_on = customer.archived_at.date() if customer.archived_at else None
    if situation is Situation.CANCELLED:
        left_on = max((row.cancelled_on for row in contracts if row.cancelled_on), default=left_on)
    return Duplicate(customer.pk, customer.number, customer.name, customer.seller_id, situation, left_on)
