"""The notice pages, their buttons, and the answer to whoever was led here while looking for another site.

No view needs a session or sets a cookie: it is opened by redirection, on a line on which nothing else works. A button carries a
token of an hour (`malha.portal.drawing`), and the address it comes from must still be that subscriber's.
"""

import json
from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from malha.contracts.models import Contract
from malha.contracts.services import claims
from malha.core import clock
from malha.core.errors import BusinessError
from malha.core.history import Actor
from malha.journeys import notice_page as journey
from malha.journeys import trust
from malha.portal import asked, drawing, probes
from malha.portal.asked import Asked
from malha.reports import notice_page as report
from malha.reports.notice_page import Caller, Kind
from malha.staff.requests import client_ip

# Where a page counts as a notice. The others tell nobody anything.
NOTICES = frozenset({Kind.BLOCKED, Kind.SUSPENDED, Kind.PENDING})


@require_safe
def notice(request: HttpRequest) -> HttpResponse:
    """The page for the address that asks: block, overdue, suspended, released in trust, or nothing to say."""
    caller = _caller(request)
    page = report.page_of(caller, clock.today())
    response = drawing.answer(caller, page, asked.opened(request.GET.get("de", ""), ip=caller.ip))
    if caller.contract is not None and caller.kind in NOTICES and _is_seen(request):
        proof = _("Notice page opened from the subscriber's own address %(ip)s.") % {"ip": caller.ip}
        journey.seen(
            contract=caller.contract,
            page=caller.kind,
            ip=caller.ip,
            proof=proof,
            content=drawing.text_of(response),
            actor=_actor(caller.contract, caller),
        )
    return response


def _button(press: Callable[[Contract, Caller, Asked], HttpResponse | None]) -> Callable[[HttpRequest], HttpResponse]:
    """A button of the page: without a good token, or opened by itself, it leads to the page and does nothing."""

    @csrf_exempt
    def view(request: HttpRequest) -> HttpResponse:
        caller = _caller(request)
        site = asked.opened(request.POST.get("de", ""), ip=caller.ip)
        answer = None
        if request.method == "POST" and caller.contract is not None and drawing.is_for(request.POST.get("token", ""), caller):
            answer = press(caller.contract, caller, site)
        return _fresh(answer or _to_page(site))

    return view


@_button
def go_on(contract: Contract, caller: Caller, site: Asked) -> HttpResponse | None:
    """*Continuar navegando*: back to the site that was asked for."""
    if caller.kind is not Kind.PENDING or caller.router_id is None:
        return None
    journey.went_on(contract=contract, page=caller.kind, router_id=caller.router_id, ip=caller.ip, actor=_actor(contract, caller))
    return HttpResponseRedirect(site.url) if site.url else None


@_button
def release(contract: Contract, caller: Caller, site: Asked) -> HttpResponse | None:
    """*Liberar por N dias*: refused, the page says why."""
    if report.page_of(caller, clock.today()).can_be_trusted:
        try:
            trust.grant(contract=contract, ip=caller.ip, actor=_actor(contract, caller))
        except BusinessError:
            return None
    return None


@_button
def says_paid(contract: Contract, caller: Caller, site: Asked) -> HttpResponse | None:
    """*Já paguei*: the provider is told, nothing else happens."""
    claims.says_paid(contract=contract, actor=_actor(contract, caller))
    return None


@require_safe
def captive(request: HttpRequest) -> HttpResponse:
    """RFC 8908, for devices that ask the network instead of probing it."""
    caller = _caller(request)
    body: dict[str, object] = {"captive": caller.is_captive, "user-portal-url": _page_address(request)}
    if caller.silent_until is not None and not caller.is_captive:
        body["seconds-remaining"] = int((caller.silent_until - clock.now()).total_seconds())
    return _fresh(HttpResponse(json.dumps(body), content_type="application/captive+json"))


@csrf_exempt
def elsewhere(request: HttpRequest) -> HttpResponse:
    """Every other host, and every other path of ours: to the notice page.

    A device's question whether it is online is answered with yes when there is nothing to read, or it was read. Who went on and
    still lands here, because the router has not followed yet, is sent to the same site over HTTPS, which is never led elsewhere.
    """
    host: str = getattr(request, "foreign_host", "")
    caller = _caller(request)
    online = probes.online_answer(host, request.path_info) if host else None
    # With two live sessions nobody can ever tell; with none the router is read again within seconds, so the page may know then.
    if online is not None and not caller.is_captive and caller.sessions:
        return _fresh(HttpResponse(online.body, status=online.status, content_type=online.content_type))
    site = asked.sealed(scheme=request.scheme or "", host=host, path=request.get_full_path(), ip=caller.ip)
    if online is None and site.url and caller.silent_until is not None:
        return _fresh(HttpResponseRedirect(site.secure_url))
    query = f"?{urlencode({'de': site.token})}" if site.token else ""
    return _fresh(HttpResponseRedirect(f"{_page_address(request)}{query}"))


def broken(request: HttpRequest) -> HttpResponse:
    """500 without the database, which may be what is broken."""
    words = _("Something went wrong here. Try again in a minute.")
    return _fresh(HttpResponse(words, status=500, content_type="text/plain; charset=utf-8"))


def _caller(request: HttpRequest) -> Caller:
    return report.caller_at(client_ip(request))


def _actor(contract: Contract, caller: Caller) -> Actor:
    return Actor(kind="portal", id=contract.customer_id, name=_("Subscriber"), ip=caller.ip)


def _is_seen(request: HttpRequest) -> bool:
    """Is somebody looking? Not when only the head is asked for, or a browser or a device fetches ahead of its owner."""
    ahead = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "") + request.headers.get("X-Moz", "")
    return request.method == "GET" and "prefetch" not in ahead and probes.is_person(request.headers.get("User-Agent", ""))


def _page_address(request: HttpRequest) -> str:
    base = settings.NOTICE_URL or f"{request.scheme}://{request.get_host()}"
    return f"{base}{reverse('portal:notice')}"


def _to_page(site: Asked) -> HttpResponse:
    query = f"?{urlencode({'de': site.token})}" if site.token else ""
    response = HttpResponseRedirect(f"{reverse('portal:notice')}{query}")
    response.status_code = 303
    return response


def _fresh(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response
