"""Invented subscribers of an invented town, drawn from a seeded source: two runs give the same people."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from malha.customers.data import AddressData, CustomerData, PhoneData
from malha.domain import documents, logins
from malha.worker.demo.habits import SINCE_DAYS, Habit, habit_of

FIRST: Final = (
    "Antônio", "Cleber", "Ingrid", "Jéssica", "Luciana", "Maria", "Patrícia", "Rosa", "Sebastião", "Valdir",
    "Wellington", "Ana", "Beatriz", "Bruno", "Camila", "Carlos", "Cícero", "Daniela", "Diego", "Edson", "Eduarda",
    "Elisângela", "Fábio", "Fernanda", "Francisco", "Gabriel", "Geraldo", "Gilberto", "Helena", "Ivone", "Jaqueline",
    "João", "José", "Juliana", "Larissa", "Leandro", "Letícia", "Luís", "Marcelo", "Márcia", "Marcos", "Mateus",
    "Nair", "Nilton", "Odete", "Paulo", "Pedro", "Priscila", "Rafael", "Raimunda", "Renata", "Ricardo", "Rodrigo",
    "Sandra", "Simone", "Tânia", "Tiago", "Vanessa", "Vera", "Vinícius",
)
MIDDLE: Final = ("", "", "", "Aparecida", "das Graças", "de Fátima", "do Carmo", "Henrique", "Cristina", "Augusto", "Maria", "Alves")
LAST: Final = (
    "Lima", "Tavares", "Souza", "Nogueira", "Bittencourt", "Duarte", "Moura", "Coutinho", "Prado", "Meireles",
    "Ferraz", "Toledo", "Batista", "Carvalho", "Cardoso", "Costa", "Dias", "Esteves", "Fagundes", "Farias", "Ferreira",
    "Gonçalves", "Guimarães", "Lopes", "Macedo", "Machado", "Marques", "Martins", "Medeiros", "Mendes", "Miranda",
    "Neves", "Oliveira", "Pacheco", "Peixoto", "Pereira", "Pinto", "Queiroz", "Ramos", "Rezende", "Ribeiro", "Rocha",
    "Sales", "Sampaio", "Santana", "Santos", "Silva", "Siqueira", "Teixeira", "Vargas", "Vasconcelos", "Viana",
    "Xavier",
)
BUSINESSES: Final = (
    "Padaria Pão da Serra Ltda",
    "Condomínio Ipê Amarelo",
    "Escola Caminho do Saber",
    "Mercado Bom Preço Ltda",
    "Auto Peças Monte Claro Ltda",
    "Clínica Santa Luzia",
    "Hotel Pousada do Vale Ltda",
    "Posto Três Irmãos Ltda",
    "Farmácia Vila Aurora Ltda",
    "Contabilidade Horizonte Ltda",
    "Oficina do Nenê",
    "Restaurante Sabor da Roça Ltda",
    "Associação dos Produtores de Café e Leite do Alto da Serra e Região do Vale do Rio Claro",
    "Papelaria Central Ltda",
    "Academia Corpo em Forma Ltda",
)
DISTRICTS: Final = (
    ("Centro", "37000-010", ("Rua Direita", "Praça da Matriz", "Avenida Brasil", "Rua Quinze de Novembro")),
    ("Vila Aurora", "37000-120", ("Rua das Acácias", "Rua dos Ipês", "Rua das Palmeiras")),
    ("Jardim Primavera", "37000-230", ("Rua das Hortênsias", "Rua dos Lírios", "Avenida Primavera")),
    ("Alto da Serra", "37000-340", ("Rua do Mirante", "Rua Pedra Branca", "Estrada da Serra")),
    ("Bela Vista", "37000-450", ("Rua Bela Vista", "Rua São João", "Rua Santa Rita")),
    ("Zona rural", "37009-000", ("Sítio Boa Esperança", "Fazenda Água Limpa", "Estrada do Capão")),
)
REFERENCES: Final = ("", "", "", "portão azul, em frente à praça", "ao lado da padaria", "casa dos fundos", "depois da ponte")


@dataclass(frozen=True)
class Person:
    """One invented subscriber: who they are and what became of them."""

    customer: CustomerData
    login: str
    password: str
    is_business: bool
    is_rural: bool
    at: datetime  # when they signed up
    due_day: int
    fate: str  # active, installation, blocked, cancelled, several, many
    habit: Habit
    index: int  # in the order of the draw; by it people get their stories

    @property
    def since(self) -> date:
        """The day of the sign-up."""
        return self.at.date()


def people(count: int, *, today: date, due_days: list[int]) -> list[Person]:
    """`count` people in the order in which they came, the same for the same count; their dates are counted back from `today`."""
    return sorted(_people(count, today, due_days), key=lambda person: person.at)


def _people(count: int, today: date, due_days: list[int]) -> Iterator[Person]:
    source = random.Random(20261124)
    taken: set[str] = set()
    for index in range(count):
        is_business = index % 20 == 3
        name = BUSINESSES[(index // 20) % len(BUSINESSES)] if is_business else _name(source)
        fate = _fate(index)
        habit = habit_of(index, fate)
        at = _moment(source, index, fate, today, SINCE_DAYS.get(habit, 0))
        login = logins.suggest_login(name, taken)
        taken.add(login)
        district, cep, streets = DISTRICTS[_weighted(source, (30, 25, 15, 15, 10, 5))]
        yield Person(
            customer=_customer(source, name, is_business, district, cep, source.choice(streets), at.date()),
            login=login,
            password=logins.readable_password(source),
            is_business=is_business,
            is_rural=district == "Zona rural",
            at=at,
            due_day=source.choice(due_days),
            fate=fate,
            habit=habit,
            index=index,
        )


def _moment(source: random.Random, index: int, fate: str, today: date, at_least: int) -> datetime:
    """In the opening hours of the counter (8 to 18 in Brasília); a provider that grows, with a few who came this week."""
    days = 3 + int(1800 * source.random() ** 1.6)
    if fate == "active" and index % 43 == 1:
        days = 1 + index % 5
    if fate == "installation":
        days = 1 + index % 7
    if fate in ("cancelled", "blocked"):
        days = max(days, 120)
    days = max(days, at_least)
    opening = datetime.combine(today - timedelta(days=days), time(11, 0), UTC)
    return opening + timedelta(minutes=source.randint(0, 599))


def _fate(index: int) -> str:
    if index == 23:
        return "many"
    if index % 25 == 24:
        return "cancelled"
    if index % 50 == 11:
        return "installation"
    if index % 160 == 7:
        return "blocked"
    if index % 33 == 5:
        return "several"
    return "active"


def _name(source: random.Random) -> str:
    parts = [source.choice(FIRST), source.choice(MIDDLE), source.choice(LAST)]
    if source.random() < 0.5 and (second := source.choice(LAST)) != parts[-1]:
        parts.append(second)
    return " ".join(part for part in parts if part)


def _customer(
    source: random.Random, name: str, is_business: bool, district: str, cep: str, street: str, since: date
) -> CustomerData:
    mailbox = logins.suggest_login(name)
    return CustomerData(
        name=name,
        person_type="COMPANY" if is_business else "INDIVIDUAL",
        email=f"{mailbox}@exemplo.com.br" if source.random() < 0.8 else "",
        cpf_cnpj=_cnpj(source) if is_business else _cpf(source),
        rg_ie="" if is_business else f"MG-{source.randint(10, 19)}.{source.randint(100, 999)}.{source.randint(100, 999)}",
        birth_date=since - timedelta(days=source.randint(365 * 3, 365 * 20) if is_business else source.randint(365 * 19, 365 * 85)),
        phones=tuple(_phones(source, is_business)),
        address=AddressData(
            cep=cep,
            street=street,
            number="S/N" if district == "Zona rural" else str(source.randint(10, 1990)),
            district=district,
            city="Monte Claro",
            uf="MG",
            reference=source.choice(REFERENCES),
            zone="RURAL" if district == "Zona rural" else "URBAN",
        ),
    )


def _phones(source: random.Random, is_business: bool) -> Iterator[PhoneData]:
    if is_business:
        yield PhoneData(number=f"35 3300-{source.randint(0, 9999):04}", has_whatsapp=False)
    if not is_business or source.random() < 0.5:
        yield PhoneData(number=f"35 9880{source.randint(0, 9)}-{source.randint(0, 9999):04}")


def _cpf(source: random.Random) -> str:
    base = f"{source.randint(0, 999_999_999):09}"
    return base + documents.cpf_check_digits(base)


def _cnpj(source: random.Random) -> str:
    letters = "ABCDEGHJKLMNPRSTVWXZ" if source.random() < 0.3 else ""
    base = f"{source.randint(10, 99)}{source.choice(letters) if letters else source.randint(0, 9)}{source.randint(0, 99999):05}0001"
    return base + documents.cnpj_check_digits(base)


def _weighted(source: random.Random, weights: tuple[int, ...]) -> int:
    return source.choices(range(len(weights)), weights)[0]
