"""The first page of a new installation."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from malha.backoffice.staff.forms import FirstSetupForm
from malha.core.company import DEFAULT_ZONE
from malha.core.company_services import CompanyData
from malha.core.errors import BusinessError
from malha.core.forms import put_errors
from malha.core.history import Actor
from malha.journeys import first_setup
from malha.journeys.first_setup import FirstSetup
from malha.staff import sessions
from malha.staff.data import UserData
from malha.staff.permissions import public
from malha.staff.requests import client_ip
from malha.staff.roles import Role

COMPANY_FIELDS = ("legal_name", "trade_name", "cnpj", "phone", "city", "uf", "timezone")
ADMINISTRATOR_FIELDS = ("name", "email", "username", "password")


@public
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Company, time zone, administrator; only with the one-time code, and only while there is no user."""
    if first_setup.is_done():
        return redirect("staff:login")
    code = request.GET.get("codigo", "")
    if not first_setup.is_code_right(code):
        return render(request, "staff/first_setup_closed.html", {"was_wrong": bool(code)})
    if request.method == "GET":
        return render(request, "staff/first_setup.html", {"form": FirstSetupForm(initial={"timezone": DEFAULT_ZONE})})
    form = FirstSetupForm(request.POST)
    if form.is_valid():
        try:
            user = first_setup.set_up(code=code, data=_data(form), actor=_somebody(request))
        except BusinessError as error:
            names = {f"company.{name}": name for name in COMPANY_FIELDS} | {f"administrator.{name}": name for name in ADMINISTRATOR_FIELDS}
            put_errors(form, error, rename=names)
        else:
            sessions.begin(request, user)
            messages.success(request, _("Malha is ready. Next: a plan and a router, then the first customer."))
            return redirect("backoffice:home")
    return render(request, "staff/first_setup.html", {"form": form}, status=422)


def _data(form: FirstSetupForm) -> FirstSetup:
    data = form.cleaned_data
    return FirstSetup(
        company=CompanyData(**{name: data[name] for name in COMPANY_FIELDS}),
        administrator=UserData(name=data["name"], email=data["email"], username=data["username"], role=Role.ADMIN),
        password=data["password"],
    )


def _somebody(request: HttpRequest) -> Actor:
    return Actor(kind="system", id=None, name=str(_("First set-up")), ip=client_ip(request))
