"""Contrato: the tab, a new one, its data, its installation address, activation, cancellation."""

from dataclasses import replace
from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from malha.backoffice.customers.forms import AddressForm, ContractForm, DataForm
from malha.backoffice.customers.leaving import LeavingForm
from malha.backoffice.customers.one import FOLDER, AskPage, CustomerPage, OfCustomer
from malha.backoffice.generic import FormPage
from malha.contracts.data import ContractData
from malha.contracts.models import CollectionMethod, Contract, ContractDocument, ContractTemplate
from malha.contracts.services import contracts, places
from malha.core import clock
from malha.core.errors import BusinessError
from malha.core.forms import BrDateField
from malha.customers.data import AddressData
from malha.dunning.queries import standard_days
from malha.journeys import activation, leaving
from malha.reports import sign_up as reading
from malha.reports.customer_card import ContractView
from malha.reports.sign_up import Choices, MethodChoice
from malha.staff.requests import StaffRequest


class Contracts(CustomerPage):
    """The tab: every contract, the living ones first."""

    template_name = f"{FOLDER}/contracts.html"
    tab = "customer_contracts"

    def get_tab(self) -> dict[str, Any]:
        documents = ContractDocument.objects.filter(contract__customer=self.customer).select_related("version__template", "made_by")
        pending, block = standard_days()
        return {
            "contracts": sorted(self.card.contracts, key=lambda view: (not view.is_alive, -view.contract.number)),
            "documents": list(documents),
            "standard": {"pending": pending, "block": block},
        }


class ContractPage(OfCustomer):
    """What is about one contract, found by the number that is printed on it."""

    permission = "contracts.edit"

    @cached_property
    def view(self) -> ContractView:
        """The contract of the URL. Raises Http404."""
        found = next((view for view in self.card.contracts if view.contract.number == self.kwargs["pk"]), None)
        if found is None:
            raise Http404
        return found

    @property
    def contract(self) -> Contract:
        """Its row."""
        return self.view.contract

    def back(self) -> str:
        """The tab."""
        return self.url("customer_contracts")


