"""The breaker of a router and the connection test of its page.

A router that does not answer is tried again after 5 s, then ever more rarely up to 10 minutes; from the third failure on it is
*degradado* and its accesses say *na fila*. What trying again cannot cure (wrong password, changed certificate, another
installation's router) stops the lane until a person acts: `resume` (network.md §6.10).
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from malha.core import clock, history
from malha.core.due import BACKOFF, backoff
from malha.core.history import Actor
from malha.network.base import Connection, Driver, DriverFailure, Health, PermanentFailure, Target
from malha.network.models import Router, RouterHealth

DEGRADED_AFTER = 3
READING_SECONDS = 300

SENTENCES = {
    "unreachable": lambda: _("The router does not answer at this address and port."),
    "timeout": lambda: _("The router accepted the connection but took too long to answer."),
    "connection_lost": lambda: _("The connection to the router was cut."),
    "busy": lambda: _("The router is busy."),
    "login_refused": lambda: _("The router refused the user or the password. Correct them in the registration."),
    "permission": lambda: _("The user on the router lacks a permission. Run the set-up script again."),
    "certificate_changed": lambda: _("The certificate of the router changed. Confirm the new one before going on."),
    "tls_downgrade": lambda: _("The router no longer offers the protection it had. Check who is answering at this address."),
    "foreign_owner": lambda: _("This router belongs to another installation of Malha. Nothing was written to it."),
    "protocol": lambda: _("What answers at this address does not speak the RouterOS API. Check the port."),
}


def sentence(failure: DriverFailure) -> str:
    """What happened and what to do, with the router's own words behind it."""
    say = SENTENCES.get(failure.code)
    if say is None:
        return failure.words
    return f"{say()} ({failure.words})" if failure.words else str(say())


def pin(router: Router, connection: Connection) -> None:
    """A certificate seen for the first time is the one we expect from now on (network.md §1.1)."""
    if connection.pin and not router.tls_pin and router.tls_mode == "PINNED":
        Router.objects.filter(pk=router.pk, tls_pin="").update(tls_pin=connection.pin)


def answered(router: Router) -> None:
    """The router did what was asked: the breaker closes. A login alone does not close it, a router may hang behind its door."""
    Router.objects.filter(pk=router.pk).update(
        health=RouterHealth.ONLINE, health_words="", failures=0, retry_at=None, last_error="", last_seen_at=clock.now()
    )


def failed(router_id: int, failure: DriverFailure) -> None:
    """The router failed us. Temporary: back off. Permanent: stop until a person acts. Its words are kept either way."""
    words = sentence(failure)[:2000]
    if isinstance(failure, PermanentFailure):
        Router.objects.filter(pk=router_id).update(
            health=RouterHealth.STOPPED, health_words=words, failures=F("failures") + 1, retry_at=None, last_error=failure.code
        )
        return
    with transaction.atomic():
        Router.objects.filter(pk=router_id).update(failures=F("failures") + 1)
        failures = Router.objects.filter(pk=router_id).values_list("failures", flat=True).first() or 1
        changes: dict[str, object] = {"health": RouterHealth.DEGRADED} if failures >= DEGRADED_AFTER else {}
        Router.objects.filter(pk=router_id).update(
            health_words=words, last_error=failure.code, retry_at=clock.now() + backoff(failures, steps=BACKOFF), **changes
        )


@transaction.atomic
def resume(*, router: Router, actor: Actor, accept_certificate: bool = False) -> None:
    """A person looked at it: try again now. `accept_certificate`: forget the pinned one and pin what is seen next."""
    changes: dict[str, object] = {"tls_pin": ""} if accept_certificate else {}
    Router.objects.filter(pk=router.pk).update(
        health=RouterHealth.UNKNOWN, health_words="", failures=0, retry_at=None, last_error="", due_at=clock.now(), **changes
    )
    history.record(router, "router.resumed", actor=actor, after={"accept_certificate": accept_certificate})


@dataclass(frozen=True)
class TestResult:
    """What the connection test of the registration page found. `pin`: the certificate seen, to be confirmed by the person."""

    ok: bool
    words: str
    code: str = ""
    health: Health | None = None
    pin: str = ""
    owner_is_foreign: bool = False


def test_connection(target: Target, *, driver: Driver) -> TestResult:
    """Log in, ask how the router is, look for another installation's mark, leave. Writes nothing, on the router or here."""
    try:
        connection = driver.connect(target)
    except DriverFailure as failure:
        return TestResult(ok=False, words=sentence(failure), code=failure.code)
    try:
        health = connection.health()
        owner = connection.read(names=[]).owner
    except DriverFailure as failure:
        return TestResult(ok=False, words=sentence(failure), code=failure.code, pin=connection.pin)
    finally:
        connection.close()
    if owner and owner != target.installation_id:
        foreign = PermanentFailure("foreign_owner", owner)
        return TestResult(ok=False, words=sentence(foreign), code="foreign_owner", health=health, pin=connection.pin, owner_is_foreign=True)
    words = _("Connected: %(identity)s, RouterOS %(version)s, %(latency)s ms.") % {
        "identity": health.identity, "version": health.version, "latency": health.latency_ms
    }  # fmt: skip
    return TestResult(ok=True, words=words, health=health, pin=connection.pin)
