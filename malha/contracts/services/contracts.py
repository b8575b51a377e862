"""Making, changing and ending contracts. Each verb is one transaction with its line in the history."""

from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from malha.contracts.data import ContractData
from malha.contracts.models import (
    CollectionMethod,
    Contract,
    ContractItem,
    ContractState,
    ContractTemplate,
    FirstCharge,
    ItemKind,
    Plan,
    TemplateKind,
    TrustRule,
    WaitingFor,
)
from malha.core import clock, history, numbers
from malha.core.errors import BusinessError, StateConflict
from malha.core.history import Actor
from malha.core.rules import Problems
from malha.customers.models import Address, Customer
from malha.customers.services import customers
from malha.domain import calendar, late, minimum_term
from malha.domain.errors import RuleError

SERIES = "contract"
# Fields that stand one to one in data and row, and in the history.
PLAIN = tuple(f.name for f in fields(ContractData) if f.name not in {"service_address", "activated_on", "signed_on"})
MAX_INSTALLMENTS = 12
_ONE_DAY = timedelta(days=1)


def check(data: ContractData, *, standard_days: tuple[int, int]) -> ContractData:
    """Refuse what makes no sense; BusinessError("invalid") with sentences per field.

    `standard_days` (pendência, bloqueio) stand behind the empty fields, so that an own value is compared with what will hold.
    """
    problems = Problems()
    with problems.of("due_day"):
        calendar.check_due_day(data.due_day)
    for name in ("discount", "surcharge", "installation_fee"):
        if getattr(data, name).is_negative:
            with problems.of(name):
                raise RuleError(f"{name}_negative" if name != "installation_fee" else "amount_negative")
    pending = data.days_to_pending if data.days_to_pending is not None else standard_days[0]
    block = data.days_to_block if data.days_to_block is not None else standard_days[1]
    if data.days_to_pending is not None or data.days_to_block is not None:
        with problems.of("days_to_block" if data.days_to_block is not None else "days_to_pending"):
            late.check_late_days(pending, block)
    if data.minimum_term_months is not None:
        with problems.of("minimum_term_months"):
            minimum_term.check_minimum_term(data.minimum_term_months)
    if data.never_block and not data.never_block_reason.strip():
        problems.add("never_block_reason", _("Say why this contract is never blocked, for example: hospital."))
    if data.first_charge not in FirstCharge.values:
        problems.add("first_charge", _("Choose prorated or full."))
    if data.trust_release_rule not in TrustRule.values:
        problems.add("trust_release_rule", _("Choose one of the options."))
    for name, chosen, rows in (
        ("collection_method_id", data.collection_method_id, CollectionMethod.objects),
        ("template_id", data.template_id, ContractTemplate.objects),
    ):
        if chosen is not None and not rows.filter(pk=chosen).exists():
            problems.add(name, _("Choose one of the options."))
    if not 1 <= data.installation_installments <= MAX_INSTALLMENTS:
        problems.add("installation_installments", _("Use from 1 to %(limit)s instalments.") % {"limit": MAX_INSTALLMENTS})
    if data.service_address is not None:
        with problems.under("service_address"):
            customers.check_address(data.service_address)
    problems.raise_if_any()
    return data


@transaction.atomic
def create(
    *, customer: Customer, data: ContractData, plans: Iterable[Plan], standard_days: tuple[int, int], actor: Actor
) -> Contract:
    """A contract with one INTERNET item per plan, active from today unless it has no plan yet.

    Without an item it is saved as a draft that bills nothing (domain.md §4). Raises BusinessError.
    """
    return add(customer=customer, data=check(data, standard_days=standard_days), plans=plans, actor=actor)


def add(*, customer: Customer, data: ContractData, plans: Iterable[Plan], actor: Actor) -> Contract:
    """`create` for a journey that has just called `check` and runs a transaction of its own."""
    if customer.archived_at is not None:
        raise BusinessError("customer_archived", _("This customer is archived. Reactivate the record before making a contract."))
    plans = list(plans)
    today = clock.today()
    start = data.activated_on or today
    address = None
    if data.service_address is not None:
        address = Address.objects.create(**asdict(customers.check_address(data.service_address)))
    contract = Contract(
        customer=customer,
        number=0,
        state=ContractState.ACTIVE if plans else ContractState.DRAFT,
        waiting_for=WaitingFor.NOTHING if plans else WaitingFor.PLAN,
        signed_on=data.signed_on or today,
        activated_on=start if plans else None,
        billing_starts_on=start if plans else None,
        service_address=address,
        **_columns(data),
    )
    contract.minimum_term_ends_on = _term_end(data, start)
    contract.number = numbers.take(SERIES)
    contract.save(force_insert=True)
    add_plan_items(contract=contract, plans=plans, starts_on=start)
    history.record(
        contract,
        "contract.created",
        actor=actor,
        after={**_facts(data), "state": contract.state, "plans": [plan.name for plan in plans]},
        customer_id=customer.pk,
    )
    return contract


