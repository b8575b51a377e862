"""Each request runs in the company's time zone, and asks for nothing that no database can keep."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from malha.core import company


class CompanyTimezoneMiddleware:
    """Activate the company's zone and put its row on the request as `request.company` (None before the first set-up)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        found = company.find()
        request.company = found  # type: ignore[attr-defined]
        with timezone.override(found.timezone if found else company.DEFAULT_ZONE):
            return self.get_response(request)


class PlainAddressMiddleware:
    """Drop null characters from the query string: no text that we keep has one, and PostgreSQL refuses to be asked for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "%00" in request.META.get("QUERY_STRING", ""):
            request.META["QUERY_STRING"] = request.META["QUERY_STRING"].replace("%00", "")
        return self.get_response(request)
