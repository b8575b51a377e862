"""What a router's words mean (network.md §2). Classified by text: which error carries which category is not confirmed."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from malha.network.base import DriverFailure, PermanentFailure, TemporaryFailure


class Meaning(StrEnum):
    """What to make of a refusal."""

    LOGIN = "login"
    PERMISSION = "permission"
    TAKEN = "taken"  # the name or key exists: re-read, ours is a set, else a conflict
    PRESENT = "present"  # exactly this exists already
    LEASE = "lease"
    REFERENCE = "reference"  # names something that is not there
    GONE = "gone"
    PARAMETER = "parameter"  # this version does not know the property
    MENU = "menu"  # package or menu missing
    BUG = "bug"
    BUSY = "busy"
    INTERRUPTED = "interrupted"
    REFUSED = "refused"


# Outcome codes of network.base by meaning.
CODE: Final = {
    Meaning.LOGIN: "permission",
    Meaning.PERMISSION: "permission",
    Meaning.TAKEN: "conflict",
    Meaning.PRESENT: "ok",
    Meaning.LEASE: "conflict",
    Meaning.REFERENCE: "refused",
    Meaning.GONE: "gone",
    Meaning.PARAMETER: "capability",
    Meaning.MENU: "capability",
    Meaning.BUG: "bug",
    Meaning.BUSY: "retry",
    Meaning.INTERRUPTED: "retry",
    Meaning.REFUSED: "refused",
}

_TABLE: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), meaning)
    for pattern, meaning in (
        (r"invalid user name or password|cannot log ?in", Meaning.LOGIN),
        (r"not enough permissions", Meaning.PERMISSION),
        (r"already have such entry", Meaning.PRESENT),
        (r"already have static lease", Meaning.LEASE),
        (r"already exists|already have|such name exists", Meaning.TAKEN),
        (r"input does not match any value of (?P<field>[\w-]+)", Meaning.REFERENCE),
        (r"no such item", Meaning.GONE),
        (r"unknown parameter(?: (?P<field>[\w.-]+))?", Meaning.PARAMETER),
        (r"no such command", Meaning.MENU),
        (r"missing =(?P<field>[\w.-]+)=", Meaning.BUG),
        (r"value of (?P<field>[\w-]+) out of range", Meaning.BUG),
        (r"invalid value for argument (?P<field>[\w-]+)", Meaning.BUG),
        (r"action timed out", Meaning.BUSY),
        (r"^interrupted$", Meaning.INTERRUPTED),
    )
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A `!trap` understood. `field` is the property it names, if it names one; `words` are the router's."""

    meaning: Meaning
    words: str
    field: str = ""

    @property
    def code(self) -> str:
        return CODE[self.meaning]


def understand(words: str) -> Refusal:
    """What a `!trap` means. What we do not know fails that item only."""
    for pattern, meaning in _TABLE:
        found = pattern.search(words)
        if found:
            return Refusal(meaning, words, found.groupdict().get("field") or "")
    return Refusal(Meaning.REFUSED, words)


def failure_of_read(refusal: Refusal) -> DriverFailure:
    """A refused read as the error that leaves the driver: a missing policy needs a person, the rest may pass."""
    if refusal.meaning in (Meaning.PERMISSION, Meaning.LOGIN):
        return PermanentFailure("permission", refusal.words)
    return TemporaryFailure("busy", refusal.words)
