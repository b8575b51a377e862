"""The new-customer page as one thing: its forms bound to the same fields, and what is right or wrong in each of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from malha.backoffice.customers import rows
from malha.backoffice.customers.forms import (
    AccessForm,
    AccessFormSet,
    AddressForm,
    ContractForm,
    CustomerForm,
    DataForm,
    PhoneForm,
    PhoneFormSet,
)
from malha.backoffice.submission import fresh_token
from malha.core.errors import BusinessError
from malha.customers.data import CustomerData
from malha.journeys import onboarding
from malha.journeys.onboarding import SignUp
from malha.reports.sign_up import Choices
from malha.staff.models import User
from malha.staff.permissions import Limit

PREFIXES = ("phones", "accesses")


@dataclass(frozen=True, slots=True)
class Problem:
    """A field that is wrong or missing: what the bar at the bottom lists.

    `anchor` is the id to jump to, `fold` the part of the page that must be unfolded to see it, `access` the row it stands in.
    """

    name: str
    label: str | Promise
    anchor: str
    section: str
    is_missing: bool
    fold: str = ""
    access: int | None = None


class SignUpForm:
    """Customer, phones, address, contract and accesses of one page.

    Built from the posted fields, a draft's or the defaults (`opening`). `insisting_on`: the access that was just filled in, which
    counts even when it is empty. Rules are asked by `check`.
    """

    def __init__(self, data: QueryDict, *, user: User, choices: Choices, insisting_on: int | None = None) -> None:
        self.data = data
        self.insisting_on = insisting_on
        self.user = user
        self.choices = choices
        rows.set_totals(data, *PREFIXES)
        self.customer = CustomerForm(data, prefix="customer", choices=choices)
        self.phones = PhoneFormSet(data, prefix="phones")
        self.address = AddressForm(data, prefix="address")
        self.contract = ContractForm(data, prefix="contract", choices=choices, discounts=user.limit("contracts.discount"))
        self.service_address = AddressForm(data, prefix="service_address")
        self.accesses = AccessFormSet(data, prefix="accesses", form_kwargs={"choices": choices})
        self.general: list[str] = []
        self.is_checked = False
        if self.sells_only_own:
            del self.customer.fields["seller"]
        for form in self.all_forms:
            form.full_clean()

    # -- what was typed ---------------------------------------------------------------------------

    @property
    def token(self) -> str:
        """Identifies this submission: sent twice, it makes one customer."""
        return self.data.get("token", "")[:64]

    @property
    def returning_id(self) -> int | None:
        """The record that is to be used instead of a new one."""
        text = self.data.get("returning_id", "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None

    @property
    def sells_only_own(self) -> bool:
        """A salesperson registers customers of their own only (domain.md §15)."""
        return self.user.limit("customers.edit") is Limit.OWN

    @property
    def all_forms(self) -> list[DataForm[Any]]:
        """Every form, in the order of the page."""
        return [self.customer, *self.phones.forms, self.address, self.contract, self.service_address, *self.accesses.forms]

    @property
    def has_service_address(self) -> bool:
        """The installation is somewhere else than the customer's address."""
        return bool(self.contract.cleaned_data.get("has_service_address"))

    @property
    def filled_accesses(self) -> list[tuple[int, AccessForm]]:
        """The rows that count, with their place on the page."""
        return [(index, form) for index, form in enumerate(self.accesses.forms) if index == self.insisting_on or not form.is_blank]

    def sign_up(self) -> SignUp:
        """All of it as the journey takes it."""
        seller = {"seller_id": self.user.pk} if self.sells_only_own else {}
        customer = CustomerData(
            **{
                **self.customer.missing,
                **self.customer.values(),
                **seller,
                "phones": tuple(form.to_data() for form in self.phones.forms),
                "address": self.address.to_data(),
            }
        )
        contract = {
            **self.contract.missing,
            **self.contract.values(),
            "seller_id": customer.seller_id,
            "service_address": self.service_address.to_data() if self.has_service_address else None,
        }
        return SignUp(
            customer=customer,
            contract=self.contract.data_class(**contract),
            accesses=tuple(form.to_data() for _index, form in self.filled_accesses),
            returning_id=self.returning_id,
        )

    # -- what is wrong ----------------------------------------------------------------------------

    @property
    def has_right_shape(self) -> bool:
        """Every field can be read; the rules have still to be asked."""
        return not any(self._judged(form) for form in self.all_forms) and not self._too_many()

    def check(self) -> bool:
        """Ask the rules about everything, make nothing, and show every sentence at its field. True when nothing is wrong."""
        self.is_checked = True
        try:
            onboarding.check(data=self.sign_up())
        except BusinessError as error:
            self.show(error)
        self._forget_what_does_not_count()
        self.general.extend(self._too_many())
        return not self.problems() and not self.general

    def show(self, error: BusinessError) -> None:
        """Put a refusal's sentences at their fields; what belongs to no field stands above the form."""
        self.is_checked = True
        for path, sentence in error.fields.items():
            if not self._show(path, sentence):
                self.general.append(sentence)
        if not error.fields:
            self.general.append(error.message)
        self.general = list(dict.fromkeys(self.general))
        self._forget_what_does_not_count()

    def hide_errors(self) -> None:
        """Somebody is still typing: nothing is wrong yet."""
        for form in self.all_forms:
            form.forget_errors()

    def problems(self) -> list[Problem]:
        """What is wrong or missing, in the order of the page."""
        return [_problem(bound, section, access) for bound, section, access in self._fields() if bound.errors]

    def blanks(self) -> list[Problem]:
        """Required fields that are empty: known without asking any rule."""
        return [
            _problem(bound, section, access)
            for bound, section, access in self._fields()
            if bound.field.required and not bound.field.disabled and not str(bound.value() or "").strip()
        ]

    def bound(self, html_name: str) -> BoundField | None:
        """The field of that name in the page."""
        return next((bound for form in self.all_forms for bound in form if bound.html_name == html_name), None)

    def _fields(self) -> Iterator[tuple[BoundField, str, int | None]]:
        for bound in self.customer:
            yield bound, "s4" if bound.name in IN_OPTIONS else "s1", None
        for phone in self.phones.forms:
            yield from ((bound, "s2", None) for bound in phone)
        yield from ((bound, "s3", None) for bound in self.address)
        yield from ((bound, "s4", None) for bound in self.contract)
        if self.has_service_address:
            yield from ((bound, "s4", None) for bound in self.service_address)
        for index, access in self.filled_accesses:
            yield from ((bound, "s5", index) for bound in access)

    def _show(self, path: str, sentence: str) -> bool:
        head, _dot, rest = path.partition(".")
        if head == "customer":
            return self._show_of_customer(rest, sentence)
        if head == "contract":
            if rest.startswith("service_address."):
                return self.service_address.show(rest.removeprefix("service_address."), sentence)
            return self.contract.show(rest, sentence)
        place, _dot, name = rest.partition(".")
        filled = self.filled_accesses
        if head == "accesses" and place.isdigit() and int(place) < len(filled):
            access: AccessForm = filled[int(place)][1]
            return access.show(name, sentence)
        return False

    def _show_of_customer(self, path: str, sentence: str) -> bool:
        head, _dot, rest = path.partition(".")
        if head == "address":
            return self.address.show(rest or "street", sentence)
        if head == "phones" and self.phones.forms:
            place, _dot, name = rest.partition(".")
            index = int(place) if place.isdigit() else 0
            phone: PhoneForm = self.phones.forms[min(index, len(self.phones.forms) - 1)]
            return phone.show(name or "number", sentence)
        return self.customer.show(path, sentence)

    def _judged(self, form: DataForm[Any]) -> bool:
        if form is self.service_address and not self.has_service_address:
            return False
        if isinstance(form, AccessForm) and form not in [row for _index, row in self.filled_accesses]:
            return False
        return bool(form.errors)

    def _forget_what_does_not_count(self) -> None:
        for form in self.all_forms:
            if not self._judged(form):
                form.forget_errors()

    def _too_many(self) -> list[str]:
        too_many = []
        for prefix, formset in (("phones", self.phones), ("accesses", self.accesses)):
            if rows.total(self.data, prefix) > len(formset.forms):
                too_many.append(_("Too many lines: use at most %(limit)s.") % {"limit": len(formset.forms)})
        return too_many


