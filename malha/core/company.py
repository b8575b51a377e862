"""Reading the provider's own row."""

import secrets
import zoneinfo
from typing import Any

from django.utils.translation import gettext as _

from malha.core.errors import BusinessError
from malha.core.models import Company

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


def default_ddd() -> str | None:
    """The area code to assume when a phone is typed without one: the company's own."""
    phone = Company.objects.filter(pk=1).values_list("phone", flat=True).first() or ""
    return phone[3:5] if phone.startswith("+55") else None


def demanded_customer_fields() -> list[str]:
    """Fields of the registration that this provider demands beyond the name (domain.md §2)."""
    names = Company.objects.filter(pk=1).values_list("required_customer_fields", flat=True).first()
    return list(names or [])


def create(**values: Any) -> Company:
    """The provider's row, with a fresh installation id. Raises IntegrityError if there is one already."""
    return Company.objects.create(pk=1, installation_id=secrets.token_hex(4), **values)
