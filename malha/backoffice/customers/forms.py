"""Forms of customer, phones, address, contract and accesses: of the new-customer page, and of the pages that edit.

A form checks shape only (is it a date, is it an amount); rules belong to the services, whose sentences come back under the same
names (`DataForm.show`). Each fills one dataclass of a room: `form.to_data()` for a new thing, `form.to_data(base)` to change
one, which keeps what the form does not ask.
"""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, ClassVar, Generic, TypeVar

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _

from malha.contracts.data import ContractData
from malha.contracts.models import FirstCharge, TrustRule
from malha.core.forms import BrDateField, CepInput, CpfCnpjInput, MoneyFormField, OptionCards, PasswordReveal, PhoneInput, RadioSegment
from malha.customers.data import AddressData, CustomerData, PhoneData
from malha.customers.models import IeStatus, PersonType, Zone
from malha.domain.documents import UFS
from malha.domain.money import ZERO, Money
from malha.network.data import AccessData
from malha.network.models import Method
from malha.reports.sign_up import Choices, PlanChoice, RouterChoice
from malha.staff.permissions import Limit

T = TypeVar("T", CustomerData, PhoneData, AddressData, ContractData, AccessData)
# A text for people, translated when it is drawn.
Words = Any
MOST_PHONES = 10
MOST_ACCESSES = 20
BLANK: tuple[tuple[str, Words], ...] = (("", _("Choose")),)


class DataForm(forms.Form, Generic[T]):
    """A form that fills a dataclass. `renames`: where a field is called otherwise there (`group` → `group_id`)."""

    use_required_attribute = False
    data_class: ClassVar[type[Any]]
    renames: ClassVar[Mapping[str, str]] = {}
    # Stand-ins for required fields that are missing, so that everything else can be checked all the same.
    missing: ClassVar[Mapping[str, Any]] = {}

    def values(self) -> dict[str, Any]:
        """What was typed, under the dataclass's names; a field of a wrong shape is left out, and so is an empty one that must not be."""
        known = {field.name for field in fields(self.data_class)}
        cleaned = getattr(self, "cleaned_data", {})
        named = {self.renames.get(name, name): cleaned[name] for name in self.fields if name in cleaned}
        return {name: value for name, value in named.items() if name in known}

    def to_data(self, base: T | None = None) -> T:
        """The dataclass; `base` is what the thing is now, when it is being changed."""
        values = self.values()
        if base is not None:
            return replace(base, **values)
        made: T = self.data_class(**{**self.missing, **values})
        return made

    def show(self, name: str, sentence: str) -> bool:
        """Put a service's sentence under the field it is about, unless that has one. False when there is no such field."""
        own = {self.renames.get(field, field): field for field in self.fields}
        if name not in own:
            return False
        if own[name] not in self.errors:
            self.add_error(own[name], sentence)
        return True

    def forget_errors(self, *names: str) -> None:
        """Show nothing as wrong: somebody is still typing. `names`: only these fields."""
        if not names:
            self._errors = ErrorDict(renderer=self.renderer)
        for name in names:
            self.errors.pop(name, None)

    def lock(self, name: str, reason: Words) -> None:
        """Show a field that this person may not fill, with the reason; whatever is posted for it is ignored."""
        self.fields[name].disabled = True
        self.fields[name].help_text = reason


def _text(
    label: Words, *, attrs: Mapping[str, Any] | None = None, widget: forms.Widget | None = None, **kwargs: Any
) -> forms.CharField:
    """A text that may be left empty. Its length is the service's business, which says what is wrong instead of cutting it."""
    given = {"autocomplete": "off", **(attrs or {})}
    return forms.CharField(label=label, **{"required": False, "widget": widget or forms.TextInput(given), **kwargs})


def _days(label: Words) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        widget=forms.TextInput({"inputmode": "numeric", "class": "num", "autocomplete": "off"}),
        error_messages={"invalid": _("Type a whole number, for example 3.")},
    )


def _one_of(label: Words, *, sentence: Words, required: bool = False) -> forms.TypedChoiceField:
    """A number chosen from a list; None when nothing is."""
    return forms.TypedChoiceField(
        label=label,
        coerce=int,
        empty_value=None,
        required=required,
        error_messages={"required": sentence, "invalid_choice": sentence},
    )


