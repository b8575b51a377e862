"""Rescisão: proposed after long enough blocked and a second notice, done by a person, never by itself (domain.md §11, regulation.md §1).

The notice may be prepared so early that its days are over when the sixty are.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from malha.contracts.models import Contract, ContractState, PauseKind, Standing, StandingCause
from malha.core import clock, history
from malha.core.errors import BusinessError
from malha.core.history import Actor
from malha.domain.dunning import Decision, decide
from malha.dunning import facts
from malha.dunning.facts import Known
from malha.dunning.models import DunningPolicy, Notice, NoticeKind, Pendency, PendencyStep, StepKind
from malha.dunning.queries import default_policy
from malha.journeys import leaving


@dataclass(frozen=True, slots=True)
class Proposal:
    """A contract that may be terminated, or soon. `earliest`: the first day on which it may be, None before the notice is delivered."""

    known: Known
    decision: Decision
    notice: Notice | None
    earliest: date | None

    def may_terminate(self, today: date) -> bool:
        """Long enough blocked, told so, and the days after that are over."""
        return self.decision.may_terminate and self.earliest is not None and self.earliest <= today


def proposals(today: date) -> QuerySet[Contract]:
    """Contracts that the policy has blocked for so long that the notice of termination may go out, the longest first."""
    policy = default_policy()
    days = max(policy.termination_after_days - policy.days_notice_to_block, 0)
    blocked = Contract.objects.filter(state=ContractState.ACTIVE, standing=Standing.BLOCKED, standing_cause=StandingCause.POLICY)
    since = {"pauses__kind": PauseKind.BLOCKED, "pauses__ends_on__isnull": True, "pauses__starts_on__lte": today - timedelta(days=days)}
    return blocked.filter(**since).order_by("pauses__starts_on", "pk")


def look(contracts: Collection[Contract], today: date) -> list[Proposal]:
    """What is known of each, in a constant number of statements."""
    policy = default_policy()
    rules = facts.rules(policy)
    found = [(known, decide(known.situation, rules, today)) for known in facts.read(contracts, policy)]
    keys = [known.pendency.pk for known, _decision in found if known.pendency is not None]
    notices = {row.pendency_id: row for row in Notice.objects.filter(pendency__in=keys, kind=NoticeKind.TERMINATION).order_by("pk")}
    return [_proposal(known, decision, notices.get(known.pendency.pk) if known.pendency else None, policy) for known, decision in found]


def _proposal(known: Known, decision: Decision, notice: Notice | None, policy: DunningPolicy) -> Proposal:
    blocked_on, earliest = known.situation.blocked_on, None
    if notice is not None and notice.delivered_on is not None and blocked_on is not None:
        by_block = blocked_on + timedelta(days=policy.termination_after_days)
        earliest = max(by_block, notice.delivered_on + timedelta(days=policy.days_notice_to_block))
    return Proposal(known, decision, notice, earliest)


@transaction.atomic
def prepare(*, contract_ids: Collection[int], actor: Actor) -> int:
    """Have the notice of termination delivered: it stands in *Avisos a entregar* from now on. Answers how many are new."""
    today = clock.today()
    contracts = list(proposals(today).filter(pk__in=contract_ids).select_for_update(of=("self",)))
    fresh = [one for one in look(contracts, today) if one.notice is None and one.known.pendency and one.decision.debt]
    Notice.objects.bulk_create(
        [
            Notice(pendency=one.known.pendency, charge_id=one.decision.debt or 0, kind=NoticeKind.TERMINATION, wanted_on=today)
            for one in fresh
        ],
        ignore_conflicts=True,
    )
    PendencyStep.objects.bulk_create(
        PendencyStep(
            pendency=one.known.pendency,
            kind=StepKind.TERMINATION_PROPOSED,
            on=today,
            at=clock.now(),
            charge_id=one.decision.debt,
            actor_name=actor.name[:150],
        )
        for one in fresh
    )
    history.record_all(
        history.entry_for(one.known.contract, "contract.termination_proposed", actor=actor, customer_id=one.known.contract.customer_id)
        for one in fresh
    )
    return len(fresh)


@transaction.atomic
def terminate(*, contract: Contract, reason: str, note: str = "", actor: Actor) -> None:
    """*Rescindir*: the contract ends today; what is owed stays owed. Raises BusinessError("too_early") before its day."""
    today = clock.today()
    locked = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    (proposal,) = look([locked], today)
    if not proposal.may_terminate(today):
        raise BusinessError("too_early", _sentence(proposal))
    leaving.cancel_contract(contract=locked, on=today, reason=reason, note=note, actor=actor)
    Pendency.objects.filter(contract=locked, closed_on__isnull=True).update(closed_on=today)


def _sentence(proposal: Proposal) -> str:
    if proposal.known.situation.blocked_on is None:
        return _("Only who is blocked by the policy can be terminated for not paying.")
    if proposal.notice is None or proposal.notice.delivered_on is None:
        return _("The notice of termination was not delivered yet.")
    return _("The termination may happen from %(day)s.") % {"day": f"{proposal.earliest:%d/%m/%Y}"}
