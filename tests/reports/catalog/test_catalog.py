"""Each report: its rows, its totals, and that no figure is lost between the Painel and the list behind it."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from malha.billing.services import payments
from malha.contracts.models import Contract, ContractItem
from malha.core import clock
from malha.core.history import SYSTEM
from malha.customers.models import CustomerGroup
from malha.domain.money import ZERO, Money
from malha.journeys import monthly_billing
from malha.reports import arrears, money_in, registry
from malha.reports.base import Asked, Found, Kind, Ref
from malha.reports.registry import REPORTS
from malha.staff.permissions import Limit
from tests import cashbook_make, make
from tests.conftest import THE_DAY
from tests.reports_make import TODAY, due, forget, money, pay

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)


@pytest.fixture(autouse=True)
def anew():
    make.company()
    forget()


def ask(slug: str, order: str = "", since: date = FIRST, until: date = LAST, visible=(), seller=None, **chosen) -> Found:
    report = registry.find(slug)
    assert report is not None
    order = order or report.default_order
    defaults = {choice.name: choice.options[0][0] for choice in report.choices()}
    return report.read(
        Asked(
            today=TODAY, since=since, until=until, visible=visible, seller_id=seller, chosen={**defaults, **chosen},
            order=order.removeprefix("-"), descending=order.startswith("-"),
        )
    )  # fmt: skip


def rows(found: Found) -> list[tuple]:
    page = found.rows.page(0, 100)
    assert list(found.rows.every()) == page
    assert found.rows.count() == len(page)
    return page


def some_life() -> None:
    """A bit of everything, so that no report is empty."""
    contract = make.access(make.contract(due_day=20), plan=make.plan(price="119,90")).contract
    ContractItem.objects.update(starts_on=date(2026, 1, 20))
    Contract.objects.update(billing_starts_on=date(2026, 2, 20), activated_on=date(2026, 3, 2))
    monthly_billing.bill_day(today=TODAY, actor=SYSTEM)
    pay(contract.charges.get(), "150,00")
    due(5), due(70)
    cashbook_make.entry("5,00")
    Contract.objects.filter(pk=make.access(make.contract(), plan=make.plan()).contract_id).update(billing_starts_on=None)


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.slug)
def test_every_report_can_be_asked_in_every_way(report):
    for filled in (False, True):
        if filled:
            some_life()
        for choice in [*report.choices(), None]:
            for word in [word for word, _label in choice.options] if choice else [None]:
                chosen = {choice.name: word} if choice else {}
                first = {one.name: one.options[0][0] for one in report.choices()}
                asked = Asked(today=TODAY, since=FIRST, until=LAST, chosen={**first, **chosen})
                columns = report.columns_for(asked)
                assert len({column.name for column in columns}) == len(columns)
                for name in [column.name for column in columns if column.is_sortable]:
                    for order in (name, f"-{name}"):
                        found = ask(report.slug, order, **chosen)
                        assert all(len(row) == len(columns) for row in rows(found))
                        assert found.total is None or len(found.total) == len(columns)
        if filled:
            assert rows(ask(report.slug, **({"motivo": "todos"} if report.slug == "sem-cobranca" else {})))


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.slug)
def test_it_costs_the_same_for_many_rows(report):
    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            ask(report.slug).rows.page(0, 50)
        return len(queries)

    some_life()
    statements()
    few = statements()
    for _ in range(3):
        some_life()
    statements()

    assert statements() == few <= 9


def test_receivables_by_month_and_age():
    due(70, "10,00")  # 30 December
    due(3, "20,00")
    due(-3, "30,00")
    part = due(8, "100,00")
    paid = pay(part, "50,00").allocations.get().principal
    left = money("100,00") - paid

    found = ask("recebiveis")

    assert rows(found) == [
        (date(2025, 12, 1), 1, ZERO, ZERO, ZERO, ZERO, ZERO, money("10,00"), money("10,00")),
        (date(2026, 3, 1), 3, money("30,00"), money("20,00"), left, ZERO, ZERO, ZERO, money("50,00") + left),
    ]
    assert found.total is not None and found.total[-1] == money("60,00") + left


def test_arrears_per_customer_are_those_of_the_painel():
    rosa, ivo = make.customer(name="Rosa Duarte"), make.customer(name="Ivo Prates")
    due(3, "20,00", rosa)
    due(40, "30,00", rosa)
    due(5, "25,00", ivo)
    due(-5, "99,00", ivo)

    found = ask("inadimplencia")

    first, second = rows(found)
    assert first[0] == Ref("Rosa Duarte", "customer", rosa.number)
    assert first[2:] == (TODAY - timedelta(days=40), 40, 2, money("20,00"), ZERO, ZERO, money("30,00"), ZERO, money("50,00"))
    assert second[0].text == "Ivo Prates"
    assert found.total is not None
    assert found.total[5:10] == tuple(band.amount for band in arrears.by_band(TODAY))
    assert [row[0].text for row in rows(ask("inadimplencia", faixa="31-60"))] == ["Rosa Duarte"]
    assert [row[0].text for row in rows(ask("inadimplencia", "dias"))] == ["Ivo Prates", "Rosa Duarte"]


def test_payments_add_up_to_what_was_received():
    first = pay(due(4, "119,90"), "122,46")
    second = pay(due(-5, "100,00"), "130,00", form="CASH")
    payments.reverse(payment=first, reason="engano", actor=SYSTEM)

    found = ask("recebimentos", "recibo")

    assert [(row[1].key, row[5], row[6], row[7]) for row in rows(found)] == [
        (first.number, money("2,56"), ZERO, money("122,46")),
        (second.number, ZERO, money("30,00"), money("130,00")),
        (first.number + 2, money("-2,56"), ZERO, money("-122,46")),
    ]
    assert found.total is not None
    assert found.total[-1] == money("130,00") == money_in.read(FIRST, LAST).received_total
    assert [row[1].key for row in rows(ask("recebimentos", forma="CASH"))] == [second.number]


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ("plano", [("Fibra Lenta", "119,90", "2,56"), ("sem plano", "50,00", "0,00"), ("Sem uso em cobrança", "0,00", "0,00")]),
        ("servidor", [("CCR Centro", "119,90", "2,56"), ("sem servidor", "50,00", "0,00"), ("Sem uso em cobrança", "0,00", "0,00")]),
        ("bairro", [("Vila Aurora", "169,90", "2,56"), ("Sem uso em cobrança", "0,00", "0,00")]),
        ("mes", [(date(2026, 3, 1), "169,90", "2,56"), (None, "0,00", "0,00")]),
    ],
)
def test_revenue_is_divided_without_losing_a_cent(way, expected):
    plan, router = make.plan("Fibra Lenta", price="119,90"), make.router("CCR Centro")
    contract = make.access(make.contract(due_day=5), plan=plan, router=router).contract
    ContractItem.objects.update(starts_on=date(2026, 1, 1))
    with clock.frozen(THE_DAY - timedelta(days=14)):
        Contract.objects.update(billing_starts_on=date(2026, 2, 5))
        monthly_billing.bill_day(today=TODAY - timedelta(days=14), actor=SYSTEM)
    charge = contract.charges.get()
    charge.due_date = TODAY - timedelta(days=4)
    charge.save(update_fields=["due_date"])
    pay(charge, "122,46")
    pay(due(-5, "50,00"), "60,00")
    gone = pay(due(-5, "70,00"), "70,00")
    payments.reverse(payment=gone, reason="engano", actor=SYSTEM)

    found = ask("receita", por=way)

    assert [(row[0], row[1], row[2]) for row in rows(found)] == [(name, money(of), money(late)) for name, of, late in expected]
    assert found.total is not None
    assert found.total[-1] == money("182,46") == money_in.read(FIRST, LAST).received_total


def test_recurring_rows_add_up_to_the_mrr():
    for name, price, discount in (("Rosa", "119,90", 1000), ("Ivo", "89,90", 0)):
        contract = make.access(make.contract(make.customer(name=name)), plan=make.plan(price=price)).contract
        Contract.objects.filter(pk=contract.pk).update(discount=Money(discount))

    found = ask("receita-recorrente")

    assert [(row[0].text, row[-1]) for row in rows(found)] == [("Ivo", money("89,90")), ("Rosa", money("109,90"))]
    assert found.total is not None and found.total[-1] == money("199,80")


def test_credits_name_the_payment_and_what_is_left():
    payment = pay(due(-5, "100,00"), "130,00")

    (row,) = rows(ask("creditos"))

    assert (row[1].key, row[4], row[5]) == (payment.number, money("130,00"), money("30,00"))
    assert rows(ask("creditos", quais="inteiros")) == []


def test_movement_lists_what_began_and_ended_and_only_ones_own_for_a_seller():
    seller = make.user(name="Vera Vendas")
    for began, ended, of in ((date(2026, 3, 1), None, seller), (date(2026, 1, 1), date(2026, 3, 4), None)):
        made = make.contract()
        state = {"state": "CANCELLED", "cancel_reason": "mudou de cidade"} if ended else {}
        Contract.objects.filter(pk=made.pk).update(activated_on=began, cancelled_on=ended, seller=of, **state)

    found = rows(ask("ativacoes-e-cancelamentos"))

    assert [(row[0], row[1], row[4], row[5]) for row in found] == [
        (date(2026, 3, 1), "ativado", "Vera Vendas", ""),
        (date(2026, 3, 4), "cancelado", "", "mudou de cidade"),
    ]
    assert len(rows(ask("ativacoes-e-cancelamentos", seller=seller.pk))) == 1
    assert len(rows(ask("ativacoes-e-cancelamentos", que="cancelamentos"))) == 1


def test_cash_by_day_and_by_category():
    rent = cashbook_make.category("Aluguel")
    cashbook_make.entry("500,00", date=date(2026, 2, 28))
    cashbook_make.entry("-200,00", category_id=rent.pk)
    cashbook_make.entry("50,00")

    days, categories = ask("caixa"), ask("caixa", por="categoria")

    assert rows(days) == [(TODAY, money("50,00"), money("200,00"), money("350,00"))]
    assert {row[0]: row[1:] for row in rows(categories)} == {
        f"{rent.code} Aluguel": (ZERO, money("200,00")),
        "Sem categoria": (money("50,00"), ZERO),
    }
    assert days.figures[0].value == money("500,00")


@pytest.mark.parametrize("report", [one for one in REPORTS if one.names_customers], ids=lambda report: report.slug)
def test_groups_that_are_not_seen_are_not_listed(report):
    group = CustomerGroup.objects.create(name="Centro")
    some_life()

    chosen = {"motivo": "todos"} if report.slug == "sem-cobranca" else {}

    assert rows(ask(report.slug, **chosen))
    assert rows(ask(report.slug, visible=(group.pk,), **chosen)) == []


def test_limits_open_what_they_say():
    def slugs(limit):
        return {report.slug for report in registry.within(limit)}

    assert slugs(Limit.ALL) == {report.slug for report in REPORTS}
    assert slugs(Limit.MONEY) == slugs(Limit.ALL)
    assert slugs(Limit.BASIC) == {"sem-cobranca", "ativacoes-e-cancelamentos"}
    assert slugs(Limit.OWN) == {"ativacoes-e-cancelamentos"}
    assert slugs(None) == set()


def test_each_report_is_complete():
    assert len({report.slug for report in REPORTS}) == len(REPORTS)
    for report in REPORTS:
        asked = Asked(today=TODAY, since=FIRST, until=LAST)
        names = {column.name for column in report.columns_for(asked) if column.is_sortable}
        assert report.default_order.removeprefix("-") in names
        assert str(report.title) and str(report.about) and str(report.empty)
        # Only a report without a word of money may be read by who sees no money.
        if Limit.BASIC in report.limits or Limit.OWN in report.limits:
            assert not [column for column in report.columns_for(asked) if column.kind is Kind.MONEY]