class AgreementPage(OfCustomer):
    """A form of a contract, with the installation address folded into it when it is new."""

    permission = "contracts.edit"
    template_name = f"{FOLDER}/contract_form.html"

    def bind(self, data: Any, choices: Choices) -> ContractForm:
        """The form."""
        raise NotImplementedError

    def save(self, form: ContractForm, place: AddressForm | None) -> str:
        """Act; where to go."""
        raise NotImplementedError

    def bind_place(self, data: Any) -> AddressForm | None:
        """The address form, where the page has one."""
        return None

    def get(self, request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.draw(self.bind(None, self.choices()), self.bind_place(None))

    def post(self, request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form, place = self.bind(request.POST, self.choices()), self.bind_place(request.POST)
        general: list[str] = []
        asks_place = place is not None and bool(request.POST.get("contract-has_service_address"))
        if form.is_valid() and (not asks_place or place is None or place.is_valid()):
            try:
                return self.go(self.save(form, place if asks_place else None))
            except BusinessError as refusal:
                general = _show(refusal, form, place)
        return self.draw(form, place, general, status=422)

    def choices(self) -> Choices:
        """What can be chosen."""
        return reading.choices(self.request.company)

    def draw(self, form: ContractForm, place: AddressForm | None, general: list[str] | None = None, status: int = 200) -> HttpResponse:
        """The page."""
        return self.answer(
            form=form,
            place=place,
            general=general or [],
            customer=self.customer,
            back=self.url("customer_contracts"),
            place_open=place is not None and place.is_bound and bool(form["has_service_address"].value() or place.is_begun),
            status=status,
        )


class New(AgreementPage):
    """NOVO CONTRATO. Without a plan yet it is a draft; the next page asks for the access plan."""

    def bind(self, data: Any, choices: Choices) -> ContractForm:
        method = choices.default_method
        initial = {"collection_method": method.id if method else None, "template": choices.default_template}
        return _bind(self.request, data, choices, initial)

    def bind_place(self, data: Any) -> AddressForm | None:
        return AddressForm(data, prefix="service_address")

    def save(self, form: ContractForm, place: AddressForm | None) -> str:
        data: ContractData = form.to_data()
        data = replace(data, seller_id=self.customer.seller_id, service_address=place.to_data() if place else None)
        made = contracts.create(customer=self.customer, data=data, plans=(), standard_days=standard_days(), actor=self.request.actor)
        messages.success(self.request, _("Contract %(number)s made. Now its access plan.") % {"number": made.number})
        return f"{self.url('access_new')}?contrato={made.number}"


class Edit(ContractPage, AgreementPage):
    """What the contract agrees. What was already charged stays as it is."""

    def get_context(self) -> dict[str, Any]:
        return {"contract": self.contract}

    def choices(self) -> Choices:
        """The usual ones and what the contract has, even if it is not offered any more."""
        found = super().choices()
        method, template = self.contract.collection_method, self.contract.template
        return replace(found, methods=_with_method(found, method), templates=_with_template(found, template))

    def bind(self, data: Any, choices: Choices) -> ContractForm:
        stored = contracts.data_of(self.contract)
        initial = {name: getattr(stored, name) for name in ContractForm.base_fields if hasattr(stored, name)}
        initial.update(collection_method=stored.collection_method_id, template=stored.template_id)
        form = _bind(self.request, data, choices, initial)
        del form.fields["has_service_address"]
        return form

    def save(self, form: ContractForm, place: AddressForm | None) -> str:
        data = form.to_data(contracts.data_of(self.contract))
        contracts.update(contract=self.contract, data=data, standard_days=standard_days(), actor=self.request.actor)
        messages.success(self.request, _("Contract %(number)s saved.") % {"number": self.contract.number})
        return self.back()


class PlaceForm(AddressForm):
    """An address, or the customer's own."""

    is_own = forms.BooleanField(label=gettext_lazy("The installation is at the customer's address"), required=False)


class Place(ContractPage, FormPage):
    """Endereço de instalação."""

    template_name = f"{FOLDER}/contract_place.html"

    def get_context(self) -> dict[str, Any]:
        return {"customer": self.customer, "contract": self.contract, "back": self.back()}

    def get_form(self, **kwargs: Any) -> forms.BaseForm:
        address = self.contract.service_address
        initial: dict[str, Any] = {"is_own": address is None}
        if address is not None:
            initial.update({name: getattr(address, name) for name in AddressData.__dataclass_fields__})
            initial["ibge"] = f"{address.ibge_code}|{address.city}|{address.uf}" if address.ibge_code else ""
        kwargs.pop("files", None)
        return PlaceForm(initial=initial, **kwargs)

    def save(self, form: Any) -> str:
        data = None if form.cleaned_data["is_own"] else form.to_data()
        places.set_service_address(contract=self.contract, address=data, actor=self.request.actor)
        messages.success(self.request, _("Address of the installation saved."))
        return self.back()


class DayForm(forms.Form):
    """On which day."""

    on = BrDateField(label=gettext_lazy("Activated on"), error_messages={"required": gettext_lazy("Type the day of the activation.")})


class Activate(ContractPage, AskPage):
    """ATIVAR: the charges begin, the logins go to their routers."""

    title = gettext_lazy("Activate contract")
    button = gettext_lazy("Activate")
    form_class = DayForm

    def get_initial(self) -> dict[str, Any]:
        return {"on": clock.today()}

    def effects(self) -> list[str]:
        return [
            _("The charges of contract %(number)s begin on this day and its logins go to their routers.") % {"number": self.contract.number}
        ]

    def save(self, form: Any) -> str:
        activation.activate_contract(contract=self.contract, on=form.cleaned_data["on"], actor=self.request.actor)
        messages.success(self.request, _("Contract %(number)s is active.") % {"number": self.contract.number})
        return self.back()


class Cancel(ContractPage, AskPage):
    """CANCELAR CONTRATO. Keeps everything; asks the reason and whether the IP stays."""

    permission = "contracts.cancel"
    title = gettext_lazy("Cancel contract")
    button = gettext_lazy("Cancel contract")
    form_class = LeavingForm
    is_harmful = True

    def effects(self) -> list[str]:
        logins = ", ".join(access.access.username for access in self.view.living_accesses)
        words = {"number": self.contract.number, "name": self.customer.name, "logins": logins}
        first = _("Contract %(number)s of %(name)s ends today.") % words
        sentences = [first] + ([_("These logins leave the router now: %(logins)s.") % words] if logins else [])
        if self.view.exit_fine:
            sentences.append(_("Leaving today costs %(amount)s (minimum term).") % {"amount": self.view.exit_fine.format_brl()})
        return sentences

    def save(self, form: Any) -> str:
        leaving.cancel_contract(contract=self.contract, on=clock.today(), actor=self.request.actor, **form.cleaned_data)
        messages.success(self.request, _("Contract %(number)s is cancelled.") % {"number": self.contract.number})
        return self.back()


def _bind(request: StaffRequest, data: Any, choices: Choices, initial: dict[str, Any]) -> ContractForm:
    discounts = request.user.limit("contracts.discount")
    return ContractForm(data, prefix="contract", choices=choices, discounts=discounts, initial=initial)


def _with_method(choices: Choices, method: CollectionMethod) -> list[MethodChoice]:
    others = list(choices.methods)
    known = any(row.id == method.pk for row in others)
    return others if known else [*others, MethodChoice(method.pk, method.name, method.is_informal, method.is_default)]


def _with_template(choices: Choices, template: ContractTemplate | None) -> list[tuple[int, str, bool]]:
    others = list(choices.templates)
    known = template is None or any(pk == template.pk for pk, _name, _default in others)
    return others if known or template is None else [*others, (template.pk, template.name, template.is_default)]


def _show(error: BusinessError, form: ContractForm, place: AddressForm | None) -> list[str]:
    """Put the sentences at their fields; what has no field is answered."""
    left = [] if error.fields else [error.message]
    for path, sentence in error.fields.items():
        of: DataForm[Any] | None = place if path.startswith("service_address.") else form
        if of is None or not of.show(path.removeprefix("service_address."), sentence):
            left.append(sentence)
    return left
