"""Forms of every page: the renderer that ties label, control, hint and error together, and fields that read Brazilian input.

How to build a form: docs/howto/ui.md.
"""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _

from malha.core import rules
from malha.core.errors import BusinessError
from malha.core.widgets import (
    CepInput,
    CpfCnpjInput,
    DateInput,
    FilterInput,
    MaskedInput,
    MoneyInput,
    OptionCards,
    PasswordReveal,
    PhoneInput,
    RadioSegment,
)
from malha.domain.documents import normalize_cep, normalize_document
from malha.domain.errors import RuleError
from malha.domain.money import ZERO, Money
from malha.domain.phones import normalize_phone

__all__ = [
    "BrDateField",
    "CepField",
    "CepInput",
    "CpfCnpjField",
    "CpfCnpjInput",
    "DateInput",
    "FilterInput",
    "MaskedInput",
    "MoneyFormField",
    "MoneyInput",
    "OptionCards",
    "PasswordReveal",
    "PhoneField",
    "PhoneInput",
    "RadioSegment",
    "UiBoundField",
    "UiRenderer",
    "confirm",
    "put_errors",
]

REQUIRED = _("Fill in this field.")
_CLASS_BY_WIDGET: tuple[tuple[type[forms.Widget] | tuple[type[forms.Widget], ...], str], ...] = (
    ((forms.CheckboxInput, forms.RadioSelect, forms.CheckboxSelectMultiple), "form-check-input"),
    (forms.Select, "form-select"),
    ((forms.HiddenInput, forms.MultipleHiddenInput), ""),
)


def _css_class(widget: forms.Widget) -> str:
    for kinds, css in _CLASS_BY_WIDGET:
        if isinstance(widget, kinds):
            return css
    return "form-control"


class UiBoundField(BoundField):
    """A field in its form: gives every widget its CSS class, marks the wrong ones, and ties hint, error and confirmation by id.

    `confirmation` is what the server found right about the value; `confirm` sets it.
    """

    confirmation = ""

    def build_widget_attrs(self, attrs: Any, widget: forms.Widget | None = None) -> dict[str, Any]:
        widget = widget or self.field.widget
        built: dict[str, Any] = super().build_widget_attrs(attrs, widget)
        verdict = "is-bad" if self.errors else "is-ok" if self.confirmation else ""
        parts = (_css_class(widget), str(built.get("class") or widget.attrs.get("class", "")), verdict)
        css = " ".join(dict.fromkeys(part for part in parts if part))
        return {**built, "class": css} if css else built

    @property
    def aria_describedby(self) -> str | None:
        described: str | None = super().aria_describedby
        if self.confirmation and not self.errors and described is not None:
            return f"{described} {self.auto_id}_ok".strip()
        return described

    @property
    def is_group(self) -> bool:
        """Several controls under one label: radios, lists of checkboxes."""
        return bool(self.field.widget.use_fieldset)

    @property
    def is_checkbox(self) -> bool:
        """One checkbox, whose label stands behind it."""
        return isinstance(self.field.widget, forms.CheckboxInput)


class UiRenderer(TemplatesSetting):
    """The project's FORM_RENDERER."""

    form_template_name = "ui/forms/form.html"
    formset_template_name = "ui/forms/formset.html"
    field_template_name = "ui/forms/field.html"
    bound_field_class = UiBoundField


def confirm(form: forms.BaseForm, name: str, sentence: str) -> None:
    """Show in green what the server found right about a field: `confirm(form, "cpf_cnpj", _("Valid CPF"))`."""
    bound = form[name]
    if isinstance(bound, UiBoundField):
        bound.confirmation = sentence


def put_errors(form: forms.BaseForm, error: BusinessError, *, rename: dict[str, str] | None = None) -> None:
    """Show a service's refusal on the form: under the fields it names, or above the form.

    `rename` maps the service's names to the form's where they differ. A field the form does not have goes above the form, so
    that no sentence is lost.
    """
    names = rename or {}
    for name, sentence in error.fields.items():
        target = names.get(name, name)
        form.add_error(target if target in form.fields else None, sentence)
    if not error.fields:
        form.add_error(None, error.message)


