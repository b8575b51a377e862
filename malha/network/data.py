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
    profile_override: str = ""
    equipment: str = ""
    onu_serial: str = ""
    notes: str = ""


@dataclass(frozen=True, kw_only=True)
class RouterData:
    """Servidor: name, address, user and password are required, the rest has defaults (domain.md §6).

    `api_password` None leaves the stored one alone.
    """

    name: str
    host: str
    api_username: str = "malha"
    api_password: str | None = None
    description: str = ""
    driver: str = "mikrotik"
    port: int = 8729
    fallback_host: str = ""
    tls_mode: str = "PINNED"
    enabled_methods: tuple[str, ...] = ("PPPOE",)
    max_accesses: int = 1000
    pending_list: str = "malha-pendente"
    blocked_list: str = "malha-bloqueado"
    garden_list: str = "malha-livre"
    block_profile: str = "malha-bloqueado"
    block_pool: str = "malha-bloqueado"
    block_pool_ranges: str = ""  # empty: as they are, of a new router the next that are free
    local_address: str = ""
    notice_address: str = ""
    walled_garden: tuple[str, ...] = ()
    disables_on_block: bool = False
    kicks_per_second: int = 50
