"""The receipt of a payment: page, paper, PDF; undone within a minute by whoever received, reversed by who may."""

from datetime import timedelta
from typing import Any, cast
from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from malha.backoffice.charges import papers, words
from malha.backoffice.customers.one import Abilities, AskPage, OfCustomer, ReasonForm
from malha.backoffice.generic import Page
from malha.billing.models import PaymentKind
from malha.core import clock
from malha.core.errors import BusinessError
from malha.core.templatetags.ui import date_full
from malha.customers import queries as customers
from malha.domain.phones import is_mobile
from malha.domain.words import in_words_ptbr
from malha.journeys import settlement
from malha.reports import receipts
from malha.reports.receipts import Receipt
from malha.staff.permissions import requires
from malha.staff.requests import StaffRequest

UNDO_SHOWN = timedelta(seconds=10)
UNDO_ALLOWED = timedelta(seconds=60)


def find(request: StaffRequest, number: int) -> Receipt:
    """The receipt with that number. Raises Http404, also outside the person's groups."""
    receipt = receipts.find(number, visible=customers.visible_groups(request.user))
    if receipt is None:
        raise Http404
    return receipt


def can_undo(request: StaffRequest, receipt: Receipt) -> bool:
    """A slip of whoever received, a moment ago."""
    payment = receipt.payment
    is_mine = payment.kind == PaymentKind.RECEIVED and payment.received_by_id == request.user.pk
    return is_mine and receipt.is_received and clock.now() - payment.received_at <= UNDO_ALLOWED


def paper(receipt: Receipt) -> dict[str, Any]:
    """What page and paper say."""
    value = abs(receipt.payment.value)
    return {
        "receipt": receipt,
        "payment": receipt.payment,
        "customer": receipt.payment.customer,
        "parts": [(part, words.of(part.charge, part.description)) for part in receipt.parts],
        "in_words": in_words_ptbr(value),
        "form": words.form(receipt.payment.form),
    }


class ReceiptPage(Page):
    """What was received, and what can be done with it."""

    permission = "charges.view"
    template_name = "charges/receipt.html"

    def get(self, request: StaffRequest, number: int) -> HttpResponse:
        receipt = find(request, number)
        age = clock.now() - receipt.payment.received_at
        is_fresh = can_undo(request, receipt) and request.user.can("charges.receive")
        return self.answer(
            **paper(receipt),
            can=Abilities(request, receipt.payment.customer),
            can_undo=is_fresh,
            undo_seconds=max(1, int((UNDO_SHOWN - age).total_seconds())),
            shows_undo=is_fresh and age <= UNDO_SHOWN,
            can_reverse=receipt.is_received and request.user.can("charges.reverse"),
            whatsapp=_whatsapp(request, receipt),
        )


def _whatsapp(request: StaffRequest, receipt: Receipt) -> str:
    """The address that opens WhatsApp with the receipt in words; empty without a mobile phone."""
    payment = receipt.payment
    phone = payment.customer.main_phone
    if not is_mobile(phone) or not receipt.is_received:
        return ""
    text = _("%(company)s: we received %(amount)s from %(name)s on %(day)s. Receipt no. %(number)s. Thank you.") % {
        "company": request.company.display_name,
        "amount": payment.value.format_brl(),
        "name": payment.customer.name,
        "day": date_full(payment.paid_on),
        "number": payment.number,
    }
    return f"https://wa.me/{phone.removeprefix('+')}?text={quote(text)}"


@requires("charges.view")
def print_page(request: StaffRequest, number: int) -> HttpResponse:
    """The receipt on paper, in the browser."""
    back, file = reverse("backoffice:receipt", args=[number]), reverse("backoffice:receipt_pdf", args=[number])
    return papers.page(request, "receipt", paper(find(request, number)), back=back, pdf_url=file)


@requires("charges.view")
def print_pdf(request: StaffRequest, number: int) -> HttpResponse:
    """The receipt as a file."""
    back = reverse("backoffice:receipt", args=[number])
    return papers.as_pdf(request, "receipt", paper(find(request, number)), back=back, filename=f"recibo-{number}")


@requires("charges.receive")
def undo(request: StaffRequest, number: int) -> HttpResponse:
    """DESFAZER: only by whoever received, within a minute. Asked by GET it answers nothing: the offer goes away."""
    receipt = find(request, number)
    if request.method != "POST":
        return HttpResponse("")
    url = reverse("backoffice:receipt", args=[number])
    if not can_undo(request, receipt):
        messages.error(request, _("Too late to undo. Who may reverse payments can still reverse this one."))
        return redirect(url)
    try:
        settlement.reverse(payment=receipt.payment, reason=_("undone"), actor=request.actor)
        messages.success(request, _("Undone. Nothing was received, and the charges are open as before."))
    except BusinessError as refusal:
        messages.error(request, refusal.message)
        return redirect(url)
    return redirect("backoffice:customer_charges", receipt.payment.customer.number)


class Reverse(AskPage):
    """ESTORNAR."""

    permission = "charges.reverse"
    title = gettext_lazy("Reverse payment")
    button = gettext_lazy("Reverse")
    is_harmful = True
    form_class = ReasonForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.receipt = find(cast(StaffRequest, request), self.kwargs["number"])
        self.customer = self.receipt.payment.customer
        return super(OfCustomer, self).dispatch(request, *args, **kwargs)

    def effects(self) -> list[str]:
        amount, numbers = self.receipt.payment.value.format_brl(), {part.charge.number for part in self.receipt.parts}
        if not numbers:
            return [_("%(amount)s goes out of the cash again.") % {"amount": amount}]
        charges = ", ".join(str(number) for number in sorted(numbers))
        return [
            _("%(amount)s goes out of the cash again and what it paid is owed again: charge %(charges)s.")
            % {"amount": amount, "charges": charges},
            _("What is late then counts again: the customer may get a notice or be blocked."),
        ]

    def back(self) -> str:
        return reverse("backoffice:receipt", args=[self.receipt.payment.number])

    def save(self, form: Any) -> str:
        settlement.reverse(payment=self.receipt.payment, reason=form.cleaned_data["reason"], actor=self.request.actor)
        messages.success(self.request, _("Payment reversed. The receipt says so."))
        return self.back()
