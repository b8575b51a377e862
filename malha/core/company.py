"""Reading the provider's own row."""

import secrets
import zoneinfo
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from malha.core.errors import BusinessError
from malha.core.models import Company, Holiday

DEFAULT_ZONE = "America/Sao_Paulo"


def current() -> Company:
    """The provider. Raises BusinessError("not_set_up") before the first set-up."""
    company = find()
    if company is None:
        raise BusinessError("not_set_up", _("Malha is not set up yet: open it in the browser and fill in the company."))
    return company


def find() -> Company | None:
    """The provider, or None before the first set-up."""
    return Company.objects.filter(pk=1).first()


def zone() -> zoneinfo.ZoneInfo:
    """The company's time zone; São Paulo's before the first set-up."""
    name = Company.objects.filter(pk=1).values_list("timezone", flat=True).first()
    return zoneinfo.ZoneInfo(name or DEFAULT_ZONE)


def holidays() -> frozenset[date]:
    """The local holidays; national ones are computed (`domain.calendar`)."""
    return frozenset(Holiday.objects.values_list("date", flat=True))


@dataclass(frozen=True)
class RegistrationRules:
    """What the provider settled for every registration.

    `default_ddd`: the area code of a phone typed without one, the company's own. `demanded_fields`: fields of the registration
    that this provider demands beyond the name (domain.md §2).
    """

    default_ddd: str | None = None
    demanded_fields: tuple[str, ...] = ()


def registration_rules() -> RegistrationRules:
    """Read in one statement; the defaults before the first set-up."""
    for phone, demanded in Company.objects.filter(pk=1).values_list("phone", "required_customer_fields"):
        return RegistrationRules(phone[3:5] if phone.startswith("+55") else None, tuple(demanded or ()))
    return RegistrationRules()


def create(**values: Any) -> Company:
    """The provider's row, with a fresh installation id. Raises IntegrityError if there is one already."""
    return Company.objects.create(pk=1, installation_id=secrets.token_hex(4), **values)
