"""Into which account money is received: what the cash book offers this person, behind one small function."""

from malha.cashbook.services import accounts
from malha.staff.models import User


def offered(user: User) -> list[tuple[int, str]]:
    """Key and name of each account in which the person may receive, the one to propose first."""
    return [(account.pk, account.name) for account in accounts.on_offer(user)]
