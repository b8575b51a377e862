"""The history in words: what was done, to what, and what changed. The one place where verbs are named.

Field names and choices are read from the models, so a new field is named once; only what is not a field of its model is named
here. tests/backoffice/history/test_labels.py fails for a verb that the code records and that has no words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from malha.core.fields import MoneyField
from malha.core.models import HistoryEntry
from malha.core.templatetags.ui import date_full, moment
from malha.domain.errors import RuleError
from malha.domain.money import Money
from malha.reports import dunning_words

Words = str | Promise
if TYPE_CHECKING:
    AnyField = models.Field[Any, Any]

VERBS: Mapping[str, Words] = {
    "access.changed": gettext_lazy("changed an access"),
    "access.created": gettext_lazy("created an access"),
    "access.disconnect_asked": gettext_lazy("disconnected an access"),
    "access.password_seen": gettext_lazy("looked at an access password"),
    "access.removed": gettext_lazy("removed an access"),
    "agreement.made": gettext_lazy("made an agreement"),
    "attachment.added": gettext_lazy("attached a file"),
    "attachment.removed": gettext_lazy("removed a file"),
    "attachment.renamed": gettext_lazy("renamed a file"),
    "attachment.seen": gettext_lazy("opened a file"),
    "booklet.made": gettext_lazy("made a booklet"),
    "cash_account.changed": gettext_lazy("changed a cash account"),
    "cash_account.created": gettext_lazy("created a cash account"),
    "cash_category.changed": gettext_lazy("changed a cash category"),
    "cash_category.created": gettext_lazy("created a cash category"),
    "cash_day.closed": gettext_lazy("closed a day of cash"),
    "cash_entry.added": gettext_lazy("made a cash entry"),
    "cash_entry.corrected": gettext_lazy("corrected a cash entry"),
    "cash_transfer.made": gettext_lazy("transferred between accounts"),
    "cashbook.exported": gettext_lazy("exported the cash book"),
    "charge.cancelled": gettext_lazy("cancelled a charge"),
    "charge.contest_settled": gettext_lazy("closed the contest of a charge"),
    "charge.contested": gettext_lazy("marked a charge as contested"),
    "charge.issued": gettext_lazy("made a charge"),
    "charge.paid_by_credit": gettext_lazy("paid a charge with credit"),
    "charge.replaced": gettext_lazy("replaced a charge"),
    "charge.restored": gettext_lazy("restored a charge"),
    "charges.exported": gettext_lazy("exported the list of charges"),
    "collection_method.changed": gettext_lazy("changed a form of payment"),
    "collection_method.created": gettext_lazy("created a form of payment"),
    "company.changed": gettext_lazy("changed the company"),
    "company.created": gettext_lazy("registered the company"),
    "company.demo_made": gettext_lazy("made the demo data"),
    "contract.activated": gettext_lazy("activated a contract"),
    "contract.billing_resumed": gettext_lazy("had a parked contract charged again"),
    "contract.billing_skipped": gettext_lazy("had a contract charged from that day on"),
    "contract.cancelled": gettext_lazy("cancelled a contract"),
    "contract.changed": gettext_lazy("changed a contract"),
    "contract.created": gettext_lazy("created a contract"),
    "contract.document_seen": gettext_lazy("opened a written contract"),
    "contract.held": gettext_lazy("held a contract out of the block"),
    "contract.hold_ended": gettext_lazy("ended the hold of a contract"),
    "contract.notice_delivered": gettext_lazy("recorded a delivered notice"),
    "contract.printed": gettext_lazy("printed a contract"),
    "contract.promised": gettext_lazy("recorded a promise of payment"),
    "contract.resumed": gettext_lazy("ended the suspension of a contract"),
    "contract.says_paid": gettext_lazy("said on the notice page that it is paid"),
    "contract.standing_blocked": gettext_lazy("blocked a contract"),
    "contract.standing_clear": gettext_lazy("released a contract"),
    "contract.standing_pending": gettext_lazy("put a contract into notice"),
    "contract.standing_reduced": gettext_lazy("reduced the speed of a contract"),
    "contract.repriced": gettext_lazy("changed the price of a contract"),
    "contract.suspended": gettext_lazy("suspended a contract on request"),
    "contract.termination_proposed": gettext_lazy("prepared a notice of termination"),
    "contract.trust_ended": gettext_lazy("ended a trust release"),
    "contract.trusted": gettext_lazy("released a contract in trust"),
    "customer.archived": gettext_lazy("archived a customer"),
    "customer.changed": gettext_lazy("changed a customer"),
    "customer.created": gettext_lazy("registered a customer"),
    "customer.document_seen": gettext_lazy("looked at a CPF or CNPJ"),
    "customer.imported": gettext_lazy("imported a customer from a router"),
    "customer.reactivated": gettext_lazy("reactivated a customer"),
    "customer_group.created": gettext_lazy("created a group of customers"),
    "customer_group.removed": gettext_lazy("removed a group of customers"),
    "customer_group.renamed": gettext_lazy("renamed a group of customers"),
    "customers.exported": gettext_lazy("exported the list of customers"),
    "divergence.accepted": gettext_lazy("accepted what the router has"),
    "divergence.adopted": gettext_lazy("linked a login of the router to a customer"),
    "divergence.apply_asked": gettext_lazy("had a divergence applied to the router"),
    "divergence.ignored": gettext_lazy("ignored a divergence"),
    "divergence.unignored": gettext_lazy("stopped ignoring a divergence"),
    "dunning.approved": gettext_lazy("approved a block"),
    "dunning_policy.changed": gettext_lazy("changed the standard for delays"),
    "dunning_policy.created": gettext_lazy("created the standard for delays"),
    "dunning_run.undone": gettext_lazy("undid the daily run"),
    "holiday.added": gettext_lazy("added a holiday"),
    "holiday.removed": gettext_lazy("removed a holiday"),
    "note.added": gettext_lazy("wrote an annotation"),
    "note.pinned": gettext_lazy("pinned an annotation"),
    "note.removed": gettext_lazy("removed an annotation"),
    "note.unpinned": gettext_lazy("unpinned an annotation"),
    "notices.printed": gettext_lazy("printed letters of notice"),
    "payable.cancelled": gettext_lazy("cancelled a bill to pay"),
    "payable.changed": gettext_lazy("changed a bill to pay"),
    "payable.created": gettext_lazy("registered a bill to pay"),
    "payable.paid": gettext_lazy("paid a bill"),
    "payable.payment_undone": gettext_lazy("undid the payment of a bill"),
    "payable.repeated": gettext_lazy("repeated a monthly bill"),
    "payment.credited": gettext_lazy("gave a credit"),
    "gateway_account.changed": gettext_lazy("changed a gateway account"),
    "gateway_account.checked": gettext_lazy("tested the credentials of a gateway account"),
    "gateway_account.secret_seen": gettext_lazy("looked at the webhook token of a gateway account"),
    "gateway_account.webhook_configured": gettext_lazy("registered the webhook at the bank"),
    "gateway_account.created": gettext_lazy("created a gateway account"),
    "payment.received": gettext_lazy("received a payment"),
    "payment.reversed": gettext_lazy("reversed a payment"),
    "notice_texts.changed": gettext_lazy("changed the notice pages"),
    "plan.archived": gettext_lazy("archived a plan"),
    "plan.changed": gettext_lazy("changed a plan"),
    "plan.created": gettext_lazy("created a plan"),
    "plan.restored": gettext_lazy("restored a plan"),
    "rehearsal.exported": gettext_lazy("exported the rehearsal"),
    "report.exported": gettext_lazy("exported a report"),
    "registration.tried_again": gettext_lazy("registered a refused charge again"),
    "router.base_setup_asked": gettext_lazy("had the base set-up applied to a router"),
    "router.changed": gettext_lazy("changed a router"),
    "router.created": gettext_lazy("registered a router"),
    "router.deactivated": gettext_lazy("switched a router off"),
    "router.login_disconnected": gettext_lazy("dropped the session of a login without customer"),
    "router.pool_added": gettext_lazy("added a pool"),
    "router.pool_forgotten": gettext_lazy("took a pool out of the register"),
    "router.reactivated": gettext_lazy("put a router back into use"),
    "router.removed": gettext_lazy("removed a router"),
    "router.resumed": gettext_lazy("resumed a router"),
    "supplier.archived": gettext_lazy("archived a supplier"),
    "supplier.changed": gettext_lazy("changed a supplier"),
    "supplier.created": gettext_lazy("registered a supplier"),
    "supplier.restored": gettext_lazy("restored a supplier"),
    "template.activated": gettext_lazy("activated a contract template"),
    "template.changed": gettext_lazy("changed a contract template"),
    "template.created": gettext_lazy("created a contract template"),
    "template.deactivated": gettext_lazy("deactivated a contract template"),
    "template.made_default": gettext_lazy("made a contract template the standard"),
    "token.created": gettext_lazy("created an API key"),
    "token.revoked": gettext_lazy("revoked an API key"),
    "user.changed": gettext_lazy("changed a user"),
    "user.created": gettext_lazy("created a user"),
    "user.deactivated": gettext_lazy("deactivated a user"),
    "user.password_changed": gettext_lazy("changed their password"),
    "user.password_reset": gettext_lazy("generated a new password"),
    "user.reactivated": gettext_lazy("reactivated a user"),
    "user.session_ended": gettext_lazy("ended a session"),
    "user.sessions_ended": gettext_lazy("ended all sessions"),
}
KINDS: Mapping[str, Words] = {
    "billing.payment": gettext_lazy("Payment"),
    "billing.charge": gettext_lazy("Charge"),
    "billing.booklet": gettext_lazy("Booklet"),
    "billing.agreement": gettext_lazy("Agreement"),
    "cashbook.cashaccount": gettext_lazy("Cash account"),
    "cashbook.cashentry": gettext_lazy("Cash entry"),
    "cashbook.category": gettext_lazy("Cash category"),
    "cashbook.closing": gettext_lazy("Closing of cash"),
    "cashbook.payable": gettext_lazy("Bill to pay"),
    "cashbook.supplier": gettext_lazy("Supplier"),
    "cashbook.transfer": gettext_lazy("Transfer"),
    "contracts.collectionmethod": gettext_lazy("Form of payment"),
    "contracts.contract": gettext_lazy("Contract"),
    "contracts.contracttemplate": gettext_lazy("Contract template"),
    "contracts.plan": gettext_lazy("Plan"),
    "core.company": gettext_lazy("Company"),
    "core.holiday": gettext_lazy("Holiday"),
    "customers.attachment": gettext_lazy("File"),
    "customers.customer": gettext_lazy("Customer"),
    "customers.customergroup": gettext_lazy("Group of customers"),
    "customers.note": gettext_lazy("Annotation"),
    "dunning.dunningpolicy": gettext_lazy("Standard for delays"),
    "dunning.noticetexts": gettext_lazy("Notice pages"),
    "dunning.dunningrun": gettext_lazy("Daily run"),
    "network.access": gettext_lazy("Access"),
    "network.addresspool": gettext_lazy("Address pool"),
    "network.divergence": gettext_lazy("Divergence"),
    "network.router": gettext_lazy("Router"),
    "staff.apitoken": gettext_lazy("API key"),
    "staff.user": gettext_lazy("User"),
}
# What is recorded under a name that is not a field of the model.
FIELDS: Mapping[str, Words] = {
    "filters": gettext_lazy("filters"),
    "rows": gettext_lazy("rows"),
    "unbilled_since": gettext_lazy("not charged since"),
    "billed_until": gettext_lazy("billed until"),
    "installments": gettext_lazy("instalments"),
    "waived": gettext_lazy("fine and interest waived"),
    "paid": gettext_lazy("charges paid"),
    "credit": gettext_lazy("credit"),
    "charges": gettext_lazy("charges"),
    "why": gettext_lazy("cause"),
    "part": gettext_lazy("part"),
    "customer_groups": gettext_lazy("visible groups of customers"),
    "phones": gettext_lazy("phones"),
    "count": gettext_lazy("how many"),
    "plans": gettext_lazy("plans"),
}
# An icon for the first half of a verb.
ICONS: Mapping[str, str] = {
    "payment": "cash",
    "charges": "download",
    "charge": "receipt",
    "booklet": "file-invoice",
    "agreement": "list-check",
    "access": "plug-connected",
    "cash_account": "cash-register",
    "cash_category": "tag",
    "cash_day": "cash-register",
    "cash_entry": "cash",
    "cash_transfer": "arrows-exchange",
    "cashbook": "download",
    "company": "building",
    "contract": "file-text",
    "customer": "user",
    "customers": "download",
    "divergence": "arrows-diff",
    "dunning": "lock",
    "dunning_policy": "clock-exclamation",
    "notice_texts": "wifi-off",
    "dunning_run": "arrow-back-up",
    "notices": "printer",
    "payable": "file-invoice",
    "plan": "rocket",
    "rehearsal": "download",
    "router": "router",
    "supplier": "package",
    "template": "file-text",
    "token": "key",
    "user": "shield-lock",
}
ACTOR_KINDS: Mapping[str, Words] = {
    "system": gettext_lazy("system"),
    "worker": gettext_lazy("daily run"),
    "api": "API",
    "portal": gettext_lazy("notice page"),
}
_ADDRESS = "address."


@dataclass(frozen=True, slots=True)
class Change:
    """One field before and after, as text."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as the page shows it."""

    entry: HistoryEntry
    verb: str
    kind: str
    actor_kind: str
    icon: str
    changes: tuple[Change, ...]


