"""2ª via of a charge and carnê, on paper."""

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse

from malha.backoffice.charges import papers, words
from malha.backoffice.charges.one import find
from malha.billing.models import Charge, ChargeState
from malha.core import clock
from malha.customers import queries as customers
from malha.domain.money import ZERO, Money
from malha.reports import charge_card
from malha.staff.permissions import requires
from malha.staff.requests import StaffRequest


def paper(charge: Charge) -> dict[str, Any]:
    """What the second copy says: the charge as it stands today."""
    card = charge_card.read(charge, today=clock.today())
    return {
        "charge": charge,
        "card": card,
        "customer": charge.customer,
        "title": words.of(charge, card.description),
        "fine_rate": words.rate(charge.fine_basis_points),
        "interest_rate": words.rate(charge.interest_basis_points),
        "today": clock.today(),
        "is_open": charge.state == ChargeState.OPEN,
        "late_fees": card.owed.fine + card.owed.interest if card.owed else ZERO,
    }


@requires("charges.view")
def copy_page(request: StaffRequest, number: int) -> HttpResponse:
    """2ª via, in the browser."""
    back, file = reverse("backoffice:charge", args=[number]), reverse("backoffice:charge_copy_pdf", args=[number])
    return papers.page(request, "charge", paper(find(request, number)), back=back, pdf_url=file)


@requires("charges.view")
def copy_pdf(request: StaffRequest, number: int) -> HttpResponse:
    """2ª via as a file."""
    back = reverse("backoffice:charge", args=[number])
    return papers.as_pdf(request, "charge", paper(find(request, number)), back=back, filename=f"cobranca-{number}")


def _booklet(request: StaffRequest, number: int) -> dict[str, Any]:
    charges = charge_card.of_booklet(number, visible=customers.visible_groups(request.user))
    if not charges:
        raise Http404
    slips = [(charge, words.of(charge, next((row.description for row in charge.lines.all()), ""))) for charge in charges]
    rates = {"fine_rate": words.rate(charges[0].fine_basis_points), "interest_rate": words.rate(charges[0].interest_basis_points)}
    total = Money.total(charge.total for charge in charges)
    return {"booklet": charges[0].booklet, "customer": charges[0].customer, "slips": slips, "total": total, **rates}


@requires("charges.view")
def booklet_page(request: StaffRequest, number: int) -> HttpResponse:
    """Carnê: a cover and three slips a sheet."""
    context = _booklet(request, number)
    back = reverse("backoffice:customer_charges", args=[context["customer"].number])
    return papers.page(request, "booklet", context, back=back, pdf_url=reverse("backoffice:booklet_pdf", args=[number]))


@requires("charges.view")
def booklet_pdf(request: StaffRequest, number: int) -> HttpResponse:
    """Carnê as a file."""
    context = _booklet(request, number)
    back = reverse("backoffice:booklet", args=[number])
    return papers.as_pdf(request, "booklet", context, back=back, filename=f"carne-{number}")