class CustomerForm(DataForm[CustomerData]):
    """Dados do cliente, in the order of the seed; the labels of three fields follow the type of person."""

    data_class = CustomerData
    renames = {"group": "group_id", "seller": "seller_id"}
    missing = {"name": ""}

    name = _text(_("Name"), required=True, error_messages={"required": _("Type the name of the customer.")})
    email = _text(_("E-mail"), widget=forms.EmailInput({"autocomplete": "off"}))
    person_type = forms.ChoiceField(
        label=_("Type of person"), choices=PersonType.choices, initial=PersonType.INDIVIDUAL, required=False, widget=RadioSegment
    )
    rg_ie = _text("RG")
    cpf_cnpj = _text("CPF", widget=CpfCnpjInput())
    birth_date = BrDateField(label=_("Date of birth"), required=False)
    group = _one_of(_("Group"), sentence=_("Choose the group from the list."))
    trade_name = _text(_("Trade name or social name"))
    rg_issuer = _text(_("Issuer of the RG"))
    ie_status = forms.ChoiceField(label=_("State registration status"), choices=IeStatus.choices, required=False)
    im = _text(_("Municipal registration"))
    seller = _one_of(_("Salesperson"), sentence=_("Choose the salesperson from the list."))
    source = _text(_("How they found us"))
    notes = _text(_("Notes"), widget=forms.Textarea({"rows": 3}))
    opening_alert = _text(_("Alert when the record is opened"))
    wants_email = forms.BooleanField(label=_("Receives e-mail"), required=False, initial=True)
    wants_sms = forms.BooleanField(label=_("Receives SMS"), required=False, initial=True)
    wants_whatsapp = forms.BooleanField(label=_("Receives WhatsApp"), required=False, initial=True)

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].choices = [*(BLANK if choices.must_have_group else [("", _("None"))]), *choices.groups]  # type: ignore[attr-defined]
        self.fields["group"].required = choices.must_have_group
        self.fields["seller"].choices = [("", _("Nobody")), *choices.sellers]  # type: ignore[attr-defined]
        for name in choices.company.required_customer_fields:
            if name in self.fields:
                self.fields[name].required = True
                self.fields[name].error_messages["required"] = _("Your company asks for this field on every registration.")
        for name, label in self.labels().items():
            self.fields[name].label = label

    def values(self) -> dict[str, Any]:
        values = super().values()
        values["person_type"] = values.get("person_type") or PersonType.INDIVIDUAL
        return values

    @property
    def is_company(self) -> bool:
        """Jurídica was chosen."""
        return str(self["person_type"].value()) == PersonType.COMPANY

    def label_pairs(self) -> list[tuple[str, Words, Words]]:
        """Field, its label for a person, its label for a company: what a script exchanges when the choice changes."""
        people, companies = self.labels(company=False), self.labels(company=True)
        return [(self[name].html_name, people[name], companies[name]) for name in people]

    def labels(self, *, company: bool | None = None) -> dict[str, Words]:
        """The labels that follow the type of person (seed)."""
        if self.is_company if company is None else company:
            return {"name": _("Legal name"), "cpf_cnpj": "CNPJ", "rg_ie": _("State registration"), "birth_date": _("Date of opening")}
        return {"name": _("Name"), "cpf_cnpj": "CPF", "rg_ie": "RG", "birth_date": _("Date of birth")}


class PhoneForm(DataForm[PhoneData]):
    """One telephone; the first one is the main one."""

    data_class = PhoneData
    missing = {"number": ""}

    number = _text(_("Phone"), widget=PhoneInput())
    owner = _text(_("Whose it is"))
    has_whatsapp = forms.BooleanField(label=_("Has WhatsApp"), required=False, initial=True)
    wants_messages = forms.BooleanField(label=_("Receives notices"), required=False, initial=True)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("owner") and not cleaned.get("number"):
            self.add_error("number", _("Type the phone, or empty whose it is."))
        return cleaned


