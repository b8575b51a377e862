"""What one line of the customer list says, read for a page of customers in a constant number of statements."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db.models import F, OuterRef, Q, Subquery, Sum

from malha.billing import queries as billing
from malha.billing.models import Charge, ChargeState
from malha.contracts.models import Contract, ContractItem, ContractState, StandingCause
from malha.core.fields import MoneyField
from malha.customers.models import Customer
from malha.domain.billing import BillingMode
from malha.domain.money import ZERO, Money
from malha.domain.phones import is_mobile
from malha.domain.states import ContractFacts, Situation, Standing, customer_situation
from malha.domain.states import ContractState as State
from malha.network.models import Access, RouterHealth, SyncState
from malha.reports import contract_money
from malha.reports.customer_criteria import Connection

RECENTLY_PAID = timedelta(days=45)


class ChargeKind(StrEnum):
    """What the second line under the amount tells."""

    OVERDUE = "overdue"  # open and late since that day
    DUE = "due"  # open, due on that day
    PAID = "paid"  # the last one, paid on that day
    FIRST = "first"  # the first charge, due on that day
    NEXT = "next"
    ENDED = "ended"  # the last contract ended on that day
    EXEMPT = "exempt"
    NONE = ""


@dataclass(frozen=True, slots=True)
class ChargeCell:
    """What is open, or what was paid last; without charges, the monthly value and the next due date.

    Several late charges count together, since the oldest.
    """

    kind: ChargeKind
    amount: Money | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class AccessCell:
    """The access shown for a customer: the first of a living contract. `sync` is empty when the router has what we want."""

    username: str
    ip: str
    connection: Connection | None
    sync: str
    plan: str
    router: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list.

    `more`: how many accesses beside the one shown. `due_days`: of the living contracts, in order. `whatsapp`: the digits that
    wa.me takes, empty when the number is none that can have it.
    """

    pk: int
    number: int
    name: str
    document: str
    phone: str
    whatsapp: str
    email: str
    district: str
    city: str
    since: datetime
    situation: Situation
    due_days: tuple[int, ...]
    charge: ChargeCell
    monthly: Money | None
    access: AccessCell | None
    more: int


@dataclass(frozen=True, slots=True)
class _Contract:
    pk: int
    customer_id: int
    state: str
    standing: str
    standing_cause: str
    due_day: int
    discount: Money
    discount_until: date | None
    surcharge: Money
    exempt: bool
    activated_on: date | None
    first_charge: str
    cancelled_on: date | None
    worth: Money | None  # what runs today; None without any

    @property
    def is_alive(self) -> bool:
        return self.state != ContractState.CANCELLED

    @property
    def facts(self) -> ContractFacts:
        return ContractFacts(State(self.state), Standing(self.standing), self.standing_cause == StandingCause.TRUST)


_CONTRACT_FIELDS = tuple(_Contract.__dataclass_fields__)
_TOTAL = Sum(F("amount") * F("quantity"), output_field=MoneyField())
_CUSTOMER_FIELDS = ("pk", "number", "name", "cpf_cnpj", "main_phone", "email", "address__district", "address__city", "created_at")


def rows(keys: Sequence[int], *, today: date, mode: BillingMode, with_charges: bool = False) -> list[Row]:
    """The lines of the customers with these keys, in their order. Three statements, however many keys; four with their charges."""
    if not keys:
        return []
    found = {values[0]: values for values in Customer.objects.filter(pk__in=keys).values_list(*_CUSTOMER_FIELDS)}
    contracts: defaultdict[int, list[_Contract]] = defaultdict(list)
    running = ContractItem.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today), contract=OuterRef("pk")).order_by()
    agreed = Contract.objects.filter(customer__in=keys).annotate(worth=Subquery(running.values("contract").annotate(t=_TOTAL).values("t")))
    for values in agreed.order_by("pk").values_list(*_CONTRACT_FIELDS):
        contract = _Contract(*values)
        contracts[contract.customer_id].append(contract)
    accesses = _accesses(contract.pk for group in contracts.values() for contract in group)
    current = _current(keys, today) if with_charges else {}
    return [_row(found[key], contracts[key], current.get(key), accesses, today, mode) for key in keys if key in found]


