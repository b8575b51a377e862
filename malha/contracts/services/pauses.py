"""Days on which a contract is not served. Two verbs, for one contract or a thousand; they run in the caller's transaction."""

from collections.abc import Collection
from datetime import date, timedelta

from malha.contracts.models import PauseKind, ServicePause
from malha.core.sql import Among

_ONE_DAY = timedelta(days=1)


def begin(contract_ids: Collection[int], *, kind: PauseKind, on: date) -> None:
    """Nothing is delivered from `on`, counted. A pause that is open already goes on."""
    open_ones = set(
        ServicePause.objects.filter(Among("contract", contract_ids), kind=kind, ends_on__isnull=True).values_list("contract_id", flat=True)
    )
    ServicePause.objects.bulk_create(
        ServicePause(contract_id=key, kind=kind, starts_on=on) for key in contract_ids if key not in open_ones
    )


def end(contract_ids: Collection[int], *, kind: PauseKind, on: date) -> None:
    """Served again from `on`, counted. A pause that began that day or later leaves no trace: no day was lost."""
    open_ones = ServicePause.objects.filter(Among("contract", contract_ids), kind=kind, ends_on__isnull=True)
    open_ones.filter(starts_on__gte=on).delete()
    open_ones.update(ends_on=on - _ONE_DAY)
