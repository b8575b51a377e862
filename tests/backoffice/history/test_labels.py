"""The history in words."""

import ast
from pathlib import Path

import pytest
from django.apps import apps

from malha.backoffice.history.labels import KINDS, VERBS, field_label, line, text
from malha.core import history
from malha.core.history import SYSTEM
from malha.core.models import HistoryEntry
from malha.domain.money import Money
from tests import make

MALHA = Path(__file__).resolve().parents[3] / "malha"


def recorded_verbs() -> set[str]:
    """What the code passes to history.record and history.entry_for."""
    found = set()
    for path in MALHA.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            name = getattr(node, "func", None)
            name = getattr(name, "attr", getattr(name, "id", ""))
            if isinstance(node, ast.Call) and name in {"record", "entry_for"} and len(node.args) > 1:
                found.update(n.value for n in ast.walk(node.args[1]) if isinstance(n, ast.Constant) and isinstance(n.value, str))
    # A verb that ends with an underscore is the beginning of several: `f"contract.standing_{to}"`.
    return {verb for verb in found if "." in verb}


def test_every_recorded_verb_has_words():
    missing = {
        verb for verb in recorded_verbs() - set(VERBS) if not (verb.endswith("_") and any(known.startswith(verb) for known in VERBS))
    }
    assert not missing, f"name them in malha/backoffice/history/labels.py: {sorted(missing)}"


def test_every_kind_is_a_model():
    assert not [kind for kind in KINDS if not apps.get_model(kind)]


@pytest.mark.parametrize(
    ("kind", "name", "value", "shown"),
    [
        ("staff.user", "role", "FINANCE", "Financeiro"),
        ("staff.user", "is_active", False, "não"),
        ("staff.user", "expires_on", "2026-11-24", "24/11/2026"),
        ("contracts.contract", "discount", "12.50", "R$\u00a012,50"),
        ("contracts.contract", "discount", "estranho", "estranho"),
        ("core.company", "offered_due_days", [5, 10], "5, 10"),
        ("staff.user", "email", None, ""),
        ("nada.nada", "campo", "x", "x"),
    ],
)
@pytest.mark.django_db
def test_values_read_as_on_the_screens(kind, name, value, shown):
    assert text(kind, name, value) == shown


def test_an_address_borrows_the_words_of_addresses():
    assert field_label("customers.customer", "address.street") == field_label("customers.address", "street")


@pytest.mark.django_db
def test_an_entry_becomes_a_line_with_before_and_after():
    user = make.user("SALES", name="Ana")
    history.record(
        user, "user.changed", actor=SYSTEM, before={"role": "SALES", "x": Money(100)}, after={"role": "FINANCE", "x": Money(200)}
    )

    shown = line(HistoryEntry.objects.get())

    assert (shown.kind, len(shown.changes)) == ("Usuário", 2)
    assert (shown.changes[0].before, shown.changes[0].after) == ("Vendedor", "Financeiro")
