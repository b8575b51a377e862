"""What other pages say of charges: the customer's tab and summary, the list of customers, the search, who is not charged."""

from datetime import date

import pytest

from malha.billing.models import ParkedContract
from malha.contracts.models import Contract, ContractItem
from malha.core import clock
from malha.core.history import SYSTEM
from malha.journeys import monthly_billing
from malha.staff.roles import Role
from tests import billing_make, make
from tests.backoffice.charges.desk import HTMX, TODAY, late, log_in, receiving, text

pytestmark = pytest.mark.django_db


def test_the_tab_shows_open_ones_first_then_the_paid_by_year_and_the_credit():
    client, customer = log_in(), make.customer()
    with clock.frozen(clock.now().replace(year=2025)):
        old = billing_make.charge(customer, "30,00", date(2025, 3, 20))
    client.post(f"/clientes/{customer.number}/receber/", receiving(old, value="30,00", paid_on="20/03/2025", token="o" * 20))
    new = late(customer)

    page = text(client.get(f"/clientes/{customer.number}/cobrancas/"))

    assert page.index(f"/cobrancas/{new.number}/") < page.index(">2025<") < page.index(f'href="/cobrancas/{old.number}/"')
    assert "1 de 1 em dia" in page and 'Cobranças <span class="c">1</span>' in page
    summary = text(client.get(f"/clientes/{customer.number}/"))
    assert "1 em atraso" in summary and f"/cobrancas/{new.number}/" in summary


def test_the_tab_of_a_bare_record_says_what_is_missing():
    client, customer = log_in(), make.customer()

    assert "Nada em aberto." in text(client.get(f"/clientes/{customer.number}/cobrancas/"))


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.SALES])
def test_who_sees_no_charges_sees_none_on_the_pages_of_the_customer(role):
    client, charge = log_in(role), late()

    page = text(client.get(f"/clientes/{charge.customer.number}/"))
    assert "/cobrancas/" not in page and "R$ 119,90" not in page and "Em aberto" not in page
    assert "vencida" not in text(client.get("/clientes/"))
    assert "Receber" not in text(client.get("/busca/?q=rosa", headers=HTMX))


def test_the_search_finds_a_charge_by_its_number_and_offers_to_receive():
    client, charge = log_in(), late(make.customer(name="Rosa Maria Duarte"))

    page = text(client.get("/busca/?q=rosa", headers=HTMX))
    assert f'data-href="/clientes/{charge.customer.number}/receber/" data-alt="r"' in page and "R$ 119,90" in page
    assert f'data-href="/cobrancas/{charge.number}/"' in text(client.get(f"/busca/?q={charge.number}", headers=HTMX))
    assert f"/cobrancas/{charge.number}/" in text(client.get(f"/busca/?q={charge.number}"))


def test_the_list_of_customers_says_what_is_owed_now():
    client = log_in()
    late(make.customer(name="Atrasada", cpf_cnpj=""), amount="10,00")
    billing_make.charge(make.customer(name="Vence", cpf_cnpj=""), "20,00", date(2026, 3, 11))
    paid = billing_make.charge(make.customer(name="Paga", cpf_cnpj=""), "30,00")
    client.post(f"/clientes/{paid.customer.number}/receber/", receiving(paid, value="30,00"))

    page = text(client.get("/clientes/"))

    for words in ('<span class="t-warn">R$ 10,00</span>', "vencida · 4 dias", "R$ 20,00", "vence amanhã", "R$ 30,00", "paga em 10/03"):
        assert words in page, words


def test_a_line_of_the_list_leads_to_its_customer_whose_number_is_not_the_key():
    client, customer = log_in(), make.customer(name="Rosa Maria Duarte")
    type(customer).objects.update(number=7001)

    for path in ("/clientes/", "/busca/?q=rosa"):
        assert 'href="/clientes/7001/"' in text(client.get(path))


def test_who_is_not_charged_this_month_and_why(django_assert_max_num_queries):
    client = log_in()
    charged, forgotten, parked, exempt = (running(name) for name in ("Cobrada", "Esquecida", "Parada", "Isenta"))
    Contract.objects.filter(pk=exempt.pk).update(exempt=True)
    ParkedContract.objects.create(contract=parked, reason="CATCH_UP", waiting_periods=5, parked_at=clock.now())
    Contract.objects.filter(pk=forgotten.pk).update(billing_starts_on=None)
    monthly_billing.bill_day(today=TODAY, actor=SYSTEM)

    page = text(client.get("/relatorios/sem-cobranca/"))

    assert charged.charges.count() == 1 and forgotten.charges.count() == 0
    assert "Esquecida" in page and "Cobrada" not in page and "Parada" not in page and "Isenta" not in page
    assert "1 contrato espera por uma pessoa" in page and 'href="/cobrancas/paradas/"' in page
    every = text(client.get("/relatorios/sem-cobranca/?motivo=todos"))
    assert "Isenta" in every and "Parada" in every
    with django_assert_max_num_queries(15):
        client.get("/relatorios/sem-cobranca/")


def test_everybody_charged_says_so():
    client = log_in()
    running("Cobrada")
    monthly_billing.bill_day(today=TODAY, actor=SYSTEM)

    assert "Todo contrato ativo tem a sua cobrança." in text(client.get("/relatorios/sem-cobranca/"))


def running(name: str) -> Contract:
    """Charged until the due day before this one."""
    customer = make.customer(name=name, cpf_cnpj="")
    made = make.access(make.contract(customer, due_day=15), plan=make.plan()).contract
    begun, until = date(2025, 6, 15), date(2026, 2, 14)
    Contract.objects.filter(pk=made.pk).update(billing_starts_on=begun, activated_on=begun, billed_until=until)
    ContractItem.objects.filter(contract=made).update(starts_on=begun)
    return Contract.objects.get(pk=made.pk)


def test_parked_contracts_are_resumed_or_begun_from_today():
    client = log_in(Role.FINANCE)
    for name in ("Rosa", "Bia"):
        contract = make.contract(make.customer(name=name, cpf_cnpj=""), plans=(make.plan(),))
        ParkedContract.objects.create(contract=contract, reason="CATCH_UP", words="12 meses", waiting_periods=12, parked_at=clock.now())
    page = text(client.get("/cobrancas/paradas/"))
    assert "Rosa" in page and "12 meses" in page and "Meses demais" in page
    one, two = ParkedContract.objects.order_by("pk")

    assert client.post(f"/cobrancas/paradas/{one.pk}/retomar/").status_code == 302
    assert client.post(f"/cobrancas/paradas/{two.pk}/comecar-de-hoje/", {"reason": ""}).status_code == 422
    assert client.post(f"/cobrancas/paradas/{two.pk}/comecar-de-hoje/", {"reason": "cortesia"}).status_code == 302

    assert list(ParkedContract.objects.order_by("pk").values_list("resolution", flat=True)) == ["RESUME", "SKIP"]
    assert "Ninguém espera." in text(client.get("/cobrancas/paradas/"))
    assert client.get(f"/cobrancas/paradas/{one.pk}/retomar/").status_code == 404
