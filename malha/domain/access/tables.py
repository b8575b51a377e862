"""The tables we write to, by RouterOS path, in the order in which they may be written."""

from typing import Final

from malha.domain.access.types import Method

POOL: Final = "ip/pool"
PPP_PROFILE: Final = "ppp/profile"
HOTSPOT_PROFILE: Final = "ip/hotspot/user/profile"
PPP_SECRET: Final = "ppp/secret"
HOTSPOT_USER: Final = "ip/hotspot/user"

# What is referred to comes before what refers to it (network.md §6.7).
ORDER: Final = (POOL, PPP_PROFILE, HOTSPOT_PROFILE, PPP_SECRET, HOTSPOT_USER)
PROFILE_TABLES: Final = frozenset((PPP_PROFILE, HOTSPOT_PROFILE))
LOGIN_TABLES: Final = frozenset((PPP_SECRET, HOTSPOT_USER))

# Tables without a comment: ours are the names we know, if they carry this prefix (network.md §4).
MARKLESS_TABLES: Final = frozenset((HOTSPOT_PROFILE,))
MARKLESS_PREFIX: Final = "malha-"

LOGIN_TABLE: Final = {Method.PPPOE: PPP_SECRET, Method.HOTSPOT: HOTSPOT_USER}
PROFILE_TABLE: Final = {Method.PPPOE: PPP_PROFILE, Method.HOTSPOT: HOTSPOT_PROFILE}
PROFILE_OF_LOGIN: Final = {PPP_SECRET: PPP_PROFILE, HOTSPOT_USER: HOTSPOT_PROFILE}

# Rows a factory-new router has: nobody's subscriber.
FACTORY_LOGINS: Final = frozenset(("default-trial",))


def position(table: str) -> int:
    """Where a table stands in the order of writing; unknown tables come last."""
    return ORDER.index(table) if table in ORDER else len(ORDER)
