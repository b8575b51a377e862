"""Contas a pagar, fornecedores, contas e categorias at the door."""

from datetime import date

import pytest
from django.test import Client

from malha.cashbook.models import CashAccount, CashEntry, Category, Payable, Supplier
from malha.cashbook.services import payables
from malha.core.history import SYSTEM
from malha.domain.money import Money
from malha.staff.roles import Role
from tests import cashbook_make, make

pytestmark = pytest.mark.django_db
BILL = {"description": "Energia da torre", "amount": "1.234,56", "due_date": "20/03/2026", "installments": "1", "recurrence": "NONE"}


@pytest.fixture
def client() -> Client:
    make.company()
    cashbook_make.default()
    client = Client()
    client.force_login(make.user(Role.FINANCE))
    return client


def listed(answer) -> str:
    return answer.content.decode().split('id="lista"')[1]


# --- bills ----------------------------------------------------------------------------------------


def test_a_bill_in_instalments_is_made_from_one_page(client):
    supplier = cashbook_make.supplier()

    answer = client.post("/caixa/contas-a-pagar/nova/", {**BILL, "installments": "3", "supplier": supplier.pk}, follow=True)

    assert [row.amount.cents for row in Payable.objects.order_by("installment")] == [41152, 41152, 41152]
    page = answer.content.decode()
    assert "3 contas cadastradas" in page and "Energisa Minas" in listed(answer) and "2/3" in listed(answer)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"description": ""}, "Energia da torre"),
        ({"amount": "mil"}, "1.234,56"),
        ({"amount": "0"}, "acima de zero"),
        ({"due_date": "31/02/2026"}, "não existe"),
        ({"installments": "0"}, "1"),
        ({"installments": "9" * 30}, "120"),
        ({"installments": "2", "recurrence": "MONTHLY"}, "parcelada ou se repete"),
        ({"supplier": "999"}, "válida"),
    ],
)
def test_what_is_wrong_with_a_bill_is_told_with_422_and_nothing_typed_is_lost(client, change, sentence):
    answer = client.post("/caixa/contas-a-pagar/nova/", {**BILL, "note": "Anotação digitada", "barcode": "8366 0000", **change})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "Anotação digitada" in page and "8366 0000" in page
    assert not Payable.objects.exists()


def test_the_tabs_show_open_overdue_paid_and_cancelled_bills_with_their_sums(client, django_assert_max_num_queries):
    cashbook_make.payable("10,00", description="Do futuro")
    cashbook_make.payable("20,00", description="Do passado", due_date=date(2026, 3, 1))
    paid = cashbook_make.payable("30,00", description="Do banco", due_date=date(2026, 3, 2))
    client.post(
        f"/caixa/contas-a-pagar/{paid.pk}/pagar/", {"amount": "31,00", "paid_on": "10/03/2026", "account": CashAccount.objects.get().pk}
    )
    gone = cashbook_make.payable("40,00", description="Da dúvida")
    payables.cancel(payable=gone, reason="Em duplicidade", actor=SYSTEM)

    with django_assert_max_num_queries(15):
        answer = client.get("/caixa/contas-a-pagar/")
    shown = {
        tab: {
            word
            for word in ("Do futuro", "Do passado", "Do banco", "Da dúvida")
            if word in listed(client.get(f"/caixa/contas-a-pagar/?aba={tab}"))
        }
        for tab in ("", "vencidas", "pagas", "canceladas", "outra")
    }

    assert shown == {
        "": {"Do futuro", "Do passado"},
        "vencidas": {"Do passado"},
        "pagas": {"Do banco"},
        "canceladas": {"Da dúvida"},
        "outra": {"Do futuro", "Do passado"},
    }
    page = answer.content.decode().replace("\xa0", " ")
    assert "R$ 30,00" in page and "R$ 20,00" in page and "R$ 31,00" in page and "Vencida" in page
    assert "Do futuro" not in listed(client.get("/caixa/contas-a-pagar/?q=passado"))
    assert "Nenhuma conta com" in listed(client.get("/caixa/contas-a-pagar/?q=nada disso"))


@pytest.mark.parametrize(
    ("tab", "sentence"), [("", "Nada a pagar"), ("vencidas", "Nenhuma conta vencida"), ("pagas", "Nenhuma conta aqui")]
)
def test_empty_tabs_say_so(client, tab, sentence):
    assert sentence in client.get(f"/caixa/contas-a-pagar/?aba={tab}").content.decode()


