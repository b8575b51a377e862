"""The one place that writes an entry. An account is locked first, so that nobody writes into a day while somebody closes it.

In the caller's transaction.
"""

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from malha.cashbook.models import CashAccount, CashEntry, Category, Closing
from malha.core import clock
from malha.core.errors import BusinessError
from malha.core.history import Actor
from malha.core.rules import Problems
from malha.domain.money import ZERO, Money

ONE_DAY = timedelta(days=1)
DESCRIPTION_LIMIT = 160


def lock(account_ids: set[int]) -> dict[int, CashAccount]:
    """These accounts, locked in a fixed order so that two transfers never wait for each other."""
    rows = CashAccount.objects.select_for_update(no_key=True).filter(pk__in=account_ids).order_by("pk")
    return {account.pk: account for account in rows}


def lock_one(account_id: int | None, *, field: str) -> CashAccount:
    """The account, locked. Raises BusinessError("account_unknown") for one that is not in use."""
    account = lock({account_id}).get(account_id) if account_id else None
    if account is None or not account.is_active:
        sentence = _("Choose an account from the list.")
        raise BusinessError("account_unknown", sentence, fields={field: sentence})
    return account


def closed_until(account: CashAccount) -> date | None:
    """The last day of the account that is closed."""
    return Closing.objects.filter(account=account).order_by("-date").values_list("date", flat=True).first()


def refuse_closed(account: CashAccount, day: date, *, field: str) -> None:
    """Raise BusinessError("day_closed") when nothing may be written on `day` any more."""
    closed = closed_until(account)
    if closed is not None and day <= closed:
        sentence = _("%(account)s is closed up to %(day)s. Use a later date.") % {"account": account, "day": f"{closed:%d/%m/%Y}"}
        raise BusinessError("day_closed", sentence, fields={field: sentence})


def first_open_day(account: CashAccount, day: date) -> date:
    """`day`, or the day after the last closing when it is closed."""
    closed = closed_until(account)
    return day if closed is None or day > closed else closed + ONE_DAY


def moved_note(wanted: date, used: date) -> str:
    """Why an entry does not stand on the day it belongs to; empty when it does."""
    return "" if wanted == used else _("Belongs to %(day)s, which was closed already.") % {"day": f"{wanted:%d/%m/%Y}"}


def check_category(category_id: int | None, direction: str, problems: Problems) -> Category | None:
    """The category, if one was chosen and money goes its way."""
    if category_id is None:
        return None
    category = Category.objects.filter(pk=category_id, is_active=True).first()
    if category is None:
        problems.add("category", _("Choose a category from the list."))
    elif category.kind != direction:
        problems.add("category", _("This category is for money that goes the other way. Choose another one."))
    return category


def check_day(day: date, field: str, problems: Problems) -> None:
    """Cash is a fact: it does not lie in the future."""
    if day > clock.today():
        problems.add(field, _("The date lies in the future. Use today or an earlier day."))


def person(*, actor: Actor) -> int | None:
    """Who stands behind the actor, if it is a member of staff."""
    return actor.id if actor.kind == "user" else None


def post(*, account: CashAccount, on: date, amount: Money, description: str, user_id: int | None, **values: Any) -> CashEntry:
    """Write one entry of a locked account; `amount` positive is money in. Whether the day is open is the caller's to know."""
    return CashEntry.objects.create(
        account=account,
        date=on,
        at=clock.now(),
        description=description[:DESCRIPTION_LIMIT],
        incoming=max(amount, ZERO),
        outgoing=max(-amount, ZERO),
        user_id=user_id,
        **values,
    )
