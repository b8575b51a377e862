"""`/queue/simple`."""

from typing import TYPE_CHECKING

from sandbox.routeros import traffic
from sandbox.routeros import values as v
from sandbox.routeros.errors import Trap
from sandbox.routeros.spec import ORDERED, TableSpec, Values, answer, by_name, computed, flag, parsed, ref, text
from sandbox.routeros.tables.common import is_dynamic

if TYPE_CHECKING:
    from sandbox.routeros.router import Router
    from sandbox.routeros.table import Row

LARGEST_FAMILY = 128


def count_children(router: "Router", row: "Row | None", values: Values) -> None:
    """The 129th child of a parent is refused (the words of a real router are not confirmed)."""
    parent = values.get(b"parent", b"none")
    if parent == b"none" or (row is not None and row.values.get(b"parent") == parent):
        return
    family = sum(1 for other in router.tables["/queue/simple"] if other.values.get(b"parent") == parent)
    if family >= LARGEST_FAMILY:
        raise Trap("failure: parent queue can not have more than 128 children", 4)


SIMPLE = TableSpec(
    path="/queue/simple",
    named=True,
    ordered=True,
    verbs=ORDERED,
    dynamic_removable=False,
    dynamic_editable=False,
    columns={
        "name": text(required=True),
        "target": parsed(v.targets, ""),
        "dst": text(),
        "parent": ref("/queue/simple", "none", literals=("none",)),
        "packet-marks": text(""),
        "priority": text("8/8"),
        "queue": text("default-small/default-small"),
        "limit-at": parsed(v.rate_in_bits, "0/0"),
        "max-limit": parsed(v.rate_in_bits, "0/0"),
        "burst-limit": parsed(v.rate_in_bits, "0/0"),
        "burst-threshold": parsed(v.rate_in_bits, "0/0"),
        "burst-time": text("0s/0s"),
        "bucket-size": text("0.1/0.1"),
        "disabled": flag(),
        "comment": text(),
        "invalid": answer("false"),
        "dynamic": computed(is_dynamic),
        "bytes": computed(traffic.queue_bytes, stats=True),
        "rate": computed(traffic.queue_rate, stats=True),
    },
    # The exact words of a real router are not confirmed.
    unique=(by_name("failure: already have such name"),),
    check=count_children,
)

TABLES = (SIMPLE,)