def test_paying_proposes_the_amount_and_takes_it_out_of_the_account(client):
    payable = cashbook_make.payable("300,00", recurrence="MONTHLY", supplier_id=cashbook_make.supplier(pix_key="a@b.com").pk)
    path = f"/caixa/contas-a-pagar/{payable.pk}/pagar/"

    asked = client.get(path).content.decode()
    refused = client.post(path, {"amount": "trezentos", "paid_on": "10/03/2026", "account": ""})
    client.post(path, {"amount": "300,00", "paid_on": "10/03/2026", "account": CashAccount.objects.get().pk, "form": "PIX"})

    assert 'value="300,00"' in asked and 'value="10/03/2026"' in asked and "repete todo mês" in asked
    assert refused.status_code == 422 and "trezentos" in refused.content.decode()
    assert CashEntry.objects.get().outgoing == Money(30000)
    page = client.get(f"/caixa/contas-a-pagar/{payable.pk}/").content.decode()
    assert "Desfazer o pagamento" in page and "20/04/2026" in page and "a@b.com" in page
    again = client.post(path, {"amount": "300,00", "paid_on": "10/03/2026", "account": CashAccount.objects.get().pk})
    assert again.status_code == 422 and "paga" in again.content.decode()


def test_an_undone_payment_and_a_cancelled_bill_need_a_reason(client):
    payable = cashbook_make.payable("300,00", recurrence="MONTHLY")
    base = f"/caixa/contas-a-pagar/{payable.pk}"
    client.post(f"{base}/pagar/", {"amount": "300,00", "paid_on": "10/03/2026", "account": CashAccount.objects.get().pk})

    assert client.post(f"{base}/desfazer/", {"reason": ""}).status_code == 422
    assert client.post(f"{base}/desfazer/", {"reason": "Voltou"}).status_code == 302
    assert client.post(f"{base}/cancelar/", {"reason": ""}).status_code == 422
    assert client.post(f"{base}/cancelar/", {"reason": "Encerrado", "ends_series": "on"}).status_code == 302

    payable.refresh_from_db()
    assert (payable.state, payable.recurrence, CashEntry.objects.count()) == ("CANCELLED", "NONE", 2)
    assert "Encerrado" in client.get(f"{base}/").content.decode()


def test_a_bill_is_edited_while_it_is_open_and_keeps_an_archived_supplier(client):
    supplier = cashbook_make.supplier()
    payable = cashbook_make.payable(supplier_id=supplier.pk)
    client.post(f"/caixa/fornecedores/{supplier.pk}/arquivar/")
    path = f"/caixa/contas-a-pagar/{payable.pk}/editar/"

    page = client.get(path).content.decode()
    answer = client.post(path, {**BILL, "amount": "350,00", "supplier": supplier.pk})

    assert "Energisa Minas" in page and 'value="300,00"' in page and "installments" not in page
    payable.refresh_from_db()
    assert (answer.status_code, payable.amount, payable.supplier) == (302, Money(35000), supplier)


def test_the_bills_are_exported_as_the_tab_shows_them(client):
    cashbook_make.payable("300,00", supplier_id=cashbook_make.supplier().pk, document_number="NF 7")

    text = b"".join(client.get("/caixa/contas-a-pagar/exportar/").streaming_content).decode()

    assert "20/03/2026;Energia da torre;Energisa Minas;NF 7;1/1;;Em aberto;300,00;;" in text


def test_a_bill_that_does_not_exist_is_not_found(client):
    for rest in ("", "editar/", "pagar/", "cancelar/", "desfazer/"):
        assert client.get(f"/caixa/contas-a-pagar/999/{rest}").status_code == 404


# --- suppliers ------------------------------------------------------------------------------------


