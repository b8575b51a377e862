"""The billing day: every period that is due until today plus the days ahead becomes a charge (walk 2 of the house).

By the thousand, each batch in a transaction of its own. Run again, it finds nothing. Two at once share the work: what one has locked
the other passes over. A batch that fails is done again one by one, and only the contract that cannot be charged is parked. A database
that is locked, full or away is no contract's fault: that ends the run, and the next try does the rest.
"""

import logging
from collections.abc import Callable, Iterator
from datetime import date

from django.db import DatabaseError, IntegrityError, OperationalError, transaction

from malha.billing import facts
from malha.billing.facts import Terms
from malha.billing.models import BillingRun, ParkReason
from malha.billing.services import credit, issue
from malha.billing.services.issue import Issued, Planned
from malha.contracts.models import Contract
from malha.core import clock
from malha.core.history import Actor
from malha.domain.errors import RuleError
from malha.gateways.services import registrations

log = logging.getLogger(__name__)
BATCH = 1000


def bill_day(*, today: date, actor: Actor, batch: int = BATCH, beat: Callable[[], None] = lambda: None) -> Issued:
    """Charge everything that is due. Every batch is committed by itself: killed half-way, the next run does the rest.

    `beat` is called after every batch, outside of its transaction; what it raises ends the run.
    """
    terms = facts.terms()
    run = BillingRun.objects.create(local_date=today, started_at=clock.now())
    done, after = Issued(), 0
    while True:
        outcome, last = _batch(terms, today, after=after, limit=batch, actor=actor)
        done += outcome
        if last is None:
            break
        after = last
        beat()
    BillingRun.objects.filter(pk=run.pk).update(
        finished_at=clock.now(), charges=done.charges, total=done.total, parked=done.parked
    )
    return done


def preview(today: date, *, limit: int, after: int = 0) -> Iterator[Planned]:
    """What `bill_day` would charge, computed by the same code; nothing is written (F15). At most `limit` contracts after a key."""
    terms = facts.terms()
    contracts = issue.next_batch(terms, today, after=after, limit=limit, lock=False)
    yield from issue.plan(contracts, terms, today)


def _batch(terms: Terms, today: date, *, after: int, limit: int, actor: Actor) -> tuple[Issued, int | None]:
    """One batch; answers what was written and the last key looked at, None at the end."""
    contracts: list[Contract] = []
    try:
        with transaction.atomic():
            contracts = issue.next_batch(terms, today, after=after, limit=limit)
            if not contracts:
                return Issued(), None
            return _charge(contracts, terms, today, actor), contracts[-1].pk
    except OperationalError:
        raise
    except (RuleError, ArithmeticError, ValueError, DatabaseError) as error:
        if not contracts:
            raise
        log.warning("billing: a batch of %s failed (%s), one by one", len(contracts), error)
    done = Issued()
    for contract in contracts:
        done += _alone(contract, terms, today, actor)
    return done, contracts[-1].pk


def _charge(contracts: list[Contract], terms: Terms, today: date, actor: Actor) -> Issued:
    issued = issue.write(issue.plan(contracts, terms, today), today)
    credit.use(customer_ids=issued.customer_ids, today=today, actor=actor)
    registrations.follow(charge_ids=issued.integrated_ids)
    return issued


def _alone(contract: Contract, terms: Terms, today: date, actor: Actor) -> Issued:
    """One contract of a batch that failed. It is read again: another run may have charged it meanwhile."""
    try:
        with transaction.atomic():
            mine = [one for one in issue.next_batch(terms, today, after=contract.pk - 1, limit=1) if one.pk == contract.pk]
            return _charge(mine, terms, today, actor) if mine else Issued()
    except OperationalError:
        raise
    except (RuleError, ArithmeticError, ValueError, DatabaseError) as error:
        if isinstance(error, IntegrityError) and not _is_due(contract, terms, today):
            return Issued()  # charged by somebody else a moment ago: once is enough
        log.error("billing: contract %s cannot be charged: %s", contract.number, error)
        with transaction.atomic():
            issue.park(contract.pk, ParkReason.ERROR, f"{type(error).__name__}: {error}")
        return Issued(parked=1)


def _is_due(contract: Contract, terms: Terms, today: date) -> bool:
    return any(one.pk == contract.pk for one in issue.next_batch(terms, today, after=contract.pk - 1, limit=1, lock=False))
