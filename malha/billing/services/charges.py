"""Charges made, replaced, cancelled and contested by a person. What was issued is never changed: a correction is a new row."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from malha.billing import queries
from malha.billing.data import AgreementData, OneOffData
from malha.billing.models import Agreement, BilledPeriod, Booklet, Charge, ChargeKind, ChargeLine, ChargeState, LineKind
from malha.billing.services import payments
from malha.billing.services.issue import SERIES
from malha.contracts.models import CollectionMethod, Contract
from malha.core import clock, history, numbers
from malha.core.errors import BusinessError, StateConflict
from malha.core.history import Actor
from malha.core.rules import Problems
from malha.customers.models import Customer
from malha.domain import calendar
from malha.domain.money import ZERO, Money
from malha.domain.text import collapse_spaces

MAX_INSTALLMENTS = 60
BY_HAND = (ChargeKind.ONE_OFF, ChargeKind.INSTALLATION, ChargeKind.EXIT_FINE)


# -- one-off and booklet -------------------------------------------------------------------------------------------------


def installments_of(amount: Money, first_due: date, count: int) -> list[tuple[date, Money]]:
    """Dates and values of `count` instalments, a month apart from the day of the first; the sum is `amount` to the cent."""
    dates = [calendar.month_offset(first_due.day, first_due, n) for n in range(count)]
    return list(zip(dates, amount.split(count), strict=True))


@transaction.atomic
def issue_one_off(*, customer: Customer, data: OneOffData, actor: Actor) -> list[Charge]:
    """Cobrança avulsa, or a carnê of several instalments; the same `token` again answers what the first one made (F18).

    Raises BusinessError("invalid").
    """
    if data.token:
        Customer.objects.select_for_update(of=("self",)).get(pk=customer.pk)  # the second of two clicks waits for the first
        if earlier := _earlier(customer, data.token):
            return earlier
    contract = _contract_of(customer, data.contract_id)
    description = collapse_spaces(data.description)
    problems = Problems()
    if not description:
        problems.add("description", _("Say what the charge is for."))
    if len(description) > 120:
        problems.add("description", _("Use at most %(limit)s characters.") % {"limit": 120})
    if data.kind not in BY_HAND:
        problems.add("kind", _("Choose what is charged."))
    if not 1 <= data.installments <= MAX_INSTALLMENTS:
        problems.add("installments", _("From 1 to %(max)s instalments.") % {"max": MAX_INSTALLMENTS})
    if data.amount <= ZERO or data.amount.cents < data.installments:
        problems.add("amount", _("Type an amount above zero."))
    if data.due_date < clock.today():
        problems.add("due_date", _("The due date lies in the past."))
    problems.raise_if_any()
    method = _method(data.collection_method_id, contract)
    parts = installments_of(data.amount, data.due_date, data.installments)
    booklet = None
    if len(parts) > 1:
        booklet = Booklet.objects.create(
            number=numbers.take("booklet"), customer=customer, contract=contract, description=description, installments=len(parts)
        )
        made = {"total": data.amount, "installments": len(parts)}
        history.record(booklet, "booklet.made", actor=actor, after=made, customer_id=customer.pk)
    place = {"booklet": booklet, "notes": data.notes.strip()}
    charges = [
        _new(customer, contract, data.kind, due, value, method, installment_number=n if booklet else None, **place)
        for n, (due, value) in enumerate(parts, 1)
    ]
    charges[0].token = data.token or None
    kind = LineKind.INSTALLATION if data.kind == ChargeKind.INSTALLATION else LineKind.OTHER
    words = [f"{description} {n}/{len(parts)}" if booklet else description for n in range(1, len(parts) + 1)]
    return _issue(charges, [[(kind, text, charge.total)] for text, charge in zip(words, charges, strict=True)], actor)


def _earlier(customer: Customer, token: str) -> list[Charge]:
    first = Charge.objects.filter(customer=customer, token=token).first()
    if first is None or first.booklet_id is None:
        return [first] if first else []
    return list(Charge.objects.filter(booklet=first.booklet_id).order_by("installment_number"))


def _contract_of(customer: Customer, contract_id: int | None) -> Contract | None:
    if contract_id is None:
        return None
    found = Contract.objects.filter(pk=contract_id, customer=customer).select_related("collection_method").first()
    if found is None:
        raise BusinessError("invalid", _("Check the marked fields."), fields={"contract_id": _("Choose a contract of this customer.")})
    return found


def _method(method_id: int | None, contract: Contract | None) -> CollectionMethod:
    if method_id is not None:
        found = CollectionMethod.objects.filter(pk=method_id, is_active=True).first()
        if found is None:
            raise BusinessError(
                "invalid", _("Check the marked fields."), fields={"collection_method_id": _("Choose the form of payment.")}
            )
        return found
    method: CollectionMethod = contract.collection_method if contract is not None else CollectionMethod.objects.get(is_default=True)
    return method


def _new(
    customer: Customer, contract: Contract | None, kind: str, due: date, total: Money, method: CollectionMethod, **values: object
) -> Charge:
    return Charge(
        number=0,
        customer=customer,
        contract=contract,
        kind=kind,
        issued_on=clock.today(),
        due_date=due,
        total=total,
        collection_method=method,
        fine_basis_points=method.fine_basis_points,
        interest_basis_points=method.interest_basis_points,
        promptness_discount=method.promptness_discount if method.promptness_discount < total else ZERO,
        **values,
    )


def _issue(charges: Sequence[Charge], lines: Sequence[Sequence[tuple[str, str, Money]]], actor: Actor) -> list[Charge]:
    """Number and write them; the counter is taken last."""
    first = numbers.take(SERIES, len(charges))
    for place, charge in enumerate(charges):
        charge.number = first + place
    Charge.objects.bulk_create(charges)
    ChargeLine.objects.bulk_create(
        ChargeLine(charge=charge, position=position, kind=kind, description=text[:160], amount=amount)
        for charge, rows in zip(charges, lines, strict=True)
        for position, (kind, text, amount) in enumerate(rows, 1)
    )
    history.record_all(
        history.entry_for(
            charge, "charge.issued", actor=actor, after={"total": charge.total, "due_date": charge.due_date}, customer_id=charge.customer_id
        )
        for charge in charges
    )
    return list(charges)


# -- agreement -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def agree(*, customer: Customer, data: AgreementData, actor: Actor) -> Agreement:
    """Acordo: open charges, with fine and interest of today unless waived, become instalments. Raises BusinessError."""
    sources = list(Charge.objects.select_for_update().filter(customer=customer, pk__in=data.charge_ids).order_by("due_date", "pk"))
    problems = Problems()
    if not sources:
        problems.add("charge_ids", _("Choose at least one charge."))
    if any(charge.state != ChargeState.OPEN for charge in sources) or len(sources) != len(set(data.charge_ids)):
        raise StateConflict("charge_not_open", _("One of these charges is not open any more. Reload the page."))
    if not 1 <= data.installments <= MAX_INSTALLMENTS:
        problems.add("installments", _("From 1 to %(max)s instalments.") % {"max": MAX_INSTALLMENTS})
    if data.first_due < clock.today():
        problems.add("first_due", _("The due date lies in the past."))
    owed = payments.due_on(sources, clock.today(), waives_fees=data.waives_fees)
    total = Money.total(part.total for part in owed)
    entry = data.entry or ZERO
    if entry.is_negative or entry >= total > ZERO:
        problems.add("entry", _("The first payment must be less than the whole debt."))
    problems.raise_if_any()
    agreement = Agreement.objects.create(
        number=numbers.take("agreement"), customer=customer, made_on=clock.today(), total=total, note=data.note.strip()
    )
    contract = next((charge.contract for charge in sources if charge.contract is not None), None)
    parts = agreement_parts(total, entry, data.first_due, data.installments)
    method = _method(None, contract)
    charges = [
        _new(customer, contract, ChargeKind.AGREEMENT, due, value, method, agreement=agreement, installment_number=n)
        for n, (due, value) in enumerate(parts, 1)
    ]
    text = _("Agreement %(number)s, instalment %(n)s of %(all)s")
    words = [text % {"number": agreement.number, "n": n, "all": len(parts)} for n in range(1, len(parts) + 1)]
    _issue(charges, [[(LineKind.OTHER, word, charge.total)] for word, charge in zip(words, charges, strict=True)], actor)
    Charge.objects.filter(pk__in=[charge.pk for charge in sources]).update(
        state=ChargeState.REPLACED, settled_by=agreement, updated_at=clock.now()
    )
    history.record(
        agreement,
        "agreement.made",
        actor=actor,
        reason=data.note.strip(),
        after={"total": total, "charges": [charge.number for charge in sources], "installments": len(parts)},
        customer_id=customer.pk,
    )
    return agreement


def agreement_parts(total: Money, entry: Money, first_due: date, count: int) -> list[tuple[date, Money]]:
    """Dates and values; `entry` is the first one when it is above zero, the rest is split evenly over the following months."""
    if not entry:
        return installments_of(total, first_due, count)
    if count == 1:
        return [(first_due, entry), (calendar.month_offset(first_due.day, first_due, 1), total - entry)]
    following = calendar.month_offset(first_due.day, first_due, 1)
    rest = [(calendar.month_offset(first_due.day, following, n), value) for n, value in enumerate((total - entry).split(count - 1))]
    return [(first_due, entry), *rest]


# -- one charge ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def replace(*, charge: Charge, due_date: date | None = None, total: Money | None = None, reason: str, actor: Actor) -> Charge:
    """Prorrogar: a new charge with another date or value takes the place of an open one on which nothing was paid yet."""
    old = _locked(charge)
    _need(reason)
    new_due, new_total = due_date or old.due_date, total if total is not None else old.total
    problems = Problems()
    if due_date is not None and due_date < clock.today():
        problems.add("due_date", _("The due date lies in the past."))
    if new_total <= ZERO:
        problems.add("total", _("Type an amount above zero."))
    if (new_due, new_total) == (old.due_date, old.total):
        problems.add("due_date", _("Nothing changes: choose another date or value."))
    problems.raise_if_any()
    if queries.covered([old.pk]).get(old.pk, ZERO):
        raise StateConflict("charge_partly_paid", _("A part of this charge is paid already. Receive the rest or make an agreement."))
    Charge.objects.filter(pk=old.pk).update(state=ChargeState.REPLACED, updated_at=clock.now())
    lines = [(line.kind, line.description, line.amount) for line in old.lines.all()]
    if new_total != old.total:
        kind = LineKind.DISCOUNT if new_total < old.total else LineKind.SURCHARGE
        lines.append((kind, reason.strip(), new_total - old.total))
    fresh = _new(old.customer, old.contract, old.kind, new_due, new_total, old.collection_method)
    for name in ("period_start", "period_end", "booklet", "installment_number", "agreement", "fine_basis_points", "interest_basis_points"):
        setattr(fresh, name, getattr(old, name))
    fresh.replaces = old
    (fresh,) = _issue([fresh], [lines], actor)
    BilledPeriod.objects.filter(charge=old).update(charge=fresh)
    history.record(
        old,
        "charge.replaced",
        actor=actor,
        reason=reason.strip(),
        before={"due_date": old.due_date, "total": old.total},
        after={"number": fresh.number, "due_date": new_due, "total": new_total},
        customer_id=old.customer_id,
    )
    return fresh


@transaction.atomic
def cancel(*, charge: Charge, reason: str, actor: Actor) -> None:
    """Cancelar: nothing is owed for it any more; the period stays dealt with. What was paid of it is credit again."""
    old = _locked(charge)
    _need(reason)
    if queries.covered([old.pk]).get(old.pk, ZERO):
        raise StateConflict("charge_partly_paid", _("A part of this charge is paid already. Reverse the payment first."))
    Charge.objects.filter(pk=old.pk).update(
        state=ChargeState.CANCELLED, cancelled_on=clock.today(), cancel_reason=reason.strip()[:150], updated_at=clock.now()
    )
    BilledPeriod.objects.filter(charge=old).update(is_settled=True)  # nothing of it is corrected by a later charge
    history.record(old, "charge.cancelled", actor=actor, reason=reason.strip(), after={"total": old.total}, customer_id=old.customer_id)


@transaction.atomic
def restore(*, charge: Charge, reason: str, actor: Actor) -> None:
    """Descancelar. Raises StateConflict when it is not cancelled, or another charge has its period."""
    _need(reason)
    same_period = Charge.objects.filter(contract=charge.contract_id, period_start=charge.period_start, kind=ChargeKind.MONTHLY)
    taken = same_period.filter(state__in=(ChargeState.OPEN, ChargeState.PAID))
    if charge.kind == ChargeKind.MONTHLY and taken.exists():
        raise StateConflict("period_taken", _("Another charge stands for the same period."))
    rows = Charge.objects.filter(pk=charge.pk, state=ChargeState.CANCELLED)
    if not rows.update(state=ChargeState.OPEN, cancelled_on=None, cancel_reason="", updated_at=clock.now()):
        raise StateConflict("charge_not_cancelled", _("This charge is not cancelled."))
    BilledPeriod.objects.filter(charge=charge, ends_on__gte=clock.today()).update(is_settled=False)
    history.record(charge, "charge.restored", actor=actor, reason=reason.strip(), customer_id=charge.customer_id)


@transaction.atomic
def contest(*, charge: Charge, note: str, actor: Actor) -> None:
    """Contestada: while it is looked into it feeds neither pendência nor block, and owes no interest (regulation.md §1)."""
    _need(note)
    rows = Charge.objects.filter(pk=charge.pk, state=ChargeState.OPEN, contested_on__isnull=True)
    if not rows.update(contested_on=clock.today(), updated_at=clock.now()):
        raise StateConflict("charge_not_open", _("This charge is not open, or contested already."))
    history.record(charge, "charge.contested", actor=actor, reason=note.strip(), customer_id=charge.customer_id)


@transaction.atomic
def settle_contest(*, charge: Charge, note: str, actor: Actor) -> None:
    """The contested amount stands: the charge is due again. (Where the customer is right, cancel or replace it.)"""
    _need(note)
    rows = Charge.objects.filter(pk=charge.pk, contested_on__isnull=False)
    if not rows.update(contested_on=None, updated_at=clock.now()):
        raise StateConflict("charge_not_contested", _("This charge is not contested."))
    history.record(charge, "charge.contest_settled", actor=actor, reason=note.strip(), customer_id=charge.customer_id)


def _locked(charge: Charge) -> Charge:
    found = Charge.objects.select_for_update(of=("self",)).select_related("customer", "contract", "collection_method").get(pk=charge.pk)
    if found.state != ChargeState.OPEN:
        raise StateConflict("charge_not_open", _("This charge is not open any more. Reload the page."))
    return found


def _need(reason: str) -> None:
    if not reason.strip():
        sentence = _("Say why: it stays in the history.")
        raise BusinessError("reason_required", sentence, fields={"reason": sentence})
