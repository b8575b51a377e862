"""What every page of one customer shares: the record of the URL, who may touch it, its head, its tabs, and the questions it asks.

A question (block? disconnect? cancel?) is a form with an address of its own. With a script it opens as a dialog over the page,
without one it is a page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from malha.backoffice.customers import access_words
from malha.backoffice.customers.access_words import AccessLine
from malha.backoffice.generic import FormPage, Page
from malha.core import clock
from malha.customers import queries
from malha.customers.models import Customer
from malha.domain.billing import BillingMode
from malha.reports import customer_card, receiving
from malha.reports.customer_card import Card
from malha.staff.models import User
from malha.staff.permissions import Limit
from malha.staff.requests import StaffRequest

FOLDER = "backoffice/customers/one"


def find(request: StaffRequest, number: int, permission: str) -> Customer:
    """The customer with that number. Raises Http404, also outside the person's groups, and PermissionDenied beyond a limit."""
    customer = queries.by_number(number, user=request.user)
    if customer is None:
        raise Http404
    if not may(request.user, permission, customer):
        raise PermissionDenied
    return customer


def may(user: User, permission: str, customer: Customer) -> bool:
    """May this person do it to this customer? `own` reaches only the customers they sold (domain.md §15)."""
    limit = user.limit(permission)
    return limit is not None and (limit is not Limit.OWN or customer.seller_id == user.pk)


def card_of(request: StaffRequest, customer: Customer) -> Card:
    """The customer at a glance, today."""
    return customer_card.read(customer, today=clock.today(), mode=BillingMode(request.company.billing_mode))


def within_limit(user: User, permission: str, customers: QuerySet[Customer]) -> QuerySet[Customer]:
    """Those of `customers` to whom this person may do it: `may` for many. Raises PermissionDenied when there are some, none of them."""
    if user.limit(permission) is not Limit.OWN:
        return customers
    own = customers.filter(seller=user)
    if not own.exists() and customers.exists():
        raise PermissionDenied
    return own


class Abilities:
    """`can.block` in a template: may this person do it to this customer?"""

    CODES = {
        "edit": "customers.edit",
        "annotate": "customers.annotate",
        "see_document": "customers.view_document",
        "edit_contract": "contracts.edit",
        "cancel": "contracts.cancel",
        "block": "contracts.block",
        "trust": "contracts.trust",
        "suspend": "contracts.suspend",
        "edit_access": "accesses.edit",
        "disconnect": "accesses.disconnect",
        "see_password": "customers.view_password",
        "see_routers": "routers.view",
        "see_history": "history.view",
        "see_templates": "templates.view",
        "see_charges": "charges.view",
        "edit_charges": "charges.edit",
        "receive": "charges.receive",
    }

    def __init__(self, request: StaffRequest, customer: Customer) -> None:
        self._request, self._customer = request, customer

    def __getattr__(self, name: str) -> bool:
        if name not in self.CODES:
            raise AttributeError(name)
        allowed = may(self._request.user, self.CODES[name], self._customer)
        return allowed and (name != "see_password" or self._request.company.show_access_passwords)


class OfCustomer(Page):
    """A page under /clientes/<number>/: finds the record and refuses before anything else is looked at."""

    customer: Customer

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find, refuse, go on."""
        self.customer = find(cast(StaffRequest, request), self.kwargs["number"], self.permission)
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def card(self) -> Card:
        """The customer at a glance, read once."""
        return card_of(self.request, self.customer)

    @cached_property
    def can(self) -> Abilities:
        """What this person may do here."""
        return Abilities(self.request, self.customer)

    @cached_property
    def open_charges(self) -> list[int]:
        """The numbers of the open charges, for who may see them."""
        return receiving.open_numbers(self.customer) if self.can.see_charges else []

    def url(self, name: str, *args: object) -> str:
        """A page of this customer."""
        return reverse(f"backoffice:{name}", args=[self.customer.number, *args])

    def access_lines(self, *, living: bool = False) -> list[AccessLine]:
        """The accesses in words."""
        return access_words.lines(self.card.living_accesses if living else self.card.accesses)


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab of the page."""

    label: str | Promise
    url: str
    is_current: bool
    count: int | None = None


class CustomerPage(OfCustomer):
    """A tab of the customer page. Give `template_name` and `tab`, and what the tab shows in `get_tab`."""

    permission = "customers.view"
    tab = "customer"

    def get(self, request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.answer()

    def get_tab(self) -> dict[str, Any]:
        """What this tab shows beside the head."""
        return {}

    def get_context(self) -> dict[str, Any]:
        return {
            "customer": self.customer,
            "card": self.card,
            "can": self.can,
            "tabs": self.tabs(),
            "is_summary": self.tab == "customer",
            "open_charges": self.open_charges,
            **self.get_tab(),
        }

    def tabs(self) -> list[Tab]:
        """The tabs that work, in the order of the design."""
        card = self.card
        rows: list[tuple[str, str | Promise, int | None]] = [
            ("customer", _("Summary"), None),
            *([("customer_charges", _("Charges"), len(self.open_charges))] if self.can.see_charges else []),
            ("customer_accesses", _("Access plans"), len(card.living_accesses)),
            ("customer_contracts", _("Contract"), len(card.contracts)),
            ("customer_attachments", _("Files"), card.file_count),
            ("customer_history", _("History"), None),
        ]
        return [Tab(label, self.url(name), name == self.tab, count) for name, label, count in rows]


class AskPage(OfCustomer, FormPage):
    """A question before something that cannot be taken back by a click: says the effect, may ask for a reason.

    Give `permission`, `title`, `button`, `effects`, `form_class`, and `save`, which acts and answers where to go.
    """

    template_name = f"{FOLDER}/ask.html"
    partial_template = f"{FOLDER}/ask_dialog.html"
    title: str | Promise = ""
    button: str | Promise = ""
    is_harmful = False

    def effects(self) -> Sequence[str | Promise]:
        """What happens, in sentences, before the form."""
        return ()

    def back(self) -> str:
        """Where *cancelar* leads."""
        return self.url("customer")

    def get_context(self) -> dict[str, Any]:
        return {
            "customer": self.customer,
            "title": self.title,
            "button": self.button,
            "effects": self.effects(),
            "is_harmful": self.is_harmful,
            "back": self.back(),
        }


class BlankForm(forms.Form):
    """Nothing to fill in: the question alone."""


class ReasonForm(forms.Form):
    """Why. The sentence for a missing reason comes from the service."""

    reason = forms.CharField(
        label=_("Reason"), max_length=200, required=False, widget=forms.TextInput({"autocomplete": "off", "autofocus": True})
    )
