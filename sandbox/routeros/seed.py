"""Rows out of a number: two routers seeded alike are equal, byte for byte."""

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.routeros.errors import Trap
from sandbox.routeros.online import Refused

if TYPE_CHECKING:
    from sandbox.routeros.router import Router
    from sandbox.routeros.table import Row

FIRST_NAMES = (
    "ana", "antonio", "beatriz", "bruno", "camila", "carlos", "celia", "daniel", "eduardo", "elaine", "fabio", "fernanda",
    "gabriel", "helena", "igor", "jessica", "joao", "jose", "juliana", "larissa", "lucas", "luiza", "marcos", "maria",
    "mateus", "paulo", "pedro", "rafael", "renata", "rita", "sandra", "sergio", "silvia", "tiago", "vanessa", "vitor",
)  # fmt: skip
LAST_NAMES = (
    "almeida", "alves", "araujo", "barbosa", "cardoso", "carvalho", "castro", "costa", "dias", "duarte", "fernandes",
    "ferreira", "gomes", "lima", "lopes", "martins", "mendes", "moreira", "nascimento", "nunes", "oliveira", "pereira",
    "ramos", "ribeiro", "rocha", "rodrigues", "santos", "silva", "souza", "teixeira", "vieira",
)  # fmt: skip
FOREIGN_COMMENTS = ("Torre Norte - não mexer", "Câmera da praça", "Dona Conceição (cortesia)", "backup João", "")
PROFILES = (("50M", "25000k/50000k"), ("100M", "50000k/100000k"), ("300M", "150000k/300000k"), ("500M", "250000k/500000k"))


@dataclass(frozen=True)
class Plan:
    """How much: marked secrets, rows of somebody else, live sessions. `mark_from` is the first access number."""

    secrets: int = 0
    foreign: int = 0
    sessions: int = 0
    seed: int = 7
    mark_from: int = 1


def sow(router: "Router", plan: Plan) -> dict[str, int]:
    """Add the rows of a plan; what exists already is left alone. Returns how many were added."""
    dice = random.Random(plan.seed)
    added = {"secrets": 0, "foreign": 0, "sessions": 0}
    if plan.secrets or plan.foreign:
        _profiles(router)
    names = [_own_secret(router, dice, plan.mark_from + number) for number in range(plan.secrets)]
    added["secrets"] = sum(1 for name in names if name)
    added["foreign"] = sum(1 for number in range(plan.foreign) if _foreign_row(router, dice, number))
    secrets = [row.values[b"name"] for row in router.tables["/ppp/secret"] if row.values[b"disabled"] == b"false"]
    for name in dice.sample(secrets, min(plan.sessions, len(secrets))):
        try:
            router.ppp.connect(name)
            added["sessions"] += 1
        except Refused:
            continue
    return added


def winbox_comments(router: "Router") -> int:
    """Write the comments of foreign secrets in the Windows code page, as Winbox does. Returns how many."""
    table = router.tables["/ppp/secret"]
    foreign = [row for row in table if not _is_marked(row)]
    for number, row in enumerate(foreign):
        table.change([row], {b"comment": f"João Conceição nº {number}".encode("cp1252")})
    return len(foreign)


def duplicate_mark(router: "Router", name: bytes | None = None) -> bytes:
    """Copy a marked secret with its comment under another name. Raises Trap when there is none."""
    table = router.tables["/ppp/secret"]
    marked = table.find(name) if name is not None else next((row for row in table if _is_marked(row)), None)
    if marked is None:
        raise Trap("no marked secret to copy")
    copy = marked.values[b"name"] + b"-copia"
    copied: tuple[bytes, ...] = (b"password", b"service", b"profile", b"comment")
    given = {key: marked.values[key] for key in copied if key in marked.values}
    table.add({b"name": copy} | given)
    return copy


def _is_marked(row: "Row") -> bool:
    return row.values.get(b"comment", b"").startswith(b"malha:")


def _profiles(router: "Router") -> None:
    _try(router, "/ip/pool", name="pool-clientes", ranges="100.64.0.10-100.95.255.250")
    for name, rate in PROFILES:
        _try(
            router,
            "/ppp/profile",
            **{"name": name, "local-address": "100.64.0.1", "remote-address": "pool-clientes", "rate-limit": rate},
        )


def _own_secret(router: "Router", dice: random.Random, number: int) -> str:
    name = f"{dice.choice(FIRST_NAMES)}.{dice.choice(LAST_NAMES)}{number}"
    profile = dice.choice(PROFILES)[0]
    password = f"{dice.randrange(10**8):08d}"
    values = {"name": name, "password": password, "service": "pppoe", "profile": profile}
    return name if _try(router, "/ppp/secret", **values, comment=f"malha:access:{number}") else ""


def _foreign_row(router: "Router", dice: random.Random, number: int) -> bool:
    """Mostly secrets, now and then a queue, a list entry or a hotspot user."""
    comment = dice.choice(FOREIGN_COMMENTS)
    kind = number % 10
    if kind == 7:
        target = f"10.20.{number // 250 % 250}.{number % 250 + 1}"
        return _try(router, "/queue/simple", name=f"link-{number}", target=target, comment=comment, **{"max-limit": "20M/20M"})
    if kind == 8:
        address = f"10.30.{number // 250 % 250}.{number % 250 + 1}"
        return _try(router, "/ip/firewall/address-list", list="liberados", address=address, comment=comment)
    if kind == 9:
        return _try(router, "/ip/hotspot/user", name=f"visitante{number}", password="1234", comment=comment)
    name = f"{dice.choice(FIRST_NAMES)}.{dice.choice(LAST_NAMES)}.antigo{number}"
    password = f"{dice.randrange(10**6):06d}"
    profile = dice.choice(PROFILES)[0]
    return _try(router, "/ppp/secret", name=name, password=password, service="pppoe", profile=profile, comment=comment)


def _try(router: "Router", path: str, **values: str) -> bool:
    """Add a row unless the router refuses it."""
    try:
        router.tables[path].add({name.encode(): value.encode("utf-8") for name, value in values.items()})
    except Trap:
        return False
    return True
