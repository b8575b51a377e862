"""Who does not pay: the daily decision, the decision after every payment, and its rehearsal (walk 4 of the house).

All of them ask `domain.dunning.decide`. A decision changes the contract and makes every access of it due on its router, in one
transaction; the router follows in its lane.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import date

from django.db import transaction
from django.db.models import QuerySet

from malha.billing.models import Payment
from malha.contracts.models import Contract, ContractState
from malha.core import clock
from malha.core.history import Actor
from malha.core.sql import Among
from malha.domain.dunning import Decision, Rules, decide
from malha.dunning import facts
from malha.dunning.facts import Known
from malha.dunning.models import DunningPolicy, DunningRun, Release
from malha.dunning.queries import default_policy
from malha.dunning.services import outcomes
from malha.dunning.services.outcomes import Outcome, Written
from malha.network.models import Access
from malha.network.services import accesses

BATCH = 1000


def assess_day(*, today: date, actor: Actor, batch: int = BATCH, beat: Callable[[], None] = lambda: None) -> DunningRun:
    """Decide about everybody who may be late. Every batch is committed by itself; run again, nothing changes (F26, F27).

    `beat` is called after every batch, outside of its transaction; what it raises ends the run.
    """
    policy, run, after = default_policy(), DunningRun.objects.create(local_date=today, started_at=clock.now()), 0
    rules = facts.rules(policy)
    while True:
        with transaction.atomic():
            contracts = _lock(facts.contracts_to_look_at(today).filter(pk__gt=after), batch)
            if not contracts:
                break
            written = _assess(contracts, policy, rules, today, run=run, actor=actor)
            run.looked_at += len(contracts)
            run.noticed += written.noticed
            run.blocked += len(written.blocked)
            run.released += len(written.released)
            after = contracts[-1].pk
        beat()
    run.finished_at = clock.now()
    run.save(update_fields=["finished_at", "looked_at", "noticed", "blocked", "released"])
    return run


def reassess(
    *,
    contract_ids: Collection[int],
    actor: Actor,
    reason: str = "",
    payment: Payment | None = None,
    run: DunningRun | None = None,
    today: date | None = None,
) -> Written:
    """Decide anew about these contracts, in the caller's transaction: after a payment, a reversal, a changed charge, a trust.

    `run`: the approval that this belongs to, so that it can be undone like a daily run.
    """
    policy, today = default_policy(), today or clock.today()
    contracts = _lock(Contract.objects.filter(pk__in=contract_ids, state=ContractState.ACTIVE), len(contract_ids))
    written = _assess(contracts, policy, facts.rules(policy), today, run=run, actor=actor, reason=reason)
    now = clock.now()
    Release.objects.bulk_create(Release(contract_id=key, payment=payment, released_at=now) for key in written.released)
    return written


def rehearse(today: date, *, groups: Collection[int] = (), after: int = 0) -> Iterator[Outcome]:
    """What `assess_day` would decide on that date, by the same computation; nothing is written. In batches: memory does not grow.

    `groups`: only customers of these groups; none means everybody (`customers.queries.visible_groups`). `after`: only contracts with a
    greater key, for who reads page by page.
    """
    policy = default_policy()
    rules = facts.rules(policy)
    looked_at = facts.contracts_to_look_at(today)
    if groups:
        looked_at = looked_at.filter(customer__group__in=groups)
    while True:
        contracts = list(looked_at.filter(pk__gt=after).only(*facts.COLUMNS).order_by("pk")[:BATCH])
        if not contracts:
            return
        for known in facts.read(contracts, policy):
            yield Outcome(known, decide(known.situation, rules, today))
        after = contracts[-1].pk


def decision_for(contract: Contract, today: date) -> tuple[Known, Decision]:
    """What the policy says of one contract: the régua and "por que está bloqueado?" read it."""
    policy = default_policy()
    (known,) = facts.read([contract], policy)
    return known, decide(known.situation, facts.rules(policy), today)


def _lock(rows: QuerySet[Contract], limit: int) -> list[Contract]:
    """In the order of their keys, so that two runs never wait for each other in a ring."""
    return list(rows.select_for_update(of=("self",)).only(*facts.COLUMNS).order_by("pk")[:limit])


def _assess(
    contracts: Collection[Contract],
    policy: DunningPolicy,
    rules: Rules,
    today: date,
    *,
    run: DunningRun | None,
    actor: Actor,
    reason: str = "",
) -> Written:
    decided = [Outcome(known, decide(known.situation, rules, today)) for known in facts.read(contracts, policy)]
    written = outcomes.write(outcomes=decided, today=today, run=run, actor=actor, reason=reason)
    if written.moved:
        accesses.want(Access.objects.filter(Among("contract", written.moved)))
    return written
