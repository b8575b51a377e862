"""One customer at a glance: who, standing and why, online since, what they pay and when, their accesses and what the routers say.

Read over customers, contracts, network and the history in a constant number of statements, however many contracts and accesses.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from malha.contracts.models import Contract, ContractItem, ContractState, Standing, StandingCause
from malha.core.models import HistoryEntry
from malha.customers.models import Customer
from malha.domain import minimum_term, states
from malha.domain.billing import BillingMode
from malha.domain.money import ZERO, Money
from malha.domain.phones import is_mobile
from malha.domain.states import ContractFacts, Situation
from malha.network.models import Access, Divergence, RouterHealth, SyncState
from malha.reports import contract_money
from malha.reports.customer_criteria import Connection

GONE = (SyncState.REMOVING, SyncState.REMOVED)
RUNNING_STATES = (ContractState.ACTIVE, ContractState.SUSPENDED)


@dataclass(frozen=True, slots=True)
class NextCharge:
    """The next due date, what will be due then, and whether it is the first charge."""

    on: date
    amount: Money
    is_first: bool


@dataclass(frozen=True)
class AccessView:
    """An access with what is known of it on its router. `differences`: fields that the last reading found different."""

    access: Access
    contract: Contract
    differences: int = 0

    @property
    def is_gone(self) -> bool:
        """Removed, or on its way out."""
        return self.access.sync_state in GONE

    @property
    def is_queued(self) -> bool:
        """Something is on its way to the router; the badge asks again until it is there."""
        return self.access.due_at is not None and self.access.sync_state in (SyncState.MODIFIED, SyncState.REMOVING)

    @property
    def is_waiting_for_contract(self) -> bool:
        """A draft: nothing is on the router before the contract is activated."""
        return self.contract.state == ContractState.DRAFT and self.access.sync_state == SyncState.MODIFIED

    @property
    def connection(self) -> Connection | None:
        """Online or not; "no data" while its router does not answer, never a false offline. None when it is gone."""
        if self.is_gone or self.contract.state in (ContractState.CANCELLED, ContractState.DRAFT):
            return None
        if self.access.router.health != RouterHealth.ONLINE:
            return Connection.NO_DATA
        return Connection.ONLINE if self.access.online_since else Connection.OFFLINE

    @property
    def ip(self) -> str:
        """The address in use, else the fixed one."""
        seen = self.access.seen_ip if self.connection is Connection.ONLINE else None
        return seen or self.access.ipv4 or ""

    @property
    def mac(self) -> str:
        """The device as last seen, else the registered one."""
        return self.access.seen_mac or self.access.mac


@dataclass(frozen=True)
class ContractView:
    """A contract with its money, its accesses, and how it came to stand where it stands.

    `cause` is the entry of the history that put it there, None while it is clear. `exit_fine` is what leaving today would cost.
    """

    contract: Contract
    items: Sequence[ContractItem]
    accesses: Sequence[AccessView]
    monthly: Money
    next_charge: NextCharge | None
    exit_fine: Money | None
    cause: HistoryEntry | None
    today: date

    @property
    def is_alive(self) -> bool:
        """Not cancelled."""
        return self.contract.state != ContractState.CANCELLED

    @property
    def facts(self) -> ContractFacts:
        """What the situation depends on."""
        contract = self.contract
        is_trusted = contract.standing_cause == StandingCause.TRUST
        return ContractFacts(states.ContractState(contract.state), states.Standing(contract.standing), is_trusted)

    @property
    def situation(self) -> Situation:
        """The situation that this contract alone gives."""
        return states.contract_situation(self.facts)

    @property
    def term_ends_on(self) -> date | None:
        """The last day of a minimum term that still runs."""
        last = self.contract.minimum_term_ends_on
        return last if last is not None and last >= self.today and self.is_alive else None

    @property
    def is_blocked(self) -> bool:
        """Blocked now, so that it can be released."""
        return self.contract.state == ContractState.ACTIVE and self.contract.standing == Standing.BLOCKED

    @property
    def can_block(self) -> bool:
        """Active and not blocked yet."""
        return self.contract.state == ContractState.ACTIVE and self.contract.standing != Standing.BLOCKED

    @property
    def running(self) -> list[ContractItem]:
        """The items that are charged today."""
        return [item for item in self.items if item.ends_on is None or item.ends_on >= self.today]

    @property
    def ended(self) -> list[ContractItem]:
        """The items that were taken off."""
        return [item for item in self.items if item.ends_on is not None and item.ends_on < self.today]

    @property
    def living_accesses(self) -> list[AccessView]:
        """Those that were not removed."""
        return [view for view in self.accesses if not view.is_gone]


@dataclass(frozen=True)
class Card:
    """Everything that the head and the summary of the customer page say."""

    customer: Customer
    contracts: Sequence[ContractView]
    file_count: int

    @property
    def situation(self) -> Situation:
        """As in the list: derived from the contracts."""
        return states.customer_situation(view.facts for view in self.contracts)

    @property
    def living(self) -> list[ContractView]:
        """Contracts that are not cancelled."""
        return [view for view in self.contracts if view.is_alive]

    @property
    def accesses(self) -> list[AccessView]:
        """All accesses, those that are gone last."""
        return sorted((view for contract in self.contracts for view in contract.accesses), key=lambda view: view.is_gone)

    @property
    def living_accesses(self) -> list[AccessView]:
        """Accesses that were not removed."""
        return [view for view in self.accesses if not view.is_gone]

    @property
    def blocked(self) -> list[ContractView]:
        """What *liberar* would release."""
        return [view for view in self.contracts if view.is_blocked]

    @property
    def blockable(self) -> list[ContractView]:
        """What *bloquear* would block."""
        return [view for view in self.contracts if view.can_block]

    @property
    def troubled(self) -> list[ContractView]:
        """Contracts that do not stand clear: the page says why."""
        return [view for view in self.contracts if view.contract.state == ContractState.ACTIVE and view.contract.standing != Standing.CLEAR]

    @property
    def monthly(self) -> Money | None:
        """What the living contracts cost a month together; None when there is none, or none is charged."""
        charged = [view.monthly for view in self.living if not view.contract.exempt]
        return Money.total(charged) if charged else None

    @property
    def next_charge(self) -> NextCharge | None:
        """The earliest of the contracts; the amounts of the same day together."""
        coming = [view.next_charge for view in self.living if view.next_charge is not None and not view.contract.exempt]
        if not coming:
            return None
        first = min(charge.on for charge in coming)
        same = [charge for charge in coming if charge.on == first]
        return NextCharge(first, Money.total([charge.amount for charge in same]), all(charge.is_first for charge in same))

    @property
    def connection(self) -> Connection | None:
        """Online when any access is; None when there is nothing to connect."""
        found = {view.connection for view in self.living_accesses}
        return next((kind for kind in (Connection.ONLINE, Connection.NO_DATA, Connection.OFFLINE) if kind in found), None)

    @property
    def online_since(self) -> datetime | None:
        """Since when the longest session of now runs."""
        since = [v.access.online_since for v in self.living_accesses if v.connection is Connection.ONLINE and v.access.online_since]
        return min(since, default=None)

    @property
    def whatsapp(self) -> str:
        """The digits that wa.me takes, empty when the main phone can have none."""
        phone = self.customer.main_phone
        return phone.removeprefix("+") if is_mobile(phone) else ""


def read(customer: Customer, *, today: date, mode: BillingMode) -> Card:
    """The card of a customer that `customers.queries.by_number` found. Three statements, two more when something is wrong."""
    contracts = list(
        Contract.objects.filter(customer=customer).select_related("collection_method", "template", "service_address").order_by("pk")
    )
    for contract in contracts:
        contract.customer = customer
    keys = [contract.pk for contract in contracts]
    items: defaultdict[int, list[ContractItem]] = defaultdict(list)
    for item in ContractItem.objects.filter(contract__in=keys).order_by("pk"):
        items[item.contract_id].append(item)
    accesses = _accesses(contracts)
    causes = _causes(contract.pk for contract in contracts if contract.standing != Standing.CLEAR)
    views = [
        _view(contract, items[contract.pk], [view for view in accesses if view.contract is contract], causes, today, mode)
        for contract in contracts
    ]
    return Card(customer, views, getattr(customer, "file_count", 0))


def find_access(customer: Customer, pk: int) -> AccessView | None:
    """One access of the customer, as the badge shows it."""
    rows = Access.objects.filter(pk=pk, contract__customer=customer).select_related("contract", "router", "plan")
    access = rows.defer("password", "router__api_password").first()
    return AccessView(access, access.contract, _differences([access.pk])[access.pk]) if access is not None else None


def _view(
    contract: Contract,
    items: list[ContractItem],
    accesses: list[AccessView],
    causes: dict[int, HistoryEntry],
    today: date,
    mode: BillingMode,
) -> ContractView:
    running = [item.amount * item.quantity for item in items if item.ends_on is None or item.ends_on >= today]
    monthly = contract_money.monthly(contract, running, today) if running else ZERO
    due = contract_money.next_due(contract, today, mode, monthly)
    return ContractView(
        contract=contract,
        items=items,
        accesses=accesses,
        monthly=monthly,
        next_charge=NextCharge(*due) if due else None,
        exit_fine=_exit_fine(contract, today),
        cause=causes.get(contract.pk),
        today=today,
    )


def _exit_fine(contract: Contract, today: date) -> Money | None:
    last, benefit = contract.minimum_term_ends_on, contract.minimum_term_benefit
    if last is None or benefit is None or contract.state not in RUNNING_STATES or last < today:
        return None
    return minimum_term.exit_fine_on(benefit, contract.activated_on or contract.signed_on, last, today)


def _accesses(contracts: Sequence[Contract]) -> list[AccessView]:
    by_key = {contract.pk: contract for contract in contracts}
    rows = Access.objects.filter(contract__in=list(by_key)).select_related("router", "plan").order_by("pk")
    found = list(rows.defer("password", "router__api_password"))
    # What was applied and differs now; an access that is queued or refused says more than that already.
    differences = _differences([row.pk for row in found if row.sync_state in (SyncState.APPLIED, SyncState.ERROR)])
    return [AccessView(row, by_key[row.contract_id], differences[row.pk]) for row in found]


def _differences(keys: Sequence[int]) -> Counter[int]:
    if not keys:
        return Counter()
    rows = Divergence.objects.filter(access__in=keys, ignored_at__isnull=True).values_list("access", flat=True)
    return Counter(key for key in rows if key is not None)


def _causes(contracts: Iterable[int]) -> dict[int, HistoryEntry]:
    """The last entry that moved the standing of each contract."""
    keys = list(contracts)
    if not keys:
        return {}
    moved = Q(object_kind=Contract._meta.label_lower, object_id__in=keys, verb__startswith="contract.standing_")
    return {entry.object_id: entry for entry in HistoryEntry.objects.filter(moved).order_by("pk")}
