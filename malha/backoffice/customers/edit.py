"""EDITAR CADASTRO: the fields of the new-customer page without contract and accesses."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _

from malha.backoffice.customers import rows
from malha.backoffice.customers.forms import MOST_PHONES, AddressForm, CustomerForm, DataForm, PhoneFormSet
from malha.backoffice.customers.hints import warn
from malha.backoffice.customers.one import FOLDER, OfCustomer
from malha.backoffice.customers.sign_up_form import NEW_PHONE
from malha.core import clock
from malha.core.errors import BusinessError
from malha.customers import queries
from malha.customers.data import CustomerData
from malha.customers.services import customers
from malha.domain.ie import IeCheck, check_ie
from malha.reports import sign_up as reading
from malha.staff.models import User
from malha.staff.permissions import Limit
from malha.staff.requests import StaffRequest


class EditForm:
    """Customer, phones and address bound to the same fields; `data` None shows what is stored."""

    def __init__(self, data: QueryDict | None, stored: CustomerData, *, request: StaffRequest) -> None:
        self.stored = stored
        self.general: list[str] = []
        if data is not None:
            rows.set_totals(data, "phones")
        choices = _with_seller(reading.choices(request.company, queries.visible_groups(request.user)), stored.seller_id)
        customer = {**_plain(stored, CustomerForm), "group": stored.group_id, "seller": stored.seller_id}
        phones = [_plain(phone, None) for phone in stored.phones] or [{**NEW_PHONE}]
        ibge = f"{stored.address.ibge_code}|{stored.address.city}|{stored.address.uf}" if stored.address.ibge_code else ""
        self.customer = CustomerForm(data, prefix="customer", choices=choices, initial=customer)
        self.phones = PhoneFormSet(data, prefix="phones", initial=phones if data is None else None)
        self.address = AddressForm(data, prefix="address", initial={**_plain(stored.address, AddressForm), "ibge": ibge})
        if request.user.limit("customers.edit") is Limit.OWN:
            del self.customer.fields["seller"]
        if data is not None:
            for form in self.all_forms:
                form.full_clean()
        if self.customer.is_company and check_ie(self._value("uf"), str(self.customer["rg_ie"].value() or "")) is IeCheck.SUSPECT:
            sentence = _("This does not look like a state registration of %(uf)s. Check it; it is saved anyway.")
            self.customer["rg_ie"].help_text = warn(sentence % {"uf": self._value("uf")})

    @property
    def all_forms(self) -> list[DataForm[Any]]:
        """In the order of the page."""
        return [self.customer, *self.phones.forms, self.address]

    @property
    def has_right_shape(self) -> bool:
        """Every field can be read; the rules have still to be asked."""
        return all(not form.errors for form in self.all_forms)

    @property
    def has_more_open(self) -> bool:
        """Something is wrong among the fields that are folded away."""
        return any(self.customer[name].errors for name in MORE if name in self.customer.fields)

    def to_data(self) -> CustomerData:
        """What was typed, over what is stored."""
        phones = tuple(form.to_data() for form in self.phones.forms)
        return replace(self.customer.to_data(self.stored), phones=phones, address=self.address.to_data(self.stored.address))

    def show(self, error: BusinessError) -> None:
        """Put a refusal's sentences at their fields; the rest stands above the form."""
        for path, sentence in error.fields.items():
            if not self._show(path, sentence):
                self.general.append(sentence)
        if not error.fields:
            self.general.append(error.message)

    def hide_errors(self) -> None:
        """Somebody is still typing."""
        for form in self.all_forms:
            form.forget_errors()

    def _show(self, path: str, sentence: str) -> bool:
        head, _dot, rest = path.partition(".")
        if head == "address":
            return bool(self.address.show(rest or "street", sentence))
        if head == "phones" and self.phones.forms:
            place, _dot, name = rest.partition(".")
            index = min(int(place) if place.isdigit() else 0, len(self.phones.forms) - 1)
            return bool(self.phones.forms[index].show(name or "number", sentence))
        return bool(self.customer.show(path, sentence))

    def _value(self, name: str) -> str:
        return str(self.address[name].value() or "")


MORE = ("trade_name", "rg_issuer", "ie_status", "im", "seller", "source", "notes", "wants_email", "wants_sms", "wants_whatsapp")


class Edit(OfCustomer):
    """The page. A wrong field answers 422 with everything that was typed."""

    permission = "customers.edit"
    template_name = f"{FOLDER}/edit.html"

    def get(self, request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._draw(EditForm(None, customers.data_of(self.customer), request=request))

    def post(self, request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        data = request.POST.copy()
        verb, _colon, rest = data.get("do", "save").partition(":")
        if verb in ("add-phone", "remove-phone"):
            _change_phones(data, verb, rest)
        form = EditForm(data, customers.data_of(self.customer), request=request)
        if verb != "save":
            form.hide_errors()
            return self._draw(form)
        if form.has_right_shape:
            try:
                customers.update(customer=self.customer, data=form.to_data(), actor=request.actor)
                messages.success(request, _("Registration saved."))
                return HttpResponseRedirect(self.url("customer"))
            except BusinessError as refusal:
                form.show(refusal)
        else:
            self._ask_rules(form)
        return self._draw(form, status=422)

    def _ask_rules(self, form: EditForm) -> None:
        """Everything wrong is told at once, the rules included."""
        try:
            customers.check(form.to_data(), today=clock.today())
        except BusinessError as refusal:
            form.show(refusal)

    def _draw(self, form: EditForm, status: int = 200) -> HttpResponse:
        return self.answer(form=form, customer=self.customer, back=self.url("customer"), status=status)


def _with_seller(choices: reading.Choices, seller_id: int | None) -> reading.Choices:
    """Somebody who does not work here any more stays the one who sold it."""
    if seller_id is None or any(pk == seller_id for pk, _name in choices.sellers):
        return choices
    former = User.objects.filter(pk=seller_id).values_list("pk", "name")
    return replace(choices, sellers=[*choices.sellers, *former])


def _change_phones(data: QueryDict, verb: str, rest: str) -> None:
    if verb == "add-phone" and rows.total(data, "phones") < MOST_PHONES:
        rows.add(data, "phones", NEW_PHONE)
    if verb == "remove-phone" and rest.isascii() and rest.isdigit() and len(rest) < 3:
        rows.remove(data, "phones", int(rest))
    if not rows.total(data, "phones"):
        rows.add(data, "phones", NEW_PHONE)


def _plain(data: Any, form: type[DataForm[Any]] | None) -> dict[str, Any]:
    names = type(data).__dataclass_fields__ if form is None else form.base_fields
    return {name: getattr(data, name) for name in names if hasattr(data, name)}
