"""The notice pages in the settings: words, colour and logo, beside the page as subscribers will see it."""

from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin

from malha.backoffice.generic import FormPage
from malha.core import clock, company, one_document
from malha.core.forms import PhoneField
from malha.core.rules import Problems
from malha.dunning.data import NoticeTextsData
from malha.dunning.queries import default_policy, notice_texts
from malha.dunning.services import notice_texts as services
from malha.journeys.trust import Offer
from malha.reports import notice_words
from malha.reports.notice_page import Kind
from malha.staff.permissions import requires
from malha.staff.requests import StaffRequest

# More than any page could take: what is larger is refused by its first part.
_READ_AT_MOST = 5_000_000
_PAGES = {Kind.BLOCKED: gettext_lazy("Block page"), Kind.PENDING: gettext_lazy("Overdue page")}


class NoticePagesForm(forms.Form):
    """What may be changed. An empty text shows the built-in one, which stands in the field as its example."""

    blocked_title = forms.CharField(label=gettext_lazy("Title of the block page"), required=False)
    blocked_text = forms.CharField(label=gettext_lazy("Text after what happened"), required=False, widget=forms.Textarea({"rows": 2}))
    pending_title = forms.CharField(label=gettext_lazy("Title of the overdue page"), required=False)
    pending_text = forms.CharField(label=gettext_lazy("Text after what happened"), required=False, widget=forms.Textarea({"rows": 2}))
    how_to_pay = forms.CharField(
        label=gettext_lazy("How to pay"),
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("Address and hours of the office, a Pix key, what to send you. Both pages show it."),
    )
    whatsapp = PhoneField(label="WhatsApp", required=False, help_text=gettext_lazy("Empty: the page has no such button."))
    brand_color = forms.CharField(
        label=gettext_lazy("Colour"), widget=forms.ColorInput(), help_text=gettext_lazy("White text must be readable on it.")
    )
    logo = forms.FileField(
        label=gettext_lazy("Logo"),
        required=False,
        widget=forms.FileInput({"accept": "image/png,image/jpeg"}),
        help_text=gettext_lazy("PNG or JPEG, at most 12 kB: the page must open on a slow line."),
    )
    removes_logo = forms.BooleanField(label=gettext_lazy("Take the logo away"), required=False)

    def __init__(self, *args: Any, has_logo: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, text in notice_words.built_in().items():
            self.fields[name].widget.attrs["placeholder"] = text
        if not has_logo:
            del self.fields["removes_logo"]


def _typed(values: Any, files: Any) -> NoticeTextsData:
    """What the form says, wrong or not."""
    texts = {name: str(values.get(name) or "") for name in services.FIELDS}
    picture = files.get("logo")
    logo = picture.read(_READ_AT_MOST) if picture else None
    return NoticeTextsData(**texts, logo=logo, removes_logo=bool(values.get("removes_logo")))


@method_decorator(csp_update({"frame-src": [SELF]}), name="dispatch")
class NoticePagesPage(FormPage):
    """Words and brand with a live preview."""

    permission = "settings.manage"
    template_name = "settings/notice_pages.html"
    form_class = NoticePagesForm

    def get_context(self) -> dict[str, Any]:
        return {"pages": [(kind.value, label) for kind, label in _PAGES.items()]}

    def get_form(self, **kwargs: Any) -> forms.BaseForm:
        texts = notice_texts()
        initial = {name: getattr(texts, name) for name in services.FIELDS}
        return NoticePagesForm(initial=initial, has_logo=bool(texts.logo), **kwargs)

    def save(self, form: Any) -> str:
        services.change(data=_typed(form.cleaned_data, self.request.FILES), actor=self.request.actor)
        messages.success(self.request, _("The notice pages were saved. They show at once."))
        return reverse("backoffice:settings_notice_pages")


@requires("settings.manage")
@xframe_options_sameorigin
def preview(request: StaffRequest) -> HttpResponse:
    """A page with a believable customer, in the words that are being typed; what is wrong in them shows as it was saved."""
    texts = notice_texts()
    values = request.POST if request.method == "POST" else request.GET
    if request.method == "POST":
        texts = services.drawn(_typed(request.POST, request.FILES), texts, Problems())
    kind = Kind.PENDING if values.get("pagina") == Kind.PENDING else Kind.BLOCKED
    page = notice_words.example(kind, clock.today())
    brand = notice_words.brand(company.find(), texts)
    policy = default_policy()
    return one_document.answer(
        "portal/notice/page.html",
        {
            "page": page,
            "words": notice_words.words(page, texts),
            "days_left": notice_words.days_left(page, clock.today()),
            "brand": brand,
            "offer": Offer(policy.trust_days, max(policy.trust_uses, 1)),
        },
        style="portal/notice/style.css",
        style_context={"colour": brand.colour},
        form_action="'none'",
        frame_ancestors="'self'",
    )
