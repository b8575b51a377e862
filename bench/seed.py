"""Customers by the hundred thousand, always the same, in seconds: rows are made in Python and handed over by COPY.

What a real base looks like is kept at every size: names from a weighted list of the commonest Brazilian ones (one customer in
twelve is a Silva), a tenth of the customers gone, some with several contracts or accesses, one in fifty blocked.
"""

import json
import random
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection, models, transaction

from malha.contracts.models import CollectionMethod, Contract, ContractItem, Plan
from malha.core import crypto
from malha.core.models import Company, Counter, HistoryEntry
from malha.customers.models import Address, Contact, Customer, CustomerGroup
from malha.domain.documents import check_digit
from malha.domain.text import search_key
from malha.network.models import Access, Router

FIRST = (
    "Maria José Ana João Antônio Francisco Carlos Paulo Pedro Lucas Luiz Marcos Luís Gabriel Rafael Daniel Marcelo Bruno Eduardo "
    "Felipe Raimundo Rodrigo Manoel Mateus André Fernando Fábio Leonardo Gustavo Guilherme Leandro Tiago Anderson Ricardo Márcio Jorge "
    "Sebastião Alexandre Roberto Edson Diego Vítor Sérgio Cláudio Thiago Matheus Geraldo Adriano Luciano Júlio Renato Alex Vinícius "
    "Rogério Samuel Ronaldo Mário Flávio Igor Douglas Davi Manuel Jeferson Cícero Robson Danilo Valdir Caio Sandro Ivan Otávio Nelson "
    "Francisca Antônia Adriana Juliana Márcia Fernanda Patrícia Aline Sandra Camila Amanda Bruna Jéssica Letícia Júlia Luciana Vanessa "
    "Mariana Gabriela Vera Vitória Larissa Cláudia Beatriz Luana Rita Sônia Renata Eliane Josefa Simone Natália Cristiane Carla Débora "
    "Rosângela Jaqueline Rosa Daniela Aparecida Marlene Terezinha Raimunda Andréia Fabiana Lúcia Raquel Ângela Rafaela Joana Luzia Elaine"
).split()
LAST = (
    "Silva Santos Oliveira Souza Rodrigues Ferreira Alves Pereira Lima Gomes Costa Ribeiro Martins Carvalho Almeida Lopes Soares "
    "Fernandes Vieira Barbosa Rocha Dias Nascimento Andrade Moreira Nunes Marques Machado Mendes Freitas Cardoso Ramos Gonçalves Santana "
    "Teixeira Araújo Pinto Cavalcante Moura Correia Batista Campos Castro Dantas Duarte Farias Figueiredo Fonseca Guimarães Leite Macedo "
    "Medeiros Melo Miranda Monteiro Morais Neves Nogueira Pacheco Paiva Peixoto Pires Queiroz Rezende Sales Sampaio Siqueira Tavares "
    "Toledo Vasconcelos Viana Xavier Zanetti Bittencourt Brandão Prado Coutinho Meireles Falcão Furtado Novaes Assunção Bezerra Aguiar"
).split()
TRADES = "Padaria Mercado Farmácia Oficina Escola Clínica Auto Peças Restaurante Pousada Transportes Construtora Papelaria".split()
DISTRICTS = tuple(f"{kind} {name}" for kind in ("Jardim", "Vila", "Parque", "Residencial") for name in LAST[20:32])
DAYS = (1, 5, 10, 15, 20, 25)
TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
# state, standing, cause, share of a thousand contracts
SITUATIONS = (
    ("ACTIVE", "CLEAR", "", 830),
    ("ACTIVE", "PENDING", "POLICY", 40),
    ("ACTIVE", "BLOCKED", "POLICY", 18),
    ("ACTIVE", "BLOCKED", "MANUAL", 2),
    ("ACTIVE", "CLEAR", "TRUST", 4),
    ("DRAFT", "CLEAR", "", 7),
    ("SUSPENDED", "CLEAR", "", 9),
    ("CANCELLED", "CLEAR", "", 90),
)


