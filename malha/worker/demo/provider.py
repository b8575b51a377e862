"""Builds the demo provider through the same services that a person's clicks go through, and lets it live for fourteen months."""

import json
import secrets
import zoneinfo
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Final

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone, translation

from malha.contracts.data import ContractData
from malha.contracts.models import CollectionMethod, Contract, ContractTemplate, Plan
from malha.contracts.services import templates
from malha.core import clock, company, history
from malha.core.history import SYSTEM, Actor
from malha.core.models import Company
from malha.customers.models import Customer, CustomerGroup
from malha.domain import calendar
from malha.domain.money import Money
from malha.dunning.models import DunningPolicy
from malha.journeys.onboarding import SignUp, sign_up
from malha.network.data import AccessData
from malha.network.models import Access, Router, SyncState
from malha.network.services import routers
from malha.staff.models import User
from malha.staff.roles import Role
from malha.worker import schedule
from malha.worker.demo import expenses, stories, touches
from malha.worker.demo.life import ONE_DAY, Life, routers_obeyed
from malha.worker.demo.people import Person, people
from malha.worker.demo.stories import Subscriber
from malha.worker.demo.team import Team
from malha.worker.models import TimetableRun

CUSTOMERS: Final = 300
MONTHS: Final = 14
ZONE: Final = "America/Sao_Paulo"
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


@dataclass(frozen=True)
class Shelf:
    """What a sign-up chooses from."""

    plans: Mapping[str, Plan]
    boxes: list[Router]
    groups: Mapping[str, CustomerGroup]
    template_id: int | None


def build(*, routers: list[DemoRouter], credentials: Path, count: int = CUSTOMERS, months: int = MONTHS) -> int:
    """Make the demo provider once; the number of customers it has. Called again it only follows moved router ports.

    Who came in the last `months` comes on their day, and from then on everybody is charged, pays or does not: the same every time for
    the same day. The passwords of the staff are drawn at random and written to `credentials`; there is no fixed one anywhere.
    """
    if company.find() is not None:
        _follow_ports(routers)
        return Customer.objects.count()
    with transaction.atomic(), timezone.override(zoneinfo.ZoneInfo(ZONE)), translation.override("pt-br"):
        _make(routers, credentials, count, months)
    return count


def _make(routers: list[DemoRouter], credentials: Path, count: int, months: int) -> None:
    # 1. Who runs it, what it sells, on which routers.
    today = clock.today()
    began = calendar.add_months(today, -months)
    found = _company()
    staff = _staff(credentials)
    shelf = _shelf(routers)
    with clock.frozen(_opening(began)):
        team = Team(staff, *expenses.open_accounts(staff["admin"]))
        expenses.make_bills(began, staff["admin"])
    # 2. Who was there already, and from which day on they are charged here.
    life = Life(
        born=today, now=clock.now(), team=team, days_ahead=found.days_ahead, due_days=found.offered_due_days, writes_together=True
    )
    done: list[Subscriber] = []

    def come(person: Person) -> None:
        one = _subscriber(person, shelf, _who(person, staff), comes_with_us=person.since < began)
        done.append(one)
        if person.since < began:
            _charge_from(one, began, life)
        stories.tell(life, one, shelf.plans)
        life.joined(one.contract, person)

    for person in people(count, today=today, due_days=found.offered_due_days):
        if person.since < began:
            come(person)
        else:
            arrival = clock.local(person.at)
            life.at(person.since, arrival.hour * 60 + arrival.minute, partial(come, person))
    # 3. Every day until today.
    for day in _days(began, today):
        life.live(day)
        expenses.live(day, life)
    # 4. What people wrote down, and what the routers are told now.
    touches.add(done, staff)
    _hand_to_the_routers()
    _mark(found, count, months, today)


def _days(first: date, last: date) -> Iterable[date]:
    return (first + ONE_DAY * n for n in range((last - first).days + 1))


def _opening(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 8, 30, tzinfo=timezone.get_current_timezone())


def _charge_from(one: Subscriber, began: date, life: Life) -> None:
    """The provider came to Malha on `began`: what was before is on paper. Whole months from the next due day on."""
    contract = one.contract
    start: date = calendar.next_due_on_or_after(contract.due_day, began)
    left_on = stories.leaving_day(one.person, life.born) if one.person.fate == "cancelled" else None
    if left_on is not None and left_on < began:
        start = left_on + ONE_DAY
        with clock.frozen(_opening(left_on)):
            stories.leave(one, life.team)
    Contract.objects.filter(pk=contract.pk, billing_starts_on__isnull=False).update(billing_starts_on=start)