def line(entry: HistoryEntry) -> Line:
    """An entry in words. What has no words shows as it was recorded: nothing is left out."""
    # By label, because a database may keep the keys of JSON in an order of its own.
    names = sorted({**entry.before, **entry.after}, key=lambda name: field_label(entry.object_kind, name))
    return Line(
        entry=entry,
        verb=str(VERBS.get(entry.verb, entry.verb)),
        kind=str(KINDS.get(entry.object_kind, entry.object_kind)),
        actor_kind=str(ACTOR_KINDS.get(entry.actor_kind, "")),
        icon=ICONS.get(entry.verb.partition(".")[0], "pencil"),
        changes=tuple(
            Change(
                label=field_label(entry.object_kind, name),
                before=text(entry.object_kind, name, entry.before.get(name)),
                after=text(entry.object_kind, name, entry.after.get(name)),
            )
            for name in names
        ),
    )


def field_label(kind: str, name: str) -> str:
    """How a recorded name is called on screen."""
    if name in FIELDS:
        return str(FIELDS[name])
    field = _field(kind, name)
    return name if field is None else str(field.verbose_name)


def text(kind: str, name: str, value: Any) -> str:
    """A recorded value as people read it."""
    match value:
        case None | "" | []:
            return ""
        case str() if name == "why":
            return dunning_words.label(value)
        case bool():
            return _("yes") if value else _("no")
        case list():
            return ", ".join(text(kind, name, item) for item in value)
        case dict():
            return "; ".join(f"{key}: {text(kind, key, item)}" for key, item in value.items())
    field = _field(kind, name)
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return _formatted(field, str(value))


def _formatted(field: "AnyField | None", value: str) -> str:
    try:
        if isinstance(field, MoneyField):
            return Money.from_json(value).format_brl()
        if isinstance(field, models.DateTimeField):
            return moment(datetime.fromisoformat(value))
        if isinstance(field, models.DateField):
            return date_full(date.fromisoformat(value))
    except (ValueError, RuleError):
        return value
    return value


@cache
def _field(kind: str, name: str) -> "AnyField | None":
    if name.startswith(_ADDRESS):
        kind, name = "customers.address", name.removeprefix(_ADDRESS)
    try:
        found = apps.get_model(kind)._meta.get_field(name.removesuffix("_id"))
    except (LookupError, ValueError, FieldDoesNotExist):
        return None
    return found if isinstance(found, models.Field) else None