def test_a_supplier_is_made_changed_archived_and_found(client):
    data = {"legal_name": "Energisa Minas", "cpf_cnpj": "11.222.333/0001-81", "phone": "(35) 3222-0101"}

    client.post("/caixa/fornecedores/novo/", data)
    supplier = Supplier.objects.get()
    page = client.get(f"/caixa/fornecedores/{supplier.pk}/").content.decode()
    client.post(f"/caixa/fornecedores/{supplier.pk}/", {**data, "trade_name": "Energisa"})

    assert supplier.cpf_cnpj == "11222333000181" and "11.222.333/0001-81" in page
    assert "Energisa" in listed(client.get("/caixa/fornecedores/?q=11.222"))
    client.post(f"/caixa/fornecedores/{supplier.pk}/arquivar/")
    assert "Nenhum fornecedor ainda" in listed(client.get("/caixa/fornecedores/"))
    assert "Energisa" in listed(client.get("/caixa/fornecedores/?arquivados=1"))
    client.post(f"/caixa/fornecedores/{supplier.pk}/reativar/")
    assert "Energisa" in listed(client.get("/caixa/fornecedores/"))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"legal_name": ""}, "nome do fornecedor"),
        ({"cpf_cnpj": "11.222.333/0001-82"}, "CNPJ"),
        ({"phone": "123"}, "telefone"),
        ({"email": "sem-arroba"}, "e-mail"),
    ],
)
def test_what_is_wrong_with_a_supplier_is_told_and_nothing_typed_is_lost(client, change, sentence):
    answer = client.post("/caixa/fornecedores/novo/", {"legal_name": "Energisa", "notes": "Texto digitado", **change})

    assert answer.status_code == 422
    assert sentence in answer.content.decode() and "Texto digitado" in answer.content.decode()
    assert not Supplier.objects.exists()


# --- accounts and categories ----------------------------------------------------------------------


def test_accounts_with_their_balances_and_what_can_be_done_to_them(client, django_assert_max_num_queries):
    joana = make.user(Role.ATTENDANT, name="Joana Batista")
    client.post("/caixa/contas/nova/", {"name": "Caixa da Joana", "kind": "CASH", "owner": joana.pk})
    client.post("/caixa/contas/nova/", {"name": "Banco", "kind": "BANK"})
    bank = CashAccount.objects.get(name="Banco")
    cashbook_make.entry("1.500,00", of=bank)

    with django_assert_max_num_queries(15):
        page = client.get("/caixa/contas/").content.decode().replace("\xa0", " ")
    refused = client.post(f"/caixa/contas/{bank.pk}/retirar/", follow=True).content.decode()
    client.post(f"/caixa/contas/{bank.pk}/", {"name": "Banco do Vale", "kind": "BANK"})
    client.post(f"/caixa/contas/{bank.pk}/padrao/")

    assert "Joana Batista" in page and "R$ 1.500,00" in page and "Conta bancária" in page
    assert "Transfira antes" in refused
    bank.refresh_from_db()
    assert (bank.name, bank.is_default, bank.is_active) == ("Banco do Vale", True, True)


def test_a_wrong_account_keeps_what_was_typed(client):
    answer = client.post("/caixa/contas/nova/", {"name": "caixa", "kind": "BANK"})

    assert answer.status_code == 422
    assert "Já existe uma conta" in answer.content.decode() and 'value="caixa"' in answer.content.decode()


def test_categories_begin_with_a_ready_list_and_grow_as_a_tree(client):
    assert "Nenhuma categoria ainda" in client.get("/caixa/categorias/").content.decode()
    client.post("/caixa/categorias/padrao/")
    top = Category.objects.get(code="2")

    form = client.get(f"/caixa/categorias/nova/?sob={top.pk}").content.decode()
    client.post("/caixa/categorias/nova/", {"name": "Aluguel de torre", "kind": "OUT", "parent": top.pk})

    made = Category.objects.get(name="Aluguel de torre")
    assert f'value="{top.pk}" selected' in form
    assert (made.parent, made.code) == (top, "2.5")
    assert "Aluguel de torre" in client.get("/caixa/categorias/").content.decode()
    client.post(f"/caixa/categorias/{made.pk}/retirar/")
    assert "Aluguel de torre</option>" not in client.get("/caixa/lancar/").content.decode()
    client.post(f"/caixa/categorias/{made.pk}/reativar/")
    assert "Aluguel de torre</option>" in client.get("/caixa/lancar/").content.decode()


def test_a_wrong_category_keeps_what_was_typed(client):
    category = cashbook_make.category("Energia", code="1")

    new = client.post("/caixa/categorias/nova/", {"name": "Água", "kind": "OUT", "code": "1"})
    edit = client.post(f"/caixa/categorias/{category.pk}/", {"name": "Luz", "kind": "OUT", "code": "1", "parent": category.pk})

    assert new.status_code == 422 and 'value="Água"' in new.content.decode()
    assert edit.status_code == 422 and "dentro dela mesma" in edit.content.decode()
