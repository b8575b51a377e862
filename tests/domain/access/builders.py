"""Builders of the values that register and router are compared in."""

from dataclasses import replace
from typing import Any

from malha.domain.access import AccessFacts, Entry, Method, PlanFacts, RouterFacts, Row, access_mark, desired_entries

PLAN = PlanFacts(id=7, tag="malha-fibra-100", download_kbps=100_000, upload_kbps=50_000)
ROUTER = RouterFacts()


def plan(**values: Any) -> PlanFacts:
    return replace(PLAN, **values)


def access(**values: Any) -> AccessFacts:
    """Maria, active and clear, on PPPoE."""
    defaults: dict[str, Any] = {
        "id": 17, "username": "maria", "method": Method.PPPOE, "plan": PLAN, "contract_state": "ACTIVE", "standing": "CLEAR",
    }  # fmt: skip
    return AccessFacts(**(defaults | values))


def secret(name: str = "maria", *, mark: str | None = access_mark(17), row_id: str = "*1", comment: bytes = b"", **fields: str) -> Row:
    """A row of ppp/secret as a router answers. `mark` None: a stranger; `comment`: the operator's text."""
    values = {"name": name, "service": "pppoe", "profile": "malha-fibra-100", "disabled": "false", "caller-id": ""}
    raw = (mark or "").encode() + (b" " if mark and comment else b"") + comment
    return Row("ppp/secret", row_id, values | {key.replace("_", "-"): value for key, value in fields.items()}, raw)


def as_read(entry: Entry, row_id: str = "*1") -> Row:
    """The row a router has after it obeyed an entry."""
    truth = {"yes": "true", "no": "false"}
    fields = {key: truth.get(value, value) for key, value in entry.fields.items() if value}
    return Row(entry.table, row_id, {"name": entry.name, **fields}, entry.mark.encode())


def obeyed(*facts: AccessFacts, router: RouterFacts = ROUTER) -> list[Row]:
    """Everything on a router that obeyed the entries of these accesses."""
    return [as_read(entry, f"*{number:X}") for number, entry in enumerate(desired_entries(facts, (), router), start=1)]
