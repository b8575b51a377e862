"""Issuing charges: what the plan of a contract says, written in a constant number of statements for a thousand contracts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max, OuterRef, Subquery
from django.utils.translation import gettext as _

from malha.billing import facts as reading
from malha.billing.facts import Terms
from malha.billing.models import BilledPeriod, Charge, ChargeKind, ChargeLine, ChargeState, ParkedContract
from malha.billing.models import ParkReason as StoredReason
from malha.contracts.models import CollectionMethod, Contract, ContractItem
from malha.core import bulk, clock, numbers
from malha.core.sql import Among
from malha.domain.billing import Period
from malha.domain.charging import BillingFacts, BillingPlan, Line, LineKind, PlannedCharge, correction, plan_charges
from malha.domain.money import ZERO, Money

SERIES = "charge"
# A charge made late is never late on arrival: at least the days of domain.md §2.
MIN_NOTICE = timedelta(days=5)
_COLUMNS = (
    "pk", "number", "customer_id", "state", "due_day", "collection_method", "first_charge", "billing_starts_on", "billed_until",
    "cancelled_on", "ends_on", "auto_renew", "discount", "discount_until", "surcharge", "exempt", "installation_fee",
    "installation_installments", "max_overdue_to_bill",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Planned:
    """A contract with what the run would do with it."""

    contract: Contract
    facts: BillingFacts
    plan: BillingPlan


@dataclass(frozen=True, slots=True)
class Issued:
    """What was written: how many charges, over how much, and how many contracts were parked.

    `integrated_ids`: the charges whose form of payment is a bank's.
    """

    charges: int = 0
    total: Money = ZERO
    parked: int = 0
    customer_ids: tuple[int, ...] = ()
    integrated_ids: tuple[int, ...] = ()

    def __add__(self, other: "Issued") -> "Issued":
        return Issued(
            self.charges + other.charges,
            self.total + other.total,
            self.parked + other.parked,
            self.customer_ids + other.customer_ids,
            self.integrated_ids + other.integrated_ids,
        )


def next_batch(terms: Terms, today: date, *, after: int, limit: int, lock: bool = True) -> list[Contract]:
    """The next contracts with something due, by key. Locked ones are somebody else's: the other run is on them."""
    rows = reading.contracts_due(today + timedelta(days=terms.days_ahead), terms.mode)
    rows = rows.filter(pk__gt=after).order_by("pk").only(*_COLUMNS)
    if lock:
        connection = transaction.get_connection()
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True, of=("self",))
    return list(rows[:limit])


def plan(contracts: Iterable[Contract], terms: Terms, today: date) -> list[Planned]:
    """What would be charged: the same computation as the run, and nothing is written."""
    contracts = list(contracts)
    known = reading.read(contracts, terms)
    overdue = _stopped(contracts, terms, today)
    through = today + timedelta(days=terms.days_ahead)
    found = []
    for contract in contracts:
        if contract.pk in overdue:
            found.append(Planned(contract, known[contract.pk], BillingPlan(parked=StoredReason.OVERDUE_LIMIT)))  # type: ignore[arg-type]
        else:
            found.append(Planned(contract, known[contract.pk], plan_charges(known[contract.pk], through)))
    return found


def _stopped(contracts: list[Contract], terms: Terms, today: date) -> set[int]:
    """Contracts that owe so many charges that no more are made (domain.md §4, `max_overdue_to_bill`)."""
    limits = {contract.pk: contract.max_overdue_to_bill or terms.max_overdue for contract in contracts}
    limited = [key for key, limit in limits.items() if limit]
    if not limited:
        return set()
    counts = reading.overdue_counts(limited, today)
    return {key for key, count in counts.items() if count >= (limits[key] or 0)}


def due_date(period: Period, today: date) -> date:
    """When the charge of a period falls due: one that is made late leaves some days to pay."""
    return period.due_date if period.due_date >= today else today + MIN_NOTICE


def write(planned: list[Planned], today: date) -> Issued:
    """Charges, lines and periods of all of them, in the caller's transaction. The counter is taken last (F7, F8).

    Raises IntegrityError if a period was charged meanwhile by somebody else: nothing of the batch is then written.
    """
    work = [(one, charge) for one in planned for charge in one.plan.charges]
    labels = _labels(work)
    _correct(work, today)
    parked = [one for one in planned if one.plan.parked is not None]
    _park([(one.contract.pk, StoredReason(one.plan.parked), "", one.plan.waiting_periods) for one in parked if one.plan.parked])
    asked = [(one, charge) for one, charge in work if charge.total > ZERO]  # a zero total issues nothing (F10)
    methods = CollectionMethod.objects.in_bulk({one.contract.collection_method_id for one, _plan in asked})
    now, first = clock.now(), numbers.take(SERIES, len(asked)) if asked else 0
    rows = [
        _charge(one, charge, methods[one.contract.collection_method_id], first + n, today, now) for n, (one, charge) in enumerate(asked)
    ]
    keys = bulk.insert(Charge, _CHARGE, rows)
    lines = [line for key, (_one, charge) in zip(keys, asked, strict=True) for line in _lines(key, charge.lines, labels)]
    bulk.insert(ChargeLine, _LINE, lines)
    key_of = {id(charge): key for key, (_one, charge) in zip(keys, asked, strict=True)}
    bulk.insert(BilledPeriod, _PERIOD, [_period(one.contract, charge, key_of.get(id(charge)), today) for one, charge in work])
    _advance({one.contract.pk for one, _plan in work})
    customers = tuple({one.contract.customer_id for one, _plan in asked})
    integrated = tuple(
        key for key, (one, _plan) in zip(keys, asked, strict=True) if not methods[one.contract.collection_method_id].is_informal
    )
    return Issued(len(asked), Money.total(charge.total for _one, charge in asked), len(parked), customers, integrated)


