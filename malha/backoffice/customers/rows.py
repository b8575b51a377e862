"""Rows of a form that is on its way: one more telephone, one access less. Works on the posted fields, so it needs no script."""

import re
from collections.abc import Mapping

from django.http import QueryDict


def total(data: QueryDict, prefix: str) -> int:
    """How many rows of `prefix` the fields hold, by the fields themselves: a missing or forged counter does no harm."""
    return max((int(found[1]) for name in data if (found := _row(prefix, name))), default=-1) + 1


def set_totals(data: QueryDict, *prefixes: str) -> None:
    """Write the counters that Django's formsets ask for."""
    for prefix in prefixes:
        data[f"{prefix}-TOTAL_FORMS"] = str(total(data, prefix))
        data[f"{prefix}-INITIAL_FORMS"] = "0"


def add(data: QueryDict, prefix: str, values: Mapping[str, str]) -> int:
    """Append a row; its index."""
    index = total(data, prefix)
    for name, value in values.items():
        data[f"{prefix}-{index}-{name}"] = value
    return index


def remove(data: QueryDict, prefix: str, index: int) -> None:
    """Take a row out and move the later ones up."""
    moved: list[tuple[str, list[str]]] = []
    for name in [name for name in data if _row(prefix, name)]:
        found = _row(prefix, name)
        if found is None or int(found[1]) < index:
            continue
        values = data.getlist(name)
        del data[name]
        if int(found[1]) > index:
            moved.append((f"{prefix}-{int(found[1]) - 1}-{found[2]}", values))
    for name, values in moved:
        data.setlist(name, values)


def _row(prefix: str, name: str) -> re.Match[str] | None:
    return re.fullmatch(rf"{prefix}-([0-9]{{1,3}})-([a-z0-9_]+)", name)
