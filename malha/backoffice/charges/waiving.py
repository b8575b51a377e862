"""Dispensar multa e juros: who may, and up to how much (docs/howto/permissions.md, "capped")."""

from django.utils.translation import gettext as _

from malha.core.errors import BusinessError
from malha.domain.money import Money
from malha.staff.permissions import Limit
from malha.staff.requests import StaffRequest


def may(request: StaffRequest) -> bool:
    """May this person let fine and interest go, be it up to an amount?"""
    return request.user.can("charges.waive")


def check(request: StaffRequest, waived: Money) -> None:
    """Raise BusinessError("over_limit") when it is more than the role may let go."""
    limit = request.company.discount_limit if request.user.limit("charges.waive") is Limit.CAPPED else None
    if limit is not None and waived > limit:
        sentence = _("Your role waives up to %(limit)s; this would be %(amount)s. Ask a manager.")
        sentence %= {"limit": limit.format_brl(), "amount": waived.format_brl()}
        raise BusinessError("over_limit", sentence, fields={"waives_fees": sentence})
