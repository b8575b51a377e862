"""How many contracts the policy would block on a day, in one statement.

The rule itself is `domain.dunning.decide`, which the run and the rehearsal ask for one contract after the other; here it is said once
more for the database, so that the dashboard can count them among a hundred thousand. tests/reports/test_blocks_ahead.py compares the two.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import BigIntegerField, Count, DateField, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from malha.billing import queries as billing
from malha.billing.models import Charge, ChargeState
from malha.contracts.models import Contract, ContractState, Standing, StandingCause
from malha.core.sql import DaysBetween
from malha.customers import queries as customers
from malha.domain.calendar import is_cut_allowed
from malha.domain.dunning import Rules
from malha.domain.money import ZERO, Money
from malha.dunning.models import DunningPolicy, Notice, NoticeKind, Pendency, TrustRelease

_CENTS = BigIntegerField()


@dataclass(frozen=True, slots=True)
class BlocksAhead:
    """`contracts` would be blocked, or wait for a person's approval (`waiting`); `amount` is what is late of them."""

    contracts: int = 0
    waiting: int = 0
    amount: Money = ZERO


def read(day: date, policy: DunningPolicy, rules: Rules, visible: Sequence[int] = ()) -> BlocksAhead:
    """Nothing on a day on which nobody may be cut off; the days of the policy where a contract has none of its own."""
    if not is_cut_allowed(day, rules.holidays, rules.allowed_weekdays):
        return BlocksAhead()
    contracts = _due(day, policy, rules)
    if visible:
        contracts = contracts.filter(customer__in=customers.within(visible).values("pk"))
    late = billing.with_outstanding(_late(day)).filter(contract=OuterRef("pk")).order_by().values("contract")
    owed = Subquery(late.annotate(cents=Sum("outstanding_cents")).values("cents"), output_field=_CENTS)
    approved = Pendency.objects.filter(contract=OuterRef("pk"), closed_on__isnull=True, approved_at__isnull=False)
    found = contracts.annotate(owed_cents=owed, waits=Value(False) if rules.is_automatic else ~Exists(approved))
    if rules.minimum_debt > ZERO:
        found = found.filter(_reaches_minimum(day, policy, rules))
    counted = found.aggregate(
        n=Count("pk"), waiting=Count("pk", filter=Q(waits=True)), cents=Sum("owed_cents", output_field=_CENTS, default=0)
    )
    return BlocksAhead(counted["n"], counted["waiting"], Money(int(counted["cents"])))


def _late(day: date) -> QuerySet[Charge]:
    return Charge.objects.filter(state=ChargeState.OPEN, due_date__lt=day, contested_on__isnull=True)


def _due(day: date, policy: DunningPolicy, rules: Rules) -> QuerySet[Contract]:
    """Running contracts with a charge past its block date and a notice old enough, and nothing that protects them."""
    old_enough = day - timedelta(days=rules.days_notice_to_block)
    seen = Notice.objects.filter(kind=NoticeKind.DEBT, delivered_on__lte=old_enough).order_by().values("charge")
    days_late = DaysBetween(Value(day, output_field=DateField()), F("due_date"))
    past = _late(day).alias(days_late=days_late).filter(
        days_late__gte=Coalesce(F("contract__days_to_block"), Value(policy.days_to_block)), pk__in=seen
    )  # fmt: skip
    trusted = TrustRelease.objects.filter(contract=OuterRef("pk"), ended_on__isnull=True, until__gte=day)
    in_grace = Pendency.objects.filter(contract=OuterRef("pk"), closed_on__isnull=True, grace_until__gte=day)
    rows = Contract.objects.filter(state=ContractState.ACTIVE, never_block=False, auto_block=True)
    rows = rows.exclude(standing=Standing.BLOCKED).exclude(standing=Standing.REDUCED, standing_cause=StandingCause.MANUAL)
    rows = rows.filter(Q(do_not_block_until__isnull=True) | Q(do_not_block_until__lt=day), ~Exists(trusted), ~Exists(in_grace))
    return rows.filter(pk__in=past.order_by().values("contract")).order_by()


def _reaches_minimum(day: date, policy: DunningPolicy, rules: Rules) -> Q:
    """What is past the day of its notice is together as much as the policy asks for."""
    days_late = DaysBetween(Value(day, output_field=DateField()), F("due_date"))
    pending = Coalesce(F("contract__days_to_pending"), Value(policy.days_to_pending))
    late = billing.with_outstanding(_late(day)).alias(days_late=days_late).filter(days_late__gte=pending, contract=OuterRef("pk"))
    sums = late.order_by().values("contract").annotate(cents=Sum("outstanding_cents")).values("cents")
    return Q(Exists(sums.filter(cents__gte=rules.minimum_debt.cents)))
