"""Entries: typed by hand, taken back by a second one, or written by a payment."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from malha.billing.models import Payment, PaymentForm, PaymentKind
from malha.cashbook.data import EntryData
from malha.cashbook.models import CashAccount, CashEntry, Direction
from malha.cashbook.services import accounts, posting
from malha.core import history
from malha.core.errors import BusinessError, StateConflict
from malha.core.history import Actor
from malha.core.rules import Problems
from malha.domain.money import ZERO
from malha.domain.text import collapse_spaces

RECORDED = ("account", "date", "description", "incoming", "outgoing", "category")
DESCRIPTION_LIMIT = 120


@transaction.atomic
def add_manual(*, data: EntryData, actor: Actor) -> CashEntry:
    """Lançar. The same `token` again answers the first entry. Raises BusinessError("invalid", "account_unknown", "day_closed")."""
    if earlier := _earlier(data.token):
        return earlier
    problems = Problems()
    description = collapse_spaces(data.description)
    if not description:
        problems.add("description", _("Type what this money is, for example change for the till."))
    elif len(description) > DESCRIPTION_LIMIT:
        problems.add("description", _("Use at most %(limit)s characters.") % {"limit": DESCRIPTION_LIMIT})
    if data.direction not in Direction.values:
        problems.add("direction", _("Choose one of the options."))
    if data.amount <= ZERO:
        problems.add("amount", _("Type an amount above zero."))
    if data.form not in PaymentForm.values:
        problems.add("form", _("Choose one of the options."))
    posting.check_day(data.date, "date", problems)
    category = posting.check_category(data.category_id, data.direction, problems)
    problems.raise_if_any()
    account = posting.lock_one(data.account_id, field="account")
    posting.refuse_closed(account, data.date, field="date")
    try:
        with transaction.atomic():
            entry = posting.post(
                account=account,
                on=data.date,
                amount=data.amount if data.direction == Direction.IN else -data.amount,
                description=description,
                user_id=posting.person(actor=actor),
                category=category,
                form=data.form,
                is_manual=True,
                token=data.token or None,
            )
    except IntegrityError:  # the other one of two clicks was quicker
        if earlier := _earlier(data.token):
            return earlier
        raise
    history.record(entry, "cash_entry.added", actor=actor, after=history.snapshot(entry, RECORDED))
    return entry


def _earlier(token: str) -> CashEntry | None:
    return CashEntry.objects.filter(token=token).first() if token else None


@transaction.atomic
def correct(*, entry: CashEntry, reason: str, actor: Actor) -> CashEntry:
    """Take an entry typed by hand back by a second one, on its own day or, when that is closed, on the first open one.

    What a payment, a transfer or a bill wrote is taken back there. Raises BusinessError("reason_required", "not_by_hand") and
    StateConflict("already_corrected").
    """
    reason = collapse_spaces(reason)
    if not reason:
        sentence = _("Say what was wrong.")
        raise BusinessError("reason_required", sentence, fields={"reason": sentence})
    if not entry.is_manual or entry.corrects_id is not None:
        raise BusinessError("not_by_hand", why_not_correctable(entry))
    account = posting.lock({entry.account_id})[entry.account_id]
    if CashEntry.objects.filter(corrects=entry).exists():
        raise StateConflict("already_corrected", _("This entry was corrected already."))
    back = take_back(entry=entry, account=account, description=_("Correction: %(entry)s") % {"entry": entry}, actor=actor)
    history.record(
        entry,
        "cash_entry.corrected",
        actor=actor,
        reason=reason,
        before=history.snapshot(entry, ("incoming", "outgoing")),
        after={"date": back.date},
    )
    return back


def take_back(*, entry: CashEntry, account: CashAccount, description: str, actor: Actor) -> CashEntry:
    """The second entry, with the sides turned. `account` is the entry's, locked."""
    day = posting.first_open_day(account, entry.date)
    return posting.post(
        account=account,
        on=day,
        amount=-entry.amount,
        description=description,
        user_id=posting.person(actor=actor),
        category=entry.category,
        form=entry.form,
        is_manual=entry.is_manual,
        payable=entry.payable,
        corrects=entry,
        note=posting.moved_note(entry.date, day),
    )


def why_not_correctable(entry: CashEntry) -> str:
    """Where an entry that was not typed by hand is put right."""
    if entry.corrects_id is not None:
        return _("This entry is a correction itself. Make a new entry instead.")
    if entry.payment_id is not None:
        return _("This entry came from a payment. Reverse the payment on the page of its customer.")
    if entry.transfer_id is not None:
        return _("This entry belongs to a transfer. Transfer the amount back.")
    if entry.payable_id is not None:
        return _("This entry paid a bill. Undo the payment on the page of the bill.")
    return _("This entry was corrected already.")


def record_payment(*, payment: Payment, account_id: int | None = None, actor: Actor) -> CashEntry | None:
    """Write the entry of a payment, in the transaction of the settlement; called again it answers the same entry.

    Without `account_id` a reversal leaves the account into which its payment went; other money goes to the own till of whoever
    received it, else to the standard account. On a closed day it is entered on the first open one, with a note. None for credit that
    is given and not received: no money moved. The payment's own history says who and why.

    Raises BusinessError("account_unknown").
    """
    if _moves_no_money(payment):
        return None
    user_id = payment.received_by_id or posting.person(actor=actor)
    account = posting.lock_one(account_id, field="account") if account_id else _account_of(payment, user_id, actor)
    earlier = CashEntry.objects.filter(payment=payment).first()
    if earlier is not None:
        return earlier
    day = posting.first_open_day(account, payment.paid_on)
    try:
        with transaction.atomic():
            return posting.post(
                account=account,
                on=day,
                amount=payment.value,
                description=_words(payment),
                user_id=user_id,
                form=payment.form,
                payment=payment,
                note=posting.moved_note(payment.paid_on, day),
            )
    except IntegrityError:  # entered into another account at the same moment
        return CashEntry.objects.get(payment=payment)


def _moves_no_money(payment: Payment) -> bool:
    if payment.kind == PaymentKind.REVERSAL and payment.reverses is not None:
        return payment.reverses.kind == PaymentKind.CREDIT
    return payment.kind == PaymentKind.CREDIT


def _account_of(payment: Payment, user_id: int | None, actor: Actor) -> CashAccount:
    """Locked. Money goes out where it came in, even when that account is not offered any more."""
    came_in = CashEntry.objects.filter(payment=payment.reverses_id).first() if payment.reverses_id else None
    pk = came_in.account_id if came_in is not None else accounts.default(user_id=user_id, actor=actor).pk
    return posting.lock({pk})[pk]


def _words(payment: Payment) -> str:
    """`Recebimento nº 12 · cobrança 31, 32`. Without the customer's name: not everybody who sees the book may see every customer."""
    numbers = ", ".join(str(number) for number in sorted(set(payment.allocations.values_list("charge__number", flat=True))))
    if payment.kind == PaymentKind.REVERSAL:
        first = _("Reversal of receipt no. %(number)s") % {"number": payment.reverses.number if payment.reverses else ""}
    else:
        first = _("Receipt no. %(number)s") % {"number": payment.number}
    return f"{first} · {_('charge %(numbers)s') % {'numbers': numbers}}" if numbers else first
