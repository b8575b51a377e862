"""What a charge is called, and how its situation is said."""

from datetime import date

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from malha.billing.models import Charge, ChargeKind, PaymentForm
from malha.core.statuses import CHARGE, Status
from malha.core.templatetags import ui
from malha.reports.charge_situations import ChargeSituation


def title(kind: str, due_date: date, description: str = "") -> str:
    """`Mensalidade nov/2026`, or what the charge is for: the description of its first line."""
    if kind == ChargeKind.MONTHLY:
        return _("Monthly fee %(month)s") % {"month": ui.month_short(due_date)}
    return description or str(ChargeKind(kind).label)


def of(charge: Charge, description: str = "") -> str:
    """The same of a charge at hand."""
    return title(charge.kind, charge.due_date, description)


def late(days: int) -> str:
    """`4 dias`; nothing when it is not late."""
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days} if days > 0 else ""


def due(due_date: date, today: date) -> str:
    """`venceu em 20/11`, `vence hoje`, `vence em 20/12`."""
    if due_date == today:
        return _("due today")
    text = _("was due on %(day)s") if due_date < today else _("due on %(day)s")
    return text % {"day": ui.day(due_date)}


def badge(situation: ChargeSituation, *, days_late: int = 0, is_paid_late: bool = False) -> SafeString:
    """The situation as dot and text; of a late one since when, of a paid one whether it came late."""
    status = CHARGE[situation]
    if situation is ChargeSituation.OVERDUE and days_late:
        text = ngettext("Overdue for %(n)s day", "Overdue for %(n)s days", days_late) % {"n": days_late}
        return ui.badge(Status(text, status.tone))
    if situation is ChargeSituation.PAID and is_paid_late:
        return ui.badge(Status(_("Paid late"), status.tone))
    return ui.badge(status)


def form(value: str) -> str:
    """Dinheiro, Pix, Cartão… as a payment keeps it."""
    return str(PaymentForm(value).label) if value in PaymentForm.values and value else ui.DASH


def rate(basis_points: int) -> str:
    """`2%`, `1,5%`."""
    whole, rest = divmod(basis_points, 100)
    return f"{whole},{rest:02d}".rstrip("0").rstrip(",") + "%" if rest else f"{whole}%"
