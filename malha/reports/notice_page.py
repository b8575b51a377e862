"""What a notice page says, and to whom: the subscriber is found by the address the request came from (network.md §5.2, §5.4).

Anybody on that line may be reading. So what leaves here is the first name and the debt of one contract, and nothing at all when the
address fits no live session, or two of them: private ranges repeat between routers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from malha.billing.models import Charge
from malha.billing.services import payments
from malha.contracts import queries as contracts
from malha.contracts.models import Contract, ContractState, Standing, StandingCause
from malha.core import clock
from malha.customers.models import PersonType
from malha.domain.dunning import decide
from malha.domain.errors import RuleError
from malha.domain.ips import normalize_ip
from malha.domain.money import Money
from malha.dunning import facts
from malha.dunning.models import DunningPolicy, Notice, NoticeView
from malha.dunning.queries import default_policy
from malha.network.models import Session

# A session last read before that says nothing about who has the address now: routers are read every five minutes.
FRESH = timedelta(hours=1)
_MAPPED = "::ffff:"


class Kind(StrEnum):
    """Which page. NEUTRAL: nobody known, or nothing owed."""

    BLOCKED = "bloqueio"
    SUSPENDED = "suspenso"
    PENDING = "pendencia"
    TRUSTED = "confianca"
    NEUTRAL = "neutra"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks. `contract` is None when nobody or more than one live session has the address (`sessions` says how many).

    `silent_until`: "Continuar navegando" keeps the page away until then.
    """

    ip: str = ""
    sessions: int = 0
    contract: Contract | None = None
    router_id: int | None = None
    kind: Kind = Kind.NEUTRAL
    silent_until: datetime | None = None

    @property
    def is_captive(self) -> bool:
        """There is a page to be read before anything else."""
        return self.kind in (Kind.BLOCKED, Kind.SUSPENDED) or (self.kind is Kind.PENDING and self.silent_until is None)


@dataclass(frozen=True, slots=True)
class Line:
    """An overdue charge and what it comes to today."""

    due_date: date
    principal: Money
    fine: Money
    interest: Money
    total: Money


@dataclass(frozen=True, slots=True)
class NoticePage:
    """Everything the page says. Dates are None where they do not exist or will not come.

    `block_on`, `terminate_on`: predicted, if nothing is paid. `until`: the end of a suspension or of a trust release.
    `can_be_trusted`: a release in trust would change something.
    """

    kind: Kind
    first_name: str = ""
    lines: tuple[Line, ...] = ()
    is_by_hand: bool = False
    is_reduced: bool = False
    can_be_trusted: bool = False
    noticed_on: date | None = None
    blocked_on: date | None = None
    block_on: date | None = None
    terminate_on: date | None = None
    since: date | None = None
    until: date | None = None
    said_paid_at: datetime | None = None
    silence_hours: int = 24
    trust_uses: int = 1
    trust_window_days: int = 30

    @property
    def total(self) -> Money:
        """To pay today, fine and interest included."""
        return Money.total(line.total for line in self.lines)

    @property
    def fees(self) -> Money:
        """Fine and interest of all of it."""
        return Money.total(line.fine + line.interest for line in self.lines)


# --------------------------------------------------------------------------------------------------------------- who asks


def caller_at(ip: str | None) -> Caller:
    """Who has this address now. At most three statements."""
    address = _plain(ip)
    if not address:
        return Caller()
    rows = Session.objects.filter(address=address, read_at__gte=clock.now() - FRESH)
    found = list(rows.select_related("access__contract__customer").order_by("pk")[:2])
    access = found[0].access if len(found) == 1 else None
    if access is None:
        return Caller(ip=address, sessions=len(found))
    contract, router_id = access.contract, found[0].router_id
    kind = kind_of(contract)
    silent_until = _silent_until(contract) if kind is Kind.PENDING else None
    return Caller(address, 1, contract, router_id, kind, silent_until)


