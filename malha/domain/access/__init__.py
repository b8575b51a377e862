"""What each login should be on its router, and what must be done to get there. Pure; the drivers and the lane use it.

`desired_entries` says what should be, `diff` compares it with what was read, `adopt` takes a stranger over.
"""

from malha.domain.access.desired import desired_entries, desired_entry, profile_name, service_of
from malha.domain.access.diff import addition, adopt, diff, is_ours
from malha.domain.access.marks import access_id_of, access_mark, plan_mark, pool_mark, read_mark, read_owner, write_mark
from malha.domain.access.rates import rate_limit, reduced_rate_limit
from malha.domain.access.types import (
    AccessFacts,
    Diff,
    Difference,
    Entry,
    Method,
    Operation,
    Outcome,
    PlanFacts,
    PoolFacts,
    RouterFacts,
    Row,
    Service,
    Verb,
)

__all__ = [
    "AccessFacts",
    "Diff",
    "Difference",
    "Entry",
    "Method",
    "Operation",
    "Outcome",
    "PlanFacts",
    "PoolFacts",
    "RouterFacts",
    "Row",
    "Service",
    "Verb",
    "access_id_of",
    "access_mark",
    "addition",
    "adopt",
    "desired_entries",
    "desired_entry",
    "diff",
    "is_ours",
    "plan_mark",
    "pool_mark",
    "profile_name",
    "rate_limit",
    "read_mark",
    "read_owner",
    "reduced_rate_limit",
    "service_of",
    "write_mark",
]
