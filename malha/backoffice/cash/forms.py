"""The forms of the cash book. They check shape; what may be is said by the services."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from malha.backoffice.cash.sections import LaidOutForm
from malha.backoffice.submission import fresh_token
from malha.billing.models import PaymentForm
from malha.cashbook import queries
from malha.cashbook.data import AccountData, CategoryData, EntryData, PayableData, PayData, SupplierData, TransferData
from malha.cashbook.models import AccountKind, CashAccount, Direction, Payable, Recurrence
from malha.core.forms import BrDateField, CpfCnpjInput, MoneyFormField, PhoneInput, RadioSegment
from malha.domain.money import Money
from malha.staff import queries as staff

INDENT = "\u00a0\u00a0\u00a0"
CHOOSE = _("Choose…")
ONE_CENT = Money(1)
_ABOVE_ZERO = {"minimum": _("Type an amount above zero.")}
_FORMS = [(value, label) if value else ("", _("Not said")) for value, label in PaymentForm.choices]
_FORMS.sort(key=lambda pair: pair[0] != "")


def _choice(label: Any, *, required: bool = True, empty: Any = CHOOSE, **kwargs: Any) -> forms.TypedChoiceField:
    """A choice among rows by their keys; the rows are given when the form is made."""
    field = forms.TypedChoiceField(label=label, required=required, coerce=int, empty_value=None, **kwargs)
    field.empty_words = empty  # type: ignore[attr-defined]
    return field


def _fill(form: forms.Form, name: str, rows: Iterable[tuple[int, Any]]) -> None:
    field: Any = form.fields[name]
    field.choices = [("", field.empty_words), *rows]


def _accounts(rows: Iterable[CashAccount]) -> list[tuple[int, str]]:
    return [(account.pk, account.name) for account in rows]


def category_choices(direction: str = "") -> list[tuple[int, str]]:
    """The categories in use as a tree; of one direction only when it is given."""
    nodes = [node for node in queries.categories(only_active=True) if not direction or node.category.kind == direction]
    return [(node.category.pk, f"{INDENT * node.depth}{node.category}") for node in nodes]


class EntryForm(LaidOutForm):
    """Lançar. `token`: of this submission, so that a double click enters once."""

    layout = {"direction": "md-6", "amount": "md-6", "account": "md-6", "date": "md-6", "category": "md-6", "form": "md-6"}

    token = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False, initial=fresh_token)
    direction = forms.ChoiceField(label=_("Kind"), choices=Direction.choices, initial=Direction.OUT, widget=RadioSegment)
    amount = MoneyFormField(label=_("Value"), minimum=ONE_CENT, error_messages=_ABOVE_ZERO)
    description = forms.CharField(
        label=_("Description"), max_length=120, error_messages={"required": _("Type what this money is, for example change for the till.")}
    )
    account = _choice(_("Account"))
    date = BrDateField(label=_("Date"))
    category = _choice(_("Category"), required=False, empty=_("Without category"))
    form = forms.ChoiceField(label=_("Form"), choices=_FORMS, required=False)

    def __init__(self, *args: Any, accounts: Iterable[CashAccount], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _fill(self, "account", _accounts(accounts))
        _fill(self, "category", category_choices())

    def to_data(self) -> EntryData:
        """As the service takes it."""
        values = dict(self.cleaned_data)
        return EntryData(account_id=values.pop("account"), category_id=values.pop("category"), **values)


class TransferForm(LaidOutForm):
    """Transferir. `token`: of this submission, so that a double click transfers once."""

    layout = {"from_account": "md-6", "to_account": "md-6", "amount": "md-6", "date": "md-6"}

    token = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False, initial=fresh_token)
    from_account = _choice(_("From"))
    to_account = _choice(_("To"))
    amount = MoneyFormField(label=_("Value"), minimum=ONE_CENT, error_messages=_ABOVE_ZERO)
    date = BrDateField(label=_("Date"))
    note = forms.CharField(label=_("Note"), max_length=120, required=False)

    def __init__(self, *args: Any, sources: Iterable[CashAccount], targets: Iterable[CashAccount], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _fill(self, "from_account", _accounts(sources))
        _fill(self, "to_account", _accounts(targets))

    def to_data(self) -> TransferData:
        """As the service takes it."""
        values = dict(self.cleaned_data)
        return TransferData(from_account_id=values.pop("from_account"), to_account_id=values.pop("to_account"), **values)


class CloseForm(LaidOutForm):
    """Fechar caixa."""

    layout = {"counted": "md-6"}

    counted = MoneyFormField(
        label=_("Amount counted"), minimum=None, help_text=_("What you counted in the till, or what the bank statement says.")
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False, help_text=_("Why there is a difference, if there is one."))


class CorrectForm(LaidOutForm):
    """Why an entry or a payment is taken back."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=150,
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": _("Say why; it is recorded.")},
    )


