"""What must be true of pendency, block and trust at any moment (house.md §4). `bin/malha doctor` and the tests run the same list."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, Subquery

from malha.billing.models import Charge, ChargeState
from malha.billing.queries import with_outstanding
from malha.contracts.models import Contract, ContractState, PauseKind, ServicePause, Standing, StandingCause
from malha.core.invariants import Broken
from malha.domain.late import LEGAL_FLOOR_NOTICE_DAYS
from malha.dunning.models import Notice, Pendency, TrustRelease
from malha.dunning.queries import default_policy

SHOWN = 100
_OPEN_PENDENCY = Pendency.objects.filter(contract=OuterRef("pk"), closed_on__isnull=True)
_RUNNING_TRUST = TrustRelease.objects.filter(contract=OuterRef("pk"), ended_on__isnull=True)
_BY_POLICY = Contract.objects.filter(state=ContractState.ACTIVE, standing_cause=StandingCause.POLICY).order_by()


def block_has_its_pendency() -> Iterator[Broken]:
    """Who is pending, reduced or blocked by the policy has an open pendency; a block by hand needs none."""
    hard = _BY_POLICY.exclude(standing=Standing.CLEAR)
    for number in hard.filter(~Exists(_OPEN_PENDENCY)).values_list("number", flat=True)[:SHOWN]:
        yield Broken("block_has_its_pendency", f"contract {number}")


def pendency_is_felt() -> Iterator[Broken]:
    """The other way round: while a pendency is open the contract is not clear, unless it is trusted or a person gave it grace."""
    open_ones = Pendency.objects.filter(closed_on__isnull=True, grace_until__isnull=True, contract__state=ContractState.ACTIVE)
    wrong = open_ones.filter(contract__standing=Standing.CLEAR).exclude(contract__standing_cause=StandingCause.TRUST)
    for number in wrong.order_by("contract__number").values_list("contract__number", flat=True)[:SHOWN]:
        yield Broken("pendency_is_felt", f"contract {number}")


def policy_acts_on_debts_only() -> Iterator[Broken]:
    """Who is pending, reduced or blocked by the policy owes something that is not contested. Where a payment does not release by
    itself, the next run does: there it may be so until the morning."""
    if not default_policy().release_on_payment:
        return
    counting = Charge.objects.filter(contract=OuterRef("pk"), state=ChargeState.OPEN, contested_on__isnull=True)
    owed = with_outstanding(counting).filter(Q(outstanding_cents__gt=0))
    hard = _BY_POLICY.exclude(standing=Standing.CLEAR)
    for number in hard.filter(~Exists(owed)).values_list("number", flat=True)[:SHOWN]:
        yield Broken("policy_acts_on_debts_only", f"contract {number}")


def block_has_its_notice() -> Iterator[Broken]:
    """Before a block by the policy a notice was delivered, at least the days of the law earlier (RGC, Res. Anatel 765/2023).

    Fewer only where the provider, as a MICRO one may, has settled for fewer.
    """
    days = timedelta(days=min(LEGAL_FLOOR_NOTICE_DAYS, default_policy().days_notice_to_block))
    pauses = ServicePause.objects.filter(contract=OuterRef("pk"), kind=PauseKind.BLOCKED, ends_on__isnull=True)
    notices = Notice.objects.filter(charge__contract=OuterRef("pk"), delivered_on__isnull=False).order_by("delivered_on")
    blocked = _BY_POLICY.filter(standing=Standing.BLOCKED).annotate(
        blocked_on=Subquery(pauses.values("starts_on")[:1]), noticed_on=Subquery(notices.values("delivered_on")[:1])
    )
    for number, blocked_on, noticed_on in blocked.values_list("number", "blocked_on", "noticed_on").iterator():
        if noticed_on is None or (blocked_on is not None and blocked_on < noticed_on + days):
            yield Broken("block_has_its_notice", f"contract {number}")


def pause_says_blocked_or_suspended() -> Iterator[Broken]:
    """A pause is open exactly while the contract is blocked, or suspended on request. A cancelled one is over anyway."""
    living = Contract.objects.filter(state__in=(ContractState.ACTIVE, ContractState.SUSPENDED)).order_by()
    for kind, is_so in ((PauseKind.BLOCKED, Q(standing=Standing.BLOCKED)), (PauseKind.SUSPENDED, Q(state=ContractState.SUSPENDED))):
        is_open = Exists(ServicePause.objects.filter(contract=OuterRef("pk"), kind=kind, ends_on__isnull=True))
        wrong = living.filter((Q(is_so) & ~Q(is_open)) | (~Q(is_so) & Q(is_open)))
        for number in wrong.values_list("number", flat=True)[:SHOWN]:
            yield Broken("pause_says_blocked_or_suspended", f"contract {number}: {kind}")


def trust_releases() -> Iterator[Broken]:
    """Who is trusted is clear, unless a person blocked afterwards; and nobody is called trusted without a release that runs.

    That one contract has one release that runs at most, the database itself knows.
    """
    active = Contract.objects.filter(state=ContractState.ACTIVE).order_by()
    trusted = active.filter(Exists(_RUNNING_TRUST)).exclude(standing=Standing.CLEAR).exclude(standing_cause=StandingCause.MANUAL)
    called = active.filter(~Exists(_RUNNING_TRUST), standing_cause=StandingCause.TRUST)
    for number in [*trusted.values_list("number", flat=True)[:SHOWN], *called.values_list("number", flat=True)[:SHOWN]]:
        yield Broken("trust_releases", f"contract {number}")


CHECKS: tuple[Callable[[], Iterator[Broken]], ...] = (
    block_has_its_pendency,
    pendency_is_felt,
    policy_acts_on_debts_only,
    block_has_its_notice,
    pause_says_blocked_or_suspended,
    trust_releases,
)


def broken() -> list[Broken]:
    """Everything that does not hold."""
    return [found for check in CHECKS for found in check()]
