"""Relatórios: the list, a page, a file."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from malha.contracts.models import Contract
from malha.core.models import HistoryEntry
from malha.reports.registry import REPORTS
from malha.staff.roles import Role
from tests import make
from tests.backoffice.customers.one import HTMX, log_in, text
from tests.reports_make import due, forget, pay

pytestmark = pytest.mark.django_db
LIST = "/relatorios/"
SLUGS = [report.slug for report in REPORTS]


@pytest.fixture(autouse=True)
def anew():
    make.company()
    forget()


def test_the_list_shows_what_may_be_opened():
    everything, basic = text(log_in(), LIST), text(log_in(Role.ATTENDANT), LIST)

    assert all(f"{LIST}{slug}/" in everything for slug in SLUGS)
    assert f"{LIST}sem-cobranca/" in basic
    assert f"{LIST}recebiveis/" not in basic


@pytest.mark.parametrize("slug", SLUGS)
def test_an_empty_report_says_so(slug):
    report = next(one for one in REPORTS if one.slug == slug)

    page = text(log_in(), f"{LIST}{slug}/")

    assert str(report.empty) in page
    assert str(report.title) in page


@pytest.mark.parametrize("slug", SLUGS)
def test_beyond_the_limit_it_is_refused(slug):
    for role, opened in (
        (Role.FINANCE, SLUGS),
        (Role.ACCOUNTANT, SLUGS),
        (Role.ATTENDANT, ["sem-cobranca", "ativacoes-e-cancelamentos"]),
        (Role.SALES, ["ativacoes-e-cancelamentos"]),
        (Role.TECHNICIAN, ["ativacoes-e-cancelamentos"]),
    ):
        client = log_in(role)
        assert client.get(f"{LIST}{slug}/").status_code == (200 if slug in opened else 403), role
        if slug not in opened:
            assert client.get(f"{LIST}{slug}/exportar/").status_code == 403


def test_names_of_customers_leave_only_with_who_may_take_them():
    client = log_in(Role.ATTENDANT)

    assert "exportar" not in text(client, f"{LIST}sem-cobranca/")
    assert client.get(f"{LIST}sem-cobranca/exportar/").status_code == 403


def test_a_seller_sees_their_own_sales():
    vera = make.user(Role.SALES)
    for name, seller in (("Cliente de Vera", vera), ("Cliente de Outro", None)):
        contract = make.contract(make.customer(name=name))
        Contract.objects.filter(pk=contract.pk).update(activated_on="2026-03-01", seller=seller)

    page = text(log_in(user=vera), f"{LIST}ativacoes-e-cancelamentos/")

    assert "Cliente de Vera" in page
    assert "Cliente de Outro" not in page


def test_rows_lead_to_what_they_name_where_it_may_be_opened():
    payment = pay(due(4, "119,90"), "122,46")

    page = text(log_in(), f"{LIST}recebimentos/")

    assert f'href="/clientes/{payment.customer.number}/"' in page
    assert f'href="/cobrancas/recibos/{payment.number}/"' in page
    assert "122,46" in page


def test_order_period_and_pages_stand_in_the_address():
    customer = make.customer()
    for day in range(60):
        pay(due(-5, f"{100 + day},00", customer), f"{100 + day},00")
    client = log_in()

    first = text(client, f"{LIST}recebimentos/?order=-valor")
    second = text(client, f"{LIST}recebimentos/?order=-valor&page=2")

    assert "159,00" in first and "105,00" not in first
    assert "105,00" in second and "159,00" not in second
    assert 'aria-sort="descending"' in first
    assert "Nada foi recebido nestes dias." in text(client, f"{LIST}recebimentos/?desde=01/01/2020&ate=31/01/2020")
    assert client.get(f"{LIST}recebimentos/?order=nada&page=999&forma=NADA").status_code == 200
    assert client.get(f"{LIST}recebimentos/?desde=31/01/2020&ate=01/01/2020").status_code == 422
    assert client.get(f"{LIST}recebimentos/?desde=nada").status_code == 422
    assert client.get(f"{LIST}nada/").status_code == 404


def test_htmx_gets_the_table_alone():
    assert log_in().get(f"{LIST}recebiveis/", headers=HTMX).content.decode().startswith('<div id="lista">')


@pytest.mark.parametrize("slug", SLUGS)
def test_the_file_has_the_rows_of_the_page_and_stands_in_the_history(slug):
    make.access(make.contract(), plan=make.plan())
    pay(due(4, "119,90"), "150,00")
    due(10, "30,00")

    answer = log_in().get(f"{LIST}{slug}/exportar/")
    lines = answer.getvalue().decode().removeprefix("\ufeff").splitlines()

    assert answer.headers["Content-Disposition"] == f'attachment; filename="{slug}-2026-03-10.csv"'
    assert len({line.count(";") for line in lines}) == 1
    entry = HistoryEntry.objects.get(verb="report.exported")
    assert entry.after["report"] == slug


def test_a_file_cannot_carry_formulas():
    pay(due(4, "119,90", make.customer(name="=HYPERLINK(1)")), "122,46")

    body = log_in().get(f"{LIST}recebimentos/exportar/").getvalue().decode()

    assert ";'=HYPERLINK(1);" in body


def test_a_page_costs_the_same_for_many_rows():
    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(f"{LIST}recebimentos/")
        return len(queries)

    client = log_in()
    pay(due(4, "119,90"), "122,46")
    statements()
    few = statements()
    for _ in range(5):
        pay(due(4, "119,90"), "122,46")

    assert statements() == few <= 15
