"""The Painel: parse, ask for the board, answer."""

from functools import cached_property
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from malha.backoffice import csv_file
from malha.backoffice.dashboard import blocks, links, needs_words
from malha.backoffice.dashboard.blocks import Late, Moves, Received, Speed
from malha.backoffice.generic import Page
from malha.billing.facts import Terms
from malha.core import clock
from malha.customers.queries import visible_groups
from malha.domain.money import Money
from malha.reports import dashboard
from malha.reports.catalog.arrears import words as band_words
from malha.reports.dashboard import Board, Span, Viewer
from malha.staff.models import User
from malha.staff.permissions import Limit, requires
from malha.staff.requests import StaffRequest

SPAN, NOW = "periodo", "agora"
SPANS = ((Span.TODAY, gettext_lazy("Today")), (Span.MONTH, gettext_lazy("This month")), (Span.YEAR, gettext_lazy("12 months")))


def viewer(user: User) -> Viewer:
    """What the table of permissions lets this person see."""
    limit = user.limit("reports.view")
    sees_charges = user.can("charges.view")
    return Viewer(
        money=sees_charges and limit in (Limit.ALL, Limit.MONEY),
        charges=sees_charges,
        trust=user.can("contracts.trust"),
        routers=user.can("routers.view"),
        payables=user.can("payables.manage"),
        visible=visible_groups(user),
        seller_id=user.pk if limit is Limit.OWN else None,
    )


def asked_span(request: StaffRequest) -> Span:
    """The period of the address; this month where nothing sensible is said."""
    asked = request.GET.get(SPAN, "")
    return Span(asked) if asked in set(Span) else Span.MONTH


class Dashboard(Page):
    """The page."""

    permission = "home.view"
    template_name = "dashboard/dashboard.html"
    partial_template = "dashboard/_dashboard.html"

    @cached_property
    def span(self) -> Span:
        return asked_span(self.request)

    def get(self, request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        terms, is_fresh = Terms.of(request.company), NOW in request.GET
        return self.answer(**self.drawn(dashboard.board(viewer(request.user), terms, self.span, is_fresh=is_fresh)))

    def drawn(self, board: Board) -> dict[str, Any]:
        """The board with its words, charts and links."""
        user, money = self.request.user, board.money
        moves = Moves(board, user)
        found: dict[str, Any] = {
            "board": board,
            "long_date": blocks.long_date(board.today),
            "span": self.span,
            "spans": [(span.value, label, span is self.span) for span, label in SPANS],
            "moves": None if moves.is_empty and board.is_new else moves,
            "speed": Speed(board) if user.can("charges.view") else None,
            "needs": [needs_words.line(item, user) for item in board.needs],
            "customers_url": links.page(user, "customers", "customers.view"),
            "new_url": links.page(user, "customer_new", "customers.edit"),
            "balance_url": links.report(user, blocks.SLUG),
            "online_url": links.page(user, "connections", "routers.view"),
        }
        if money is not None:
            total = money.total
            found |= {
                "money": money,
                "growth": blocks.growth(money, board.today),
                "late_share": blocks.per_mille(money.late_per_mille),
                "received": Received(money, self.span, board.today, user),
                "late": Late(money, user),
                "recurring_url": links.report(user, "receita-recorrente"),
                "received_url": links.report(user, "recebimentos", desde=total.since, ate=min(total.until, board.today)),
                "expected_url": links.page(user, "charges", "charges.view", desde=total.since, ate=total.until),
                "late_url": links.report(user, "inadimplencia"),
            }
        return found


@requires("home.view")
@require_GET
def export(request: StaffRequest) -> StreamingHttpResponse:
    """The numbers of the page as CSV, those that this person sees."""
    board = dashboard.board(viewer(request.user), Terms.of(request.company), asked_span(request))
    rows: list[list[str | Money]] = []
    if board.money:
        money = board.money
        rows += [
            [_("Recurring revenue (MRR)"), "", money.recurring.now],
            [_("Received"), f"{money.total.since:%d/%m/%Y}–{money.total.until:%d/%m/%Y}", money.total.received_total],
            [_("Expected"), f"{money.total.since:%d/%m/%Y}–{money.total.until:%d/%m/%Y}", money.total.expected_total],
        ]
        for band in money.bands:
            rows.append([_("Overdue"), band_words(band), band.amount])
        for column in Received(money, asked_span(request), board.today, request.user).columns:
            rows += [[_("Received"), column.label, column.received], [_("Expected"), column.label, column.expected]]
    rows += [[_("Customers with a running contract"), "", str(board.customers)], [_("Online now"), "", str(board.online)]]
    for month in board.months:
        rows += [[_("Activations"), f"{month.first:%m/%Y}", str(month.activated)]]
        rows += [[_("Cancellations"), f"{month.first:%m/%Y}", str(month.cancelled)]]
    return csv_file.answer(f"painel-{clock.today():%Y-%m-%d}", [_("Number"), _("Of"), _("Value")], rows)
