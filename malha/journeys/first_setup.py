"""First set-up: from an empty database to a company with an administrator and the standards that everything else leans on."""

import secrets
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from malha.cashbook.services import accounts
from malha.contracts.services import collection, templates
from malha.core import company_services
from malha.core.company_services import CompanyData
from malha.core.errors import BusinessError
from malha.core.history import Actor
from malha.core.rules import Problems
from malha.dunning.services import policy as dunning
from malha.staff import services as staff
from malha.staff.data import UserData
from malha.staff.models import User


@dataclass(frozen=True, kw_only=True)
class FirstSetup:
    """What the first page asks."""

    company: CompanyData
    administrator: UserData
    password: str = field(repr=False)


def code_path() -> Path:
    """Where the one-time code waits, readable by whoever runs the program."""
    return Path(settings.DATA_DIR) / "setup-code"


def issue_code() -> str:
    """The one-time code of an installation without users, made at the first call. Raises BusinessError("already_set_up").

    `./run --empty` and `bin/malha create_admin` print it as a link. There is no default login that could be left behind (F62).
    """
    if is_done():
        raise BusinessError("already_set_up", _("This system is set up already. Log in, or ask an administrator for a user."))
    path = code_path()
    if path.is_file() and (waiting := path.read_text().strip()):
        return waiting
    code = secrets.token_urlsafe(24)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(code + "\n")
    return code


def is_done() -> bool:
    """Does any user exist?"""
    return User.objects.exists()


def is_code_right(code: str) -> bool:
    """Is this the code that waits? Always False once a user exists, or when no code was issued."""
    path = code_path()
    if not code or is_done() or not path.is_file():
        return False
    return secrets.compare_digest(code.encode(), path.read_text().strip().encode())


def set_up(*, code: str, data: FirstSetup, actor: Actor) -> User:
    """Register the company and its administrator, write the standards, and use the code up.

    Raises BusinessError `wrong_code` or `invalid` (fields `company.…`, `administrator.…`), StateConflict `already_set_up`.
    """
    if not is_code_right(code):
        raise BusinessError("wrong_code", _("This link is not valid any more. Get a new one with: bin/malha create_admin"))
    user = _write(data, actor)
    code_path().unlink(missing_ok=True)
    return user


@transaction.atomic
def _write(data: FirstSetup, actor: Actor) -> User:
    # 1. The company and its administrator; what is wrong with either is told at once.
    problems = Problems()
    user: User | None = None
    with problems.under("company"):
        company_services.create(data=data.company, actor=actor)
    with problems.under("administrator"):
        user = staff.create_first_administrator(data=data.administrator, password=data.password, actor=actor)
    problems.raise_if_any()
    assert user is not None
    # 2. The standards: one form of payment, one contract template, one configuration of delays, one till.
    by_user = user.actor(actor.ip)
    collection.create(name="Informal", actor=by_user)
    templates.create_standard(actor=by_user)
    dunning.create_default(name="Padrão", actor=by_user)
    accounts.ensure_default(actor=by_user)
    return user
