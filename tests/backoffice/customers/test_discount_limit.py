"""Desconto máximo do financeiro: a role with capped discounts gives up to it, and no exemption (domain.md §15)."""

from datetime import date

import pytest

from malha.contracts.models import Contract
from malha.core.models import Company
from malha.domain.money import Money
from malha.staff.roles import Role
from tests import make
from tests.backoffice.customers import new_page
from tests.backoffice.customers.one import log_in, text

pytestmark = pytest.mark.django_db
SENTENCE = "Seu perfil concede descontos de até R$\u00a020,00 por mês"


@pytest.fixture
def contract() -> Contract:
    make.company(discount_limit=Money(2000))
    return make.access().contract


def form(**values) -> dict[str, object]:
    fields = {"due_day": "20", "collection_method": make.collection_method().pk, "first_charge": "PRORATED", "auto_block": "on", **values}
    return {f"contract-{name}": value for name, value in fields.items()}


def edit(role: str, contract: Contract, **values):
    return log_in(role).post(f"/clientes/{contract.customer.number}/contratos/{contract.number}/editar/", form(**values))


@pytest.mark.parametrize(
    ("role", "discount", "is_accepted"),
    [
        (Role.FINANCE, "20,00", True),
        (Role.FINANCE, "20,01", False),
        (Role.MANAGER, "90,00", True),
        (Role.ADMIN, "90,00", True),
    ],
)
def test_a_discount_above_the_limit_is_refused_at_its_field(contract, role, discount, is_accepted):
    answer = edit(role, contract, discount=discount)

    contract.refresh_from_db()
    assert answer.status_code == (302 if is_accepted else 422)
    assert contract.discount == (Money.parse_brl(discount) if is_accepted else Money(0))
    if not is_accepted:
        assert SENTENCE in (new_page.error_of(answer.content.decode(), "contract-discount") or "")


def test_a_new_contract_of_a_customer_knows_the_limit(contract):
    customer, client = contract.customer, log_in(Role.FINANCE)
    path = f"/clientes/{customer.number}/contratos/novo/"

    assert client.post(path, form(discount="20,01")).status_code == 422
    assert client.post(path, form(discount="20,00")).status_code == 302
    assert customer.contracts.latest("pk").discount == Money(2000)


def test_a_new_customer_knows_the_limit(client):
    make.company(discount_limit=Money(2000))
    client.force_login(make.user(Role.FINANCE))

    page = new_page.posted(client, new_page.customer(**{"contract-discount": "20,01"}))
    assert SENTENCE in (new_page.error_of(page, "contract-discount") or "")
    assert "Até R$\u00a020,00 para o seu perfil" in text(client, new_page.URL)
    client.post(new_page.URL, new_page.customer(**{"contract-discount": "20,00"}))
    assert Contract.objects.get().discount == Money(2000)


def test_what_a_manager_granted_stays_when_something_else_is_changed(contract):
    Contract.objects.update(discount=Money(5000), discount_until=date(2026, 12, 31))

    assert edit(Role.FINANCE, contract, discount="50,00", discount_until="31/12/2026", due_day="5").status_code == 302
    assert edit(Role.FINANCE, contract, discount="50,00", discount_until="31/12/2027").status_code == 422
    contract.refresh_from_db()
    assert (contract.due_day, contract.discount_until) == (5, date(2026, 12, 31))


def test_an_exemption_is_not_given_and_not_taken_away(contract):
    edit(Role.FINANCE, contract, exempt="on")
    contract.refresh_from_db()
    assert not contract.exempt
    Contract.objects.update(exempt=True)
    edit(Role.FINANCE, contract)
    contract.refresh_from_db()
    assert contract.exempt


def test_an_empty_limit_is_no_limit(contract):
    Company.objects.update(discount_limit=None)

    assert edit(Role.FINANCE, contract, discount="90,00").status_code == 302


def test_the_limit_is_set_on_the_page_of_the_company(contract):
    admin = log_in()
    sent = {"block": "billing", "offered_due_days": "5, 20", "days_ahead": "10", "billing_mode": "ARREARS"}

    assert 'value="20,00"' in text(admin, "/configuracoes/empresa/")
    assert admin.post("/configuracoes/empresa/", {**sent, "discount_limit": "-1"}).status_code == 422
    admin.post("/configuracoes/empresa/", {**sent, "discount_limit": "35,50"})
    assert Company.objects.get().discount_limit == Money(3550)
    admin.post("/configuracoes/empresa/", {**sent, "discount_limit": ""})
    assert Company.objects.get().discount_limit is None
