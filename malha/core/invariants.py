"""What a room's list of invariants says when one does not hold."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Broken:
    """One invariant that does not hold. `rule` is stable and English, `about` names the row."""

    rule: str
    about: str
