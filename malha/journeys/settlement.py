"""Money comes in: payment, allocation, cash entry, standing, routers in one transaction (walk 3 of the house).

The same function serves the counter, the API and, with the gateways, every automatic confirmation.
"""

from collections.abc import Collection

from django.db import transaction

from malha.billing.data import ReceiptData
from malha.billing.models import Allocation, Charge, Payment
from malha.billing.services import payments
from malha.cashbook.services import entries
from malha.contracts.models import Contract, Standing, StandingCause
from malha.core.history import Actor
from malha.customers.models import Customer
from malha.dunning.queries import default_policy
from malha.gateways.services import registrations
from malha.journeys import blocking, delinquency


@transaction.atomic
def settle(
    *, customer: Customer, charge_ids: Collection[int], data: ReceiptData, cash_account_id: int | None = None, actor: Actor
) -> Payment:
    """Receive money for these charges; who owes nothing late any more is released at once, on every access.

    Raises what `billing.services.payments.receive` raises; nothing is then written.
    """
    payment = payments.receive(customer=customer, charge_ids=charge_ids, data=data, actor=actor)
    entries.record_payment(payment=payment, account_id=cash_account_id, actor=actor)
    registrations.follow(charge_ids=charge_ids)
    policy = default_policy()
    if policy.release_on_payment:
        contracts = contracts_of(charge_ids)
        delinquency.reassess(contract_ids=contracts, actor=actor, payment=payment, reason=f"#{payment.number}")
        if policy.release_on_any_payment:
            for contract in Contract.objects.filter(pk__in=contracts, standing=Standing.BLOCKED, standing_cause=StandingCause.POLICY):
                blocking.release(contract=contract, reason=f"#{payment.number}", actor=actor)
    return payment


@transaction.atomic
def reverse(*, payment: Payment, reason: str, actor: Actor) -> Payment:
    """Estornar: the charges are open again, the cash is put right, and what is late counts again."""
    charge_ids = list(Allocation.objects.filter(payment=payment).values_list("charge_id", flat=True))
    back = payments.reverse(payment=payment, reason=reason, actor=actor)
    entries.record_payment(payment=back, account_id=None, actor=actor)
    registrations.follow(charge_ids=charge_ids)
    delinquency.reassess(contract_ids=contracts_of(charge_ids), actor=actor, reason=reason)
    return back


def contracts_of(charge_ids: Collection[int]) -> list[int]:
    """The contracts of these charges."""
    rows = Charge.objects.filter(pk__in=charge_ids, contract__isnull=False).order_by().values_list("contract_id", flat=True)
    return sorted(set(rows))