class AccountForm(LaidOutForm):
    """Caixa or conta."""

    layout = {"name": "md-6", "kind": "md-6"}

    name = forms.CharField(
        label=_("Name"), max_length=60, error_messages={"required": _("Type the name of the account, for example Balcão.")}
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=AccountKind.choices, initial=AccountKind.CASH, widget=RadioSegment)
    owner = _choice(
        _("Own till of"),
        required=False,
        empty=_("Nobody: everybody with access to cash uses it"),
        help_text=_("What this person receives goes here. Attendants see only their own till."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _fill(self, "owner", [(user.pk, user.name) for user in staff.users() if user.is_active or user.pk == self.initial.get("owner")])

    def to_data(self) -> AccountData:
        """As the service takes it."""
        values = dict(self.cleaned_data)
        return AccountData(owner_id=values.pop("owner"), **values)


class CategoryForm(LaidOutForm):
    """A line of the plano de contas."""

    layout = {"name": "md-8", "code": "md-4", "kind": "md-6", "parent": "md-6"}

    name = forms.CharField(
        label=_("Name"), max_length=80, error_messages={"required": _("Type the name of the category, for example Energy.")}
    )
    code = forms.CharField(label=_("Code"), max_length=20, required=False, help_text=_("Empty: the next number under the one above."))
    kind = forms.ChoiceField(label=_("Kind"), choices=Direction.choices, initial=Direction.OUT, widget=RadioSegment)
    parent = _choice(_("Under"), required=False, empty=_("Nothing: a line of its own"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _fill(self, "parent", [(node.category.pk, f"{INDENT * node.depth}{node.category}") for node in queries.categories()])

    def to_data(self) -> CategoryData:
        """As the service takes it."""
        values = dict(self.cleaned_data)
        return CategoryData(parent_id=values.pop("parent"), **values)


class SupplierForm(LaidOutForm):
    """Fornecedor."""

    layout = {
        "legal_name": "md-6", "trade_name": "md-6", "cpf_cnpj": "md-4", "ie": "md-4", "phone": "md-4", "email": "md-6", "pix_key": "md-6",
    }  # fmt: skip

    legal_name = forms.CharField(label=_("Legal name"), max_length=150, error_messages={"required": _("Type the name of the supplier.")})
    trade_name = forms.CharField(label=_("Trade name"), max_length=150, required=False)
    # The service normalises both, because it knows the company's own area code.
    cpf_cnpj = forms.CharField(label=_("CPF or CNPJ"), max_length=30, required=False, widget=CpfCnpjInput)
    ie = forms.CharField(label=_("State registration"), max_length=20, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=30, required=False, widget=PhoneInput)
    email = forms.CharField(label=_("E-mail"), max_length=254, required=False, widget=forms.EmailInput)
    pix_key = forms.CharField(label=_("Pix key"), max_length=140, required=False)
    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    notes = forms.CharField(label=_("Notes"), max_length=2000, required=False, widget=forms.Textarea({"rows": 3}))

    def to_data(self) -> SupplierData:
        """As the service takes it."""
        return SupplierData(**self.cleaned_data)


class PayableForm(LaidOutForm):
    """Conta a pagar. Instalments are asked for once, when it is made. `token`: of that submission, so that a double click makes one."""

    layout = {
        "description": "md-8", "document_number": "md-4", "supplier": "md-6", "employee": "md-6", "amount": "md-4", "due_date": "md-4",
        "issued_on": "md-4", "installments": "md-4", "recurrence": "md-4", "category": "md-4",
    }  # fmt: skip

    token = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False, initial=fresh_token)
    description = forms.CharField(
        label=_("Description"), max_length=120, error_messages={"required": _("Type what has to be paid, for example Energy of the tower.")}
    )
    document_number = forms.CharField(label=_("Document number"), max_length=40, required=False)
    supplier = _choice(_("Supplier"), required=False, empty=_("None"))
    employee = _choice(_("Employee"), required=False, empty=_("None"))
    amount = MoneyFormField(label=_("Value"), minimum=ONE_CENT, error_messages=_ABOVE_ZERO)
    due_date = BrDateField(label=_("Due date"))
    issued_on = BrDateField(label=_("Issued on"), required=False)
    installments = forms.IntegerField(
        label=_("Instalments"), min_value=1, max_value=120, initial=1, widget=forms.NumberInput({"class": "num"}),
        help_text=_("The value is divided by them, a month apart."),
    )  # fmt: skip
    recurrence = forms.ChoiceField(label=_("Repetition"), choices=Recurrence.choices, initial=Recurrence.NONE)
    category = _choice(_("Category"), required=False, empty=_("Without category"))
    barcode = forms.CharField(label=_("Barcode or Pix code"), max_length=600, required=False, widget=forms.Textarea({"rows": 2}))
    note = forms.CharField(label=_("Note"), max_length=2000, required=False, widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args: Any, payable: Payable | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        suppliers = [(row.pk, str(row)) for row in queries.suppliers_on_offer()]
        people = [(user.pk, user.name) for user in staff.users() if user.is_active]
        categories = category_choices(Direction.OUT)
        if payable is not None:
            # What the bill has stays in the list although it is not offered any more.
            if payable.supplier and payable.supplier.archived_at:
                suppliers.append((payable.supplier.pk, str(payable.supplier)))
            if payable.employee and not payable.employee.is_active:
                people.append((payable.employee.pk, payable.employee.name))
            if payable.category and not payable.category.is_active:
                categories.append((payable.category.pk, str(payable.category)))
            del self.fields["installments"], self.fields["token"]
        _fill(self, "supplier", suppliers)
        _fill(self, "employee", people)
        _fill(self, "category", categories)

    def to_data(self) -> PayableData:
        """As the service takes it."""
        values = dict(self.cleaned_data)
        keys = {f"{name}_id": values.pop(name) for name in ("supplier", "employee", "category")}
        return PayableData(**keys, **values)


class PayForm(LaidOutForm):
    """Pagar."""

    layout = {"amount": "md-6", "paid_on": "md-6", "account": "md-6", "form": "md-6"}

    amount = MoneyFormField(
        label=_("Value paid"), minimum=ONE_CENT, error_messages=_ABOVE_ZERO, help_text=_("With interest or discount, if there was any.")
    )
    paid_on = BrDateField(label=_("Paid on"))
    account = _choice(_("Out of the account"))
    form = forms.ChoiceField(label=_("Form"), choices=_FORMS, required=False)

    def __init__(self, *args: Any, accounts: Iterable[CashAccount], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _fill(self, "account", _accounts(accounts))

    def to_data(self) -> PayData:
        """As the service takes it."""
        values = dict(self.cleaned_data)
        return PayData(account_id=values.pop("account"), **values)


class CancelForm(CorrectForm):
    """Why a bill is not paid; of one that repeats, whether it ends."""

    ends_series = forms.BooleanField(label=_("It does not come back in the next months"), required=False)

    def __init__(self, *args: Any, repeats: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not repeats:
            del self.fields["ends_series"]
