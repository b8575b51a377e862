"""How a contract is treated and why, put together for one answer."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from malha.billing.models import Charge, ChargeState
from malha.billing.services.payments import due_on
from malha.contracts.models import Contract, ContractState
from malha.domain.money import ZERO, Money
from malha.dunning.facts import Known
from malha.dunning.models import Notice
from malha.journeys import delinquency, trust
from malha.reports import block_cause, dunning_words


def of(contract: Contract, today: date) -> dict[str, Any]:
    """Standing with its cause in code and in words, the days ahead, the debts, and the notices with their proof."""
    known, decision = delinquency.decision_for(contract, today)
    cause = block_cause.cause_of(contract)
    debts = _debts(known, today)
    if contract.state != ContractState.ACTIVE:
        words = str(contract.get_state_display())
    elif block_cause.is_troubled(contract):
        words = block_cause.sentence(cause)
    else:
        due = next((row["due_date"] for row in debts if row["charge_id"] == decision.debt), None)
        words = dunning_words.sentence(decision.why, due=due, until=dunning_words.until_of(decision.why, known.situation))
    return {
        "contract_id": contract.pk,
        "state": contract.state,
        "standing": contract.standing,
        "cause": contract.standing_cause,
        "until": contract.standing_until,
        "by": cause.who,
        "since": cause.at,
        "reason": cause.reason,
        "why": decision.why if contract.state == ContractState.ACTIVE else "",
        "words": words,
        "may_terminate": decision.may_terminate,
        "ahead": decision.ahead,
        "debts": debts,
        "owed_today": Money.total(row["owed_today"] for row in debts),
        "notices": _notices(contract),
        "trust": trust.offer(contract, today=today),
    }


def _debts(known: Known, today: date) -> list[dict[str, Any]]:
    """The open charges, the oldest first."""
    found = {debt.key: debt for debt in known.situation.debts}
    charges = list(Charge.objects.filter(pk__in=found).order_by("due_date", "pk"))
    owed = {part.key: part.total for part in due_on(charges, today)}
    return [
        {
            "charge_id": charge.pk,
            "number": charge.number,
            "due_date": charge.due_date,
            "outstanding": found[charge.pk].outstanding,
            "owed_today": owed.get(charge.pk, ZERO),
            "notified_on": found[charge.pk].notified_on,
            "contested": charge.contested_on is not None,
        }
        for charge in charges
    ]


def _notices(contract: Contract) -> QuerySet[Notice]:
    """Of the delinquency that runs, and of every charge that is still open."""
    rows = Notice.objects.filter(pendency__contract=contract).select_related("pendency__contract")
    return rows.filter(Q(pendency__closed_on__isnull=True) | Q(charge__state=ChargeState.OPEN)).order_by("pk")
