"""Every row of the table of error sentences (network.md §2)."""

import pytest

from malha.network.base import PermanentFailure, TemporaryFailure
from malha.network.drivers.mikrotik.errors import Meaning, failure_of_read, understand

ROWS = [
    ("invalid user name or password (6)", Meaning.LOGIN, "", "permission"),
    ("cannot log in", Meaning.LOGIN, "", "permission"),
    ("not enough permissions (9)", Meaning.PERMISSION, "", "permission"),
    ("failure: secret with the same name already exists", Meaning.TAKEN, "", "conflict"),
    ("failure: already have user with this name for this server", Meaning.TAKEN, "", "conflict"),
    ("failure: already have such entry", Meaning.PRESENT, "", "ok"),
    ("failure: already have static lease for this client", Meaning.LEASE, "", "conflict"),
    ("failure: already have static lease with this IP address", Meaning.LEASE, "", "conflict"),
    ("failure: pool with such name exists", Meaning.TAKEN, "", "conflict"),
    ("failure: server with such name already exists", Meaning.TAKEN, "", "conflict"),
    ("failure: already have such address", Meaning.TAKEN, "", "conflict"),
    ("input does not match any value of profile", Meaning.REFERENCE, "profile", "refused"),
    ("input does not match any value of interface-list", Meaning.REFERENCE, "interface-list", "refused"),
    ("no such item", Meaning.GONE, "", "gone"),
    ("no such item (4)", Meaning.GONE, "", "gone"),
    ("unknown parameter use-ipv6", Meaning.PARAMETER, "use-ipv6", "capability"),
    ("unknown parameter", Meaning.PARAMETER, "", "capability"),
    ("no such command", Meaning.MENU, "", "capability"),
    ("no such command prefix", Meaning.MENU, "", "capability"),
    ("no such command or directory (hotspot)", Meaning.MENU, "", "capability"),
    ("missing =.id=", Meaning.BUG, ".id", "bug"),
    ("value of vlan-id out of range (1..254)", Meaning.BUG, "vlan-id", "bug"),
    ("invalid value for argument caller-id", Meaning.BUG, "caller-id", "bug"),
    ("action timed out - try again, if error continues contact MikroTik support (13)", Meaning.BUSY, "", "retry"),
    ("interrupted", Meaning.INTERRUPTED, "", "retry"),
    ("failure: something nobody has heard of", Meaning.REFUSED, "", "refused"),
    ("", Meaning.REFUSED, "", "refused"),
]


@pytest.mark.parametrize(("words", "meaning", "field", "code"), ROWS)
def test_each_sentence_has_one_meaning(words: str, meaning: Meaning, field: str, code: str) -> None:
    refusal = understand(words)

    assert (refusal.meaning, refusal.field, refusal.code, refusal.words) == (meaning, field, code, words)


def test_a_read_without_the_policy_needs_a_person() -> None:
    assert isinstance(failure_of_read(understand("not enough permissions (9)")), PermanentFailure)
    assert isinstance(failure_of_read(understand("action timed out (13)")), TemporaryFailure)
    assert isinstance(failure_of_read(understand("who knows")), TemporaryFailure)
