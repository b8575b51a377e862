"""Receber: what a customer owes, line by line, on the day the money came in; what a sum of money would do; who would be released.

Worked out by the rule book that receives (`domain.receiving`) and by the one that blocks (`domain.dunning`), so that the dialog says
what will happen.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import QuerySet

from malha.billing import queries as billing
from malha.billing.models import Charge, ChargeKind, ChargeLine, ChargeState
from malha.contracts.models import Contract, ContractState, Standing, StandingCause
from malha.core import company
from malha.customers.models import Customer
from malha.domain.dunning import decide
from malha.domain.money import ZERO, Money
from malha.domain.receiving import Division, Owed, divide, owed
from malha.domain.states import Standing as StandingNow
from malha.dunning import facts
from malha.dunning.queries import default_policy
from malha.network.models import Access, SyncState
from malha.reports import charge_situations
from malha.reports.charge_situations import ChargeSituation

OUT_OF_SERVICE = (Standing.BLOCKED, Standing.REDUCED)


@dataclass(frozen=True, slots=True)
class Due:
    """An open charge and what paying it takes. `description`: of its first line, for charges that are no monthly fee."""

    charge: Charge
    owed: Owed
    description: str = ""

    @property
    def total(self) -> Money:
        """With fine and interest, less the promptness discount."""
        return self.owed.total


@dataclass(frozen=True)
class Desk:
    """What somebody sees who receives from a customer. `dues`: the oldest first."""

    customer: Customer
    dues: tuple[Due, ...]
    on: date
    waives_fees: bool
    holidays: frozenset[date]

    def chosen(self, keys: Collection[int]) -> list[Due]:
        """Those with these keys, the oldest first."""
        return [due for due in self.dues if due.charge.pk in keys]

    def total(self, keys: Collection[int]) -> Money:
        """What these charges take together."""
        return Money.total(due.total for due in self.chosen(keys))

    def divide(self, value: Money, keys: Collection[int]) -> Division:
        """Where the money would go. `value` is above zero."""
        charges = billing.open_charges([due.charge for due in self.chosen(keys)])
        return divide(value, charges, self.on, self.holidays, waives_fees=self.waives_fees)

    @property
    def waivable(self) -> Money:
        """Fine and interest of everything that is open; zero when nobody is late."""
        return Money.total(due.owed.fine + due.owed.interest + due.owed.waived_fine + due.owed.waived_interest for due in self.dues)

    def waived(self, keys: Collection[int]) -> Money:
        """Fine and interest that would be let go."""
        return Money.total(due.owed.waived_fine + due.owed.waived_interest for due in self.chosen(keys))


@dataclass(frozen=True, slots=True)
class Effect:
    """What happens to a contract that is not clear when the money is received.

    `is_by_hand`: a person blocked it, so no payment releases it. `logins`: its accesses.
    """

    contract: Contract
    becomes_clear: bool
    is_by_hand: bool
    logins: tuple[str, ...]

    @property
    def is_out_of_service(self) -> bool:
        """Blocked or reduced now."""
        return self.contract.standing in OUT_OF_SERVICE


def open_charges(customer: Customer) -> list[Charge]:
    """The open charges of a customer, the oldest first."""
    rows = Charge.objects.filter(customer=customer, state=ChargeState.OPEN)
    rows = rows.select_related("contract", "collection_method", "booklet", "agreement")
    return list(rows.order_by("due_date", "pk"))


def read(customer: Customer, *, on: date, waives_fees: bool = False) -> Desk:
    """The open charges with what paying them on that day takes. At most four statements."""
    charges = open_charges(customer)
    holidays = company.holidays()
    by_key = {charge.pk: charge for charge in charges}
    texts = descriptions(charges)
    dues = [
        Due(by_key[asked.key], owed(asked, on, holidays, waives_fees=waives_fees), texts.get(asked.key, ""))
        for asked in billing.open_charges(charges)
    ]
    return Desk(customer, tuple(dues), on, waives_fees, holidays)


def descriptions(charges: Iterable[Charge]) -> dict[int, str]:
    """The first line of each charge that is no monthly fee: it says what the charge is for."""
    keys = [charge.pk for charge in charges if charge.kind != ChargeKind.MONTHLY]
    return dict(ChargeLine.objects.filter(charge__in=keys, position=1).values_list("charge", "description")) if keys else {}


def effects(customer: Customer, paid: Sequence[Owed], today: date) -> list[Effect]:
    """What these parts of charges, once paid, do to the contracts of the customer that are not clear. Nothing is written."""
    policy = default_policy()
    rows = Contract.objects.filter(customer=customer, state=ContractState.ACTIVE).exclude(standing=Standing.CLEAR)
    contracts = list(rows.only(*facts.COLUMNS).order_by("pk"))
    if not contracts:
        return []
    rules = facts.rules(policy)
    covered = {part.key: part.principal + part.discount for part in paid}
    logins = _logins(contracts)
    found = []
    for known in facts.read(contracts, policy):
        left = tuple(replace(debt, outstanding=debt.outstanding - covered.get(debt.key, ZERO)) for debt in known.situation.debts)
        decision = decide(replace(known.situation, debts=left), rules, today)
        becomes_clear = policy.release_on_payment and decision.standing is StandingNow.CLEAR
        is_by_hand = known.contract.standing_cause == StandingCause.MANUAL
        found.append(Effect(known.contract, becomes_clear, is_by_hand, logins.get(known.contract.pk, ())))
    return found


def _logins(contracts: Sequence[Contract]) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    rows = Access.objects.filter(contract__in=contracts).exclude(sync_state__in=(SyncState.REMOVING, SyncState.REMOVED))
    for key, username in rows.order_by("pk").values_list("contract_id", "username"):
        found[key] = (*found.get(key, ()), username)
    return found


def overdue(today: date) -> QuerySet[Charge]:
    """Charges that are late: those of contracts released in trust are only observed."""
    return charge_situations.only(Charge.objects.order_by(), ChargeSituation.OVERDUE, today)


def open_numbers(customer: Customer) -> list[int]:
    """The numbers of a customer's open charges, the oldest first."""
    rows = Charge.objects.filter(customer=customer, state=ChargeState.OPEN)
    return list(rows.order_by("due_date", "pk").values_list("number", flat=True))


@dataclass(frozen=True, slots=True)
class Debt:
    """How many charges somebody has open, and what is left of them without fine and interest."""

    count: int
    amount: Money


def debt(customer_id: int) -> Debt | None:
    """What a customer has open; None for nothing."""
    charges = list(Charge.objects.filter(customer=customer_id, state=ChargeState.OPEN).only("pk", "total", "state"))
    return Debt(len(charges), Money.total(billing.outstanding(charges).values())) if charges else None