_CHARGE = (
    "number", "customer_id", "contract_id", "kind", "state", "period_start", "period_end", "issued_on", "due_date", "total",
    "collection_method_id", "fine_basis_points", "interest_basis_points", "promptness_discount", "notes", "cancel_reason",
    "created_at", "updated_at",
)  # fmt: skip
_LINE = ("charge_id", "position", "kind", "description", "amount", "days", "whole_days", "item_id", "corrects_id")
_PERIOD = (
    "contract_id", "starts_on", "ends_on", "due_date", "whole_days", "charged", "credited", "discount", "discount_until", "surcharge",
    "exempt", "charge_id", "is_settled",
)  # fmt: skip


def _charge(
    one: Planned, planned: PlannedCharge, method: CollectionMethod, number: int, today: date, now: datetime
) -> tuple[object, ...]:
    contract, period, total = one.contract, planned.period, planned.total
    return (
        number, contract.customer_id, contract.pk, ChargeKind.MONTHLY.value, ChargeState.OPEN.value, period.start, period.end, today,
        due_date(period, today), total,
        method.pk, method.fine_basis_points, method.interest_basis_points,
        method.promptness_discount if method.promptness_discount < total else ZERO, "", "", now, now,
    )  # fmt: skip


def _lines(key: int, lines: Iterable[Line], labels: Mapping[tuple[str, int | None], str]) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    for position, line in enumerate(lines, 1):
        corrects = line.kind == LineKind.ADJUSTMENT
        item, period = (None, line.key) if corrects else (line.key, None)
        words = labels[line.kind, line.key][:160]
        found.append((key, position, str(line.kind), words, line.amount, line.days, line.whole_days, item, period))
    return found


def _labels(work: list[tuple[Planned, PlannedCharge]]) -> dict[tuple[str, int | None], str]:
    """The words of every line: items by their own, the rest by what they are."""
    keys = {(line.kind, line.key) for _one, charge in work for line in charge.lines}
    items = {key for kind, key in keys if key is not None and kind != LineKind.ADJUSTMENT}
    words: dict[int, str] = dict(ContractItem.objects.filter(Among("pk", items)).values_list("pk", "description")) if items else {}
    corrected = {key for kind, key in keys if key is not None and kind == LineKind.ADJUSTMENT}
    periods = {period.pk: period for period in BilledPeriod.objects.filter(Among("pk", corrected))} if corrected else {}
    fixed = {LineKind.SURCHARGE: _("Surcharge"), LineKind.DISCOUNT: _("Discount"), LineKind.INSTALLATION: _("Installation fee")}
    return {
        (kind, key): _("Adjustment of %(period)s") % {"period": periods[key]}
        if kind == LineKind.ADJUSTMENT and key is not None
        else words[key]
        if key is not None
        else fixed[LineKind(kind)]
        for kind, key in keys
    }


def _period(contract: Contract, planned: PlannedCharge, charge: int | None, today: date) -> tuple[object, ...]:
    period = planned.period
    return (
        contract.pk, period.start, period.end, period.due_date, period.whole_days, planned.service, ZERO, contract.discount,
        contract.discount_until, contract.surcharge, contract.exempt, charge, period.end < today,
    )  # fmt: skip


def _correct(work: list[tuple[Planned, PlannedCharge]], today: date) -> None:
    """What the corrections of this run asked for is added to the periods they correct; a period that is over is settled."""
    asked: dict[int, Money] = {}
    right: dict[int, Money] = {}
    for one in {one.contract.pk: one for one, _plan in work}.values():
        for issued in one.facts.open_periods:
            asked[issued.key] = issued.charged
            right[issued.key] = issued.charged + correction(one.facts, issued)
    for _one, planned in work:
        for line in planned.lines:
            if line.kind == LineKind.ADJUSTMENT and line.key is not None:
                asked[line.key] += line.amount
    if not asked:
        return
    rows = list(BilledPeriod.objects.filter(Among("pk", asked)))
    for row in rows:
        row.charged = asked[row.pk]
        row.is_settled = row.ends_on < today and asked[row.pk] == right[row.pk]
    BilledPeriod.objects.bulk_update(rows, ["charged", "is_settled"], batch_size=500)


def _advance(contract_ids: set[int]) -> None:
    """`billed_until` follows the periods, in one statement."""
    last = BilledPeriod.objects.filter(contract=OuterRef("pk")).order_by().values("contract").annotate(last=Max("ends_on")).values("last")
    Contract.objects.filter(Among("pk", contract_ids)).update(billed_until=Subquery(last))


def park(contract_id: int, reason: StoredReason, words: str) -> None:
    """Leave one contract to a person."""
    _park([(contract_id, reason, words, 0)])


def _park(rows: list[tuple[int, StoredReason, str, int]]) -> None:
    ParkedContract.objects.bulk_create(
        (
            ParkedContract(contract_id=key, reason=reason, words=words[:300], waiting_periods=waiting, parked_at=clock.now())
            for key, reason, words, waiting in rows
        ),
        ignore_conflicts=True,
    )