def _plain(ip: str | None) -> str:
    """The address as sessions have it; empty when it is none."""
    text = (ip or "").strip().lower()
    try:
        return normalize_ip(text.removeprefix(_MAPPED) if "." in text else text)
    except RuleError:
        return ""


def kind_of(contract: Contract) -> Kind:
    """The page of a contract as it stands."""
    if contract.state == ContractState.SUSPENDED:
        return Kind.SUSPENDED
    if contract.state != ContractState.ACTIVE:
        return Kind.NEUTRAL
    if contract.standing == Standing.BLOCKED:
        return Kind.BLOCKED
    if contract.standing in (Standing.PENDING, Standing.REDUCED):
        return Kind.PENDING
    return Kind.TRUSTED if contract.standing_cause == StandingCause.TRUST else Kind.NEUTRAL


def _silent_until(contract: Contract) -> datetime | None:
    now, silence = clock.now(), timedelta(hours=default_policy().silence_hours)
    views = NoticeView.objects.filter(contract=contract, went_on=True, at__gt=now - silence)
    last = views.order_by("-at").values_list("at", flat=True).first()
    return last + silence if last else None


# ------------------------------------------------------------------------------------------------------------ what it says


def page_of(caller: Caller, today: date) -> NoticePage:
    """The page for whoever asks: a constant number of statements, however many charges are late."""
    contract = caller.contract
    if contract is None or caller.kind is Kind.NEUTRAL:
        return NoticePage(Kind.NEUTRAL)
    if caller.kind is Kind.SUSPENDED:
        return NoticePage(Kind.SUSPENDED, _first_name(contract), since=contract.suspended_from, until=contract.suspended_until)
    policy = default_policy()
    if caller.kind is Kind.TRUSTED:
        return NoticePage(Kind.TRUSTED, _first_name(contract), until=contract.standing_until)
    return _of_debt(contract, caller.kind, policy, today)


def _of_debt(contract: Contract, kind: Kind, policy: DunningPolicy, today: date) -> NoticePage:
    (known,) = facts.read([contract], policy)
    decision = decide(known.situation, facts.rules(policy), today)
    is_by_hand = contract.standing_cause == StandingCause.MANUAL
    late = [debt.key for debt in known.situation.debts if debt.due_date < today and not debt.is_contested]
    return NoticePage(
        kind=kind,
        first_name=_first_name(contract),
        lines=_lines(late, today),
        is_by_hand=is_by_hand,
        is_reduced=contract.standing == Standing.REDUCED,
        can_be_trusted=contract.standing in (Standing.BLOCKED, Standing.REDUCED) and not is_by_hand,
        noticed_on=_noticed_on(late, today),
        blocked_on=known.situation.blocked_on,
        block_on=decision.ahead.block_on if kind is Kind.PENDING else None,
        terminate_on=None if is_by_hand else decision.ahead.terminate_on,
        said_paid_at=contracts.said_paid_at(contract),
        silence_hours=policy.silence_hours,
        trust_uses=policy.trust_uses,
        trust_window_days=policy.trust_window_days,
    )


def _lines(charge_ids: Sequence[int], today: date) -> tuple[Line, ...]:
    charges = {charge.pk: charge for charge in Charge.objects.filter(pk__in=charge_ids)}
    return tuple(
        Line(charges[owed.key].due_date, owed.principal, owed.fine, owed.interest, owed.total)
        for owed in payments.due_on(list(charges.values()), today)
    )


def _noticed_on(charge_ids: Sequence[int], today: date) -> date | None:
    """Since when the customer knows. A notice that waits is delivered by this very page."""
    rows = Notice.objects.filter(charge__in=charge_ids).values_list("delivered_on", flat=True)
    return min((day or today for day in rows), default=None)


def _first_name(contract: Contract) -> str:
    """A person's first name, for reading. A company has none: whoever reads need not know which one it is."""
    customer = contract.customer
    if customer.person_type != PersonType.INDIVIDUAL:
        return ""
    name = customer.name.split()[0] if customer.name.strip() else ""
    return name.capitalize() if name.isupper() or name.islower() else name
