"""Reading accounts and registrations."""

from collections.abc import Iterable

from malha.core.sql import Among
from malha.gateways.models import LIVE, GatewayAccount, Registration


def accounts_of(method_ids: Iterable[int]) -> dict[int, GatewayAccount]:
    """The account behind each of these forms of payment, by the form's key; an informal one has none."""
    rows = GatewayAccount.objects.filter(collection_method__in=set(method_ids)).select_related("collection_method")
    return {account.collection_method_id: account for account in rows}


def live_of(charge_ids: Iterable[int]) -> dict[int, Registration]:
    """The registration of each of these charges that can be paid or is about to be, by the charge's key."""
    rows = Registration.objects.filter(Among("charge", charge_ids), state__in=LIVE)
    return {registration.charge_id: registration for registration in rows}
