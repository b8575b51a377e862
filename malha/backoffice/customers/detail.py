"""The customer page: Resumo and Histórico, the CPF on request, the badge of an access."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from malha.backoffice.customers import access_words
from malha.backoffice.customers.access_words import AccessLine
from malha.backoffice.customers.one import FOLDER, Abilities, CustomerPage, find
from malha.backoffice.history.labels import Line, line
from malha.backoffice.menu import url_of
from malha.core import history
from malha.core.history_queries import HistoryFilter, page
from malha.core.models import HistoryEntry
from malha.core.statuses import STANDING
from malha.core.templatetags.ui import moment
from malha.customers import queries
from malha.domain.documents import mask_document
from malha.reports import customer_card
from malha.reports.customer_card import ContractView
from malha.staff.permissions import requires
from malha.staff.requests import StaffRequest

FEED = 7
ICONS = {
    "access": "wifi",
    "attachment": "paperclip",
    "contract": "file-text",
    "customer": "user",
    "note": "note",
}
ICON_OF_VERB = {
    "access.disconnect_asked": "plug-connected-x",
    "access.password_seen": "eye",
    "attachment.seen": "eye",
    "contract.cancelled": "circle-x",
    "contract.printed": "printer",
    "contract.document_seen": "eye",
    "contract.standing_blocked": "lock",
    "contract.standing_clear": "lock-open",
    "customer.document_seen": "eye",
    "customer.archived": "archive",
}


@dataclass(frozen=True, slots=True)
class Happening:
    """A line of the activity."""

    line: Line
    icon: str


class Summary(CustomerPage):
    """Resumo: what somebody on the phone must know in one look."""

    template_name = f"{FOLDER}/summary.html"
    tab = "customer"
    reveals_document = False

    def get_tab(self) -> dict[str, Any]:
        notes = list(queries.notes_of(self.customer)[:20])
        entries, _older = page(HistoryFilter(customer_id=self.customer.pk), size=FEED)
        return {
            "accesses": self.access_lines(living=True),
            "causes": [_why(view) for view in self.card.troubled],
            "contacts": list(self.customer.contacts.all()),
            "notes": notes,
            "pinned": next((note for note in notes if note.is_pinned), None),
            "feed": _feed(entries),
            "divergences_url": url_of("backoffice:divergences"),
            "reveals_document": self.reveals_document,
        }


class History(CustomerPage):
    """Histórico: everything that was done, by whom, when and why."""

    template_name = f"{FOLDER}/history.html"
    tab = "customer_history"

    def get_tab(self) -> dict[str, Any]:
        asked = self.request.GET.get("before", "")
        before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else None
        entries, older = page(HistoryFilter(customer_id=self.customer.pk, before=before))
        return {"feed": _feed(entries), "older": older, "is_later_page": before is not None}


class Document(Summary):
    """The whole CPF or CNPJ. Asked by a button, because each look is recorded."""

    permission = "customers.view_document"
    template_name = f"{FOLDER}/summary.html"
    partial_template = f"{FOLDER}/_document.html"
    reveals_document = True
    http_method_names = ["post"]

    def post(self, request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        history.record(self.customer, "customer.document_seen", actor=request.actor, customer_id=self.customer.pk)
        response = self.answer()
        response["Cache-Control"] = "no-store"
        return response


@requires("customers.view")
@never_cache
@require_GET
def access_badge(request: StaffRequest, number: int, pk: int) -> HttpResponse:
    """How one access stands on its router now. The page asks every two seconds while something is on its way."""
    customer = find(request, number, "customers.view")
    view = customer_card.find_access(customer, pk)
    if view is None:
        raise Http404
    context = {
        "line": AccessLine(view, access_words.sync(view)),
        "customer": customer,
        "can": Abilities(request, customer),
        "divergences_url": url_of("backoffice:divergences"),
        "is_part": True,
    }
    return render(request, f"{FOLDER}/_badge.html", context)


def _why(view: ContractView) -> str:
    """Por que bloqueado? One line of cause: what, since when, by whom, the reason, and what the routers say."""
    entry = view.cause
    state = str(STANDING[view.contract.standing].label)
    if entry is None:
        return _("%(state)s; the history does not say why.") % {"state": state}
    words = {"state": state, "who": entry.actor_name, "when": moment(entry.at), "reason": entry.reason}
    first = _("%(state)s by %(who)s, %(when)s: %(reason)s.") if entry.reason else _("%(state)s by %(who)s, %(when)s.")
    words["reason"] = entry.reason.rstrip(".")
    return f"{first % words} {_routers(view)}".strip()


def _routers(view: ContractView) -> str:
    living = view.living_accesses
    if not living:
        return ""
    if any(access.is_queued for access in living):
        return _("The router has not confirmed it yet.")
    if any(access_words.sync(access).needs_person for access in living):
        return _("The router does not have it as it should: see the access plans.")
    return _("Confirmed by the router.")


def _feed(entries: Iterable[HistoryEntry]) -> list[Happening]:
    return [Happening(line(_masked(entry)), _icon(entry.verb)) for entry in entries]


def _icon(verb: str) -> str:
    return ICON_OF_VERB.get(verb) or ICONS.get(verb.partition(".")[0], "history")


def _masked(entry: HistoryEntry) -> HistoryEntry:
    """The entry as this page shows it: a CPF or CNPJ in full is seen only where the look is recorded."""
    for values in (entry.before, entry.after):
        if values.get("cpf_cnpj"):
            values["cpf_cnpj"] = mask_document(str(values["cpf_cnpj"]))
    return entry