class AddressForm(DataForm[AddressData]):
    """Endereço. `found` names the fields that the CEP filled and nobody edited; `ibge` is `code|city|uf` as it was found."""

    data_class = AddressData

    cep = _text("CEP", widget=CepInput())
    street = _text(_("Street"))
    number = _text(_("Number"), attrs={"class": "num"})
    complement = _text(_("Complement"))
    district = _text(_("District"))
    city = _text(_("City"))
    uf = forms.ChoiceField(
        label="UF",
        required=False,
        choices=[("", "—"), *((uf, uf) for uf in UFS)],
        error_messages={"invalid_choice": _("Choose the state from the list.")},
    )
    reference = _text(_("Point of reference"), attrs={"placeholder": _("E.g.: blue gate, opposite the square")})
    condo = _text(_("Condominium"))
    block = _text(_("Building block"))
    unit = _text(_("Apartment"))
    zone = forms.ChoiceField(label=_("Zone"), choices=Zone.choices, initial=Zone.URBAN, required=False, widget=RadioSegment)
    found = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
    ibge = forms.CharField(required=False, max_length=120, widget=forms.HiddenInput)

    def values(self) -> dict[str, Any]:
        values = super().values()
        values["zone"] = values.get("zone") or Zone.URBAN
        code, _bar, place = str(self.cleaned_data.get("ibge", "")).partition("|")
        # The code belongs to the city that was found: it goes when somebody types another one.
        is_same = place == f"{values.get('city', '')}|{values.get('uf', '')}"
        return {**values, "ibge_code": code if is_same else ""}

    @property
    def is_begun(self) -> bool:
        """Something of the address was typed."""
        return any(str(self[name].value() or "").strip() for name in ("cep", "street", "number", "district", "city", "uf", "reference"))

    def tint(self) -> None:
        """Mark what the CEP filled, until somebody edits it."""
        for name in str(self["found"].value() or "").split(","):
            if name in ("street", "district", "city", "uf"):
                attrs = self.fields[name].widget.attrs
                attrs["class"] = f"{attrs.get('class', '')} fauto".strip()


