"""The doctor says what is wrong and what to do, and does not stop at the first finding."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from malha.contracts.models import Contract, Standing
from malha.network.models import Access, Router, RouterHealth, SyncState
from malha.worker import doctor
from malha.worker.doctor import Verdict
from malha.worker.invariants import broken
from tests import make

pytestmark = pytest.mark.django_db


def test_a_fresh_installation_is_only_not_set_up() -> None:
    findings = {finding.subject: finding for finding in doctor.examine()}

    assert [name for name, finding in findings.items() if finding.verdict is Verdict.BAD] == []
    assert "primeir" in findings["Empresa"].words or "configurada" in findings["Empresa"].words


def test_a_malformed_key_is_named_and_the_examination_goes_on(settings: object) -> None:
    settings.VAULT_KEYS = "k1:tooshort"  # type: ignore[attr-defined]

    verdicts = {finding.subject: finding.verdict for finding in doctor.examine()}

    assert verdicts["MALHA_VAULT_KEYS"] is Verdict.BAD
    assert verdicts["MALHA_ACCESS_KEYS"] is Verdict.GOOD
    assert "Servidores" in verdicts


def test_a_stopped_router_is_bad_and_says_why() -> None:
    router = make.router()
    Router.objects.filter(pk=router.pk).update(health=RouterHealth.STOPPED, health_words="invalid user name or password (6)")

    finding = doctor.routers()

    assert finding.verdict is Verdict.BAD
    assert "invalid user name or password (6)" in finding.words


def test_a_lost_wish_breaks_an_invariant() -> None:
    access = make.access()
    Access.objects.filter(pk=access.pk).update(sync_state=SyncState.MODIFIED, due_at=None)

    assert [(found.rule, found.about) for found in broken()] == [("changed_means_due", access.username)]


def test_a_block_without_cause_breaks_an_invariant() -> None:
    contract = make.access().contract
    Contract.objects.filter(pk=contract.pk).update(standing=Standing.BLOCKED, standing_cause="")

    assert ("block_says_why", f"contract {contract.number}") in [(found.rule, found.about) for found in broken()]


def test_the_command_speaks_json_and_fails_when_something_is_wrong() -> None:
    access = make.access()
    Access.objects.filter(pk=access.pk).update(sync_state=SyncState.MODIFIED, due_at=None)
    out = StringIO()

    with pytest.raises(CommandError):
        call_command("doctor", "--json", stdout=out)

    assert {finding["verdict"] for finding in json.loads(out.getvalue())} >= {"good", "bad"}
