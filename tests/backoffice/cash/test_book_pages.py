"""Movimento at the door: the book, entering, correcting, transferring, closing, exporting."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client

from malha.cashbook import queries
from malha.cashbook.models import CashAccount, CashEntry, Closing, Transfer
from malha.cashbook.services import closings, entries
from malha.core import clock, pdf
from malha.core.history import SYSTEM
from malha.core.models import HistoryEntry
from malha.customers.models import CustomerGroup, VisibleGroup
from malha.domain.money import ZERO, Money
from malha.staff.models import User
from malha.staff.roles import Role
from tests import cashbook_make, make
from tests.cashbook_make import money

pytestmark = pytest.mark.django_db
YESTERDAY = date(2026, 3, 9)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def till() -> CashAccount:
    make.company()
    return cashbook_make.default()


@pytest.fixture
def client(till: CashAccount) -> Client:
    return client_of(make.user(Role.FINANCE, name="Marina Rocha"))


def listed(answer) -> str:
    """The table and what follows."""
    return answer.content.decode().split('id="lista"')[1]


def typed(till: CashAccount, **changes: str) -> dict[str, str]:
    values = {"direction": "OUT", "amount": "1.234,56", "description": "Conserto", "account": str(till.pk), "date": "10/03/2026"}
    return {**values, **changes}


# --- the list -------------------------------------------------------------------------------------


def test_the_day_with_the_balance_after_each_entry_and_the_totals_on_top(client, till):
    cashbook_make.entry("100,00", date=YESTERDAY, description="Ontem")
    cashbook_make.entry("50,00", description="Troco")
    customer = make.customer(name="Rosa Maria Duarte")
    entries.record_payment(payment=cashbook_make.payment("119,90", customer=customer, form="PIX"), actor=SYSTEM)
    cashbook_make.entry("-1.000,00", description="Conserto da torre")

    answer = client.get("/caixa/")

    page = answer.content.decode().replace("\xa0", " ")
    assert answer.status_code == 200
    rows = listed(answer).replace("\xa0", " ")
    assert rows.index("R$ 150,00") < rows.index("R$ 269,90") < rows.index("-R$ 730,10")
    assert "Ontem" not in rows and "Rosa Maria Duarte" in rows and "Pix" in rows and "09:00" in rows
    assert [text for text in ("R$ 100,00", "R$ 169,90", "R$ 1.000,00") if text not in page.split('id="lista"')[0]] == []


def test_without_entries_it_says_since_when_the_till_is_open(client, till):
    CashAccount.objects.update(created_at=datetime(2026, 3, 10, 11, 0, tzinfo=UTC))
    assert "Caixa aberto às 08:00, sem lançamentos." in client.get("/caixa/").content.decode()

    closings.close(account=till, day=YESTERDAY, counted=ZERO, actor=SYSTEM)
    assert "Caixa aberto desde hoje, 09:00" in client.get("/caixa/?desde=11/03/2026&ate=11/03/2026").content.decode()
    assert "Fechado sem lançamentos" in client.get("/caixa/?desde=09/03/2026&ate=09/03/2026").content.decode()


def test_filters_leave_entries_out_but_not_out_of_the_balance(client, till):
    joana = make.user(Role.ATTENDANT, name="Joana Batista")
    cashbook_make.entry("10,00", description="De Joana", actor=joana.actor())
    cashbook_make.entry("20,00", description="Em cartão", form="CARD")
    cashbook_make.entry("40,00", description="De Joana outra vez", actor=joana.actor())
    bank = cashbook_make.account("Banco")
    cashbook_make.entry("7,00", of=bank, description="Do banco")

    by_joana = listed(client.get(f"/caixa/?operador={joana.pk}")).replace("\xa0", " ")
    by_card = listed(client.get("/caixa/?forma=CARD"))
    of_bank = listed(client.get(f"/caixa/?conta={bank.pk}"))
    everything = listed(client.get("/caixa/?conta=todas")).replace("\xa0", " ")

    assert "Em cartão" not in by_joana and "R$ 10,00" in by_joana and "R$ 70,00" in by_joana
    assert "Em cartão" in by_card and "De Joana" not in by_card
    assert "Do banco" in of_bank and "Em cartão" not in of_bank
    assert "Do banco" in everything and "R$ 77,00" in everything
    assert "Nenhum lançamento com estes filtros" in listed(client.get("/caixa/?forma=CHECK"))


def test_a_period_goes_over_days_and_pages_and_every_balance_is_right(client, till):
    for n in range(1, 61):
        cashbook_make.entry("1,00", date=YESTERDAY if n <= 30 else date(2026, 3, 10), description=f"Lançamento {n}.")

    second = listed(client.get("/caixa/?desde=01/03/2026&ate=10/03/2026&page=2")).replace("\xa0", " ")
    turned = listed(client.get("/caixa/?desde=01/03/2026&ate=10/03/2026&order=-time")).replace("\xa0", " ")

    assert "R$ 51,00" in second and "R$ 60,00" in second and "Lançamento 50." not in second
    assert turned.index("R$ 60,00") < turned.index("R$ 11,00")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("desde=31/02/2026&ate=10/03/2026", "não existe"),
        ("desde=10/03/2026&ate=09/03/2026", "antes da inicial"),
        ("desde=amanhã", "dia/mês/ano"),
    ],
)
def test_a_wrong_date_is_told_and_stays_in_its_field(client, query, sentence):
    answer = client.get(f"/caixa/?{query}")

    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert query.split("&")[0].split("=")[1] in page


@pytest.mark.parametrize("query", ["conta=x", "conta=999", "operador=abc", "forma=GOLD", "page=99", "order=pk"])
def test_what_an_address_names_wrongly_is_ignored(client, till, query):
    cashbook_make.entry(description="Troco do dia")

    assert "Troco do dia" in listed(client.get(f"/caixa/?{query}"))


def test_the_list_takes_a_constant_number_of_statements(client, till, django_assert_max_num_queries):
    for n in range(30):
        entries.record_payment(payment=cashbook_make.payment("10,00", customer=make.customer(cpf_cnpj="")), actor=SYSTEM)
        cashbook_make.entry(description=f"Linha {n}")
    client.get("/caixa/")

    with django_assert_max_num_queries(15):
        client.get("/caixa/")
    with django_assert_max_num_queries(15):
        client.get("/caixa/?forma=CASH&conta=todas&desde=01/03/2026&ate=10/03/2026&page=1")


def test_the_menu_leads_here_and_the_first_visit_makes_the_standard_account():
    make.company()
    page = client_of(make.user(Role.FINANCE)).get("/caixa/").content.decode()

    assert CashAccount.objects.get().is_default
    assert 'href="/caixa/" aria-current="page"' in page


# --- entering and correcting ----------------------------------------------------------------------


def test_an_entry_is_made_and_shown(client, till):
    category = cashbook_make.category("Manutenção")

    answer = client.post("/caixa/lancar/", typed(till, category=str(category.pk)), follow=True)

    entry = CashEntry.objects.get()
    assert (entry.outgoing, entry.category, entry.user.name, entry.is_manual) == (Money(123456), category, "Marina Rocha", True)
    assert "Conserto" in listed(answer)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"amount": "abc"}, "1.234,56"),
        ({"amount": "0,00"}, "acima de zero"),
        ({"amount": "-5,00"}, "acima de zero"),
        ({"amount": "9" * 30}, "grande demais"),
        ({"description": ""}, "troco para o caixa"),
        ({"description": "x" * 200}, "120"),
        ({"date": "11/03/2026"}, "futuro"),
        ({"date": "amanhã"}, "dia/mês/ano"),
        ({"account": "999"}, "válida"),
        ({"category": "999"}, "válida"),
    ],
)
def test_what_is_wrong_is_told_with_422_and_nothing_typed_is_lost(client, till, change, sentence):
    sent = typed(till, **change)

    answer = client.post("/caixa/lancar/", sent)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert f'value="{sent["amount"]}"' in page and f'value="{sent["description"]}"' in page
    assert not CashEntry.objects.exists()


def test_a_closed_day_is_refused_with_the_day_up_to_which_it_is_closed(client, till):
    closings.close(account=till, day=YESTERDAY, counted=ZERO, actor=SYSTEM)

    answer = client.post("/caixa/lancar/", typed(till, date="09/03/2026"))

    assert answer.status_code == 422
    assert "fechado até 09/03/2026" in answer.content.decode() and "1.234,56" in answer.content.decode()


def test_a_correction_asks_why_and_adds_a_second_entry(client, till):
    wrong = cashbook_make.entry("1.000,00", description="Sangria")
    path = f"/caixa/lancamentos/{wrong.pk}/corrigir/"

    asked = client.get(path).content.decode()
    refused = client.post(path, {"reason": ""})
    answer = client.post(path, {"reason": "Eram cem"}, follow=True)

    assert "Sangria" in asked and "1.000,00" in asked
    assert refused.status_code == 422 and "Diga o motivo" in refused.content.decode()
    assert CashEntry.objects.get(corrects=wrong).outgoing == Money(100000)
    assert "corrigido" in listed(answer) and "Correção: Sangria" in listed(answer)
    assert path not in listed(answer)
    assert client.post(path, {"reason": "De novo"}).status_code == 422


def test_an_entry_of_a_payment_says_where_it_is_put_right(client, till):
    entry = entries.record_payment(payment=cashbook_make.payment(), actor=SYSTEM)

    answer = client.post(f"/caixa/lancamentos/{entry.pk}/corrigir/", {"reason": "x"})

    assert answer.status_code == 422 and "página do cliente" in answer.content.decode()


def test_a_transfer_is_made_and_a_wrong_one_keeps_what_was_typed(client, till):
    bank = cashbook_make.account("Banco")
    data = {"from_account": till.pk, "to_account": bank.pk, "amount": "80,00", "date": "10/03/2026", "note": "Depósito da tarde"}

    refused = client.post("/caixa/transferir/", {**data, "to_account": till.pk})
    answer = client.post("/caixa/transferir/", data, follow=True)

    assert refused.status_code == 422
    assert "diferente" in refused.content.decode() and "Depósito da tarde" in refused.content.decode()
    assert Transfer.objects.get().amount == Money(8000)
    assert "Transferência para Banco" in listed(answer)


# --- closing --------------------------------------------------------------------------------------


def test_closing_shows_the_book_asks_for_the_count_and_freezes_the_day(client, till):
    cashbook_make.entry("120,00", form="CASH")
    path = f"/caixa/fechar/?conta={till.pk}&dia=2026-03-10"

    asked = client.get(path).content.decode().replace("\xa0", " ")
    refused = client.post(path, {"counted": "cento e vinte", "note": "Contei duas vezes"})
    answer = client.post(path, {"counted": "118,50", "note": "Faltou moeda"}, follow=True)

    assert "R$ 120,00" in asked and "Dinheiro" in asked
    assert refused.status_code == 422 and "Contei duas vezes" in refused.content.decode()
    closing = Closing.objects.get()
    assert (closing.difference, closing.closed_by.name) == (Money(-150), "Marina Rocha")
    page = answer.content.decode().replace("\xa0", " ")
    assert answer.redirect_chain[-1][0] == f"/caixa/fechamentos/{closing.pk}/"
    assert "-R$ 1,50" in page and "Faltou moeda" in page
    assert client.post(path, {"counted": "118,50"}).status_code == 422
    assert "Fechado até 10/03/2026" in client.get("/caixa/").content.decode()
    assert path not in client.get("/caixa/").content.decode()


def test_the_closings_are_listed_per_account(client, till, django_assert_max_num_queries):
    bank = cashbook_make.account("Banco")
    assert "Nenhum dia foi fechado" in client.get("/caixa/fechamentos/").content.decode()
    closings.close(account=till, day=YESTERDAY, counted=ZERO, actor=SYSTEM)
    closings.close(account=bank, day=YESTERDAY, counted=money("5,00"), actor=SYSTEM)

    with django_assert_max_num_queries(15):
        both = listed(client.get("/caixa/fechamentos/"))
    one = listed(client.get(f"/caixa/fechamentos/?conta={bank.pk}", headers={"HX-Request": "true"}))

    assert "Banco" in both and ">Caixa<" in both
    assert ">Caixa<" not in one and "5,00" in one


@pytest.mark.skipif(not pdf.is_available(), reason="Pango is missing")
def test_the_paper_of_a_closing_is_a_pdf(client, till):
    cashbook_make.entry("120,00", description="Um nome " + "muito longo " * 9)
    closing = closings.close(account=till, day=date(2026, 3, 10), counted=money("120,00"), actor=SYSTEM)

    answer = client.get(f"/caixa/fechamentos/{closing.pk}/pdf/")

    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF-")
    assert client.get("/caixa/fechamentos/999/pdf/").status_code == 404


# --- only one's own till --------------------------------------------------------------------------


@pytest.fixture
def joana(till: CashAccount) -> User:
    return make.user(Role.ATTENDANT, name="Joana Batista")


def test_an_attendant_sees_their_own_till_and_nothing_else(joana, till):
    mine, others = cashbook_make.account("Joana", owner=joana), cashbook_make.account("Rita", owner=make.user())
    cashbook_make.entry("11,00", of=mine, description="Do caixa dela")
    theirs = cashbook_make.entry("99,00", of=others, description="Do caixa dos outros")
    closing = closings.close(account=others, day=YESTERDAY, counted=ZERO, actor=SYSTEM)
    client = client_of(joana)

    pages = [client.get(path).content.decode() for path in ("/caixa/", f"/caixa/?conta={others.pk}", "/caixa/?conta=todas")]
    csv = b"".join(client.get(f"/caixa/exportar/?conta={others.pk}").streaming_content).decode()

    assert all("Do caixa dela" in page and "Do caixa dos outros" not in page and "Rita" not in page for page in pages)
    assert "Do caixa dela" in csv and "Do caixa dos outros" not in csv
    assert client.get(f"/caixa/fechamentos/{closing.pk}/").status_code == 404
    assert client.get(f"/caixa/fechamentos/{closing.pk}/pdf/").status_code == 404
    assert client.get(f"/caixa/lancamentos/{theirs.pk}/corrigir/").status_code == 404
    assert "Rita" not in client.get("/caixa/fechamentos/").content.decode()
    for path in ("/caixa/contas/", "/caixa/categorias/", "/caixa/contas-a-pagar/", "/caixa/fornecedores/"):
        assert client.get(path).status_code == 403
        assert f'href="{path}"' not in pages[0]


def test_an_attendant_enters_transfers_and_closes_only_out_of_their_own_till(joana, till):
    mine, others = cashbook_make.account("Joana", owner=joana), cashbook_make.account("Rita", owner=make.user())
    client = client_of(joana)
    move = {"amount": "5,00", "date": "10/03/2026"}

    assert client.post("/caixa/lancar/", typed(others)).status_code == 422
    assert client.post("/caixa/transferir/", {**move, "from_account": others.pk, "to_account": mine.pk}).status_code == 422
    assert not CashEntry.objects.exists()
    assert client.post("/caixa/lancar/", typed(mine, direction="IN")).status_code == 302
    assert client.post("/caixa/transferir/", {**move, "from_account": mine.pk, "to_account": till.pk}).status_code == 302
    client.post(f"/caixa/fechar/?conta={others.pk}", {"counted": "0,00"})

    assert [closing.account for closing in Closing.objects.all()] == [mine]
    assert queries.balance(till) == Money(500)


def test_an_attendant_without_a_till_is_told_who_makes_one(joana, till):
    cashbook_make.entry("99,00", description="Do caixa padrão")
    client = client_of(joana)

    page = client.get("/caixa/").content.decode()

    assert "não tem um caixa próprio" in page and "Do caixa padrão" not in page
    assert client.get("/caixa/fechar/").status_code == 404
    assert client.post("/caixa/lancar/", typed(till)).status_code == 422
    assert client.get("/caixa/exportar/").status_code == 200


def test_a_customer_of_a_group_that_somebody_does_not_see_has_no_name_in_the_book(client, till):
    serra, vale = CustomerGroup.objects.create(name="Serra"), CustomerGroup.objects.create(name="Vale")
    for group, name in ((serra, "Rosa Duarte"), (vale, "Bento Prado")):
        customer = make.customer(name=name, cpf_cnpj="", group_id=group.pk)
        entries.record_payment(payment=cashbook_make.payment(customer=customer), actor=SYSTEM)
    limited = make.user(Role.FINANCE)
    VisibleGroup.objects.create(user=limited, group=serra)
    closing = closings.close(account=till, day=date(2026, 3, 10), counted=ZERO, actor=SYSTEM)
    limited_client = client_of(limited)

    for path in ("/caixa/", f"/caixa/fechamentos/{closing.pk}/"):
        page = limited_client.get(path).content.decode()
        assert "Rosa Duarte" in page and "Bento Prado" not in page
        assert "Bento Prado" in client.get(path).content.decode()
    csv = b"".join(limited_client.get("/caixa/exportar/").streaming_content).decode()
    assert "Rosa Duarte" in csv and "Bento Prado" not in csv and csv.count("119,90") >= 2


# --- CSV ------------------------------------------------------------------------------------------


def test_the_csv_has_every_entry_with_its_balance_and_is_in_the_history(client, till):
    cashbook_make.entry("1.000,00", description="=SOMA(A1)")
    cashbook_make.entry("-200,50", description="Conserto")

    answer = client.get("/caixa/exportar/?desde=01/03/2026&ate=10/03/2026")
    lines = b"".join(answer.streaming_content).decode().split("\r\n")

    assert lines[0].startswith("\ufeffData;Lançado em;Conta;Descrição")
    assert "'=SOMA(A1)" in lines[1] and "1.000,00;0,00;1.000,00" in lines[1]
    assert "0,00;200,50;799,50" in lines[2]
    assert HistoryEntry.objects.get(verb="cashbook.exported").after["rows"] == 2


def test_the_totals_are_exported_per_day_and_category(client, till):
    category = cashbook_make.category("Energia")
    cashbook_make.entry("-30,00", date=YESTERDAY, category_id=category.pk)
    entries.record_payment(payment=cashbook_make.payment("100,00"), actor=SYSTEM)

    answer = client.get("/caixa/totais/exportar/?desde=01/03/2026&ate=10/03/2026")
    lines = b"".join(answer.streaming_content).decode().split("\r\n")

    assert "Dia;09/03/2026;0,00;30,00;-30,00" in lines
    assert "Categoria;1 Energia;0,00;30,00;" in lines
    assert "Categoria;Recebimentos de clientes;100,00;0,00;" in lines
    assert "Total;;100,00;30,00;70,00" in lines


def test_an_entry_written_later_says_when(client, till):
    with clock.frozen(datetime(2026, 3, 12, 15, 0, tzinfo=UTC)):
        cashbook_make.entry(date=date(2026, 3, 10), description="Esquecido")

        assert "lançado hoje, 12:00" in listed(client.get("/caixa/?desde=10/03/2026&ate=10/03/2026"))
