"""What a person does to charges, with its effect on who is pending or blocked, in one transaction."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from malha.billing.data import AgreementData, OneOffData
from malha.billing.models import Agreement, Charge
from malha.billing.services import charges
from malha.contracts.models import Contract
from malha.core.history import Actor
from malha.customers.models import Customer
from malha.domain.money import Money
from malha.gateways.services import registrations
from malha.journeys import blocking, delinquency


@transaction.atomic
def issue_one_off(*, customer: Customer, data: OneOffData, actor: Actor) -> list[Charge]:
    """Cobrança avulsa or carnê, registered at the bank where the form of payment has one."""
    made = charges.issue_one_off(customer=customer, data=data, actor=actor)
    registrations.follow(charge_ids=[charge.pk for charge in made])
    return made


@transaction.atomic
def agree(*, customer: Customer, data: AgreementData, actor: Actor) -> Agreement:
    """Acordo. Who is blocked stays so until the first instalment is paid (`dunning.facts`); anybody else is not late any more."""
    contracts = _contracts(data.charge_ids)
    agreement = charges.agree(customer=customer, data=data, actor=actor)
    instalments = Charge.objects.filter(agreement=agreement).values_list("pk", flat=True)
    registrations.follow(charge_ids=[*data.charge_ids, *instalments])
    delinquency.reassess(contract_ids=contracts, actor=actor)
    return agreement


@transaction.atomic
def replace(*, charge: Charge, due_date: date | None = None, total: Money | None = None, reason: str, actor: Actor) -> Charge:
    """Prorrogar."""
    fresh = charges.replace(charge=charge, due_date=due_date, total=total, reason=reason, actor=actor)
    registrations.follow(charge_ids=[charge.pk, fresh.pk])
    _reassess(charge, reason, actor)
    return fresh


@transaction.atomic
def cancel(*, charge: Charge, reason: str, releases: bool = True, actor: Actor) -> None:
    """Cancelar; `releases` False: *não liberar o serviço*, a blocked contract stays blocked by hand."""
    blocked = list(Contract.objects.filter(charges=charge, standing="BLOCKED").values_list("pk", flat=True))
    charges.cancel(charge=charge, reason=reason, actor=actor)
    registrations.follow(charge_ids=[charge.pk])
    _reassess(charge, reason, actor)
    if not releases:
        for contract in Contract.objects.filter(pk__in=blocked, standing="CLEAR"):
            blocking.block(contract=contract, reason=reason, actor=actor)


@transaction.atomic
def restore(*, charge: Charge, reason: str, actor: Actor) -> None:
    """Descancelar."""
    charges.restore(charge=charge, reason=reason, actor=actor)
    registrations.follow(charge_ids=[charge.pk])
    _reassess(charge, reason, actor)


@transaction.atomic
def contest(*, charge: Charge, note: str, actor: Actor) -> None:
    """Contestada: the ladder stops for this charge."""
    charges.contest(charge=charge, note=note, actor=actor)
    _reassess(charge, note, actor)


@transaction.atomic
def settle_contest(*, charge: Charge, note: str, actor: Actor) -> None:
    """The charge stands: the ladder goes on."""
    charges.settle_contest(charge=charge, note=note, actor=actor)
    _reassess(charge, note, actor)


def _reassess(charge: Charge, reason: str, actor: Actor) -> None:
    if charge.contract_id is not None:
        delinquency.reassess(contract_ids=[charge.contract_id], actor=actor, reason=reason)


def _contracts(charge_ids: Iterable[int]) -> list[int]:
    rows = Charge.objects.filter(pk__in=list(charge_ids), contract__isnull=False).order_by().values_list("contract_id", flat=True)
    return sorted(set(rows))
