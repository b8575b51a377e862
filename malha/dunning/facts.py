"""Reading what the decisions about many contracts depend on, in a constant number of statements."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from malha.billing import queries as billing
from malha.billing.models import Charge, ChargeState
from malha.contracts.models import Contract, ContractState, PauseKind, ServicePause, Standing
from malha.core import company
from malha.core.sql import Among
from malha.domain.dunning import Debt, Rules, Situation
from malha.domain.money import ZERO
from malha.domain.states import Standing as StandingNow
from malha.domain.states import StandingCause
from malha.dunning.models import DunningPolicy, Notice, NoticeKind, Pendency, TrustRelease
from malha.dunning.queries import default_policy

COLUMNS = (
    "pk", "number", "customer_id", "state", "standing", "standing_cause", "standing_until", "days_to_pending", "days_to_block",
    "auto_notice", "auto_block", "never_block", "do_not_block_until", "do_not_notify_until",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """A contract's facts with the rows behind them."""

    contract: Contract
    situation: Situation
    pendency: Pendency | None
    trust: TrustRelease | None


def rules(policy: DunningPolicy | None = None) -> Rules:
    """The company's policy for the rule book."""
    policy = policy or default_policy()
    return Rules(
        days_notice_to_block=policy.days_notice_to_block,
        days_to_reduce=policy.days_to_reduce,
        minimum_debt=policy.minimum_debt,
        is_automatic=policy.is_automatic,
        allowed_weekdays=frozenset(policy.allowed_weekdays),
        holidays=company.holidays(),
        termination_after_days=policy.termination_after_days,
    )


def contracts_to_look_at(today: date) -> QuerySet[Contract]:
    """Active contracts about which there may be something to decide: late, not clear, trusted, or with an open pendency."""
    late = Charge.objects.filter(contract=OuterRef("pk"), state=ChargeState.OPEN, due_date__lt=today)
    pendency = Pendency.objects.filter(contract=OuterRef("pk"), closed_on__isnull=True)
    trust = TrustRelease.objects.filter(contract=OuterRef("pk"), ended_on__isnull=True)
    active = Contract.objects.filter(state=ContractState.ACTIVE)
    return active.filter(~Q(standing=Standing.CLEAR) | Exists(late) | Exists(pendency) | Exists(trust))


def read(contracts: Collection[Contract], policy: DunningPolicy) -> list[Known]:
    """The facts of each contract: five statements for any number."""
    keys = [contract.pk for contract in contracts]
    debts = _debts(contracts)
    pendencies = {row.contract_id: row for row in Pendency.objects.filter(Among("contract", keys), closed_on__isnull=True)}
    trusts = {row.contract_id: row for row in TrustRelease.objects.filter(Among("contract", keys), ended_on__isnull=True)}
    pauses = ServicePause.objects.filter(Among("contract", keys), kind=PauseKind.BLOCKED, ends_on__isnull=True)
    blocked_on = dict(pauses.values_list("contract_id", "starts_on"))
    return [
        Known(
            contract=contract,
            situation=_situation(contract, policy, debts[contract.pk], pendencies.get(contract.pk), trusts.get(contract.pk), blocked_on),
            pendency=pendencies.get(contract.pk),
            trust=trusts.get(contract.pk),
        )
        for contract in contracts
    ]


def _situation(
    contract: Contract,
    policy: DunningPolicy,
    debts: list[Debt],
    pendency: Pendency | None,
    trust: TrustRelease | None,
    blocked_on: dict[int, date],
) -> Situation:
    days_to_pending = policy.days_to_pending if contract.days_to_pending is None else contract.days_to_pending
    days_to_block = policy.days_to_block if contract.days_to_block is None else contract.days_to_block
    by_hand = contract.standing_cause == StandingCause.MANUAL
    return Situation(
        standing=StandingNow(contract.standing),
        cause=StandingCause.MANUAL if by_hand else StandingCause.POLICY,
        debts=tuple(debts),
        days_to_pending=days_to_pending,
        days_to_block=days_to_block,
        auto_notice=contract.auto_notice,
        auto_block=contract.auto_block,
        never_block=contract.never_block,
        not_notified_until=contract.do_not_notify_until,
        held_until=contract.do_not_block_until,
        grace_until=pendency.grace_until if pendency else None,
        trusted_until=trust.until if trust else None,
        is_approved=pendency is not None and pendency.approved_at is not None,
        blocked_on=blocked_on.get(contract.pk) if contract.standing == Standing.BLOCKED else None,
    )


def _debts(contracts: Collection[Contract]) -> dict[int, list[Debt]]:
    keys = [contract.pk for contract in contracts]
    names = ("pk", "contract_id", "due_date", "total", "state", "contested_on", "agreement_id", "installment_number")
    charges = list(Charge.objects.filter(Among("contract", keys), state=ChargeState.OPEN).only(*names))
    left = billing.outstanding(charges)
    delivered = Notice.objects.filter(Among("charge__contract", keys), charge__state=ChargeState.OPEN, kind=NoticeKind.DEBT)
    noticed = dict(delivered.filter(delivered_on__isnull=False).values_list("charge_id", "delivered_on"))
    blocked = {contract.pk for contract in contracts if contract.standing == Standing.BLOCKED}
    behind = _behind_agreements([charge for charge in charges if charge.contract_id in blocked])
    found: dict[int, list[Debt]] = defaultdict(list)
    for charge in charges:
        if left[charge.pk] > ZERO and charge.contract_id is not None:
            due_date, notified_on = behind.get(charge.pk) or (charge.due_date, noticed.get(charge.pk))
            is_contested = charge.contested_on is not None
            found[charge.contract_id].append(Debt(charge.pk, due_date, left[charge.pk], notified_on, is_contested))
    return found


def _behind_agreements(charges: Collection[Charge]) -> dict[int, tuple[date, date]]:
    """Due date and notice that a first instalment inherits from what it replaced.

    The service comes back with the first instalment (regulation.md §1): until then a blocked contract is blocked for the old debt.
    """
    first = {charge.agreement_id: charge.pk for charge in charges if charge.agreement_id and charge.installment_number == 1}
    if not first:
        return {}
    notices = Notice.objects.filter(charge__settled_by__in=first, kind=NoticeKind.DEBT, delivered_on__isnull=False).order_by()
    rows = notices.values_list("charge__settled_by").annotate(due=Min("charge__due_date"), notice=Min("delivered_on"))
    return {first[agreement]: (due, notice) for agreement, due, notice in rows}
