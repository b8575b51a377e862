"""One charge: its page, what a person does to it, and its papers."""

from datetime import date

import pytest

from malha.billing.models import Agreement, Booklet, Charge
from malha.contracts.models import Contract
from malha.core.models import HistoryEntry
from malha.domain.money import Money
from malha.staff.roles import Role
from tests import billing_make, make
from tests.backoffice.charges.desk import HTMX, TODAY, late, log_in, receiving, said, text

pytestmark = pytest.mark.django_db


def page_of(charge: Charge, tail: str = "") -> str:
    return f"/cobrancas/{charge.number}/{tail}"


def only(**values) -> Charge:
    return Charge.objects.get(**values)


def test_the_page_says_what_is_owed_today_line_by_line():
    client, charge = log_in(), late(make.customer(name="Rosa Maria Duarte"))

    page = text(client.get(page_of(charge)))

    for words in (
        "Visita técnica", "Vencida há 4 dias", "Rosa Maria Duarte", "R$ 119,90", "R$ 2,40", "R$ 0,16", "R$ 122,46", "fez uma cobrança",
    ):  # fmt: skip
        assert words in page, words


def test_payments_and_reversals_stand_on_the_page():
    client, charge = log_in(), late()
    client.post(f"/clientes/{charge.customer.number}/receber/", receiving(charge, value="122,46"))
    client.post("/cobrancas/recibos/1/estornar/", {"reason": "cheque devolvido"})

    page = text(client.get(page_of(charge)))

    assert "/cobrancas/recibos/1/" in page and "/cobrancas/recibos/2/" in page
    assert "estornado" in page and "-R$ 119,90" in page


def test_postponed_it_is_replaced_and_the_old_number_leads_to_the_new_one():
    client, charge = log_in(), late()
    form = text(client.get(page_of(charge, "prorrogar/"), headers=HTMX))
    assert 'value="10/03/2026"' in form and 'value="119,90"' in form

    fields = {"due_date": "20/03/2026", "total": "100,00", "reason": "combinado com a Rosa"}
    answer = client.post(page_of(charge, "prorrogar/"), fields)

    fresh = only(state="OPEN")
    assert answer["Location"] == page_of(fresh)
    assert (fresh.due_date, fresh.total, fresh.replaces) == (date(2026, 3, 20), Money(10000), charge)
    assert f"Substituída pela cobrança {fresh.number}" in text(client.get(page_of(charge)))
    assert "combinado com a Rosa" in text(client.get(page_of(fresh)))


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"due_date": "20/03/2026", "total": "119,90", "reason": ""}, "Diga o motivo"),
        ({"due_date": "01/03/2026", "total": "119,90", "reason": "x"}, "passado"),
        ({"due_date": "06/03/2026", "total": "119,90", "reason": "x"}, "passado"),
        ({"due_date": "31/02/2026", "total": "nada", "reason": "fica"}, "não existe"),
    ],
)
def test_a_postponement_that_cannot_be_says_why_and_keeps_what_was_typed(fields, sentence):
    client, charge = log_in(), late()

    answer = client.post(page_of(charge, "prorrogar/"), fields, headers=HTMX)

    assert answer.status_code == 422 and sentence in text(answer)
    assert f'value="{fields["due_date"]}"' in text(answer) and f'value="{fields["total"]}"' in text(answer)
    assert Charge.objects.count() == 1


def test_cancelled_with_a_reason_and_restored():
    client, charge = log_in(), late()

    assert client.post(page_of(charge, "cancelar/"), {"reason": ""}).status_code == 422
    client.post(page_of(charge, "cancelar/"), {"reason": "cobrada em dobro"})
    assert only().state == "CANCELLED" and "cobrada em dobro" in text(client.get(page_of(charge)))
    again = client.post(page_of(charge, "cancelar/"), {"reason": "de novo"})
    assert again.status_code == 422 and "não está mais em aberto" in text(again)
    client.post(page_of(charge, "descancelar/"), {"reason": "era devida"})

    assert only().state == "OPEN"


def test_cancelling_may_leave_the_service_blocked():
    client = log_in()
    access = make.access()
    charge = late(access.contract.customer, contract_id=access.contract.pk, days=40)
    Contract.objects.update(standing="BLOCKED", standing_cause="POLICY")

    assert "Não liberar o serviço" in text(client.get(page_of(charge, "cancelar/")))
    client.post(page_of(charge, "cancelar/"), {"reason": "equipamento não devolvido", "keeps_blocked": "on"})

    assert Contract.objects.get().standing == "BLOCKED"


def test_contested_and_settled():
    client, charge = log_in(), late()

    assert client.post(page_of(charge, "contestar/"), {"note": " "}).status_code == 422
    client.post(page_of(charge, "contestar/"), {"note": "diz que não usou"})
    assert only().contested_on == TODAY
    assert "contestada em 10/03" in text(client.get(page_of(charge))) and "contestada" in text(client.get("/cobrancas/"))
    client.post(page_of(charge, "contestacao/"), {"note": "usou"})

    assert only().contested_on is None
    verbs = set(HistoryEntry.objects.filter(object_kind="billing.charge").values_list("verb", flat=True))
    assert {"charge.contested", "charge.contest_settled"} <= verbs


def test_a_part_paid_charge_is_neither_postponed_nor_cancelled():
    client, charge = log_in(), late()
    fields = receiving(charge, value="50,00", seen="12246:5000")
    client.post(f"/clientes/{charge.customer.number}/receber/", fields)

    page = text(client.get(page_of(charge)))
    assert "/prorrogar/" not in page and "falta: " in page
    assert client.post(page_of(charge, "cancelar/"), {"reason": "x"}).status_code == 422


