"""Builds the demo provider through the same services that a person's clicks go through."""

import json
import secrets
import zoneinfo
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from django.contrib.auth.hashers import make_password
from django.db import transaction

from malha.contracts.data import ContractData
from malha.contracts.models import CollectionMethod, Contract, ContractTemplate, Plan
from malha.contracts.services import templates
from malha.core import clock, company
from malha.core.history import SYSTEM, Actor
from malha.core.models import Company
from malha.customers.models import Customer, CustomerGroup
from malha.domain.money import Money
from malha.dunning.models import DunningPolicy
from malha.journeys.onboarding import SignUp, sign_up
from malha.network.data import AccessData
from malha.network.models import Router
from malha.staff.models import User
from malha.staff.roles import Role
from malha.worker.demo import touches
from malha.worker.demo.people import Person, people
from malha.worker.models import TimetableRun

CUSTOMERS: Final = 300
PLANS: Final = (
    # name, profile, price, download and upload in Mbit/s, technology, medium
    ("Rádio 50 Mega", "malha-radio-50", "79,90", 50, 20, "Wi-Fi", "radio"),
    ("Fibra 300 Mega", "malha-fibra-300", "89,90", 300, 150, "FTTH", "fibra"),
    ("Fibra 500 Mega", "malha-fibra-500", "119,90", 500, 250, "FTTH", "fibra"),
    ("Fibra 700 Mega", "malha-fibra-700", "149,90", 700, 350, "FTTH", "fibra"),
    ("Fibra 1 Giga", "malha-fibra-1000", "199,90", 1000, 500, "FTTH", "fibra"),
    ("Empresarial 1 Giga", "malha-empresa-1000", "349,90", 1000, 1000, "FTTH", "fibra"),
)
# More accesses of the same contract, by what became of the person.
MORE: Final = {
    "several": (".casa2", ".casa3"),
    "many": (".bloco-a", ".bloco-b", ".bloco-c", ".salao", ".cameras"),
}
STAFF: Final = (
    ("admin", "Helena Prado", Role.ADMIN),
    ("marina", "Marina Rocha", Role.FINANCE),
    ("joana", "Joana Batista", Role.ATTENDANT),
    ("tiago", "Tiago Neves", Role.TECHNICIAN),
)


@dataclass(frozen=True)
class DemoRouter:
    """Where one of the demo's routers listens."""

    name: str
    host: str
    port: int
    username: str
    password: str


def build(*, routers: list[DemoRouter], credentials: Path, count: int = CUSTOMERS) -> int:
    """Make the demo provider once; the number of customers it has. Called again it only follows moved router ports.

    The passwords of the staff are drawn at random and written to `credentials`; there is no fixed one anywhere.
    """
    if company.find() is not None:
        _follow_ports(routers)
        return Customer.objects.count()
    with transaction.atomic():
        found = _company()
        staff = _staff(credentials)
        plans = _plans()
        boxes = _routers(routers)
        groups = {name: CustomerGroup.objects.create(name=name) for name in ("Residencial", "Empresas", "Zona rural")}
        today = clock.today(zoneinfo.ZoneInfo(found.timezone))
        done = [
            _subscriber(person, plans, boxes, groups, _who(person, staff))
            for person in people(count, today=today, due_days=found.offered_due_days)
        ]
        touches.add(done, staff)
        # The night's repair begins tomorrow: what somebody finds different on a router today is theirs to look at.
        TimetableRun.objects.create(job="router_audit", local_date=today, finished_at=clock.now(), outcome="ok")
    return count


def _company() -> Company:
    DunningPolicy.objects.create(name="Padrão", is_default=True)
    CollectionMethod.objects.create(name="Informal", is_default=True)
    templates.create_standard(actor=SYSTEM)
    return company.create(
        legal_name="Vale Fibra Telecomunicações Ltda",
        trade_name="Vale Fibra",
        cnpj="11222333000181",
        cep="37000010",
        street="Rua Direita",
        number="100",
        district="Centro",
        city="Monte Claro",
        uf="MG",
        phone="+553533000100",
        email="contato@valefibra.exemplo.com.br",
        show_access_passwords=True,
    )


