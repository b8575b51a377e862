"""Money from one account to another."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from malha.cashbook.data import TransferData
from malha.cashbook.models import CashAccount, Transfer
from malha.cashbook.services import posting
from malha.core import clock, history
from malha.core.history import Actor
from malha.core.rules import Problems
from malha.domain.money import ZERO
from malha.domain.text import collapse_spaces

NOTE_LIMIT = 120


@transaction.atomic
def make(*, data: TransferData, actor: Actor) -> Transfer:
    """Two entries that cancel each other out; the same `token` again answers the first transfer.

    Raises BusinessError("invalid", "day_closed").
    """
    if earlier := _earlier(data.token):
        return earlier
    problems = Problems()
    note = collapse_spaces(data.note)
    if data.amount <= ZERO:
        problems.add("amount", _("Type an amount above zero."))
    if len(note) > NOTE_LIMIT:
        problems.add("note", _("Use at most %(limit)s characters.") % {"limit": NOTE_LIMIT})
    posting.check_day(data.date, "date", problems)
    locked = posting.lock({pk for pk in (data.from_account_id, data.to_account_id) if pk is not None})
    found = {name: locked.get(pk or 0) for name, pk in (("from_account", data.from_account_id), ("to_account", data.to_account_id))}
    for name, account in found.items():
        if account is None or not account.is_active:
            problems.add(name, _("Choose an account from the list."))
    if data.from_account_id == data.to_account_id:
        problems.add("to_account", _("Choose another account than the one the money leaves."))
    problems.raise_if_any()
    source, target = found["from_account"], found["to_account"]
    assert source is not None and target is not None
    posting.refuse_closed(source, data.date, field="date")
    posting.refuse_closed(target, data.date, field="date")
    try:
        with transaction.atomic():
            transfer = Transfer.objects.create(
                from_account=source,
                to_account=target,
                amount=data.amount,
                date=data.date,
                at=clock.now(),
                user_id=posting.person(actor=actor),
                note=note,
                token=data.token or None,
            )
    except IntegrityError:  # the other one of two clicks was quicker
        if earlier := _earlier(data.token):
            return earlier
        raise
    _post_both(transfer, source, target, actor)
    after = history.snapshot(transfer, ("from_account", "to_account", "amount", "date"))
    history.record(transfer, "cash_transfer.made", actor=actor, reason=note, after=after)
    return transfer


def _earlier(token: str) -> Transfer | None:
    return Transfer.objects.filter(token=token).first() if token else None


def _post_both(transfer: Transfer, source: CashAccount, target: CashAccount, actor: Actor) -> None:
    for account, amount, words in (
        (source, -transfer.amount, _("Transfer to %(account)s") % {"account": target}),
        (target, transfer.amount, _("Transfer from %(account)s") % {"account": source}),
    ):
        posting.post(
            account=account,
            on=transfer.date,
            amount=amount,
            description=f"{words} · {transfer.note}" if transfer.note else words,
            user_id=posting.person(actor=actor),
            transfer=transfer,
        )
