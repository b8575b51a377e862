"""Reading what the charges of many contracts depend on, in a constant number of statements."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, Count, DateField, F, Q, QuerySet, Value, When

from malha.billing.models import BilledPeriod, Charge, ChargeLine, ChargeState, LineKind, ParkedContract
from malha.contracts.models import Contract, ContractItem, ContractState, PauseKind, ServicePause
from malha.core import company
from malha.core.models import Company
from malha.core.sql import Among
from malha.domain import calendar
from malha.domain.billing import BillingMode, FirstChargeRule, Period
from malha.domain.charging import BillingFacts, IssuedPeriod, PricedItem, Span
from malha.domain.money import Money

_ONE_DAY = timedelta(days=1)
_FOR_EVER = date.max


@dataclass(frozen=True, slots=True)
class Terms:
    """What the company settled for every charge."""

    mode: BillingMode
    days_ahead: int
    charges_blocked_days: bool
    max_overdue: int | None

    @classmethod
    def of(cls, provider: Company) -> "Terms":
        return cls(BillingMode(provider.billing_mode), provider.days_ahead, provider.charge_while_blocked, provider.max_overdue_to_bill)


def terms() -> Terms:
    """The company's. Raises BusinessError("not_set_up")."""
    return Terms.of(company.current())


def contracts_due(due_through: date, mode: BillingMode) -> QuerySet[Contract]:
    """Contracts with a period whose due date is `due_through` or earlier and that nobody parked.

    Exactly those for which `charging.plan_charges` finds something: what one missed day left out is in the next day's answer (F2).
    """
    parked = ParkedContract.objects.filter(resolved_at__isnull=True).values("contract")
    found = Contract.objects.filter(billing_starts_on__isnull=False).exclude(state=ContractState.DRAFT).exclude(pk__in=parked)
    found = found.filter(~Q(state=ContractState.CANCELLED) | _begins_until("cancelled_on"))
    found = found.filter(Q(ends_on__isnull=True) | Q(auto_renew=True) | _begins_until("ends_on"))
    if mode is BillingMode.ADVANCE:
        return found.filter(Q(billed_until__lt=due_through) | Q(billed_until__isnull=True, billing_starts_on__lte=due_through))
    # In arrears a period is due on the due day after its first day; the last such day until `due_through`, for each due day.
    last = {day: calendar.last_due_on_or_before(day, due_through) for day in range(1, 32)}
    first = Case(*(When(due_day=day, then=Value(due)) for day, due in last.items()), output_field=DateField())
    later = Case(*(When(due_day=day, then=Value(due - _ONE_DAY)) for day, due in last.items()), output_field=DateField())
    found = found.alias(last_due=first, eve_of_last_due=later)
    return found.filter(Q(billed_until__lt=F("eve_of_last_due")) | Q(billed_until__isnull=True, billing_starts_on__lt=F("last_due")))


def _begins_until(last_day: str) -> Q:
    """The next period begins on the column `last_day` or earlier."""
    return Q(billed_until__lt=F(last_day)) | Q(billed_until__isnull=True, billing_starts_on__lte=F(last_day))


def read(contracts: Collection[Contract], terms: Terms) -> dict[int, BillingFacts]:
    """The facts of each contract by its key: six statements for any number."""
    keys = [contract.pk for contract in contracts]
    since = min((_since(contract) for contract in contracts), default=_FOR_EVER)
    open_periods = _open_periods(keys)
    since = min([since, *(issued.period.start for found in open_periods.values() for issued in found)])
    items, off, fees = _items(keys, since), _off(keys, since, terms), _fees_charged(contracts)
    return {
        contract.pk: BillingFacts(
            due_day=contract.due_day,
            starts_on=contract.billing_starts_on or _FOR_EVER,
            mode=terms.mode,
            first_rule=FirstChargeRule(contract.first_charge),
            billed_until=contract.billed_until,
            last_day=last_day(contract),
            items=tuple(items[contract.pk]),
            discount=contract.discount,
            discount_until=contract.discount_until,
            surcharge=contract.surcharge,
            off=tuple(off[contract.pk]),
            is_exempt=contract.exempt,
            fee=_fee_left(contract, fees.get(contract.pk, 0)),
            open_periods=tuple(open_periods[contract.pk]),
        )
        for contract in contracts
    }


