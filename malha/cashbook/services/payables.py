"""Contas a pagar: made at once or in instalments, paid out of an account, repeated every month."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from malha.billing.models import PaymentForm
from malha.cashbook.data import PayableData, PayData
from malha.cashbook.models import CashEntry, Direction, Payable, PayableState, Recurrence, Supplier
from malha.cashbook.services import entries, posting
from malha.core import clock, history
from malha.core.errors import BusinessError, StateConflict
from malha.core.history import Actor
from malha.core.rules import Problems
from malha.domain.calendar import month_offset
from malha.domain.money import ZERO, Money
from malha.domain.text import collapse_spaces
from malha.staff.models import User

FIELDS = (
    "description", "supplier_id", "employee_id", "document_number", "issued_on", "due_date", "amount", "category_id", "barcode", "note",
    "recurrence",
)  # fmt: skip
LIMITS = {"description": 120, "document_number": 40}
BARCODE_LIMIT, NOTE_LIMIT, REASON_LIMIT = 600, 2000, 150
MOST_INSTALLMENTS = 120
# How many months one series may be behind: a forgotten one does not fill the list by itself.
CATCH_UP = 12


@transaction.atomic
def create(*, data: PayableData, actor: Actor) -> list[Payable]:
    """One bill, or `installments` of them a month apart that add up to `amount`; the same `token` again answers the first ones.

    Raises BusinessError("invalid").
    """
    if earlier := _earlier(data.token):
        return earlier
    problems = Problems()
    values = _checked(data, problems)
    if not 1 <= data.installments <= MOST_INSTALLMENTS:
        problems.add("installments", _("Use from 1 to %(most)s instalments.") % {"most": MOST_INSTALLMENTS})
    elif data.installments > 1 and data.recurrence != Recurrence.NONE:
        problems.add("recurrence", _("A bill is either split into instalments or repeated."))
    elif ZERO < data.amount < Money(data.installments):
        problems.add("installments", _("The amount is too small for so many instalments."))
    problems.raise_if_any()
    try:
        with transaction.atomic():
            return _create(data, values, actor)
    except IntegrityError:  # the other one of two clicks was quicker
        if earlier := _earlier(data.token):
            return earlier
        raise


def _earlier(token: str) -> list[Payable]:
    return list(Payable.objects.filter(token=token).order_by("installment")) if token else []


def _create(data: PayableData, values: dict[str, Any], actor: Actor) -> list[Payable]:
    made = []
    for place, amount in enumerate(data.amount.split(data.installments)):
        due_date = month_offset(data.due_date.day, data.due_date, place)
        own = {**values, "due_date": due_date, "amount": amount, "barcode": values["barcode"] if place == 0 else ""}
        payable = Payable.objects.create(installment=place + 1, installments=data.installments, token=data.token or None, **own)
        history.record(payable, "payable.created", actor=actor, after=history.snapshot(payable, FIELDS))
        made.append(payable)
    return made


@transaction.atomic
def change(*, payable: Payable, data: PayableData, actor: Actor) -> Payable:
    """Change a bill that is not paid; its instalments stay as they are. Raises BusinessError("invalid"), StateConflict("not_open")."""
    locked = _lock(payable, PayableState.OPEN)
    problems = Problems()
    values = _checked(data, problems, existing=locked)
    if locked.installments > 1 and data.recurrence != Recurrence.NONE:
        problems.add("recurrence", _("A bill is either split into instalments or repeated."))
    if Payable.objects.filter(follows=locked).exists():
        values |= {"recurrence": locked.recurrence, "anchor_day": locked.anchor_day}  # the last of the series decides
    problems.raise_if_any()
    before, after = history.changes(history.snapshot(locked, FIELDS), {name: values[name] for name in FIELDS})
    if after:
        Payable.objects.filter(pk=locked.pk).update(updated_at=clock.now(), **values)
        history.record(locked, "payable.changed", actor=actor, before=before, after=after)
    locked.refresh_from_db()
    return locked


@transaction.atomic
def pay(*, payable: Payable, data: PayData, actor: Actor) -> CashEntry:
    """The money leaves the account in the same transaction; a bill that repeats makes its next one.

    What is paid may differ from the bill by interest or a discount; there is no paying in parts. Raises BusinessError("invalid",
    "account_unknown", "day_closed") and StateConflict("not_open").
    """
    locked = _lock(payable, PayableState.OPEN)
    problems = Problems()
    if data.amount <= ZERO:
        problems.add("amount", _("Type an amount above zero."))
    if data.form not in PaymentForm.values:
        problems.add("form", _("Choose one of the options."))
    posting.check_day(data.paid_on, "paid_on", problems)
    problems.raise_if_any()
    account = posting.lock_one(data.account_id, field="account")
    posting.refuse_closed(account, data.paid_on, field="paid_on")
    paid = {"state": PayableState.PAID, "paid_on": data.paid_on, "paid_amount": data.amount}
    Payable.objects.filter(pk=locked.pk).update(updated_at=clock.now(), **paid)
    entry = posting.post(
        account=account,
        on=data.paid_on,
        amount=-data.amount,
        description=_words(locked),
        user_id=posting.person(actor=actor),
        category=locked.category,
        form=data.form,
        payable=locked,
    )
    history.record(locked, "payable.paid", actor=actor, before={"amount": locked.amount}, after={**paid, "account": account})
    _make_next(locked, actor)
    return entry


@transaction.atomic
def undo_payment(*, payable: Payable, reason: str, actor: Actor) -> Payable:
    """It was not paid after all: a second entry brings the money back, the bill is open again.

    Raises BusinessError("reason_required") and StateConflict("not_paid").
    """
    reason = _reason(reason)
    locked = _lock(payable, PayableState.PAID)
    entry = CashEntry.objects.filter(payable=locked, corrects__isnull=True, correction__isnull=True).get()
    account = posting.lock({entry.account_id})[entry.account_id]
    words = _("Payment undone: %(bill)s") % {"bill": locked}
    back = entries.take_back(entry=entry, account=account, description=words, actor=actor)
    before = history.snapshot(locked, ("state", "paid_on", "paid_amount"))
    Payable.objects.filter(pk=locked.pk).update(state=PayableState.OPEN, paid_on=None, paid_amount=None, updated_at=clock.now())
    after = {"state": PayableState.OPEN, "date": back.date}
    history.record(locked, "payable.payment_undone", actor=actor, reason=reason, before=before, after=after)
    locked.refresh_from_db()
    return locked


@transaction.atomic
def cancel(*, payable: Payable, reason: str, ends_series: bool = False, actor: Actor) -> Payable:
    """It will not be paid. A bill that repeats makes its next one all the same, unless `ends_series`.

    Raises BusinessError("reason_required") and StateConflict("not_open").
    """
    reason = _reason(reason)
    locked = _lock(payable, PayableState.OPEN)
    values = {"state": PayableState.CANCELLED, "cancel_reason": reason}
    if ends_series:
        values["recurrence"] = Recurrence.NONE
    before = history.snapshot(locked, values)
    Payable.objects.filter(pk=locked.pk).update(updated_at=clock.now(), **values)
    history.record(locked, "payable.cancelled", actor=actor, reason=reason, before=before, after=values)
    locked.refresh_from_db()
    _make_next(locked, actor)
    return locked


def repeat_due(*, today: date, actor: Actor) -> int:
    """Bills that repeat and fell due without being paid make their next one too, until one lies ahead. Answers how many were made.

    Each series in a transaction of its own; done again it makes nothing.
    """
    made = 0
    waiting = Payable.objects.filter(recurrence=Recurrence.MONTHLY, due_date__lte=today, next__isnull=True)
    for payable in waiting.order_by("pk"):
        last: Payable | None = payable
        with transaction.atomic():
            for _month in range(CATCH_UP):
                if last is None or last.due_date > today:
                    break
                last = _make_next(last, actor)
                made += last is not None
    return made


def _make_next(payable: Payable, actor: Actor) -> Payable | None:
    """The same bill a month later, once; None when there is one or none is wanted."""
    if payable.recurrence != Recurrence.MONTHLY or Payable.objects.filter(follows=payable).exists():
        return None
    assert payable.anchor_day is not None
    copied = ("supplier_id", "employee_id", "description", "amount", "category_id", "note", "recurrence", "anchor_day")
    due_date = month_offset(payable.anchor_day, payable.due_date, 1)
    try:
        with transaction.atomic():
            made = Payable.objects.create(follows=payable, due_date=due_date, **history.snapshot(payable, copied))
    except IntegrityError:  # somebody else made it a moment ago
        return None
    history.record(made, "payable.repeated", actor=actor, after=history.snapshot(made, FIELDS))
    return made


def _lock(payable: Payable, state: str) -> Payable:
    locked = Payable.objects.select_for_update(of=("self",)).select_related("category", "supplier", "employee").get(pk=payable.pk)
    if locked.state != state:
        code = "not_open" if state == PayableState.OPEN else "not_paid"
        raise StateConflict(code, _("This bill was changed meanwhile: %(state)s.") % {"state": locked.get_state_display().lower()})
    return locked


def _reason(text: str) -> str:
    reason = collapse_spaces(text)
    problem = "" if reason else _("Say why; it is recorded.")
    if len(reason) > REASON_LIMIT:
        problem = _("Use at most %(limit)s characters.") % {"limit": REASON_LIMIT}
    if problem:
        raise BusinessError("reason_required", problem, fields={"reason": problem})
    return reason


def _words(payable: Payable) -> str:
    parts = [payable.description]
    if payable.installments > 1:
        parts[0] += f" {payable.installment}/{payable.installments}"
    if payable.receiver:
        parts.append(payable.receiver)
    return " · ".join(parts)


def _checked(data: PayableData, problems: Problems, existing: Payable | None = None) -> dict[str, object]:
    """The columns of the bill; what is wrong goes into `problems`. What a bill has already stays allowed though it is archived."""
    values = {name: collapse_spaces(getattr(data, name)) for name in LIMITS} | {"barcode": data.barcode.strip(), "note": data.note.strip()}
    for name, limit in {**LIMITS, "barcode": BARCODE_LIMIT, "note": NOTE_LIMIT}.items():
        if len(values[name]) > limit:
            problems.add(name, _("Use at most %(limit)s characters.") % {"limit": limit})
    if not values["description"]:
        problems.add("description", _("Type what has to be paid, for example Energy of the tower."))
    if data.amount <= ZERO:
        problems.add("amount", _("Type an amount above zero."))
    if data.recurrence not in Recurrence.values:
        problems.add("recurrence", _("Choose one of the options."))
    _check_receiver(data, existing, problems)
    if data.category_id is not None and (existing is None or existing.category_id != data.category_id):
        posting.check_category(data.category_id, Direction.OUT, problems)
    return {
        **values,
        "supplier_id": data.supplier_id,
        "employee_id": data.employee_id,
        "issued_on": data.issued_on,
        "due_date": data.due_date,
        "amount": data.amount,
        "category_id": data.category_id,
        "recurrence": data.recurrence,
        "anchor_day": _anchor(data, existing),
    }


def _anchor(data: PayableData, existing: Payable | None) -> int | None:
    """A bill of the 31st that stands on 28 February keeps its 31 unless its date is changed."""
    if data.recurrence != Recurrence.MONTHLY:
        return None
    is_same_day = existing is not None and existing.due_date == data.due_date and existing.anchor_day
    return existing.anchor_day if existing is not None and is_same_day else data.due_date.day


def _check_receiver(data: PayableData, existing: Payable | None, problems: Problems) -> None:
    if data.supplier_id is not None and data.employee_id is not None:
        problems.add("employee", _("Choose either a supplier or an employee."))
    if data.supplier_id is not None and (existing is None or existing.supplier_id != data.supplier_id):
        if not Supplier.objects.filter(pk=data.supplier_id, archived_at__isnull=True).exists():
            problems.add("supplier", _("Choose a supplier from the list."))
    elif data.employee_id is not None and not User.objects.filter(pk=data.employee_id).exists():
        problems.add("employee", _("Choose a person from the list."))