def _hand_to_the_routers() -> None:
    """Nothing was written to a router in all those months: every access is due once, as it shall be now."""
    living = Access.objects.exclude(sync_state__in=(SyncState.REMOVING, SyncState.REMOVED))
    living.update(due_at=clock.now(), wanted_version=1, wants_kick=False, attempts=0)
    routers_obeyed()


def _mark(found: Company, count: int, months: int, today: date) -> None:
    """Say in the history that this is a demo: without that line its clock does not move (`days`)."""
    drawn = {"customers": count, "months": months, "due_days": found.offered_due_days}
    history.record(found, "company.demo_made", actor=SYSTEM, after=drawn)
    # Today's runs were lived already; and what somebody finds different on a router today is theirs to look at.
    now = clock.now()
    TimetableRun.objects.bulk_create(
        TimetableRun(job=job.name, local_date=today, started_at=now, finished_at=now, outcome="ok") for job in schedule.TIMETABLE
    )


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


def _shelf(rows: list[DemoRouter]) -> Shelf:
    groups = {name: CustomerGroup.objects.create(name=name) for name in ("Residencial", "Empresas", "Zona rural")}
    template = ContractTemplate.objects.filter(is_default=True).first()
    return Shelf(_plans(), _routers(rows), groups, template.pk if template else None)


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
            block_pool_ranges=routers.free_block_ranges(),
            due_at=clock.now(),
        )
        for row in rows
    ]


def _follow_ports(rows: list[DemoRouter]) -> None:
    for row in rows:
        Router.objects.filter(name=row.name).exclude(host=row.host, port=row.port).update(host=row.host, port=row.port)


def _subscriber(person: Person, shelf: Shelf, actor: Actor, *, comes_with_us: bool) -> Subscriber:
    """`comes_with_us`: a customer already when the provider began with Malha, whose installation was paid long ago."""
    plans, boxes = shelf.plans, shelf.boxes
    plan = _plan_of(person, plans)
    router = boxes[-1] if person.is_rural else boxes[len(person.login) % max(len(boxes) - 1, 1)]
    group = shelf.groups["Empresas" if person.is_business else "Zona rural" if person.is_rural else "Residencial"]
    rows: tuple[AccessData, ...] = () if person.fate == "installation" else (_access(person, plan, router),)
    rows += tuple(_access(person, plans["Fibra 300 Mega"], router, suffix=suffix) for suffix in MORE.get(person.fate, ()))
    if person.customer.name.startswith("Restaurante"):
        rows += (replace(_access(person, plans["Fibra 300 Mega"], router, suffix=".salao"), method="HOTSPOT"),)
    has_fee = not comes_with_us and person.index % 3 == 0
    with clock.frozen(person.at):
        done = sign_up(
            data=SignUp(
                customer=replace(person.customer, group_id=group.pk),
                contract=ContractData(
                    due_day=person.due_day,
                    template_id=shelf.template_id,
                    discount=Money.parse_brl("10,00") if len(person.login) % 7 == 0 else Money(0),
                    minimum_term_months=None if person.is_business else 12,
                    installation_fee=Money.parse_brl("150,00") if has_fee else Money(0),
                    installation_installments=3 if has_fee else 1,
                ),
                accesses=rows,
            ),
            actor=actor,
        )
        Customer.objects.filter(pk=done.customer.pk).update(created_at=person.at, updated_at=person.at)
        Contract.objects.filter(pk=done.contract.pk).update(created_at=person.at)
    return Subscriber(person, done.customer, done.contract)


def _plan_of(person: Person, plans: Mapping[str, Plan]) -> Plan:
    if person.is_business:
        return plans["Empresarial 1 Giga"]
    if person.is_rural:
        return plans["Rádio 50 Mega"]
    names = ("Fibra 300 Mega", "Fibra 500 Mega", "Fibra 500 Mega", "Fibra 700 Mega", "Fibra 1 Giga")
    return plans[names[len(person.customer.name) % len(names)]]


def _access(person: Person, plan: Plan, router: Router, suffix: str = "") -> AccessData:
    return AccessData(username=person.login + suffix, password=person.password, router_id=router.pk, plan_id=plan.pk)
