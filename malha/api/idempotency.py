"""`Idempotency-Key`: the same write sent twice happens once (failure mode F18).

The key's row is claimed in a transaction of its own; the work and the kept answer share another. So a process that dies loses
both or neither, a twin in flight gets 409, and a repeat within 24 hours gets the first answer again.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from django.core.exceptions import RequestDataTooBig
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from malha.api.errors import answer, too_large
from malha.api.models import IdempotentRequest
from malha.core import clock
from malha.staff import tokens
from malha.staff.models import ApiToken
from malha.staff.requests import client_ip

KEPT_FOR = timedelta(hours=24)
# A request that has not answered by then died with its process: its transaction is gone, the key may be used again.
IN_FLIGHT_FOR = timedelta(seconds=120)
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
MAX_KEY = 100


class IdempotencyMiddleware:
    """Wraps writes of the API that carry the header; every other request passes untouched."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.headers.get("Idempotency-Key", "")
        if not key or request.method not in WRITES or not request.path.startswith("/api/"):
            return self.get_response(request)
        if len(key) > MAX_KEY:
            return answer(422, "key_too_long", _("Use at most %(limit)s characters in the Idempotency-Key.") % {"limit": MAX_KEY})
        secret = request.headers.get("Authorization", "").removeprefix("Bearer ")
        token = tokens.find(secret, client_ip(request)) if secret else None
        if token is None:
            return self.get_response(request)  # the operation itself answers 401
        request.found_token = token  # type: ignore[attr-defined]  # the operation need not look it up again
        return self._once(request, token, key)

    def _once(self, request: HttpRequest, token: ApiToken, key: str) -> HttpResponse:
        try:
            body = request.body
        except RequestDataTooBig:
            return too_large()
        fingerprint = _fingerprint(request, body)
        row, earlier = _claim(token, key, fingerprint)
        if row is None:
            return earlier
        try:
            with transaction.atomic():
                response = self.get_response(request)
                if response.status_code >= 400:
                    transaction.set_rollback(True)
                else:
                    text = response.content.decode()
                    IdempotentRequest.objects.filter(pk=row.pk).update(status=response.status_code, body=text)
        except BaseException:
            IdempotentRequest.objects.filter(pk=row.pk).delete()
            raise
        if response.status_code >= 400:
            IdempotentRequest.objects.filter(pk=row.pk).delete()  # nothing was done, so the key is free for a corrected try
        return response


def submission(request: HttpRequest, token: ApiToken) -> str:
    """What a service that knows submissions (payments) is given, so that the same write never happens again, not even after the day
    for which its answer is kept. Empty without the header.
    """
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        return ""
    return hashlib.sha256(f"{token.pk}\n{key}\n{_fingerprint(request, request.body)}".encode()).hexdigest()


def _fingerprint(request: HttpRequest, body: bytes) -> str:
    return hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode() + body).hexdigest()


def _claim(token: ApiToken, key: str, fingerprint: str) -> tuple[IdempotentRequest | None, HttpResponse]:
    now = clock.now()
    own = IdempotentRequest.objects.filter(token=token, key=key)
    # What is too old is only in the way of the same key: nothing is cleared before that happens.
    row = _put(token, key, fingerprint, now)
    too_old = Q(started_at__lt=now - KEPT_FOR) | Q(status__isnull=True, started_at__lt=now - IN_FLIGHT_FOR)
    if row is None and own.filter(too_old).delete()[0]:
        row = _put(token, key, fingerprint, now)
    if row is not None:
        return row, HttpResponse()
    earlier = own.first()
    if earlier is None or (earlier.status is None and earlier.fingerprint == fingerprint):
        return None, answer(409, "in_flight", _("The same request is still being worked on. Wait a moment and send it again."))
    if earlier.fingerprint != fingerprint:
        return None, answer(422, "key_reused", _("This Idempotency-Key was used for another request. Use a new key."))
    response = HttpResponse(earlier.body, status=earlier.status, content_type="application/json; charset=utf-8")
    response["Idempotent-Replay"] = "true"
    return None, response


def _put(token: ApiToken, key: str, fingerprint: str, now: datetime) -> IdempotentRequest | None:
    """The row that holds the key, None when the key is taken."""
    try:
        with transaction.atomic():
            return IdempotentRequest.objects.create(token=token, key=key, fingerprint=fingerprint, started_at=now)
    except IntegrityError:
        return None