@transaction.atomic
def update(*, contract: Contract, data: ContractData, standard_days: tuple[int, int], actor: Actor) -> Contract:
    """Change what a living contract agrees; what was already issued stays as it is."""
    locked = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    if locked.state == ContractState.CANCELLED:
        raise StateConflict("contract_cancelled", _("This contract is cancelled and cannot be changed."))
    data = check(data, standard_days=standard_days)
    columns = _columns(data)
    before, after = history.changes({name: getattr(locked, name) for name in columns}, columns)
    if not after:
        return locked
    term = _term_end(data, locked.activated_on or locked.signed_on)
    Contract.objects.filter(pk=locked.pk).update(updated_at=clock.now(), minimum_term_ends_on=term, **columns)
    history.record(locked, "contract.changed", actor=actor, before=before, after=after, customer_id=locked.customer_id)
    locked.refresh_from_db()
    return locked


@transaction.atomic
def activate(*, contract: Contract, on: date, actor: Actor) -> None:
    """From draft to active; billing starts on that day. Raises StateConflict from any other state."""
    changed = Contract.objects.filter(pk=contract.pk, state=ContractState.DRAFT).update(
        state=ContractState.ACTIVE,
        waiting_for=WaitingFor.NOTHING,
        activated_on=on,
        billing_starts_on=on,
        updated_at=clock.now(),
    )
    if not changed:
        raise StateConflict("contract_not_draft", _("This contract is not waiting to be activated."))
    history.record(contract, "contract.activated", actor=actor, after={"activated_on": on}, customer_id=contract.customer_id)


@transaction.atomic
def cancel(*, contract: Contract, on: date, reason: str, note: str, keeps_ip: bool, actor: Actor) -> None:
    """End a contract. A reason is required; debts and equipment are never a condition (domain.md §4)."""
    if not reason.strip():
        sentence = _("Say why the contract is cancelled.")
        raise BusinessError("reason_required", sentence, fields={"reason": sentence})
    changed = Contract.objects.filter(pk=contract.pk).exclude(state=ContractState.CANCELLED).update(
        state=ContractState.CANCELLED,
        waiting_for=WaitingFor.NOTHING,
        cancelled_on=on,
        cancel_reason=reason.strip()[:80],
        cancel_note=note.strip(),
        keeps_ip=keeps_ip,
        updated_at=clock.now(),
    )
    if not changed:
        raise StateConflict("contract_cancelled", _("This contract is cancelled already."))
    ContractItem.objects.filter(contract=contract, ends_on__isnull=True, starts_on__lte=on).update(ends_on=on)
    ContractItem.objects.filter(contract=contract, ends_on__isnull=True).delete()
    history.record(
        contract,
        "contract.cancelled",
        actor=actor,
        reason=reason,
        before={"state": contract.state},
        after={"state": ContractState.CANCELLED, "cancelled_on": on, "keeps_ip": keeps_ip},
        customer_id=contract.customer_id,
    )


def data_of(contract: Contract) -> ContractData:
    """The stored contract in the shape that `update` takes. The service address is changed by a verb of its own."""
    return ContractData(**{name: getattr(contract, name) for name in PLAIN})


def add_plan_items(*, contract: Contract, plans: Iterable[Plan], starts_on: date) -> list[ContractItem]:
    """One INTERNET item per plan, at the plan's price of today. Runs inside the caller's transaction."""
    return ContractItem.objects.bulk_create(
        ContractItem(
            contract=contract,
            kind=ItemKind.INTERNET,
            plan=plan,
            description=plan.charge_text or plan.name,
            amount=plan.price,
            starts_on=starts_on,
        )
        for plan in plans
    )


def end_plan_item(*, contract: Contract, plan: Plan, on: date) -> None:
    """Take one item of `plan` off the contract from `on`. Runs inside the caller's transaction."""
    item = ContractItem.objects.filter(contract=contract, plan=plan, ends_on__isnull=True).order_by("-id").first()
    if item is None:
        return
    if item.starts_on >= on:
        item.delete()
    else:
        ContractItem.objects.filter(pk=item.pk).update(ends_on=on - _ONE_DAY)


def swap_plan_item(*, contract: Contract, old: Plan, new: Plan, on: date) -> None:
    """Replace one item of `old` by one of `new` from `on`. Runs inside the caller's transaction."""
    end_plan_item(contract=contract, plan=old, on=on)
    add_plan_items(contract=contract, plans=[new], starts_on=on)


def _columns(data: ContractData) -> dict[str, object]:
    values: dict[str, object] = {name: getattr(data, name) for name in PLAIN}
    if data.collection_method_id is None:
        values["collection_method_id"] = _default_method()
    values["never_block_reason"] = data.never_block_reason.strip()[:150]
    return values


def _default_method() -> int:
    for key in CollectionMethod.objects.filter(is_default=True, is_active=True).order_by().values_list("pk", flat=True):
        return key
    raise BusinessError("no_collection_method", _("There is no default form of payment. Choose one in the settings."))


def default_template_id() -> int | None:
    """The written contract that is pre-selected for new customers."""
    found = ContractTemplate.objects.filter(kind=TemplateKind.CONTRACT, is_default=True, is_active=True)
    return next(iter(found.order_by().values_list("pk", flat=True)), None)


def _term_end(data: ContractData, start: date) -> date | None:
    return minimum_term.minimum_term_end(start, data.minimum_term_months) if data.minimum_term_months else None


def _facts(data: ContractData) -> dict[str, object]:
    defaults = {f.name: f.default for f in fields(ContractData)}
    return {name: getattr(data, name) for name in PLAIN if name == "due_day" or getattr(data, name) != defaults[name]}
