"""The quiet words under the fields of the new-customer page: what is right, what is only worth a second look."""

from typing import Any, cast

from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from malha.backoffice.customers.forms import AccessForm, AddressForm, CustomerForm, DataForm
from malha.backoffice.customers.sign_up_form import SignUpForm
from malha.core import clock
from malha.core.forms import UiBoundField
from malha.core.statuses import status
from malha.core.templatetags.ui import count, mbps
from malha.customers.cep import LookUp, Outcome
from malha.domain.documents import CNPJ_LENGTH, CPF_LENGTH, is_valid_document, strip_punctuation
from malha.domain.ie import IeCheck, check_ie
from malha.reports.sign_up import PlanChoice, RouterChoice


def put(form: SignUpForm) -> None:
    """Set hints and confirmations on every field that has any."""
    _customer(form.customer, form.address)
    for address in (form.address, form.service_address):
        address.tint()
        if address["found"].value():
            _confirm(address, "cep", _("Address found"))
    day = str(form.contract["due_day"].value() or "")
    if day in ("29", "30", "31"):
        form.contract["due_day"].help_text = _("In shorter months it is due on the last day.")
    for access in form.accesses.forms:
        _access(access, is_checked=form.is_checked)


def cep_sentence(found: LookUp) -> str:
    """What to tell the person about a look-up."""
    return {
        Outcome.FOUND: _("Address found"),
        Outcome.MISSING: _("This CEP was not found. Type the address."),
        Outcome.UNAVAILABLE: _("Type the address."),
        Outcome.INVALID: _("A CEP has 8 digits. Check it or leave it empty."),
    }[found.outcome]


def warn(sentence: str) -> SafeString:
    """A hint in amber: worth a look, and saved all the same."""
    return format_html('<span class="t-warn">{}</span>', sentence)


def _confirm(form: DataForm[Any], name: str, sentence: str) -> None:
    cast(UiBoundField, form[name]).confirmation = sentence


def _customer(form: CustomerForm, address: AddressForm) -> None:
    name = str(form["name"].value() or "").split()
    if len(name) == 1 and not form.is_company:
        form["name"].help_text = warn(_("Only one name? Some payment gateways refuse it: type name and surname."))
    typed = str(form["cpf_cnpj"].value() or "")
    length = CNPJ_LENGTH if form.is_company else CPF_LENGTH
    if not form["cpf_cnpj"].errors and len(strip_punctuation(typed)) == length and is_valid_document(typed):
        _confirm(form, "cpf_cnpj", _("Valid CNPJ") if form.is_company else _("Valid CPF"))
    ie, uf = str(form["rg_ie"].value() or ""), str(address["uf"].value() or "")
    if form.is_company and check_ie(uf, ie) is IeCheck.SUSPECT:
        sentence = _("This does not look like a state registration of %(uf)s. Check it; it is saved anyway.")
        form["rg_ie"].help_text = warn(sentence % {"uf": uf})
    form["email"].help_text = _("Receives charges and notices and serves to enter the customer portal.")


def _access(form: AccessForm, *, is_checked: bool) -> None:
    router = form.choices.router(form["router"].value())
    plan = form.choices.plan(form["plan"].value())
    if router is not None:
        form["router"].help_text = router_words(router)
    if plan is not None:
        form["plan"].help_text = plan_words(plan)
    if is_checked and form["username"].value() and not form["username"].errors:
        _confirm(form, "username", _("Available on %(router)s") % {"router": router.name} if router else _("Available"))


def router_words(router: RouterChoice) -> SafeString:
    """`● Online · lido às 09:38 · 812 acessos`."""
    found = status("router", router.health)
    parts = [str(found.label)]
    if router.last_seen_at is not None:
        seen = clock.local(router.last_seen_at)
        is_today = seen.date() == clock.today()
        parts.append(_("read at %(time)s") % {"time": f"{seen:%H:%M}" if is_today else date_format(seen, "d/m, H:i")})
    parts.append(ngettext("%(n)s access", "%(n)s accesses", router.access_count) % {"n": count(router.access_count)})
    return format_html('<span class="dot {}"></span> {}', found.tone or "off", " · ".join(parts))


def plan_words(plan: PlanChoice) -> str:
    """`↓ 500 Mbps · ↑ 250 Mbps`."""
    return f"↓ {mbps(plan.download_kbps)} · ↑ {mbps(plan.upload_kbps)}"