def test_the_second_copy_is_a_page_and_a_pdf():
    client, charge = log_in(), late(make.customer(name="Rosa Maria Duarte"))

    page = text(client.get(page_of(charge, "2a-via/")))
    for words in ("Rosa Maria Duarte", "529.982.247-25", "06/03/2026", "R$ 122,46", "multa de 2%"):
        assert words in page, words
    assert client.get(page_of(charge, "2a-via/pdf/")).content.startswith(b"%PDF")


def test_a_carne_is_previewed_made_and_printed_three_a_sheet():
    client, customer = log_in(), make.customer(name="Rosa Maria Duarte")
    at = f"/clientes/{customer.number}/cobrancas/nova/"
    fields = {"description": "Roteador", "kind": "ONE_OFF", "amount": "100,00", "installments": "3", "due_date": "31/03/2026"}

    parts = text(client.get(f"{at}parcelas/", fields))
    for words in ("31/03/2026", "30/04/2026", "31/05/2026", "R$ 33,34", "R$ 33,33", "R$ 100,00"):
        assert words in parts, words
    answer = client.post(at, fields)

    assert answer["Location"] == f"/clientes/{customer.number}/cobrancas/"
    assert said(answer) == ["Carnê 1 feito com 3 parcelas. Imprima abaixo."]
    assert Booklet.objects.get().charges.count() == 3
    paper = text(client.get("/cobrancas/carnes/1/"))
    assert paper.count('class="slip"') == 3 and "Carnê de pagamento" in paper
    assert client.get("/cobrancas/carnes/1/pdf/").content.startswith(b"%PDF")


def test_one_charge_made_by_hand():
    client, customer = log_in(), make.customer()
    fields = {"description": " Visita  técnica ", "kind": "ONE_OFF", "amount": "80,00", "installments": "1", "due_date": "2026-03-20"}

    answer = client.post(f"/clientes/{customer.number}/cobrancas/nova/", fields)

    assert answer["Location"] == page_of(only())
    assert (only().total, only().lines.get().description) == (Money(8000), "Visita técnica")


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"description": ""}, "Diga a que se refere"),
        ({"amount": "0"}, "R$ 0,01"),
        ({"installments": "0"}, "1"),
        ({"installments": "999"}, "60"),
        ({"due_date": "01/01/2026"}, "passado"),
        ({"contract_id": "999999"}, ""),
    ],
)
def test_a_charge_that_cannot_be_made_says_why(changed, sentence):
    client, customer = log_in(), make.customer()
    fields = {
        "description": "Visita", "kind": "ONE_OFF", "amount": "80,00", "installments": "1", "due_date": "20/03/2026", "notes": "fica aqui",
    }  # fmt: skip

    answer = client.post(f"/clientes/{customer.number}/cobrancas/nova/", {**fields, **changed})

    assert answer.status_code == 422 and sentence in text(answer) and "fica aqui" in text(answer)
    assert not Charge.objects.exists()
    assert client.get(f"/clientes/{customer.number}/cobrancas/nova/parcelas/", {**fields, **changed}).status_code == 200


def test_an_agreement_is_previewed_and_made_of_what_is_late():
    client, first = log_in(), late(amount="100,00", days=30)
    second, coming = late(first.customer, amount="50,00"), billing_make.charge(first.customer, "70,00")
    at = f"/clientes/{first.customer.number}/acordo/"

    form = text(client.get(at))
    assert f'value="{coming.pk}"' in form and f'value="{first.pk}"' in form and form.count("checked") == 2
    fields = {"charge_ids": [first.pk, second.pk], "entry": "50,00", "installments": "3", "first_due": "10/03/2026", "note": ""}
    parts = text(client.post(f"{at}parcelas/", fields))
    assert "R$ 50,00" in parts and "10/04/2026" in parts
    answer = client.post(at, fields)

    made = Agreement.objects.get()
    assert answer["Location"] == f"/clientes/{first.customer.number}/cobrancas/"
    assert made.instalments.count() == 3 and set(made.sources.all()) == {first, second}
    assert f"Entrou no acordo {made.number}" in text(client.get(page_of(first)))
    tab = text(client.get(answer["Location"]))
    assert "Substituída" in tab and f"acordo {made.number}" in tab


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"charge_ids": []}, "ao menos uma"),
        ({"entry": "9.999,00"}, "menor que a dívida"),
        ({"first_due": "01/01/2026"}, "passado"),
        ({"installments": "61"}, "60"),
    ],
)
def test_an_agreement_that_cannot_be_says_why(changed, sentence):
    client, charge = log_in(), late()
    fields = {"charge_ids": [charge.pk], "entry": "", "installments": "2", "first_due": "20/03/2026", "note": "por telefone"}

    answer = client.post(f"/clientes/{charge.customer.number}/acordo/", {**fields, **changed})

    assert answer.status_code == 422 and sentence in text(answer) and "por telefone" in text(answer)
    assert not Agreement.objects.exists()
    assert client.post(f"/clientes/{charge.customer.number}/acordo/parcelas/", {**fields, **changed}).status_code == 200


def test_without_anything_open_there_is_nothing_to_agree_on():
    client, customer = log_in(), make.customer()

    assert "Nada em aberto." in text(client.get(f"/clientes/{customer.number}/acordo/"))


@pytest.mark.parametrize(("role", "status"), [(Role.ATTENDANT, 403), (Role.ACCOUNTANT, 403), (Role.FINANCE, 200), (Role.TECHNICIAN, 403)])
def test_who_may_change_charges(role, status):
    client, charge = log_in(role), late()
    customer = f"/clientes/{charge.customer.number}"

    for path in (page_of(charge, "cancelar/"), page_of(charge, "prorrogar/"), f"{customer}/acordo/", f"{customer}/cobrancas/nova/"):
        assert client.get(path).status_code == status, path
