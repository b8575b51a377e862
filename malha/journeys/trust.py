"""Desbloqueio de confiança and promessa de pagamento: a fact with an end, which the decision sees and which never hides the debt."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from malha.contracts.models import Contract, ContractState, Plan, Standing, TrustRule
from malha.core import clock, history
from malha.core.errors import BusinessError, StateConflict
from malha.core.history import Actor
from malha.domain.states import StandingCause
from malha.dunning import facts
from malha.dunning.models import DunningPolicy, TrustKind, TrustRelease
from malha.dunning.queries import default_policy
from malha.journeys import delinquency

MAX_DAYS = 30


@dataclass(frozen=True, slots=True)
class Offer:
    """What a contract may still get. `refusal` is empty when it may; otherwise the reason in words."""

    days: int
    remaining: int
    refusal: str = ""


def offer(contract: Contract, *, today: date | None = None) -> Offer:
    """The release that the rules of the house allow this contract now (domain.md §11)."""
    today, policy = today or clock.today(), default_policy()
    window = today - timedelta(days=policy.trust_window_days)
    used = TrustRelease.objects.filter(contract=contract, starts_on__gt=window).count()  # a promise is the same fact
    remaining = max(policy.trust_uses - used, 0)
    return Offer(policy.trust_days, remaining, _refusal(contract, policy, remaining, today))


def _refusal(contract: Contract, policy: DunningPolicy, remaining: int, today: date) -> str:
    (known,) = facts.read([contract], policy)
    if contract.state != ContractState.ACTIVE:
        return _("The contract is not active.")
    if contract.standing_cause == StandingCause.MANUAL:
        return _("Blocked by the provider: only the provider releases it.")
    if known.trust is not None and known.trust.until >= today:
        return _("It is released in trust until %(day)s already.") % {"day": f"{known.trust.until:%d/%m/%Y}"}
    plans = Plan.objects.filter(items__contract=contract, items__ends_on__isnull=True)
    forbidden = contract.trust_release_rule == TrustRule.DEFAULT and plans.filter(allows_trust_release=False).exists()
    if contract.trust_release_rule == TrustRule.NO or forbidden:
        return _("This contract has no release in trust.")
    late = [debt for debt in known.situation.debts if debt.due_date < today]
    if not late:
        return _("Nothing is late.")
    if (today - min(debt.due_date for debt in late)).days > policy.trust_max_debt_days:
        return _("The oldest debt is more than %(days)s days late.") % {"days": policy.trust_max_debt_days}
    if not remaining:
        return ngettext(
            "Used already: %(uses)s time in %(days)s days.", "Used already: %(uses)s times in %(days)s days.", policy.trust_uses
        ) % {"uses": policy.trust_uses, "days": policy.trust_window_days}
    return ""


@transaction.atomic
def grant(
    *,
    contract: Contract,
    actor: Actor,
    kind: TrustKind = TrustKind.TRUST,
    days: int | None = None,
    reason: str = "",
    ip: str | None = None,
    user_id: int | None = None,
    exceeds: bool = False,
) -> TrustRelease:
    """Release until the evening of today + days. It ends by itself: the decision of the next morning no longer sees it.

    `exceeds`: a person with permission goes beyond the rules and says why. Raises BusinessError("trust_refused") with the reason.
    """
    locked = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    allowed = offer(locked)
    days = allowed.days if days is None else days
    if not 1 <= days <= MAX_DAYS:
        sentence = _("From 1 to %(max)s days.") % {"max": MAX_DAYS}
        raise BusinessError("invalid", sentence, fields={"days": sentence})
    needs_reason = bool(allowed.refusal) or days > allowed.days
    if needs_reason and not exceeds:
        raise BusinessError("trust_refused", allowed.refusal or _("At most %(days)s days.") % {"days": allowed.days})
    if needs_reason and not reason.strip():
        sentence = _("This goes beyond the rules (%(refusal)s). Say why.") % {"refusal": allowed.refusal or f"> {allowed.days}"}
        raise BusinessError("reason_required", sentence, fields={"reason": sentence})
    if locked.standing_cause == StandingCause.MANUAL or locked.state != ContractState.ACTIVE:
        # No reason makes a trust undo what a person did: the decision would not see it.
        raise BusinessError("trust_refused", allowed.refusal)
    if kind == TrustKind.PROMISE and locked.standing == Standing.BLOCKED:
        raise BusinessError("trust_refused", _("It is blocked already: release it in trust instead."))
    today = clock.today()
    TrustRelease.objects.filter(contract=locked, ended_on__isnull=True).update(ended_on=today)
    release = TrustRelease.objects.create(
        contract=locked,
        kind=kind,
        starts_on=today,
        until=today + timedelta(days=days),
        granted_at=clock.now(),
        granted_by_id=user_id,
        reason=reason.strip()[:200],
        ip=ip,
    )
    history.record(
        locked,
        "contract.trusted" if kind == TrustKind.TRUST else "contract.promised",
        actor=actor,
        reason=reason.strip(),
        after={"until": release.until},
        customer_id=locked.customer_id,
    )
    delinquency.reassess(contract_ids=[locked.pk], actor=actor, reason=reason.strip())
    return release


@transaction.atomic
def end(*, release: TrustRelease, reason: str, actor: Actor) -> None:
    """Take it back before its day. Raises StateConflict when it has ended."""
    if not TrustRelease.objects.filter(pk=release.pk, ended_on__isnull=True).update(ended_on=clock.today()):
        raise StateConflict("trust_ended", _("This release has ended already."))
    contract = release.contract
    history.record(contract, "contract.trust_ended", actor=actor, reason=reason.strip(), customer_id=contract.customer_id)
    delinquency.reassess(contract_ids=[contract.pk], actor=actor, reason=reason.strip())
