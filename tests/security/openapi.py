"""What the API's own description says can be sent, and values nobody should send: every leaf of every body, one at a time."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from malha.api.urls import v1

BIG = 10_000
LONE_SURROGATE = "\ud800"
# Each is sent in place of a right value. Text of a number's size, a number of a text's, nothing, too much, and what databases dislike.
HOSTILE: tuple[Any, ...] = (
    None,
    "",
    "a\x00b",
    LONE_SURROGATE,
    "'\";--",
    "<script>alert(1)</script>",
    "ß" * BIG,
    "9" * 400,
    "NaN",
    "9999-12-31",
    "0001-01-01",
    "9999-12-31T23:59:59+00:00",
    "9999-12-31T23:59:59-12:00",
    "0001-01-01T00:00:00+12:00",
    0,
    -1,
    2**63,
    10**30,
    -(2**63) - 1,
    True,
    [],
    {},
    ["\x00"],
    {"$ne": ""},
)


@dataclass(frozen=True)
class Operation:
    """One verb on one path."""

    method: str
    path: str
    parameters: tuple[tuple[str, str], ...]
    body: str | None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def operations() -> list[Operation]:
    """Every operation that the description lists."""
    found = []
    for path, methods in v1.get_openapi_schema()["paths"].items():
        for method, said in methods.items():
            parameters = tuple((row["name"], row["in"]) for row in said.get("parameters", []))
            body = said.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {}).get("$ref")
            found.append(Operation(method.upper(), path.removeprefix("/api/v1"), parameters, body.split("/")[-1] if body else None))
    return found


def component(name: str) -> dict[str, Any]:
    """A schema by its name."""
    found: dict[str, Any] = v1.get_openapi_schema()["components"]["schemas"][name]
    return found


def sample(schema: dict[str, Any], known: dict[str, Any], name: str = "") -> Any:
    """A value of that shape; `known` gives right values by the name of the field."""
    if name in known:
        return known[name]
    if "allOf" in schema:
        return sample(schema["allOf"][0], known, name)
    if "$ref" in schema:
        return sample(component(schema["$ref"].split("/")[-1]), known, name)
    if "default" in schema and schema["default"] is not None:
        return schema["default"]
    if "anyOf" in schema:
        return sample(next(row for row in schema["anyOf"] if row.get("type") != "null"), known, name)
    kind = schema.get("type")
    if kind == "object":
        return {key: sample(value, known, key) for key, value in schema.get("properties", {}).items()}
    if kind == "array":
        return [sample(schema["items"], known, name)] if "items" in schema else []
    return {"integer": 1, "boolean": True, "string": "texto", "number": 1}.get(kind or "", "texto")


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where something can be replaced in a body, the containers themselves included."""
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from leaves(inner, (*path, index))


def replaced(value: Any, path: tuple[Any, ...], by: Any) -> Any:
    """A copy with another value at that place."""
    if not path:
        return by
    copy = json.loads(json.dumps(value))
    place = copy
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = by
    return copy