# Fields of the customer that the page asks beside the contract.
IN_OPTIONS = frozenset({"seller", "source", "notes", "opening_alert", "wants_email", "wants_sms", "wants_whatsapp"})
# What is always in sight; everything else stands under "more options" of its section.
IN_SIGHT = {
    "s1": frozenset({"name", "person_type", "cpf_cnpj", "rg_ie", "birth_date", "email", "group"}),
    "s4": frozenset({"due_day", "collection_method", "template", "discount", "surcharge", "days_to_pending", "days_to_block"}),
    "s5": frozenset(AccessForm.NEEDED),
}


def _problem(bound: BoundField, section: str, access: int | None) -> Problem:
    fold = section if section in IN_SIGHT and bound.name not in IN_SIGHT[section] else ""
    is_missing = not str(bound.value() or "").strip()
    return Problem(bound.html_name, bound.label, bound.id_for_label or bound.auto_id, section, is_missing, fold, access)


def opening(choices: Choices, *, name: str = "") -> QueryDict:
    """The fields of a page that nobody has touched."""
    data = QueryDict(mutable=True)
    method, template = choices.default_method, choices.default_template
    data.update(
        {
            "token": fresh_token(),
            "customer-name": name[:150],
            "customer-person_type": "INDIVIDUAL",
            "customer-group": str(choices.groups[0][0]) if choices.must_have_group and len(choices.groups) == 1 else "",
            "customer-wants_email": "on",
            "customer-wants_sms": "on",
            "customer-wants_whatsapp": "on",
            "address-zone": "URBAN",
            "service_address-zone": "URBAN",
            "contract-collection_method": str(method.id) if method else "",
            "contract-template": str(template or ""),
            "contract-first_charge": "PRORATED",
            "contract-trust_release_rule": "DEFAULT",
            "contract-auto_notice": "on",
            "contract-auto_block": "on",
        }
    )
    rows.add(data, "phones", NEW_PHONE)
    return data


NEW_PHONE = {"number": "", "owner": "", "has_whatsapp": "on", "wants_messages": "on"}
