"""Query words of `print` and `listen`: a stack machine, compiled once and run for every row.

Source: the maker's manual, "API", section Queries. All values left on the stack are joined by AND.
"""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from sandbox.routeros import values as v
from sandbox.routeros.errors import Trap, text

if TYPE_CHECKING:
    from sandbox.routeros.table import Row, Table

Predicate = Callable[["Row"], bool]
Read = Callable[["Row"], "bytes | None"]
_OPERATION = re.compile(rb"\d+|[!&|.]")


def compile_query(table: "Table", words: list[bytes]) -> Predicate | None:
    """The predicate of these query words (each with its `?`), or None for every row. Raises Trap."""
    if not words:
        return None
    fast = _any_of_one_property(table, words)
    if fast is not None:
        return fast
    steps: list[tuple[Predicate | None, list[bytes]]] = []
    depth = 0
    for each in words:
        if each.startswith(b"?#"):
            operations = _operations(each[2:])
            depth = _depth_after(operations, depth)
            steps.append((None, operations))
        else:
            steps.append((_test(table, each[1:]), []))
            depth += 1

    def matches(row: "Row") -> bool:
        stack: list[bool] = []
        for test, operations in steps:
            if test is not None:
                stack.append(test(row))
            else:
                _operate(stack, operations)
        return all(stack)

    return matches


def reader(table: "Table", name: bytes) -> Read:
    """How to read one property of a row, `.id` and computed ones included."""
    if name == b".id":
        return lambda row: row.id
    if name == b"dynamic" and name not in table.columns:
        return lambda row: b"true" if row.dynamic else b"false"
    make = table.computed.get(name)
    if make is not None:
        router = table.router
        return lambda row: make(router, row)
    return lambda row: row.values.get(name)


def _any_of_one_property(table: "Table", words: list[bytes]) -> Predicate | None:
    """`?name=a ?name=b ?#|` for any number of names, as one look into a set."""
    name = None
    wanted = set()
    joins = 0
    for each in words:
        if each.startswith(b"?#"):
            if each[2:].strip(b"|"):
                return None
            joins += len(each) - 2
            continue
        if each[1:2] in (b"<", b">", b"-"):
            return None
        key, equals, value = each[1:].lstrip(b"=").partition(b"=")
        if not equals or (name is not None and key != name):
            return None
        name = key
        wanted.add(_normal(table, key, value))
    tests = sum(1 for each in words if not each.startswith(b"?#"))
    if name is None or joins != tests - 1 or name in table.computed or name == b"dynamic":
        return None
    if name == b".id":
        return lambda row: row.id in wanted
    key = name
    return lambda row: row.values.get(key) in wanted


def _test(table: "Table", query: bytes) -> Predicate:
    kind = query[:1]
    if kind in (b"<", b">"):
        name, equals, value = query[1:].partition(b"=")
        if not equals:
            raise Trap(f"invalid query {text(query)}", 1)
        return _comparison(reader(table, name), kind, value)
    if kind == b"-":
        read = reader(table, query[1:])
        return lambda row: read(row) is None
    name, equals, value = query.removeprefix(b"=").partition(b"=")
    read = reader(table, name)
    if not equals:
        return lambda row: read(row) is not None
    wanted = _normal(table, name, value)
    return lambda row: read(row) == wanted


def _comparison(read: Read, kind: bytes, limit: bytes) -> Predicate:
    number = int(limit) if limit.isdigit() else None
    above = kind == b">"

    def compare(row: "Row") -> bool:
        value = read(row)
        if value is None:
            return False
        if number is not None and value.isdigit():
            return int(value) > number if above else int(value) < number
        return value > limit if above else value < limit

    return compare


def _normal(table: "Table", name: bytes, value: bytes) -> bytes:
    """A query may say yes where the answer says true."""
    column = table.columns.get(name)
    is_flag = name == b"dynamic" or (column is not None and column.parse is v.flag)
    if is_flag and value in (b"yes", b"no"):
        return b"true" if value == b"yes" else b"false"
    return value


def _operations(operations: bytes) -> list[bytes]:
    found = _OPERATION.findall(operations)
    if b"".join(found) != operations:
        raise Trap(f"invalid query operation {text(operations)}", 1)
    return found


def _depth_after(operations: list[bytes], depth: int) -> int:
    """Refuse what would take from an empty stack, before any row is looked at."""
    stack = [False] * depth
    try:
        _operate(stack, operations)
    except IndexError:
        raise Trap("query stack underflow", 1) from None
    return len(stack)


def _operate(stack: list[bool], operations: list[bytes]) -> None:
    """An index pushes a copy, at the end of the word it replaces all; `.` copies the top, after an index it is inert."""
    previous_was_index = False
    for position, operation in enumerate(operations):
        is_index = operation.isdigit()
        if is_index:
            value = stack[-1 - int(operation)] if int(operation) < len(stack) else _underflow()
            if position == len(operations) - 1:
                stack[:] = [value]
            else:
                stack.append(value)
        elif operation == b"!":
            stack[-1] = not stack[-1]
        elif operation == b".":
            if not previous_was_index:
                stack.append(stack[-1])
        else:
            if len(stack) < 2:
                _underflow()
            right, left = stack.pop(), stack.pop()
            stack.append(left and right if operation == b"&" else left or right)
        previous_was_index = is_index


def _underflow() -> bool:
    raise IndexError
