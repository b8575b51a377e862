"""Who may log in to the API, and what they may do."""

from dataclasses import dataclass

POLICIES = ("api", "read", "write", "test", "sensitive", "policy", "reboot")
FULL = frozenset(POLICIES)
READ_ONLY = frozenset(("api", "read", "test"))


@dataclass(frozen=True)
class User:
    """A user of the router with the policies of its group."""

    name: bytes
    password: bytes
    policies: frozenset[str]


def parse_login(text: str) -> User:
    """`name:password` (full), `name:password:read` (read-only) or `name:password:api,read,write,…`."""
    name, _, rest = text.partition(":")
    password, _, policies = rest.partition(":")
    chosen = FULL
    if policies == "read":
        chosen = READ_ONLY
    elif policies and policies != "full":
        chosen = frozenset(policies.split(","))
        if not chosen <= FULL:
            raise ValueError(f"unknown policy in {policies!r}; known: {', '.join(POLICIES)}")
    return User(name.encode("utf-8", "surrogateescape"), password.encode("utf-8", "surrogateescape"), chosen)
