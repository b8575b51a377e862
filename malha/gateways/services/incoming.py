"""Money that a bank says came in: one row per payment of the bank, for ever, whoever told us first (F16, F19)."""

from collections.abc import Iterable

from malha.core import clock
from malha.domain.money import ZERO
from malha.gateways.base import RemotePayment
from malha.gateways.models import GatewayAccount, IncomingPayment, IncomingState, Registration


def note(
    *, account: GatewayAccount, registration: Registration | None, payments: Iterable[RemotePayment], source: str, claims: str = ""
) -> int:
    """Keep what was not known yet, to be settled; answers how many rows were asked for. Told again, nothing changes.

    `claims`: what the notice said of a charge nobody knows, for the person in Conciliação.
    """
    rows = [
        IncomingPayment(
            account=account,
            remote_id=payment.remote_id[:80],
            registration=registration,
            customer_id=registration.charge.customer_id if registration else None,
            value=payment.paid,
            net=payment.net,
            fee=min(payment.fee or ZERO, payment.paid),
            paid_on=payment.paid_on,
            credited_on=payment.credited_on,
            channel=payment.channel.value,
            source=source,
            seen_at=clock.now(),
            state=IncomingState.NEW,
            claims={"reference": claims} if claims else {},
        )
        for payment in payments
        if payment.paid > ZERO and payment.remote_id
    ]
    IncomingPayment.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