def _staff(credentials: Path) -> dict[str, Actor]:
    rows, actors = [], {}
    for username, name, role in STAFF:
        password = "-".join(secrets.token_hex(2) for _ in range(3))
        actors[username] = User.objects.create(username=username, name=name, role=role, password=make_password(password)).actor()
        rows.append({"name": name, "username": username, "password": password, "role": str(role.label)})
    credentials.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")
    credentials.chmod(0o600)
    return actors


def _who(person: Person, staff: dict[str, Actor]) -> Actor:
    """Who was at the counter: mostly the attendant."""
    return staff[("joana", "joana", "joana", "marina", "admin")[len(person.login) % 5]]


def _plans() -> dict[str, Plan]:
    made = {}
    for name, profile, price, down, up, technology, medium in PLANS:
        amount = Money.parse_brl(price)
        made[name] = Plan.objects.create(
            name=name,
            profile_name=profile,
            price=amount,
            scm_price=amount,
            download_kbps=down * 1000,
            upload_kbps=up * 1000,
            technology=technology,
            medium=medium,
        )
    return made


def _routers(rows: list[DemoRouter]) -> list[Router]:
    return [
        Router.objects.create(
            name=row.name,
            host=row.host,
            port=row.port,
            tls_mode="PLAIN",
            api_username=row.username,
            api_password=row.password,
            enabled_methods=["PPPOE", "HOTSPOT"],
            local_address="100.64.0.1",
            due_at=clock.now(),
        )
        for row in rows
    ]


def _follow_ports(rows: list[DemoRouter]) -> None:
    for row in rows:
        Router.objects.filter(name=row.name).exclude(host=row.host, port=row.port).update(host=row.host, port=row.port)


def _subscriber(
    person: Person, plans: dict[str, Plan], boxes: list[Router], groups: dict[str, CustomerGroup], actor: Actor
) -> touches.Subscriber:
    plan = _plan_of(person, plans)
    router = boxes[-1] if person.is_rural else boxes[len(person.login) % max(len(boxes) - 1, 1)]
    group = groups["Empresas" if person.is_business else "Zona rural" if person.is_rural else "Residencial"]
    template = ContractTemplate.objects.filter(is_default=True).first()
    rows: tuple[AccessData, ...] = () if person.fate == "installation" else (_access(person, plan, router),)
    rows += tuple(_access(person, plans["Fibra 300 Mega"], router, suffix=suffix) for suffix in MORE.get(person.fate, ()))
    if person.customer.name.startswith("Restaurante"):
        rows += (replace(_access(person, plans["Fibra 300 Mega"], router, suffix=".salao"), method="HOTSPOT"),)
    with clock.frozen(person.at):
        done = sign_up(
            data=SignUp(
                customer=replace(person.customer, group_id=group.pk),
                contract=ContractData(
                    due_day=person.due_day,
                    template_id=template.pk if template else None,
                    discount=Money.parse_brl("10,00") if len(person.login) % 7 == 0 else Money(0),
                    minimum_term_months=None if person.is_business else 12,
                ),
                accesses=rows,
            ),
            actor=actor,
        )
        Customer.objects.filter(pk=done.customer.pk).update(created_at=person.at, updated_at=person.at)
        Contract.objects.filter(pk=done.contract.pk).update(created_at=person.at)
    return touches.Subscriber(person, done.customer, done.contract)


def _plan_of(person: Person, plans: dict[str, Plan]) -> Plan:
    if person.is_business:
        return plans["Empresarial 1 Giga"]
    if person.is_rural:
        return plans["Rádio 50 Mega"]
    names = ("Fibra 300 Mega", "Fibra 500 Mega", "Fibra 500 Mega", "Fibra 700 Mega", "Fibra 1 Giga")
    return plans[names[len(person.customer.name) % len(names)]]


def _access(person: Person, plan: Plan, router: Router, suffix: str = "") -> AccessData:
    return AccessData(username=person.login + suffix, password=person.password, router_id=router.pk, plan_id=plan.pk)