def _row(
    customer: Sequence[object],
    contracts: list[_Contract],
    current: ChargeCell | None,
    accesses: dict[int, list[AccessCell]],
    today: date,
    mode: BillingMode,
) -> Row:
    pk, number, name, document, phone, email, district, city, created_at = customer
    alive = [contract for contract in contracts if contract.is_alive]
    expected = _expected(contracts, alive, today, mode)
    cells = [cell for contract in alive or contracts for cell in accesses.get(contract.pk, ())]
    return Row(
        pk=pk,  # type: ignore[arg-type]
        number=number,  # type: ignore[arg-type]
        name=name,  # type: ignore[arg-type]
        document=document,  # type: ignore[arg-type]
        phone=phone,  # type: ignore[arg-type]
        whatsapp=phone[1:] if is_mobile(phone) else "",  # type: ignore[index, arg-type]
        email=email,  # type: ignore[arg-type]
        district=district,  # type: ignore[arg-type]
        city=city,  # type: ignore[arg-type]
        since=created_at,  # type: ignore[arg-type]
        situation=customer_situation(contract.facts for contract in contracts),
        due_days=tuple(sorted({contract.due_day for contract in alive})),
        charge=current or expected,
        monthly=expected.amount,
        access=cells[0] if cells else None,
        more=max(len(cells) - 1, 0),
    )


def _current(keys: Sequence[int], today: date) -> dict[int, ChargeCell]:
    """What each customer owes: what is late, else what is due next, else what was paid in the last weeks."""
    recent = Q(state=ChargeState.OPEN) | Q(state=ChargeState.PAID, paid_on__gte=today - RECENTLY_PAID)
    charges = billing.with_outstanding(Charge.objects.filter(recent, customer__in=keys)).order_by("due_date", "pk")
    late: defaultdict[int, list[tuple[date, Money]]] = defaultdict(list)
    coming: dict[int, ChargeCell] = {}
    paid: dict[int, ChargeCell] = {}
    names = ("customer_id", "state", "due_date", "paid_on", "total", "outstanding_cents")
    for customer, state, due_date, paid_on, total, left in charges.values_list(*names):
        if state == ChargeState.PAID:
            before = paid.get(customer)
            if before is None or before.on is None or paid_on >= before.on:
                paid[customer] = ChargeCell(ChargeKind.PAID, total, paid_on)
        elif due_date < today:
            late[customer].append((due_date, _money(left)))
        else:
            coming.setdefault(customer, ChargeCell(ChargeKind.DUE, _money(left), due_date))
    owed = {key: ChargeCell(ChargeKind.OVERDUE, Money.total(left for _on, left in found), found[0][0]) for key, found in late.items()}
    return {**paid, **coming, **owed}


def _money(value: Money | int) -> Money:
    """A difference comes as cents or as money, as the database likes."""
    return value if isinstance(value, Money) else Money(value)


def _expected(contracts: list[_Contract], alive: list[_Contract], today: date, mode: BillingMode) -> ChargeCell:
    if not alive:
        ended = [contract.cancelled_on for contract in contracts if contract.cancelled_on]
        return ChargeCell(ChargeKind.ENDED, on=max(ended)) if ended else ChargeCell(ChargeKind.NONE)
    billed = [contract for contract in alive if not contract.exempt]
    if not billed:
        return ChargeCell(ChargeKind.EXEMPT)
    amount = Money.total([contract_money.monthly(contract, [contract.worth or ZERO], today) for contract in billed])
    # The line says when, not how much of it: the amount of the first charge is the customer page's business.
    coming = [due for contract in billed if (due := contract_money.next_due(contract, today, mode, ZERO)) is not None]
    if not coming:
        return ChargeCell(ChargeKind.NONE, amount)
    on, _amount, is_first = min(coming)
    return ChargeCell(ChargeKind.FIRST if is_first else ChargeKind.NEXT, amount, on)


def _accesses(contracts: Iterable[int]) -> dict[int, list[AccessCell]]:
    names = ("contract_id", "username", "ipv4", "seen_ip", "online_since", "sync_state", "plan__name", "router__name", "router__health")
    found: defaultdict[int, list[AccessCell]] = defaultdict(list)
    for contract, username, fixed, seen, online_since, sync, plan, router, health in (
        Access.objects.filter(contract__in=list(contracts)).order_by("pk").values_list(*names)
    ):
        is_gone = sync in (SyncState.REMOVED, SyncState.REMOVING)
        is_online = online_since is not None
        connection = None if is_gone else _connection(health, is_online)
        found[contract].append(
            AccessCell(
                username=username,
                ip=(seen if connection is Connection.ONLINE and seen else fixed or seen or "") if not is_gone else "",
                connection=connection,
                sync="" if sync in (SyncState.APPLIED, SyncState.REMOVED) else sync,
                plan=plan,
                router=router,
            )
        )
    return found


def _connection(health: str, is_online: bool) -> Connection:
    if health != RouterHealth.ONLINE:
        return Connection.NO_DATA
    return Connection.ONLINE if is_online else Connection.OFFLINE