def fill(customers: int, *, seed: int = 1) -> None:
    """Fill an empty, migrated database with so many customers and what belongs to them."""
    source = random.Random(seed)
    with transaction.atomic():
        _company()
        routers, plans, methods, groups = _surroundings(customers)
        rows = _Rows(source, routers, plans, methods, groups)
        for number in range(1, customers + 1):
            rows.add_customer(number)
        for model, table in rows.tables.items():
            write(model, table)
        advance_sequences([*rows.tables, Plan, Router, CollectionMethod, CustomerGroup])
        Counter.objects.update_or_create(series="customer", defaults={"last": customers})
        Counter.objects.update_or_create(series="contract", defaults={"last": len(rows.tables[Contract])})
        HistoryEntry.objects.create(at=NOW, actor_kind="system", actor_name="bench", verb="bench.seeded", object_kind="bench", object_id=1)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _company() -> None:
    Company.objects.get_or_create(
        pk=1,
        defaults={
            "legal_name": "Vale Fibra Telecom Ltda",
            "trade_name": "Vale Fibra",
            "cnpj": "11222333000181",
            "installation_id": "bench001",
        },
    )


def _surroundings(customers: int) -> tuple[list[int], list[Plan], list[int], list[int]]:
    """Routers of at most 2,000 accesses each, a dozen plans, two forms of payment, five groups."""
    routers = [
        Router.objects.create(
            name=f"CCR {number:03d}", host=f"10.0.{number // 250}.{number % 250 + 1}", health="ONLINE", last_seen_at=NOW
        ).pk
        for number in range(max(3, customers // 2000))
    ]
    plans = [
        Plan.objects.create(
            name=f"Fibra {mega} Mega",
            profile_name=f"fibra-{mega}",
            price=cents,
            scm_price=cents,
            download_kbps=mega * 1000,
            upload_kbps=mega * 500,
        )
        for mega, cents in (
            (50, 5990),
            (100, 6990),
            (200, 7990),
            (300, 8990),
            (400, 9990),
            (500, 11990),
            (600, 12990),
            (700, 14990),
            (800, 17990),
        )
    ]
    CollectionMethod.objects.filter(is_default=True).update(is_default=False)
    methods = [
        CollectionMethod.objects.create(name=name, is_default=index == 0).pk for index, name in enumerate(("Balcão", "Carnê próprio"))
    ]
    groups = [CustomerGroup.objects.create(name=f"Grupo {number}").pk for number in range(1, 6)]
    return routers, plans, methods, groups


class _Rows:
    """Collects one dict of column values per row, table by table."""

    def __init__(
        self, source: random.Random, routers: Sequence[int], plans: Sequence[Plan], methods: Sequence[int], groups: Sequence[int]
    ) -> None:
        self.source = source
        self.routers, self.plans, self.methods, self.groups = routers, plans, methods, groups
        self.tables: dict[type[models.Model], list[dict[str, Any]]] = {
            Address: [],
            Customer: [],
            Contact: [],
            Contract: [],
            ContractItem: [],
            Access: [],
        }
        self.states, self.shares = list(SITUATIONS), [row[3] for row in SITUATIONS]
        self.first_weights = [1 / (rank + 3) for rank in range(len(FIRST))]
        self.last_weights = [1 / (rank + 6) for rank in range(len(LAST))]
        # One sealed password for all: sealing 100,000 of them would measure the cipher, not Malha.
        self.password = crypto.seal("rimuda-dogesi-482", ring="access")

    def add_customer(self, number: int) -> None:
        source = self.source
        is_company = source.random() < 0.06
        name, document = self._company(number) if is_company else self._person(number)
        made = NOW - timedelta(days=source.randrange(1, 2500), minutes=source.randrange(1440))
        phone = f"+5535988{number:06d}" if not is_company else f"+55353{number % 10_000_000:07d}"
        self._add(
            Address,
            cep="37000120",
            street="Rua das Flores",
            number=str(number % 900 + 1),
            district=source.choice(DISTRICTS),
            city="Monte Claro",
            uf="MG",
            ibge_code="3143302",
        )
        self._add(
            Customer,
            number=number,
            name=name,
            search_name=search_key(name),
            email=f"cliente{number}@example.com.br" if number % 3 else "",
            person_type="COMPANY" if is_company else "INDIVIDUAL",
            cpf_cnpj=document,
            main_phone=phone,
            address_id=number,
            group_id=source.choice(self.groups) if number % 4 == 0 else None,
            tags="[]",
            created_at=made,
            updated_at=made,
        )
        self._add(Contact, customer_id=number, number=phone, is_main=True)
        if number % 5 == 0:
            self._add(Contact, customer_id=number, number=f"+5535977{number:06d}", owner="Recado")
        for _ in range(self._contracts(number)):
            self._contract(number, search_key(name), made)

    def _contracts(self, number: int) -> int:
        return 0 if number % 400 == 7 else 2 if number % 25 == 3 else 1

    def _contract(self, customer: int, name: str, made: datetime) -> None:
        source = self.source
        state, standing, cause, _ = source.choices(self.states, self.shares)[0]
        begun = made.date()
        contract = self._add(
            Contract,
            number=len(self.tables[Contract]) + 1,
            customer_id=customer,
            state=state,
            standing=standing,
            standing_cause=cause,
            standing_until=TODAY + timedelta(days=3) if cause == "TRUST" else None,
            due_day=source.choice(DAYS),
            collection_method_id=self.methods[source.random() < 0.3],
            signed_on=begun,
            activated_on=None if state == "DRAFT" else begun,
            billing_starts_on=None if state == "DRAFT" else begun,
            cancelled_on=TODAY - timedelta(days=source.randrange(400)) if state == "CANCELLED" else None,
            created_at=made,
            updated_at=made,
        )
        plan = source.choice(self.plans)
        accesses = 6 if customer % 997 == 5 else 2 if source.random() < 0.08 else 1
        self._add(
            ContractItem,
            contract_id=contract,
            plan_id=plan.pk,
            description=plan.name,
            amount=int(plan.price.cents if hasattr(plan.price, "cents") else plan.price),
            quantity=accesses,
            starts_on=begun,
        )
        for _ in range(accesses):
            self._access(contract, plan.pk, name, state, made)

    def _access(self, contract: int, plan: int, name: str, state: str, made: datetime) -> None:
        source = self.source
        number = len(self.tables[Access]) + 1
        words = name.split()
        is_online = state == "ACTIVE" and source.random() < 0.86
        octets = f"{64 + (number >> 16)}.{(number >> 8) & 255}.{number & 255}"
        fixed = f"203.{octets}" if number % 12 == 0 else None
        sync = "removed" if state == "CANCELLED" else source.choices(("applied", "modified", "error"), (985, 10, 5))[0]
        self._add(
            Access,
            contract_id=contract,
            router_id=self.routers[number % len(self.routers)],
            plan_id=plan,
            username=f"{words[0]}.{words[-1]}{number}",
            password=self.password,
            ipv4=fixed,
            mac=f"02:00:00:{number >> 16:02X}:{(number >> 8) & 255:02X}:{number & 255:02X}",
            sync_state=sync,
            applied_version=1 if sync == "applied" else 0,
            due_at=NOW if sync == "modified" else None,
            online_since=NOW - timedelta(minutes=source.randrange(20000)) if is_online else None,
            seen_ip=(fixed or f"100.{octets}") if is_online else None,
            seen_mac=f"02:00:00:{number >> 16:02X}:{(number >> 8) & 255:02X}:{number & 255:02X}" if is_online else "",
            last_online_at=NOW if is_online else None,
            created_at=made,
            updated_at=made,
        )

    def _person(self, number: int) -> tuple[str, str]:
        source = self.source
        first = source.choices(FIRST, self.first_weights)[0]
        last = source.choices(LAST, self.last_weights, k=source.choice((1, 2, 2, 3)))
        base = f"{number * 7919 % 1_000_000_000:09d}"
        base += str(check_digit(base, (10, 9, 8, 7, 6, 5, 4, 3, 2)))
        return f"{first} {' '.join(dict.fromkeys(last))}", base + str(check_digit(base, (11, 10, 9, 8, 7, 6, 5, 4, 3, 2)))

    def _company(self, number: int) -> tuple[str, str]:
        weights = (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)
        base = f"{number * 104729 % 100_000_000:08d}0001"
        base += str(check_digit(base, weights))
        return f"{self.source.choice(TRADES)} {self.source.choice(LAST)} Ltda", base + str(check_digit(base, weights))

    def _add(self, model: type[models.Model], **values: Any) -> int:
        rows = self.tables[model]
        rows.append(values)
        return len(rows)


def write(model: type[models.Model], rows: Iterable[dict[str, Any]]) -> None:
    """All `rows` with the model's defaults for what they leave out; primary keys count from 1."""
    fields = list(model._meta.concrete_fields)
    columns = [connection.ops.quote_name(field.column) for field in fields]
    defaults = [_default(field) for field in fields]
    names = [field.attname for field in fields]

    def values() -> Iterable[tuple[Any, ...]]:
        for key, row in enumerate(rows, 1):
            yield tuple(key if name == "id" else row.get(name, default) for name, default in zip(names, defaults, strict=True))

    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
                for line in values():
                    copy.write_row(line)
        else:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", values())


def _default(field: Any) -> Any:
    value = field.get_default()
    if hasattr(value, "cents"):
        return value.cents
    return json.dumps(value) if isinstance(value, list | dict) else value


def advance_sequences(tables: Iterable[type[models.Model]]) -> None:
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for model in tables:
            table = model._meta.db_table
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
