"""What every page of the section has around it: its tabs, and the question between a wish and its deed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from malha.backoffice.generic import FormPage
from malha.backoffice.menu import url_of
from malha.contracts.models import Contract
from malha.customers import queries
from malha.staff.models import User
from malha.staff.requests import StaffRequest


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab of the section."""

    label: str | Promise
    url: str
    is_current: bool


_TABS: tuple[tuple[str, str | Promise], ...] = (
    ("rehearsal", _("Rehearsal")),
    ("notices", _("Notices to deliver")),
    ("terminations", _("Terminations")),
)


def tabs(current: str) -> list[Tab]:
    """All of them: who may open one may open each."""
    return [Tab(label, url_of(f"backoffice:{name}"), name == current) for name, label in _TABS]


def visible_contracts(user: User, keys: Sequence[int]) -> list[int]:
    """Those of these contracts whose customers this person may see."""
    rows = Contract.objects.filter(pk__in=keys, customer__in=queries.visible_to(user).order_by().values("pk"))
    return list(rows.order_by("pk").values_list("pk", flat=True))


class SelectionPage(FormPage):
    """What is done to ticked rows: the first POST asks, with the rows carried along; the second one, which says so, does it."""

    template_name = "dunning/ask.html"
    http_method_names = ["post"]
    title: str | Promise = ""
    button: str | Promise = ""
    is_harmful = False

    def effects(self) -> Sequence[str | Promise]:
        """What happens, in sentences, before the form."""
        return ()

    def back(self) -> str:
        """Where *voltar* leads."""
        raise NotImplementedError

    def carried(self) -> list[tuple[str, str]]:
        """Hidden fields with which the next form means the same rows."""
        raise NotImplementedError

    def is_possible(self) -> bool:
        """Is there anything to do? Otherwise the page says so and has no button."""
        return True

    def post(self, request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "confirmed" not in request.POST:
            return self.answer(form=self.get_form())
        return super().post(request, *args, **kwargs)

    def get_context(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "button": self.button,
            "effects": self.effects(),
            "is_harmful": self.is_harmful,
            "is_possible": self.is_possible(),
            "back": self.back(),
            "carried": [*self.carried(), ("confirmed", "1")],
        }
