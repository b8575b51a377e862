"""NOVO CLIENTE: the path of the seed, on one page that works without a script.

Every button of the page is a submit button whose `do` says what is wanted (`new_buttons`); with a script htmx takes the part that
changed. What is typed is kept as a draft a second after the last change, and whenever the page is drawn anew.
"""

from django.http import HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from malha.backoffice.customers import draft, hints
from malha.backoffice.customers.new_buttons import BUTTONS, FILLED_BY_CEP
from malha.backoffice.customers.new_drawing import FOLDER, context_of, draw, form_of
from malha.backoffice.customers.sign_up_form import SignUpForm, opening
from malha.customers import cep, queries
from malha.reports import sign_up as reading
from malha.staff.permissions import requires
from malha.staff.requests import StaffRequest


@requires("customers.edit")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: StaffRequest) -> HttpResponse:
    """The page, and every button on it."""
    if request.method != "POST":
        return _open(request)
    verb, _colon, rest = request.POST.get("do", "save").partition(":")
    action = BUTTONS.get(verb)
    return action(request, rest) if action else HttpResponseBadRequest()


@requires("customers.edit")
@require_POST
def new_summary(request: StaffRequest) -> HttpResponse:
    """Resumo, Se atrasar, the list of sections and what is missing: as they are with what is typed now."""
    form = form_of(request, request.POST.copy())
    form.check()
    return render(request, f"{FOLDER}/_side.html", context_of(request, form))


@requires("customers.edit")
@require_POST
def check_field(request: StaffRequest) -> HttpResponse:
    """One field that was just left: its hint, its error, and the boxes beside the form."""
    form = form_of(request, request.POST.copy())
    form.check()
    hints.put(form)
    bound = form.bound(request.GET.get("campo", ""))
    if bound is None:
        return HttpResponseBadRequest()
    context = context_of(request, form, field=bound, wrong=" ".join(problem.name for problem in form.problems()))
    context["asks_duplicates"] = bound.html_name in ("customer-cpf_cnpj", "customer-person_type")
    return render(request, f"{FOLDER}/_checked.html", context)


@requires("customers.edit")
@require_POST
def new_draft(request: StaffRequest) -> HttpResponse:
    """Keep what is typed so far."""
    saved_at = draft.save(request.user, request.POST)
    return render(request, f"{FOLDER}/_draft.html", {"saved_at": saved_at}) if saved_at else HttpResponse(status=204)


@requires("customers.edit")
@require_POST
def new_cep(request: StaffRequest) -> JsonResponse:
    """The address of a CEP, for the page to fill in. Always answers; without an address it says to type it."""
    found = cep.look_up(request.POST.get("cep", ""))
    address = found.address
    fields = {name: getattr(address, name) for name in FILLED_BY_CEP} if address else {}
    ibge = f"{address.ibge_code}|{address.city}|{address.uf}" if address else ""
    return JsonResponse({"outcome": found.outcome, "sentence": hints.cep_sentence(found), "fields": fields, "ibge": ibge})


def _open(request: StaffRequest) -> HttpResponse:
    choices = reading.choices(request.company, queries.visible_groups(request.user))
    kept = draft.load(request.user)
    data = kept.data if kept else opening(choices, name=request.GET.get("nome", ""))
    form = SignUpForm(data, user=request.user, choices=choices)
    form.hide_errors()
    if kept:
        return draw(request, form, saved_at=kept.saved_at, is_resumed=True)
    return draw(request, form, focus="customer-name")
