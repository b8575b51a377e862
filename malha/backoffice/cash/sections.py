"""What every page of the cash book has around it: the tabs of the section, and a form that draws itself."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from malha.backoffice.generic import FormPage
from malha.staff.models import User


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab of the section."""

    label: str | Promise
    url: str
    is_current: bool


_TABS: tuple[tuple[str, str | Promise, str], ...] = (
    ("cashbook", _("Movement"), "cashbook.view"),
    ("cash_closings", _("Closings"), "cashbook.view"),
    ("payables", _("Bills to pay"), "payables.manage"),
    ("suppliers", _("Suppliers"), "payables.manage"),
    ("cash_accounts", _("Accounts"), "cashbook.manage"),
    ("cash_categories", _("Categories"), "cashbook.manage"),
)


def tabs(user: User, current: str) -> list[Tab]:
    """The tabs this person may open."""
    return [Tab(label, reverse(f"backoffice:{name}"), name == current) for name, label, code in _TABS if user.can(code)]


class LaidOutForm(forms.Form):
    """A form whose fields stand in columns of the grid: `layout` names the column of each field that does not take the whole line."""

    layout: Mapping[str, str] = {}

    def laid_out(self) -> Iterator[tuple[BoundField, str, bool]]:
        """Each visible field, its column, and whether it may be left empty."""
        for bound in self.visible_fields():
            is_optional = not bound.field.required and not isinstance(bound.field, forms.BooleanField)
            yield bound, self.layout.get(bound.name, "12"), is_optional


class CashForm(FormPage):
    """A form of the section. Give `title`, `button`, `back_name` (the URL name of the list above it) and `section` (its words)."""

    template_name = "cash/form.html"
    title: str | Promise = ""
    button: str | Promise = _("Save")
    section: str | Promise = ""
    back_name = "cashbook"
    is_harmful = False

    def get_title(self) -> str | Promise:
        """The heading."""
        return self.title

    def effects(self) -> Sequence[str | Promise]:
        """What happens, in sentences, before the form."""
        return ()

    def is_possible(self) -> bool:
        """Can it be done at all? Otherwise `effects` says why not, and there is no form."""
        return True

    def back(self) -> str:
        """Where *cancelar* leads."""
        return reverse(f"backoffice:{self.back_name}")

    def get_context(self) -> dict[str, Any]:
        return {
            "title": self.get_title(),
            "button": self.button,
            "section": self.section,
            "section_url": reverse(f"backoffice:{self.back_name}"),
            "back": self.back(),
            "effects": self.effects(),
            "is_harmful": self.is_harmful,
            "is_possible": self.is_possible(),
        }
