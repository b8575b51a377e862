"""The customer page: Resumo and Histórico, the CPF on request, the badge of an access."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from malha.backoffice.charges import of_customer
from malha.backoffice.customers import access_words
from malha.backoffice.customers.access_words import AccessLine
from malha.backoffice.customers.one import FOLDER, Abilities, CustomerPage, find
from malha.backoffice.dunning import rail_words
from malha.backoffice.history.labels import Line, line
from malha.backoffice.menu import url_of
from malha.contracts.models import ContractState, Standing, StandingCause
from malha.core import clock, history
from malha.core.history_queries import HistoryFilter, page
from malha.core.models import HistoryEntry
from malha.customers import queries
from malha.domain.documents import mask_document
from malha.dunning.models import DunningPolicy
from malha.dunning.queries import default_policy
from malha.reports import block_cause, customer_card, rail
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
    "contract.held": "player-pause",
    "contract.hold_ended": "player-play",
    "contract.notice_delivered": "bell",
    "contract.promised": "calendar-plus",
    "contract.resumed": "player-play",
    "contract.standing_blocked": "lock",
    "contract.standing_clear": "lock-open",
    "contract.suspended": "player-pause",
    "contract.trust_ended": "shield-lock",
    "contract.trusted": "shield-check",
    "customer.document_seen": "eye",
    "customer.archived": "archive",
}


@dataclass(frozen=True, slots=True)
class Happening:
    """A line of the activity."""

    line: Line
    icon: str


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a contract stands where it stands: its standing, who put it there, the sentence."""

    standing: str
    by: str
    sentence: str

    @property
    def tone(self) -> str:
        """Of the note."""
        if self.by == StandingCause.TRUST:
            return "trust"
        return "bad" if self.standing == Standing.BLOCKED else "warn"


class Summary(CustomerPage):
    """Resumo: what somebody on the phone must know in one look."""

    template_name = f"{FOLDER}/summary.html"
    tab = "customer"
    reveals_document = False

    def get_tab(self) -> dict[str, Any]:
        notes = list(queries.notes_of(self.customer)[:20])
        active = [view.contract for view in self.card.contracts if view.contract.state == ContractState.ACTIVE]
        policy = default_policy()
        rails = rail.rails(active, clock.today(), policy)
        entries, _older = page(HistoryFilter(customer_id=self.customer.pk), size=FEED)
        return {
            "accesses": self.access_lines(living=True),
            "causes": self.causes(policy),
            **(of_customer.summary(self.customer, clock.today()) if self.can.see_charges else {}),
            "rails": rail_words.drawn(rails),
            "next_step": rail_words.next_step(rails),
            "contacts": list(self.customer.contacts.all()),
            "notes": notes,
            "pinned": next((note for note in notes if note.is_pinned), None),
            "feed": _feed(entries),
            "divergences_url": url_of("backoffice:divergences"),
            "reveals_document": self.reveals_document,
        }

    def causes(self, policy: DunningPolicy) -> list[Cause]:
        """Por que está bloqueado? One line for each contract that is not plainly clear."""
        troubled = [view.contract for view in self.card.contracts if block_cause.is_troubled(view.contract)]
        found = block_cause.causes_of(troubled, policy)
        return [Cause(contract.standing, found[contract.pk].by, block_cause.sentence(found[contract.pk])) for contract in troubled]


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
