"""What the page says of an access and its router. Nothing lies: "same as on the router" only for what was read back."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from malha.contracts.models import ContractState, Standing
from malha.core.templatetags.ui import moment
from malha.network.models import RouterHealth, SyncState
from malha.reports.customer_card import AccessView
from malha.reports.customer_criteria import Connection


@dataclass(frozen=True, slots=True)
class Sync:
    """How an access stands on its router: a short `label`, the colour, and a sentence that says what happens or what to do."""

    label: str
    tone: str
    icon: str
    sentence: str = ""
    needs_person: bool = False


@dataclass(frozen=True, slots=True)
class AccessLine:
    """An access with its words."""

    view: AccessView
    sync: Sync

    @property
    def is_online(self) -> bool:
        """Connected now."""
        return self.view.connection is Connection.ONLINE

    @property
    def connection_words(self) -> str:
        """`Offline`, `Sem dados`; the page says the online time itself."""
        return {Connection.ONLINE: _("Online"), Connection.OFFLINE: _("Offline"), Connection.NO_DATA: _("No data")}.get(
            self.view.connection or Connection.NO_DATA, ""
        )


def lines(views: Iterable[AccessView]) -> list[AccessLine]:
    """The accesses in words."""
    return [AccessLine(view, sync(view)) for view in views]


def sync(view: AccessView) -> Sync:
    """The words for where the access stands on its router."""
    access, router = view.access, view.access.router.name
    if access.sync_state == SyncState.REMOVED:
        return Sync(_("removed from the router"), "", "check")
    if access.sync_state == SyncState.REMOVING:
        return Sync(_("being removed from the router"), "warn", "clock", _waiting(view))
    if access.sync_state == SyncState.ERROR:
        return Sync(_("error on the router"), "bad", "alert-circle", _refusal(view), needs_person=True)
    if view.is_waiting_for_contract:
        sentence = _("It goes to %(router)s when the contract is activated.") % {"router": router}
        return Sync(_("waits for the contract"), "inst", "clock", sentence)
    if access.sync_state == SyncState.MODIFIED:
        return Sync(_("in the queue"), "warn", "clock", _waiting(view))
    if view.differences:
        found = ngettext("%(n)s field is different on %(router)s.", "%(n)s fields are different on %(router)s.", view.differences)
        sentence = found % {"n": view.differences, "router": router}
        return Sync(_("different on the router"), "warn", "arrows-diff", sentence, needs_person=True)
    if view.contract.state == ContractState.CANCELLED:
        return Sync(_("kept switched off on the router"), "", "check")
    confirmed = _("Confirmed by %(router)s: %(when)s.") % {"router": router, "when": moment(access.applied_at)}
    if view.contract.state == ContractState.ACTIVE and view.contract.standing == Standing.BLOCKED:
        return Sync(_("blocked on the router"), "bad", "lock", confirmed)
    return Sync(_("same as on the router"), "ok", "check", confirmed if access.applied_at else "")


def _waiting(view: AccessView) -> str:
    router = view.access.router
    words = {"router": router.name, "words": router.health_words or view.access.last_error}
    if router.health == RouterHealth.STOPPED:
        return _("%(router)s is stopped and waits for a person: %(words)s") % words
    if router.health == RouterHealth.DEGRADED:
        return _("%(router)s is not answering. The change goes there by itself as soon as it answers.") % words
    return _("On its way to %(router)s.") % words


def _refusal(view: AccessView) -> str:
    access = view.access
    words = {"router": access.router.name, "words": access.last_error or "—"}
    return _("%(router)s answered: “%(words)s”. Correct the access and save: it is sent again at once.") % words
