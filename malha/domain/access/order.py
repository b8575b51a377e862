"""The order of writing, where a name must be free before another row can take it."""

from collections.abc import Sequence

from malha.domain.access.types import Operation, Verb


def free_names_first(operations: Sequence[Operation]) -> tuple[Operation, ...]:
    """The same operations; one that gives a name up (rename, removal) comes before the one that takes it.

    Two rows that swap their names cannot be ordered: the router refuses the first, and a later pass or a person solves it.
    """
    givers = {(each.table, each.name): each for each in operations if each.verb is Verb.REMOVE or _new_name(each) not in ("", each.name)}
    takers = {(each.table, _new_name(each)) for each in operations}
    if not takers.intersection(givers):
        return tuple(operations)
    ordered: list[Operation] = []
    placed: set[int] = set()
    for operation in operations:
        chain: list[Operation] = []
        current: Operation | None = operation
        while current is not None and id(current) not in placed:
            placed.add(id(current))
            chain.append(current)
            current = givers.get((current.table, _new_name(current)))
        ordered += reversed(chain)
    return tuple(ordered)


def _new_name(operation: Operation) -> str:
    return operation.fields.get("name", "")