def last_day(contract: Contract) -> date | None:
    """The last day of service of a contract that ends: cancelled, or at its term without renewal."""
    if contract.state == ContractState.CANCELLED:
        return contract.cancelled_on
    return contract.ends_on if contract.ends_on is not None and not contract.auto_renew else None


def _since(contract: Contract) -> date:
    return contract.billed_until or contract.billing_starts_on or _FOR_EVER


def _items(keys: list[int], since: date) -> dict[int, list[PricedItem]]:
    found: dict[int, list[PricedItem]] = defaultdict(list)
    rows = ContractItem.objects.filter(Among("contract", keys)).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=since))
    names = ("contract_id", "pk", "kind", "amount", "quantity", "starts_on", "ends_on")
    for contract, key, kind, amount, quantity, starts_on, ends_on in rows.order_by("pk").values_list(*names):
        found[contract].append(PricedItem(key, kind, amount * quantity, starts_on, ends_on))
    return found


def _off(keys: list[int], since: date, terms: Terms) -> dict[int, list[Span]]:
    found: dict[int, list[Span]] = defaultdict(list)
    rows = ServicePause.objects.filter(Among("contract", keys)).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=since))
    if terms.charges_blocked_days:
        rows = rows.exclude(kind=PauseKind.BLOCKED)
    for contract, starts_on, ends_on in rows.values_list("contract_id", "starts_on", "ends_on"):
        # A pause without an end is taken to go on; if it ends, the next charge brings the correction.
        found[contract].append((starts_on, ends_on or _FOR_EVER))
    return found


def _open_periods(keys: list[int]) -> dict[int, list[IssuedPeriod]]:
    found: dict[int, list[IssuedPeriod]] = defaultdict(list)
    rows = BilledPeriod.objects.filter(Among("contract", keys), is_settled=False).order_by("contract", "starts_on")
    for row in rows:
        found[row.contract_id].append(issued(row))
    return found


def issued(row: BilledPeriod) -> IssuedPeriod:
    """A stored period as the rule book sees it."""
    period = Period(row.starts_on, row.ends_on, row.due_date, row.whole_days)
    return IssuedPeriod(row.pk, period, row.charged, row.discount, row.discount_until, row.surcharge, row.exempt)


def _fees_charged(contracts: Iterable[Contract]) -> dict[int, int]:
    """How many instalments of the installation fee were charged, for contracts that have one."""
    with_fee = [contract.pk for contract in contracts if contract.installation_fee]
    if not with_fee:
        return {}
    lines = ChargeLine.objects.filter(Among("charge__contract", with_fee), kind=LineKind.INSTALLATION)
    lines = lines.filter(charge__state__in=(ChargeState.OPEN, ChargeState.PAID))
    return dict(lines.values_list("charge__contract").annotate(count=Count("pk")))


def _fee_left(contract: Contract, charged: int) -> tuple[Money, ...]:
    if not contract.installation_fee:
        return ()
    fee: Money = contract.installation_fee
    return fee.split(contract.installation_installments)[charged:]


def overdue_counts(keys: Collection[int], today: date) -> dict[int, int]:
    """Open charges past their due date, by contract, where there are any."""
    rows = Charge.objects.filter(Among("contract", keys), state=ChargeState.OPEN, due_date__lt=today).order_by()
    return dict(rows.values_list("contract").annotate(count=Count("pk")))


def first_unbilled_day(contract: Contract) -> date | None:
    """The first day that no charge has dealt with; None before the contract is active."""
    return contract.billed_until + _ONE_DAY if contract.billed_until else contract.billing_starts_on

