"""Widgets in the Brazilian forms: a mask helps while typing, the server takes any form that is pasted.

`data-mask` names a mask of ui.js, which works only on pages that load imask (`{% block scripts %}` of ui/base.html).
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from malha.domain.documents import format_cep, format_document
from malha.domain.money import Money
from malha.domain.phones import format_phone

_Attrs = Mapping[str, Any] | None


class MaskedInput(forms.TextInput):
    """Base: a text field with a mask, the right keyboard on phones, and no autocompletion of somebody else's data."""

    mask = ""
    keyboard = "numeric"
    css = "num"
    placeholder = ""

    def __init__(self, attrs: _Attrs = None) -> None:
        own = {"data-mask": self.mask, "inputmode": self.keyboard, "class": self.css, "autocomplete": "off"}
        if self.placeholder:
            own["placeholder"] = self.placeholder
        super().__init__({**own, **(attrs or {})})


class MoneyInput(MaskedInput):
    """An amount in reais, with R$ before it."""

    template_name = "ui/forms/money.html"
    mask = "moeda"
    keyboard = "decimal"

    def format_value(self, value: Any) -> str | None:
        return value.format_number() if isinstance(value, Money) else super().format_value(value)


class DateInput(MaskedInput):
    """A day as dd/mm/aaaa. Not type=date: staff type it, and the browser's picker follows the browser's language."""

    mask = "data"
    placeholder = "dd/mm/aaaa"

    def format_value(self, value: Any) -> str | None:
        return f"{value:%d/%m/%Y}" if isinstance(value, date) else super().format_value(value)


class CpfCnpjInput(MaskedInput):
    """CPF or CNPJ, letters included. The keyboard is the full one because a CNPJ may have letters since July 2026."""

    mask = "cpfcnpj"
    keyboard = "text"
    css = ""

    def format_value(self, value: Any) -> str | None:
        return format_document(str(value)) if value else super().format_value(value)


class PhoneInput(MaskedInput):
    """A telephone with its area code."""

    mask = "fone"
    keyboard = "tel"
    css = ""

    def format_value(self, value: Any) -> str | None:
        return format_phone(str(value)) if value else super().format_value(value)


class CepInput(MaskedInput):
    """A postal code."""

    mask = "cep"
    css = ""

    def format_value(self, value: Any) -> str | None:
        return format_cep(str(value)) if value else super().format_value(value)


class RadioSegment(forms.RadioSelect):
    """Two to five short choices side by side, one of them pressed."""

    template_name = "ui/forms/radio_segment.html"


class OptionCards(forms.RadioSelect):
    """Choices that need a sentence each: `OptionCards(descriptions={"manual": "Sem código de barras…"})`."""

    template_name = "ui/forms/option_cards.html"

    def __init__(self, attrs: _Attrs = None, choices: Any = (), *, descriptions: Mapping[str, Any] | None = None) -> None:
        super().__init__(dict(attrs or {}), choices)
        self.descriptions = dict(descriptions or {})

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        option["description"] = self.descriptions.get(str(value), "")
        return option


class CheckList(forms.CheckboxSelectMultiple):
    """Several may be ticked, one under the other."""

    template_name = "ui/forms/check_list.html"


class PasswordReveal(forms.PasswordInput):
    """A password with an eye, and with `generates=True` a button that makes up a readable one in the browser.

    `render_value=True` for passwords that staff may read (an access), never for their own.
    """

    template_name = "ui/forms/password_reveal.html"

    def __init__(self, attrs: _Attrs = None, *, render_value: bool = False, generates: bool = False) -> None:
        super().__init__({"autocomplete": "new-password", "class": "mono", **(attrs or {})}, render_value)
        self.generates = generates

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["generates"] = self.generates
        return context


class FilterInput(forms.TextInput):
    """The filter box of a list: "/" jumps into it."""

    input_type = "search"
    template_name = "ui/forms/filter_input.html"

    def __init__(self, attrs: _Attrs = None) -> None:
        super().__init__({"data-filter": True, "autocomplete": "off", **(attrs or {})})
