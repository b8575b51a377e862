"""Builders: functions with keyword defaults. They go through the services, so that what a test has is what a user can have."""

import itertools
from datetime import date
from typing import Any

from malha.contracts.data import ContractData
from malha.contracts.models import CollectionMethod, Contract, ContractTemplate, Plan
from malha.contracts.services import contracts
from malha.core.history import SYSTEM
from malha.core.models import Company
from malha.customers.data import AddressData, CustomerData, PhoneData
from malha.customers.models import Customer
from malha.customers.services import customers
from malha.domain.money import Money
from malha.dunning.models import DunningPolicy
from malha.dunning.queries import standard_days
from malha.journeys.onboarding import SignUp
from malha.network.data import AccessData
from malha.network.models import Access, Router
from malha.network.services import accesses
from malha.staff.models import Role, User

_count = itertools.count(1)
CPF = "529.982.247-25"
PASSWORD = "x7kq-29pm"
STAFF_PASSWORD = "montanha azul 42"


def company(**values: Any) -> Company:
    """The provider with its defaults; safe to call twice."""
    found = Company.objects.filter(pk=1).first()
    if found is not None:
        return found
    DunningPolicy.objects.get_or_create(name="Padrão", defaults={"is_default": True})
    collection_method()
    values = {"legal_name": "Vale Fibra Ltda", "trade_name": "Vale Fibra", "city": "Monte Claro", "uf": "MG", **values}
    return Company.objects.create(pk=1, installation_id="0a1b2c3d", **values)


def collection_method(**values: Any) -> CollectionMethod:
    """The informal form of payment, default of the company."""
    values = {"name": "Informal", "is_default": True, **values}
    return CollectionMethod.objects.get_or_create(name=values.pop("name"), defaults=values)[0]


def user(role: str = Role.ADMIN, **values: Any) -> User:
    """A member of staff whose password is STAFF_PASSWORD."""
    n = next(_count)
    made = User(username=values.pop("username", f"pessoa{n}"), name=values.pop("name", f"Pessoa {n}"), role=role, **values)
    made.set_password(STAFF_PASSWORD)
    made.save()
    return made


def plan(name: str = "", price: str = "119,90", down: int = 500_000, up: int = 250_000, **values: Any) -> Plan:
    """A plan; speeds in kbit/s."""
    n = next(_count)
    name = name or f"Fibra {n} Mega"
    money = Money.parse_brl(price)
    values = {"profile_name": f"malha-{n}", "scm_price": money, **values}
    return Plan.objects.create(name=name, price=money, download_kbps=down, upload_kbps=up, **values)


def router(name: str = "", **values: Any) -> Router:
    """A router in the register; nothing listens there unless `host` and `port` say so."""
    n = next(_count)
    values = {"host": "127.0.0.1", "port": 20_000 + n, "api_password": "segredo", "tls_mode": "PLAIN", **values}
    return Router.objects.create(name=name or f"CCR {n}", **values)


def customer_data(**values: Any) -> CustomerData:
    """A customer's data as typed."""
    values = {
        "name": "Rosa Maria Duarte",
        "email": "rosa.duarte@exemplo.com.br",
        "cpf_cnpj": CPF,
        "phones": (PhoneData(number="(35) 98800-0204"),),
        "address": AddressData(
            cep="37000-120", street="Rua das Acácias", number="312", district="Vila Aurora", city="Monte Claro", uf="MG"
        ),
        **values,
    }
    return CustomerData(**values)


def customer(**values: Any) -> Customer:
    """A registered customer without a contract."""
    company()
    return customers.create(data=customer_data(**values), actor=SYSTEM)


def contract(of: Customer | None = None, plans: tuple[Plan, ...] = (), due_day: int = 20, **values: Any) -> Contract:
    """A contract; without plans it is a draft."""
    of = of or customer()
    data = ContractData(due_day=due_day, **values)
    return contracts.create(customer=of, data=data, plans=plans, standard_days=standard_days(), actor=SYSTEM)


def access_data(**values: Any) -> AccessData:
    """A login's data as typed, on a router and plan of its own unless given."""
    n = next(_count)
    values = {
        "username": f"cliente.{n}",
        "password": PASSWORD,
        "router_id": None,
        "plan_id": None,
        **values,
    }
    values["router_id"] = values["router_id"] or router().pk
    values["plan_id"] = values["plan_id"] or plan().pk
    return AccessData(**values)


def access(of: Contract | None = None, **values: Any) -> Access:
    """An access of an active contract, due on its router."""
    of = of or contract()
    if "router" in values:
        values["router_id"] = values.pop("router").pk
    if "plan" in values:
        values["plan_id"] = values.pop("plan").pk
    return accesses.create(contract=of, data=access_data(**values), actor=SYSTEM)


def sign_up(
    *, customer: CustomerData | None = None, due_day: int = 20, accesses: tuple[AccessData, ...] | None = None, **contract: Any
) -> SignUp:
    """Everything the new-customer page asks."""
    company()
    rows = (access_data(),) if accesses is None else accesses
    return SignUp(customer=customer or customer_data(), contract=ContractData(due_day=due_day, **contract), accesses=rows)


def template(**values: Any) -> ContractTemplate:
    """A contract template without a text yet."""
    return ContractTemplate.objects.create(**{"name": f"Modelo {next(_count)}", **values})


TODAY = date(2026, 11, 24)
