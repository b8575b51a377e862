"""Avisos a entregar: who must still be told, letters to print for many at once, and the proof of a delivery."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from malha.backoffice.dunning import sections
from malha.backoffice.dunning.sections import SelectionPage
from malha.backoffice.generic import Column, ListPage
from malha.backoffice.keys import keys
from malha.core import clock, history, pdf
from malha.core.errors import BusinessError, StateConflict
from malha.core.forms import RadioSegment
from malha.core.templatetags.ui import count
from malha.customers.queries import visible_to
from malha.domain.phones import is_mobile
from malha.domain.text import search_key
from malha.dunning import queries
from malha.dunning.models import Notice, NoticeChannel, NoticeKind
from malha.journeys import notices
from malha.reports import notice_letter
from malha.staff.permissions import requires
from malha.staff.requests import StaffRequest

MAX_LETTERS = 200
KINDS = {"debito": NoticeKind.DEBT, "rescisao": NoticeKind.TERMINATION}


def waiting(request: StaffRequest, params: QueryDict) -> QuerySet[Notice]:
    """The notices that the address means, of customers this person may see."""
    rows = queries.undelivered().filter(pendency__contract__customer__in=visible_to(request.user).order_by().values("pk"))
    kind = KINDS.get(params.get("tipo", ""))
    text = search_key(params.get("q", "").replace("\0", "")[:100])
    if kind is not None:
        rows = rows.filter(kind=kind)
    return rows.filter(pendency__contract__customer__search_name__contains=text) if text else rows


class NoticeList(ListPage[Notice]):
    """The list: the longest waiting first."""

    permission = "charges.view"
    template_name = "dunning/notices.html"
    partial_template = "dunning/_notices.html"
    default_order = "since"
    columns = (
        Column("customer", gettext_lazy("Customer"), order=("pendency__contract__customer__search_name", "wanted_on")),
        Column("kind", gettext_lazy("Notice")),
        Column("charge", gettext_lazy("Charge"), order=("charge__due_date", "wanted_on")),
        Column("amount", gettext_lazy("Amount"), order=("charge__total", "wanted_on"), css="r"),
        Column("since", gettext_lazy("Due since"), order=("wanted_on",)),
        Column("contact", gettext_lazy("Contact")),
    )

    def get_queryset(self) -> QuerySet[Notice]:
        return waiting(self.request, self.request.GET)

    def get_rows(self, page: Any) -> Sequence[tuple[Notice, str]]:
        return [(row, _whatsapp(row.pendency.contract.customer.main_phone)) for row in page]

    def get_context(self) -> dict[str, Any]:
        params = self.request.GET
        return {
            "tabs": sections.tabs("notices"),
            "text": params.get("q", "").replace("\0", "")[:100],
            "kind": params.get("tipo", "") if params.get("tipo", "") in KINDS else "",
            "query": urlencode({name: params[name] for name in ("q", "tipo") if params.get(name)}),
            "can_notify": self.request.user.can("dunning.notify"),
            "total": waiting(self.request, QueryDict()).count(),
        }


def _whatsapp(phone: str) -> str:
    return phone.removeprefix("+") if is_mobile(phone) else ""


def chosen(request: StaffRequest) -> list[int]:
    """The ticked notices, or the first of all that the list means. Only those that still wait and may be seen."""
    data = request.POST
    rows = waiting(request, QueryDict(data.get("query", "")[:300]))
    if not data.get("all"):
        rows = waiting(request, QueryDict()).filter(pk__in=keys(data.getlist("id"), limit=MAX_LETTERS))
    return list(rows.order_by("wanted_on", "pk").values_list("pk", flat=True)[:MAX_LETTERS])


# ----------------------------------------------------------------------------------------------------------------- letters


@requires("dunning.notify")
@require_POST
def print_letters(request: StaffRequest) -> HttpResponse:
    """From the bulk bar: leads to the letters of what is ticked. Printing delivers nothing; that it was printed is kept."""
    found = chosen(request)
    if not found:
        messages.warning(request, _("No notice is chosen. Tick at least one."))
        return redirect("backoffice:notices")
    if request.POST.get("all") and waiting(request, QueryDict(request.POST.get("query", "")[:300])).count() > len(found):
        messages.info(request, _("The first %(n)s letters. Print the others after recording these.") % {"n": MAX_LETTERS})
    history.record(request.company, "notices.printed", actor=request.actor, after={"count": len(found)})
    return redirect(f"{reverse('backoffice:notice_letters')}?{urlencode({'id': found}, doseq=True)}")


def _letters(request: StaffRequest) -> dict[str, Any]:
    rows = waiting(request, QueryDict()).filter(pk__in=keys(request.GET.getlist("id"), limit=MAX_LETTERS)).order_by("wanted_on", "pk")
    found = notice_letter.letters(list(rows), clock.today())
    drawn = [(one, notice_letter.title(one), notice_letter.paragraphs(one)) for one in found]
    return {"letters": drawn, "company": request.company, "today": clock.today()}


@requires("dunning.notify")
@require_GET
def letters(request: StaffRequest) -> HttpResponse:
    """The letters as a page that the browser prints, one a sheet."""
    query = urlencode({"id": request.GET.getlist("id")[:MAX_LETTERS]}, doseq=True)
    file = f"{reverse('backoffice:notice_letters_pdf')}?{query}" if pdf.is_available() else ""
    context = {**_letters(request), "is_screen": True, "back": reverse("backoffice:notices"), "pdf_url": file}
    response = render(request, "dunning/print/letters.html", context)
    response["Cache-Control"] = "no-store"
    return response


@requires("dunning.notify")
@require_GET
def letters_pdf(request: StaffRequest) -> HttpResponse:
    """The same as a PDF: A4."""
    try:
        content = pdf.render(render_to_string("dunning/print/letters.html", _letters(request)), style="paper")
    except BusinessError as refusal:
        messages.error(request, refusal.message)
        return redirect("backoffice:notices")
    name = f"avisos-{clock.today():%Y-%m-%d}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


# ---------------------------------------------------------------------------------------------------------------- delivery


class DeliveryForm(forms.Form):
    """How it reached the customer. The sentence for a missing proof comes from the service."""

    channel = forms.ChoiceField(
        label=gettext_lazy("How"),
        choices=[(one.value, one.label) for one in (NoticeChannel.LETTER, NoticeChannel.CONTACT)],
        widget=RadioSegment,
        initial=NoticeChannel.LETTER.value,
    )
    proof = forms.CharField(
        label=gettext_lazy("Proof"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Who got it, how, by whom. For example: registered letter BR123, received by Ana."),
        widget=forms.TextInput({"autocomplete": "off", "autofocus": True}),
    )


class Deliver(SelectionPage):
    """*Registrar entrega*: only now the days until the block run."""

    permission = "dunning.notify"
    title = gettext_lazy("Record delivery")
    button = gettext_lazy("Record delivery")
    form_class = DeliveryForm

    @cached_property
    def rows(self) -> list[Notice]:
        """What is ticked and still waits."""
        return list(waiting(self.request, QueryDict()).filter(pk__in=chosen(self.request)).order_by("wanted_on", "pk"))

    def back(self) -> str:
        return reverse("backoffice:notices")

    def carried(self) -> list[tuple[str, str]]:
        return [("id", str(row.pk)) for row in self.rows]

    def is_possible(self) -> bool:
        return bool(self.rows)

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "section": _("Notices to deliver")}

    def effects(self) -> Sequence[str | Promise]:
        found = len(self.rows)
        if not found:
            return [_("No notice is chosen. Go back and tick at least one.")]
        text = ngettext("%(n)s notice was delivered today.", "%(n)s notices were delivered today.", found) % {"n": count(found)}
        days = queries.default_policy().days_notice_to_block
        return [text, _("From today the %(days)s days run after which a block may come. It cannot be taken back.") % {"days": days}]

    def save(self, form: Any) -> str:
        if not self.rows:
            raise BusinessError("nothing_chosen", _("No notice is chosen. Go back and tick at least one."))
        letters_of = {one.notice.pk: one for one in notice_letter.letters(self.rows, clock.today())}
        done = 0
        with transaction.atomic():
            for row in self.rows:
                try:
                    with transaction.atomic():
                        content = notice_letter.content(letters_of[row.pk])
                        notices.deliver(notice=row, content=content, actor=self.request.actor, **form.cleaned_data)
                except StateConflict:
                    continue  # the notice page was faster
                done += 1
        text = ngettext("%(n)s delivery recorded.", "%(n)s deliveries recorded.", done)
        messages.success(self.request, text % {"n": count(done)})
        return self.back()
