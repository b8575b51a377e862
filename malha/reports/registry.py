"""Every report there is. One line here gives a report its page, its CSV file, its place in the menu and its permission."""

from malha.reports.base import Report
from malha.reports.catalog.arrears import Arrears
from malha.reports.catalog.cash import Cash
from malha.reports.catalog.credits import Credits
from malha.reports.catalog.movement import Movement
from malha.reports.catalog.payments import Payments
from malha.reports.catalog.receivables import Receivables
from malha.reports.catalog.recurring import RecurringRevenue
from malha.reports.catalog.revenue import Revenue
from malha.reports.catalog.without_charge import WithoutCharge
from malha.staff.permissions import Limit

REPORTS: tuple[Report, ...] = (
    Receivables(),
    Arrears(),
    Payments(),
    Revenue(),
    RecurringRevenue(),
    WithoutCharge(),
    Credits(),
    Cash(),
    Movement(),
)


def within(limit: Limit | None) -> tuple[Report, ...]:
    """The reports that somebody with this limit of `reports.view` may open; None: nobody's."""
    return tuple(report for report in REPORTS if limit is Limit.ALL or limit in report.limits)


def find(slug: str) -> Report | None:
    """By the word in the address."""
    return next((report for report in REPORTS if report.slug == slug), None)