class ContractForm(DataForm[ContractData]):
    """Contrato e cobrança, in the order of the seed. Empty days mean the standard configuration."""

    data_class = ContractData
    renames = {"collection_method": "collection_method_id", "template": "template_id"}
    missing = {"due_day": 1}

    due_day = _one_of(_("Due day"), sentence=_("Choose the due day."), required=True)
    collection_method = _one_of(_("Forms of payment"), sentence=_("Choose the form of payment."))
    template = _one_of(_("Contract template"), sentence=_("Choose the contract template from the list."))
    discount = MoneyFormField(label=_("Discount"), required=False, minimum=None)
    surcharge = MoneyFormField(label=_("Surcharge"), required=False, minimum=None)
    days_to_pending = _days(_("Days to notice"))
    days_to_block = _days(_("Days to block"))
    discount_until = BrDateField(label=_("Discount until"), required=False)
    first_charge = forms.ChoiceField(
        label=_("1st charge"), choices=FirstCharge.choices, initial=FirstCharge.PRORATED, required=False, widget=RadioSegment
    )
    minimum_term_months = _days(_("Minimum term (months)"))
    minimum_term_benefit = MoneyFormField(label=_("Benefit of the minimum term"), required=False)
    installation_fee = MoneyFormField(label=_("Installation fee"), required=False, minimum=None)
    installation_installments = _days(_("Instalments of the fee"))
    trust_release_rule = forms.ChoiceField(label=_("Trust release"), choices=TrustRule.choices, initial=TrustRule.DEFAULT, required=False)
    exempt = forms.BooleanField(label=_("Exempt: never charged"), required=False)
    auto_notice = forms.BooleanField(label=_("Notice of delay by itself"), required=False, initial=True)
    auto_block = forms.BooleanField(label=_("Block by itself"), required=False, initial=True)
    never_block = forms.BooleanField(label=_("Never block"), required=False)
    never_block_reason = _text(_("Reason never to block"), attrs={"placeholder": _("E.g.: hospital")})
    has_service_address = forms.BooleanField(label=_("The installation is at another address"), required=False)

    def __init__(self, *args: Any, choices: Choices, discounts: Limit | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [day for day in choices.company.offered_due_days if 1 <= day <= 31]
        others = [day for day in range(1, 32) if day not in offered]
        self.fields["due_day"].choices = [*BLANK, *((day, day) for day in offered), (_("Another day"), [(day, day) for day in others])]  # type: ignore[attr-defined]
        method = self.fields["collection_method"]
        # The widget before the choices: setting the choices hands them to the widget.
        method.widget = OptionCards(descriptions={str(row.id): _informal_words(row.is_informal) for row in choices.methods})
        method.choices = [(row.id, row.name) for row in choices.methods]  # type: ignore[attr-defined]
        self.fields["template"].choices = [("", _("None")), *((pk, name) for pk, name, _default in choices.templates)]  # type: ignore[attr-defined]
        for name, days in (("days_to_pending", choices.policy.days_to_pending), ("days_to_block", choices.policy.days_to_block)):
            self.fields[name].widget.attrs["placeholder"] = _("%(days)s (standard)") % {"days": days}
        self.cap = choices.company.discount_limit if discounts is Limit.CAPPED else None
        if self.cap is not None:
            self.fields["discount"].help_text = _("Up to %(limit)s for your role.") % {"limit": self.cap.format_brl()}
        locked = ("discount", "discount_until", "exempt") if discounts is None else ("exempt",) if discounts is Limit.CAPPED else ()
        for name in locked:
            self.lock(name, _("Your role does not give this. Ask a manager."))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        given = cleaned.get("discount")
        # What somebody else granted before stays, for as long as it was granted for.
        is_kept = given == self.initial.get("discount") and cleaned.get("discount_until") == self.initial.get("discount_until")
        if self.cap is not None and given is not None and given > self.cap and not is_kept:
            sentence = _("Your role gives discounts of up to %(limit)s a month. For more, ask a manager.")
            self.add_error("discount", sentence % {"limit": self.cap.format_brl()})
        return cleaned

    def values(self) -> dict[str, Any]:
        values = super().values()
        defaults: dict[str, Any] = {
            "discount": ZERO,
            "surcharge": ZERO,
            "installation_fee": ZERO,
            "installation_installments": 1,
            "first_charge": FirstCharge.PRORATED,
            "trust_release_rule": TrustRule.DEFAULT,
        }
        return {name: defaults.get(name) if value in (None, "") and name in defaults else value for name, value in values.items()}

    def amount(self, name: str) -> Money:
        """A typed amount, zero when it is empty or not one."""
        found = getattr(self, "cleaned_data", {}).get(name)
        return found if isinstance(found, Money) and not found.is_negative else ZERO


def _informal_words(is_informal: bool) -> Words:
    return _("Without barcode; you confirm the payment.") if is_informal else _("Pix and boleto with barcode; confirmed by itself.")


class AccessForm(DataForm[AccessData]):
    """Plano de acesso: LOGIN, SENHA, SERVIDOR, PLANO (seed), and the rest under "more options"."""

    data_class = AccessData
    renames = {"router": "router_id", "plan": "plan_id"}
    missing = {"username": "", "password": "", "router_id": None, "plan_id": None}
    NEEDED = ("username", "password", "router", "plan")

    username = _text(
        _("Login"),
        required=True,
        attrs={"class": "mono", "autocapitalize": "none", "spellcheck": "false"},
        error_messages={"required": _("Type a login, for example rosa.duarte.")},
    )
    password = _text(
        _("Password"),
        required=True,
        strip=False,
        widget=PasswordReveal(render_value=True, generates=True),
        error_messages={"required": _("Type a password or generate one.")},
    )
    router = _one_of(_("Router"), sentence=_("Choose the router."), required=True)
    plan = _one_of(_("Plan"), sentence=_("Choose the plan."), required=True)
    method = forms.ChoiceField(label=_("Type"), choices=Method.choices, initial=Method.PPPOE, required=False)
    ipv4 = _text(_("Fixed IP"), attrs={"class": "mono", "placeholder": _("Automatic")})
    mac = _text("MAC", attrs={"class": "mono"})
    lock_mac = forms.BooleanField(label=_("Lock to this MAC"), required=False)
    equipment = _text(_("Equipment"))
    onu_serial = _text("ONU", attrs={"class": "mono"})

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices = choices
        self.fields["router"].choices = [*BLANK, *((row.id, row.name) for row in choices.routers)]  # type: ignore[attr-defined]
        self.fields["plan"].choices = [*BLANK, *((row.id, f"{row.name} · {row.price.format_brl()}") for row in choices.plans)]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        values = super().values()
        values["method"] = values.get("method") or Method.PPPOE
        return values

    @property
    def chosen_plan(self) -> PlanChoice | None:
        """The plan as it is chosen now."""
        return self.choices.plan(self["plan"].value())

    @property
    def chosen_router(self) -> RouterChoice | None:
        """The router as it is chosen now."""
        return self.choices.router(self["router"].value())

    @property
    def method_label(self) -> str:
        """PPPoE, Hotspot."""
        return str(dict(Method.choices).get(str(self["method"].value()), ""))

    @property
    def is_blank(self) -> bool:
        """None of the four was typed: the row does not count."""
        return not any(str(self[name].value() or "").strip() for name in self.NEEDED)

    @property
    def is_complete(self) -> bool:
        """All four are there."""
        return all(str(self[name].value() or "").strip() for name in self.NEEDED)


class Rows(forms.BaseFormSet):  # type: ignore[type-arg]
    """A list of rows, each of them judged even when nothing in it was changed."""

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {**super().get_form_kwargs(index), "empty_permitted": False}


PhoneFormSet = forms.formset_factory(PhoneForm, formset=Rows, extra=0, max_num=MOST_PHONES, absolute_max=MOST_PHONES)
AccessFormSet = forms.formset_factory(AccessForm, formset=Rows, extra=0, max_num=MOST_ACCESSES, absolute_max=MOST_ACCESSES)
