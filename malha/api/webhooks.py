"""What banks and gateways call: one address per account, its key in the path. Stored and answered at once, worked off later."""

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from malha.core import clock
from malha.gateways import queries, registry
from malha.gateways.base import GatewayFailure, Trust, WebhookCall
from malha.gateways.services import inbox, opened
from malha.staff.permissions import public


@public
@csrf_exempt
def webhook(request: HttpRequest, key: str, rest: str = "") -> HttpResponse:
    """200 once it is stored, whatever it says; 403 for what is not proved, 404 for a key nobody has, 413 for what is too long.

    503 when it could not be stored: the bank is to come again.
    """
    if request.method != "POST":
        return HttpResponse(status=200 if request.method in ("GET", "HEAD") and queries.account_by_key(key) else 404)
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > inbox.MAX_BODY:
        return HttpResponse(status=413)
    account = queries.account_by_key(key)
    if account is None:
        return HttpResponse(status=404)
    call = WebhookCall(
        headers={name.lower(): value for name, value in request.headers.items()},
        query={name: value for name, value in request.GET.items() if isinstance(value, str)},
        body=request.body,
        ip=request.META.get("REMOTE_ADDR", ""),
        path=rest,
        has_client_certificate=_has_client_certificate(request),
        received_at=clock.now(),
    )
    try:
        trust = inbox.take_in(account, opened.gateway(account), call)
    except (GatewayFailure, registry.UnknownAdapter, DatabaseError):
        return HttpResponse(status=503)
    return HttpResponse(status=403 if trust is Trust.FORGED else 200)


def _has_client_certificate(request: HttpRequest) -> bool:
    """What the front that ends the TLS says; nobody is believed before the operator has named its header."""
    name = settings.CLIENT_CERTIFICATE_HEADER
    return bool(name) and request.headers.get(name) == "SUCCESS"
