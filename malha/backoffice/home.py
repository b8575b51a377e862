"""The first page after the login."""

from django.http import HttpResponse
from django.shortcuts import redirect, render

from malha.backoffice import menu
from malha.staff.permissions import requires
from malha.staff.requests import StaffRequest

FIRST_CHOICES = ("backoffice:dashboard", "backoffice:customers")


@requires("home.view")
def home(request: StaffRequest) -> HttpResponse:
    """To the dashboard, or to the customers while there is none."""
    for name in FIRST_CHOICES:
        url = menu.url_of(name)
        if url:
            return redirect(url)
    return render(request, "backoffice/home.html")
