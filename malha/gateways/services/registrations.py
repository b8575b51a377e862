"""What of our charges a bank should know: wanted, changed or withdrawn in the transaction of the charge itself.

`follow` looks at charges and their registrations and wishes what is missing; called twice it wishes nothing new. The lane then does it.
"""

import uuid
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from malha.billing import queries as billing
from malha.billing.models import Charge, ChargeState
from malha.core import bulk, clock, history
from malha.core.errors import StateConflict
from malha.core.history import Actor
from malha.core.sql import Among
from malha.customers.models import Address
from malha.domain.brcode import txid_for
from malha.domain.money import ZERO, Money
from malha.gateways import queries, registry
from malha.gateways.base import Feature
from malha.gateways.models import GatewayAccount, Registration, RegistrationState, Wish

_COLUMNS = (
    "account_id", "charge_id", "kind", "state", "wish", "reference", "remote_id", "nosso_numero", "codigo_barras", "linha_digitavel",
    "pix_copia_e_cola", "pdf_url", "amount", "due_date", "terms", "failure_code", "failure_words", "raw", "due_at", "attempts", "leased_by",
    "last_error", "created_at", "updated_at",
)  # fmt: skip


@transaction.atomic
def follow(*, charge_ids: Collection[int]) -> int:
    """Make the wishes that these charges call for; answers how many. By the thousand, in a constant number of statements.

    An open charge of an integrated form of payment has one live registration over what is left of it; any other has none. What a
    bank refused waits for a person (`try_again`).
    """
    if not charge_ids or not GatewayAccount.objects.exists():
        return 0
    charges = list(
        Charge.objects.filter(Among("pk", charge_ids)).select_related("collection_method", "customer__address", "customer__billing_address")
    )
    accounts = {
        key: account
        for key, account in queries.accounts_of(charge.collection_method_id for charge in charges).items()
        if account.collection_method.is_active
    }
    live = queries.live_of(charge_ids)
    if not accounts and not live:
        return 0
    refused = set(Registration.objects.filter(Among("charge", charge_ids), state=RegistrationState.FAILED).values_list("charge", flat=True))
    left = billing.outstanding(charges)
    wanted = [
        charge
        for charge in charges
        if charge.state == ChargeState.OPEN
        and charge.collection_method_id in accounts
        and charge.pk not in live
        and charge.pk not in refused
        and left[charge.pk] > ZERO
    ]
    _want([(charge, accounts[charge.collection_method_id], left[charge.pk]) for charge in wanted])
    ended = [live[charge.pk] for charge in charges if charge.pk in live and charge.state != ChargeState.OPEN]
    changed = [
        (live[charge.pk], left[charge.pk], charge)
        for charge in charges
        if charge.pk in live and charge.state == ChargeState.OPEN and _differs(live[charge.pk], left[charge.pk], charge)
    ]
    return len(wanted) + _withdraw(ended) + _change(changed)


def _differs(registration: Registration, left: Money, charge: Charge) -> bool:
    return registration.amount != left or registration.due_date != charge.due_date


def _want(rows: Collection[tuple[Charge, GatewayAccount, Money]]) -> None:
    now = clock.now()
    bulk.insert(
        Registration,
        _COLUMNS,
        [
            (
                account.pk, charge.pk, account.kind, RegistrationState.WANTED.value, Wish.REGISTER.value, txid_for(uuid.uuid4()), "", "",
                "", "", "", "", left, charge.due_date, terms_of(charge, account), "", "", {}, now, 0, "", "", now, now,
            )
            for charge, account, left in rows
        ],
    )  # fmt: skip


def _withdraw(rows: Collection[Registration]) -> int:
    """What was never sent is simply over; what the bank may know is to be cancelled there."""
    now = clock.now()
    mine = Registration.objects.filter(Among("pk", [row.pk for row in rows]))
    over = mine.filter(state=RegistrationState.WANTED, sent_at__isnull=True).update(
        state=RegistrationState.CANCELLED, wish=Wish.NOTHING, due_at=None, closed_at=now, updated_at=now
    )
    asked = mine.filter(state__in=(RegistrationState.WANTED, RegistrationState.REGISTERED)).exclude(wish=Wish.CANCEL)
    return over + asked.update(wish=Wish.CANCEL, due_at=now, attempts=0, updated_at=now)


def _change(rows: Collection[tuple[Registration, Money, Charge]]) -> int:
    """Value or date changed: by instruction where the bank can, before the first call at once; else it is withdrawn and made anew."""
    again = []
    for registration, left, charge in rows:
        now = clock.now()
        mine = Registration.objects.filter(pk=registration.pk)
        changes: dict[str, Any] = {"amount": left, "due_date": charge.due_date, "updated_at": now}
        if mine.filter(state=RegistrationState.WANTED, sent_at__isnull=True).update(**changes):
            continue
        if _can_update(registration):
            mine.exclude(wish=Wish.CANCEL).update(wish=Wish.UPDATE, due_at=now, attempts=0, **changes)
        else:
            again.append(registration)
    _withdraw(again)
    return len(rows)


def _can_update(registration: Registration) -> bool:
    adapter = registration.account.collection_method.adapter
    return Feature.UPDATE in registry.adapters()[adapter].features if adapter in registry.adapters() else False


def terms_of(charge: Charge, account: GatewayAccount) -> dict[str, Any]:
    """What is registered and printed beside the value, frozen: a stored charge reprints as it was issued."""
    customer = charge.customer
    address: Address = customer.billing_address or customer.address
    return {
        "payer": {
            "name": customer.name,
            "document": customer.cpf_cnpj,
            "email": customer.email,
            "phone": customer.main_phone,
            **{name: getattr(address, name) for name in ("street", "number", "complement", "district", "city", "uf", "cep")},
        },
        "fine_basis_points": charge.fine_basis_points,
        "interest_basis_points": charge.interest_basis_points,
        "discount_cents": charge.promptness_discount.cents,
        "accept_days_after_due": account.accept_days_after_due,
        "write_off_days": account.write_off_days,
        "place": account.payment_place,
        "instructions": account.instructions.splitlines(),
        "remarks": account.notes_lines.splitlines(),
        "layout": account.print_layout,
        "sends_mail": account.gateway_sends_mail,
    }


@transaction.atomic
def try_again(*, registration: Registration, actor: Actor) -> None:
    """A refused one is registered anew, with the customer's data as they are now. Raises StateConflict("not_refused")."""
    changed = Registration.objects.filter(pk=registration.pk, state=RegistrationState.FAILED).update(
        state=RegistrationState.CANCELLED, closed_at=clock.now(), updated_at=clock.now()
    )
    if not changed:
        raise StateConflict("not_refused", _("This registration is not refused any more. Reload the page."))
    history.record(registration, "registration.tried_again", actor=actor, customer_id=registration.charge.customer_id)
    follow(charge_ids=[registration.charge_id])
