"""Receber (baixa manual): what is owed line by line, what the typed amount does to it, and the receipt.

The button states the amount. Less or more than what is owed is asked about: the page says what stays open or becomes credit, and
`seen` brings back that it was said. What somebody else received meanwhile is told, and nothing typed is lost.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from malha.backoffice.charges import accounts, waiving, words
from malha.backoffice.charges.receive_form import ReceiveForm, Typed
from malha.backoffice.customers.one import OfCustomer, find
from malha.backoffice.generic import FormPage
from malha.backoffice.submission import fresh_token
from malha.billing.data import ReceiptData
from malha.billing.models import Charge, ChargeState, PaymentForm
from malha.core import clock
from malha.core.errors import BusinessError
from malha.core.forms import put_errors
from malha.customers.models import Customer
from malha.domain.money import ZERO, Money
from malha.domain.receiving import Owed
from malha.journeys import counter
from malha.reports import receiving
from malha.reports.receiving import Desk, Due, Effect
from malha.staff.permissions import requires
from malha.staff.requests import StaffRequest


@dataclass(frozen=True)
class Line:
    """An open charge as the dialog draws it."""

    due: Due
    title: str
    when: str
    amount: Money
    fine_rate: str
    is_chosen: bool


@dataclass(frozen=True)
class Amounts:
    """What the ticked charges take and what the typed amount does to them."""

    lines: Sequence[Line]
    total: Money
    value: Money | None
    credit: Money
    waived: Money
    paid: Sequence[Owed]
    effects: Sequence[Effect]

    @property
    def chosen(self) -> list[Line]:
        """The ticked ones."""
        return [line for line in self.lines if line.is_chosen]

    @property
    def missing(self) -> Money:
        """What stays open; zero when the amount is enough."""
        return self.total - self.value if self.value is not None and self.value < self.total else ZERO

    @property
    def seen(self) -> str:
        """What the person was told: comes back with the form."""
        return f"{self.total.cents}:{self.value.cents if self.value is not None else ''}"

    @property
    def is_agreed(self) -> bool:
        """Nothing to ask: exactly what is owed."""
        return self.value == self.total


def amounts(desk: Desk, typed: Typed) -> Amounts:
    """Worked out from whatever is typed so far."""
    today = clock.today()
    lines = [
        Line(
            due=due,
            title=words.of(due.charge, due.description),
            when=words.due(due.charge.due_date, today),
            amount=due.owed.principal + due.owed.discount,
            fine_rate=words.rate(due.charge.fine_basis_points),
            is_chosen=due.charge.pk in typed.keys,
        )
        for due in desk.dues
    ]
    total = desk.total(typed.keys)
    value = typed.value
    division = desk.divide(value, typed.keys) if value is not None and value > ZERO else None
    paid = division.parts if division else ()
    return Amounts(
        lines=lines,
        total=total,
        value=value,
        credit=division.excess if division else ZERO,
        waived=desk.waived(typed.keys),
        paid=paid,
        effects=receiving.effects(desk.customer, paid, today),
    )


class Receive(OfCustomer, FormPage):
    """The dialog, and without a script the page. `?cobranca=` narrows it down to charges by their numbers."""

    permission = "charges.receive"
    template_name = "charges/receive.html"
    partial_template = "charges/_receive_dialog.html"

    @cached_property
    def typed(self) -> Typed:
        """What was posted; at first what the page proposes."""
        return Typed(self.request.POST, today=clock.today(), may_waive=waiving.may(self.request))

    @cached_property
    def desk(self) -> Desk:
        """What is owed on the typed day."""
        return receiving.read(self.customer, on=self.typed.paid_on, waives_fees=self.typed.waives_fees)

    def get_form(self, **kwargs: Any) -> ReceiveForm:
        kwargs.pop("files", None)
        offered = accounts.offered(self.request.user)
        initial = {
            "token": fresh_token(),
            "paid_on": clock.today(),
            "way": PaymentForm.CASH,
            "account": offered[0][0] if offered else None,
            "value": self.desk.total(self.typed.keys) or None,
        }
        return ReceiveForm(accounts=offered, may_waive=waiving.may(self.request), today=clock.today(), initial=initial, **kwargs)

    def get(self, request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.typed.keys = proposed(self.desk, request.GET.getlist("cobranca"))
        self.typed.value = self.desk.total(self.typed.keys) or None
        return self.answer(form=self.get_form(), amounts=amounts(self.desk, self.typed))

    def post(self, request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        data = request.POST.copy()
        if data.get("refresh") and self.typed.follows:  # the button of who has no script
            data["value"] = self.desk.total(self.typed.keys).format_number()
            self.typed.value = self.desk.total(self.typed.keys)
        form = self.get_form(data=data)
        now = amounts(self.desk, self.typed)
        if data.get("refresh"):
            return self.answer(form=form, amounts=now, is_fresh=True)
        if form.is_valid():
            try:
                self._check(now)
                return self.go(self.receive(form, now))
            except BusinessError as refusal:
                put_errors(form, refusal, rename={"form": "way"})
                del self.desk  # somebody was faster: show what is owed now
                now = amounts(self.desk, self.typed)
        return self.answer(form=form, amounts=now, status=422)

    def _check(self, now: Amounts) -> None:
        """Raise unless what is about to happen was on the screen."""
        waiving.check(self.request, now.waived)
        if not now.is_agreed and self.typed.seen != now.seen and self._all_open():
            raise BusinessError("not_agreed", _("Check the amount below and confirm once more."))

    def _all_open(self) -> bool:
        """A charge that is paid already is the service's to explain."""
        return not Charge.objects.filter(customer=self.customer, pk__in=self.typed.keys).exclude(state=ChargeState.OPEN).exists()

    def receive(self, form: ReceiveForm, now: Amounts) -> str:
        """The one call; answers where the receipt is."""
        fields = form.cleaned_data
        account = fields["account"]
        payment = counter.receive(
            customer=self.customer,
            charge_ids=self.typed.keys,
            data=ReceiptData(
                value=fields["value"],
                paid_on=fields["paid_on"],
                form=fields["way"],
                place=dict(form.fields["account"].choices).get(account, ""),  # type: ignore[attr-defined]
                note=fields["note"],
                waives_fees=self.typed.waives_fees,
                token=fields["token"],
                user_id=self.request.user.pk,
            ),
            due=now.total,
            cash_account_id=account,
            actor=self.request.actor,
        )
        if self.request.POST.get("print"):
            return reverse("backoffice:receipt_print", args=[payment.number]) + "?imprimir=1"
        return reverse("backoffice:receipt", args=[payment.number])

    def get_context(self) -> dict[str, Any]:
        return {
            "customer": self.customer,
            "desk": self.desk,
            "may_waive": waiving.may(self.request) and bool(self.desk.waivable),
            "back": self.url("customer"),
            "can": self.can,
        }


def proposed(desk: Desk, numbers: Sequence[str]) -> set[int]:
    """What is ticked at first: the charges asked for, else everything that is late, else the oldest one."""
    asked = {due.charge.pk for due in desk.dues if str(due.charge.number) in numbers}
    late = {due.charge.pk for due in desk.dues if due.charge.due_date < desk.on}
    return asked or late or {due.charge.pk for due in desk.dues[:1]}


@requires("charges.receive")
@require_POST
def follow(request: StaffRequest, number: int) -> HttpResponse:
    """The lines and the button while somebody ticks and types."""
    customer: Customer = find(request, number, "charges.receive")
    typed = Typed(request.POST, today=clock.today(), may_waive=waiving.may(request))
    desk = receiving.read(customer, on=typed.paid_on, waives_fees=typed.waives_fees)
    total = desk.total(typed.keys)
    moves = typed.follows and typed.value != total
    if moves:
        typed.value = total
    context = {"customer": customer, "desk": desk, "amounts": amounts(desk, typed), "moves_value": moves, "is_part": True}
    return render(request, "charges/_receive_amounts.html", context)
