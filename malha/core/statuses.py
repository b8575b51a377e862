"""Label and colour of every status, in one place: pages, lists, search and exports read them from here.

The colours are the tones of `ui.css` (`ok`, `warn`, `bad`, `trust`, `inst`, and `""` for grey). A status is always a dot and its
text, so that nobody needs to tell colours apart. Keys are the values that rooms store; the floor knows no room above it, so the
vocabularies are named by a word.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from malha.domain.states import ContractState, Situation, Standing


@dataclass(frozen=True, slots=True)
class Status:
    """How one value is shown: `label` to people, `tone` as the CSS class of badge and dot."""

    label: str | Promise
    tone: str = ""


SITUATION: Mapping[str, Status] = {
    Situation.ACTIVE: Status(_("Active"), "ok"),
    Situation.PENDING: Status(_("Notice given"), "warn"),
    Situation.BLOCKED: Status(_("Blocked"), "bad"),
    Situation.TRUST: Status(_("In trust"), "trust"),
    Situation.INSTALLATION: Status(_("Installation"), "inst"),
    Situation.SUSPENDED: Status(_("Suspended on request")),
    Situation.CANCELLED: Status(_("Cancelled")),
}

CONTRACT: Mapping[str, Status] = {
    ContractState.DRAFT: Status(_("Installation"), "inst"),
    ContractState.ACTIVE: Status(_("Active"), "ok"),
    ContractState.SUSPENDED: Status(_("Suspended on request")),
    ContractState.CANCELLED: Status(_("Cancelled")),
}

STANDING: Mapping[str, Status] = {
    Standing.CLEAR: Status(_("Clear"), "ok"),
    Standing.PENDING: Status(_("Notice given"), "warn"),
    Standing.REDUCED: Status(_("Reduced speed"), "warn"),
    Standing.BLOCKED: Status(_("Blocked"), "bad"),
}

SYNC: Mapping[str, Status] = {
    "modified": Status(_("In the queue"), "warn"),
    "applied": Status(_("On the router"), "ok"),
    "error": Status(_("Error on the router"), "bad"),
    "removing": Status(_("Being removed"), "warn"),
    "removed": Status(_("Removed from the router")),
}

ROUTER: Mapping[str, Status] = {
    "UNKNOWN": Status(_("Not read yet")),
    "ONLINE": Status(_("Online"), "ok"),
    "DEGRADED": Status(_("Not answering"), "bad"),
    "STOPPED": Status(_("Stopped by Malha"), "warn"),
}

# Of a charge, as `malha.reports.charge_situations` judges it.
CHARGE: Mapping[str, Status] = {
    "OPEN": Status(_("Open charge"), "inst"),
    "OVERDUE": Status(_("Overdue"), "warn"),
    "OBSERVATION": Status(_("In observation"), "trust"),
    "PARTIAL": Status(_("Partly paid"), "inst"),
    "PAID": Status(_("Paid charge"), "ok"),
    "CANCELLED": Status(_("Cancelled charge")),
    "REPLACED": Status(_("Replaced charge")),
}

PAYABLE: Mapping[str, Status] = {
    "OPEN": Status(_("To pay")),
    "OVERDUE": Status(_("Overdue bill"), "warn"),
    "PAID": Status(_("Paid bill"), "ok"),
    "CANCELLED": Status(_("Cancelled bill")),
}

GATEWAY: Mapping[str, Status] = {
    "UNKNOWN": Status(_("Not tested yet")),
    "ONLINE": Status(_("Answering"), "ok"),
    "DEGRADED": Status(_("Not answering"), "bad"),
    "STOPPED": Status(_("Stopped by Malha"), "warn"),
}

REGISTRATION: Mapping[str, Status] = {
    "WANTED": Status(_("Being registered"), "inst"),
    "REGISTERED": Status(_("Registered"), "ok"),
    "SETTLED": Status(_("Settled"), "ok"),
    "CANCELLED": Status(_("Withdrawn")),
    "FAILED": Status(_("Refused"), "bad"),
}

VOCABULARIES: Mapping[str, Mapping[str, Status]] = {
    "situation": SITUATION,
    "contract": CONTRACT,
    "standing": STANDING,
    "sync": SYNC,
    "router": ROUTER,
    "payable": PAYABLE,
    "charge": CHARGE,
    "gateway": GATEWAY,
    "registration": REGISTRATION,
}


def status(vocabulary: str, value: str) -> Status:
    """How `value` of `vocabulary` is shown; a value nobody described is shown as it is, in grey. Unknown vocabulary: KeyError."""
    return VOCABULARIES[vocabulary].get(value) or Status(str(value))
