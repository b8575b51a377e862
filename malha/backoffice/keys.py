"""Primary keys as a browser sends them: digits, and nothing that a database would choke on."""

from collections.abc import Iterable

MOST_DIGITS = 18


def key(text: object) -> int | None:
    """The number that a field of a form or an address holds; None for anything else."""
    found = str(text or "")
    return int(found) if found.isascii() and found.isdigit() and len(found) <= MOST_DIGITS else None


def keys(texts: Iterable[str], *, limit: int) -> list[int]:
    """The numbers among at most `limit` texts, each once, in order."""
    found = (key(text) for _place, text in zip(range(limit), texts, strict=False))
    return sorted({number for number in found if number is not None})
