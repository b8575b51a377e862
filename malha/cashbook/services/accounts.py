"""Caixas and bank accounts, and which of them a person is offered."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from malha.cashbook import queries
from malha.cashbook.data import AccountData
from malha.cashbook.models import AccountKind, CashAccount
from malha.cashbook.services import posting
from malha.core import clock, history
from malha.core.errors import BusinessError
from malha.core.history import Actor
from malha.core.rules import Problems
from malha.domain.money import ZERO
from malha.domain.text import collapse_spaces
from malha.staff.models import User

FIELDS = ("name", "kind", "owner_id", "is_default", "is_active")
NAME_LIMIT = 60
FIRST_NAME = "Caixa"


def on_offer(user: User) -> list[CashAccount]:
    """The accounts in which this person may receive, the one to propose first: their own till, then the standard account.

    Whoever sees only their own till is offered that one, and the standard account while they have none: a customer at the counter
    can always pay.
    """
    ensure_default(actor=user.actor())
    rows = list(CashAccount.objects.filter(is_active=True))
    mine = [account for account in rows if account.owner_id == user.pk]
    if queries.sees_only_own(user):
        return mine or [account for account in rows if account.is_default]
    return mine + [account for account in rows if account.owner_id != user.pk]


def ensure_default(*, actor: Actor) -> CashAccount:
    """The standard account, made when there is none yet. Needs no data; safe to call at any time."""
    found = CashAccount.objects.filter(is_default=True).first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            account = CashAccount.objects.create(name=FIRST_NAME, kind=AccountKind.CASH, is_default=True)
            history.record(account, "cash_account.created", actor=actor, after=history.snapshot(account, FIELDS))
            return account
    except IntegrityError:  # somebody else made it a moment ago
        return CashAccount.objects.get(is_default=True)


def default(*, user_id: int | None = None, actor: Actor) -> CashAccount:
    """Where money goes when nobody chose: the person's own till, else the standard account."""
    own = CashAccount.objects.filter(owner=user_id, is_active=True).first() if user_id else None
    return own or ensure_default(actor=actor)


@transaction.atomic
def create(*, data: AccountData, actor: Actor) -> CashAccount:
    """A new account. Raises BusinessError("invalid")."""
    ensure_default(actor=actor)
    account = CashAccount.objects.create(**_checked(data, None))
    history.record(account, "cash_account.created", actor=actor, after=history.snapshot(account, FIELDS))
    return account


@transaction.atomic
def change(*, account: CashAccount, data: AccountData, actor: Actor) -> CashAccount:
    """Another name, kind or owner. Raises BusinessError("invalid")."""
    locked = CashAccount.objects.select_for_update().get(pk=account.pk)
    values = _checked(data, locked)
    before, after = history.changes(history.snapshot(locked, values), values)
    if after:
        CashAccount.objects.filter(pk=locked.pk).update(updated_at=clock.now(), **values)
        history.record(locked, "cash_account.changed", actor=actor, before=before, after=after)
    locked.refresh_from_db()
    return locked


@transaction.atomic
def make_default(*, account: CashAccount, actor: Actor) -> None:
    """Where money goes when nobody chooses. Raises BusinessError("account_has_owner", "account_inactive")."""
    locked = CashAccount.objects.select_for_update().get(pk=account.pk)
    if locked.owner_id is not None:
        raise BusinessError("account_has_owner", _("This is somebody's own till. The standard account is for everybody."))
    if not locked.is_active:
        raise BusinessError("account_inactive", _("Put this account into use before making it the standard."))
    if locked.is_default:
        return
    CashAccount.objects.filter(is_default=True).update(is_default=False, updated_at=clock.now())
    CashAccount.objects.filter(pk=locked.pk).update(is_default=True, updated_at=clock.now())
    history.record(locked, "cash_account.changed", actor=actor, before={"is_default": False}, after={"is_default": True})


@transaction.atomic
def set_active(*, account: CashAccount, is_active: bool, actor: Actor) -> None:
    """Offer the account, or not any more. Raises BusinessError("account_is_default", "account_not_empty", "till_taken")."""
    locked = posting.lock({account.pk})[account.pk]
    if locked.is_active == is_active:
        return
    if not is_active and locked.is_default:
        raise BusinessError("account_is_default", _("This is the standard account. Make another one the standard first."))
    if not is_active and (left := queries.balance(locked)) != ZERO:
        sentence = _("There is %(balance)s in this account. Transfer it first.") % {"balance": left.format_brl()}
        raise BusinessError("account_not_empty", sentence)
    if is_active and locked.owner_id and CashAccount.objects.filter(owner=locked.owner_id, is_active=True).exists():
        raise BusinessError("till_taken", _("This person has another till meanwhile."))
    CashAccount.objects.filter(pk=locked.pk).update(is_active=is_active, updated_at=clock.now())
    history.record(locked, "cash_account.changed", actor=actor, before={"is_active": locked.is_active}, after={"is_active": is_active})


def _checked(data: AccountData, existing: CashAccount | None) -> dict[str, object]:
    problems = Problems()
    others = CashAccount.objects.exclude(pk=existing.pk) if existing else CashAccount.objects.all()
    name = collapse_spaces(data.name)
    if not name:
        problems.add("name", _("Type the name of the account, for example Balcão."))
    elif len(name) > NAME_LIMIT:
        problems.add("name", _("Use at most %(limit)s characters.") % {"limit": NAME_LIMIT})
    elif others.filter(name__iexact=name).exists():
        problems.add("name", _("There is an account with this name already."))
    if data.kind not in AccountKind.values:
        problems.add("kind", _("Choose one of the options."))
    if data.owner_id is not None:
        if not User.objects.filter(pk=data.owner_id).exists():
            problems.add("owner", _("Choose a person from the list."))
        elif existing is not None and existing.is_default:
            problems.add("owner", _("The standard account is for everybody. Make another one the standard first."))
        elif (existing is None or existing.is_active) and others.filter(owner=data.owner_id, is_active=True).exists():
            problems.add("owner", _("This person has a till already."))
    problems.raise_if_any()
    return {"name": name, "kind": data.kind, "owner_id": data.owner_id}
