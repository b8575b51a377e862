"""What a door hands in about an access, as typed."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class AccessData:
    """Plano de acesso: login, senha, servidor, plano are required (seed), the rest is for later."""

    username: str
    password: str
    router_id: int | None
    plan_id: int | None
    method: str = "PPPOE"
    ipv4: str = ""
    ipv6_prefix: str = ""
    mac: str = ""
    lock_mac: bool = False
    max_sessions: int = 1
    profile_override: str = ""
    equipment: str = ""
    onu_serial: str = ""
    notes: str = ""