class _RuleField(forms.CharField):
    """A text whose normal form the rule book knows; what it refuses becomes a sentence under the field."""

    default_error_messages = {"required": REQUIRED}

    def normalize(self, text: str) -> str:
        raise NotImplementedError

    def to_python(self, value: Any) -> str | None:
        text = super().to_python(value) or ""
        if text in self.empty_values:
            return ""
        try:
            return self.normalize(text)
        except RuleError as error:
            raise ValidationError(rules.sentence(error), code=error.code) from error


class CpfCnpjField(_RuleField):
    """CPF or CNPJ typed anyhow -> without punctuation."""

    widget = CpfCnpjInput

    def normalize(self, text: str) -> str:
        return normalize_document(text)


class CepField(_RuleField):
    """CEP typed anyhow -> eight digits."""

    widget = CepInput

    def normalize(self, text: str) -> str:
        return normalize_cep(text)


class PhoneField(_RuleField):
    """Telephone typed anyhow -> E.164. `default_ddd` is put before a number without area code."""

    widget = PhoneInput

    def __init__(self, *, default_ddd: str | None = None, **kwargs: Any) -> None:
        self.default_ddd = default_ddd
        super().__init__(**kwargs)

    def normalize(self, text: str) -> str:
        return normalize_phone(text, self.default_ddd)


class MoneyFormField(forms.Field):
    """An amount typed as 1234,56, 1.234,56 or 1234.56 -> Money; None when empty and not required.

    `minimum` refuses less, by default anything below zero; None lets negative amounts through.
    """

    widget = MoneyInput
    default_error_messages = {
        "required": _("Type an amount, for example 119,90."),
        "minimum": _("Type an amount of %(minimum)s or more."),
    }

    def __init__(self, *, minimum: Money | None = ZERO, **kwargs: Any) -> None:
        self.minimum = minimum
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Money | None:
        if value in self.empty_values or (isinstance(value, str) and not value.strip()):
            return None
        if isinstance(value, Money):
            return value
        try:
            return Money.parse_brl(str(value))
        except RuleError as error:
            raise ValidationError(rules.sentence(error), code=error.code) from error

    def validate(self, value: Money | None) -> None:
        super().validate(value)
        if value is not None and self.minimum is not None and value < self.minimum:
            message = self.error_messages["minimum"] % {"minimum": self.minimum.format_brl()}
            raise ValidationError(message, code="minimum")

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


_DATE_SHAPES = (
    re.compile(r"(?P<day>\d{1,2})[/.\- ](?P<month>\d{1,2})[/.\- ](?P<year>\d{4})", re.ASCII),
    re.compile(r"(?P<day>\d{2})(?P<month>\d{2})(?P<year>\d{4})", re.ASCII),
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})", re.ASCII),
)


class BrDateField(forms.Field):
    """A day typed as 24/11/2026, 24-11-2026, 24112026 or 2026-11-24 -> date. A year of two digits is refused, not guessed."""

    widget = DateInput
    default_error_messages = {
        "required": _("Type a date, for example 24/11/2026."),
        "invalid": _("Type the date as day/month/year with four digits in the year, for example 24/11/2026."),
        "impossible": _("This day does not exist in the calendar. Check day and month."),
        "year": _("Check the year of this date."),
    }

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values or (isinstance(value, str) and not value.strip()):
            return None
        if isinstance(value, date):
            return value
        match = next((found for shape in _DATE_SHAPES if (found := shape.fullmatch(str(value).strip()))), None)
        if match is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        if not 1900 <= int(match["year"]) <= 2200:
            raise ValidationError(self.error_messages["year"], code="year")
        try:
            return date(int(match["year"]), int(match["month"]), int(match["day"]))
        except ValueError as error:
            raise ValidationError(self.error_messages["impossible"], code="impossible") from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True
