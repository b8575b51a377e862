"""Errors as programs read them: a real HTTP status and `{code, message, fields}` (domain.md §20)."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from malha.core.errors import BusinessError, NotAllowed, StateConflict


def answer(status: int, code: str, message: str, fields: dict[str, str] | None = None) -> HttpResponse:
    """The one shape of every error."""
    return JsonResponse({"code": code, "message": message, "fields": fields or {}}, status=status)


def install(api: NinjaAPI) -> None:
    """Teach the API how each refusal looks."""

    @api.exception_handler(BusinessError)
    def refused(request: HttpRequest, error: BusinessError) -> HttpResponse:
        status = 403 if isinstance(error, NotAllowed) else 409 if isinstance(error, StateConflict) else 422
        return answer(status, error.code, error.message, error.fields)

    @api.exception_handler(ValidationError)
    def malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
        fields = {_path(row["loc"]): str(row["msg"]) for row in error.errors}
        return answer(422, "malformed", _("The request does not have the right shape. See the fields."), fields)

    @api.exception_handler(AuthenticationError)
    def unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        response = answer(401, "unauthorized", _("Send a valid key in the header: Authorization: Bearer …"))
        response["WWW-Authenticate"] = "Bearer"
        return response

    @api.exception_handler(HttpError)
    def unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
        return answer(error.status_code, "malformed", _("The request cannot be read: send JSON in UTF-8."))

    @api.exception_handler(RequestDataTooBig)
    def large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
        return too_large()

    @api.exception_handler(Http404)
    def missing(request: HttpRequest, error: Http404) -> HttpResponse:
        return answer(404, "not_found", _("There is no such record."))


def too_large() -> HttpResponse:
    """413, also before an operation has read the body."""
    return answer(413, "too_large", _("This request is too large. Send it in parts."))


@csrf_exempt
def nowhere(request: HttpRequest, rest: str = "") -> HttpResponse:
    """404 for an address that no operation has; a program never gets a page for people."""
    return answer(404, "not_found", _("There is nothing at this address. See the description of the API."))


def _path(loc: tuple[Any, ...]) -> str:
    # ninja puts where a value came from (body, query) and the argument's name in front of the field's own path
    return ".".join(str(part) for part in loc[2:] or loc[1:] or loc)
