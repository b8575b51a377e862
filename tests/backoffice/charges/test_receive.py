"""RECEBER at the door: what is owed line by line, what the amount does, the receipt, and nothing typed lost."""

import re
from datetime import timedelta

import pytest

from malha.billing.models import Allocation, Charge, Payment
from malha.cashbook.models import CashEntry
from malha.contracts.models import Contract
from malha.core import clock
from malha.core.models import Company
from malha.domain.money import Money
from malha.staff.roles import Role
from tests import billing_make, make
from tests.backoffice.charges.desk import HTMX, late, log_in, receiving, said, text
from tests.conftest import THE_DAY

pytestmark = pytest.mark.django_db


def url(charge: Charge, tail: str = "") -> str:
    return f"/clientes/{charge.customer.number}/receber/{tail}"


def test_the_dialog_says_what_is_owed_line_by_line_and_the_button_states_the_amount():
    client, charge = log_in(), late()

    page = text(client.get(url(charge), headers=HTMX))

    assert "<dialog" in page and "<html" not in page
    for words in ("Visita técnica", "venceu em 06/03", "R$ 119,90", "Multa de 2%", "R$ 2,40", "Juros de 4 dias", "R$ 0,16"):
        assert words in page, words
    assert 'value="122,46"' in page
    assert re.search(r"data-save>\s*Receber R\$ 122,46", page)
    assert "<html" in text(client.get(url(charge)))


def test_receiving_in_full_makes_payment_cash_entry_and_receipt():
    ana = make.user(Role.ATTENDANT, name="Ana Souza")
    client, charge = log_in(user=ana), late()

    answer = client.post(url(charge), receiving(charge, value="122,46", way="PIX", note="no balcão"))

    payment = Payment.objects.get()
    assert answer["Location"] == f"/cobrancas/recibos/{payment.number}/"
    assert (payment.value, payment.form, payment.place, payment.received_by, payment.note) == (
        Money(12246), "PIX", "Caixa", ana, "no balcão",
    )  # fmt: skip
    assert Charge.objects.get().state == "PAID"
    assert CashEntry.objects.get().incoming == Money(12246)
    page = text(client.get(answer["Location"]))
    for words in ("Recibo nº 1", "R$ 122,46", "Ana Souza", "Desfazer", "Visita técnica"):
        assert words in page, words


def test_what_is_ticked_at_first_is_everything_late_or_the_one_asked_for():
    client, first = log_in(), late(amount="50,00", days=40)
    second, coming = late(first.customer, amount="60,00"), billing_make.charge(first.customer, "70,00")

    page = text(client.get(url(first)))
    assert re.findall(r'id="c-(\d+)" value="\d+" checked', page) == [str(first.pk), str(second.pk)]
    one = text(client.get(url(first) + f"?cobranca={coming.number}"))
    assert re.findall(r'id="c-(\d+)" value="\d+" checked', one) == [str(coming.pk)]


def test_less_than_owed_is_asked_first_and_then_stays_open():
    client, charge = log_in(), late()

    asked = client.post(url(charge), receiving(charge, value="50,00"))

    assert asked.status_code == 422 and not Payment.objects.exists()
    page = text(asked)
    assert "R$ 72,46 fica em aberto" in page and 'value="50,00"' in page
    seen = re.search(r'name="seen" value="([^"]*)"', page)[1]
    client.post(url(charge), receiving(charge, value="50,00", seen=seen))
    charge.refresh_from_db()
    assert charge.state == "OPEN"
    row = Allocation.objects.get()
    assert row.principal + row.fine + row.interest == Money(5000)


def test_more_than_owed_is_asked_first_and_becomes_credit():
    client, charge = log_in(), late()

    page = text(client.post(url(charge), receiving(charge, value="150,00")))

    assert "R$ 27,54" in page and "crédito" in page
    seen = re.search(r'name="seen" value="([^"]*)"', page)[1]
    answer = client.post(url(charge), receiving(charge, value="150,00", seen=seen))
    assert "R$ 27,54" in text(client.get(answer["Location"]))
    assert "R$ 27,54" in text(client.get(f"/clientes/{charge.customer.number}/cobrancas/")).replace("<small>R$</small>", "R$ ")


def test_the_part_that_follows_what_is_typed_answers_lines_notes_and_button():
    client, charge = log_in(), late()
    coming = billing_make.charge(charge.customer, "70,00")
    fields = receiving(charge, coming, value="122,46", suggested="122,46")

    moved = text(client.post(url(charge, "valores/"), fields, headers=HTMX))
    assert "R$ 192,46" in moved and 'id="id_value" value="192,46"' in moved

    typed = text(client.post(url(charge, "valores/"), {**fields, "value": "100,00", "suggested": "192,46"}, headers=HTMX))
    assert 'id="id_value"' not in typed, "what somebody types is never overwritten"
    assert "R$ 92,46 fica em aberto" in typed and "Receber R$ 100,00" in typed
    assert client.post(url(charge, "valores/"), {"value": "abc", "charge": ["x"], "paid_on": "99/99/9999"}).status_code == 200


def test_fees_are_of_the_day_the_money_came_in():
    client, charge = log_in(), late()

    answer = client.post(url(charge), receiving(charge, value="119,90", paid_on="06/03/2026"))

    assert answer.status_code == 302
    row = Allocation.objects.get()
    assert (row.principal, row.fine, row.interest) == (Money(11990), Money(0), Money(0))


@pytest.mark.parametrize(
    ("role", "limit", "status"),
    [(Role.ADMIN, None, 302), (Role.FINANCE, "5,00", 302), (Role.FINANCE, "1,00", 422), (Role.ATTENDANT, None, 422)],
)
def test_fine_and_interest_are_waived_only_by_who_may_and_up_to_the_limit(role, limit, status):
    client, charge = log_in(role), late()
    Company.objects.update(discount_limit=Money.parse_brl(limit) if limit else None)

    answer = client.post(url(charge), receiving(charge, value="119,90", waives_fees="on"))

    assert answer.status_code == status
    assert ("Dispensar multa e juros" in text(client.get(url(late())))) is (role != Role.ATTENDANT)
    if status == 302:
        row = Allocation.objects.get()
        assert (row.waived_fine, row.waived_interest) == (Money(240), Money(16))


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"value": ""}, "Digite um valor"),
        ({"value": "0,00"}, "R$ 0,01"),
        ({"value": "muito"}, "1.234,56"),
        ({"paid_on": "31/02/2026"}, "não existe"),
        ({"paid_on": "11/03/2026"}, "futuro"),
        ({"account": "999"}, ""),
        ({"way": "OURO"}, ""),
    ],
)
def test_bad_input_is_explained_and_nothing_typed_is_lost(changed, sentence):
    client, charge = log_in(), late()

    answer = client.post(url(charge), {**receiving(charge, value="122,46", note="paga a irmã"), **changed}, headers=HTMX)

    page = text(answer)
    assert answer.status_code == 422 and not Payment.objects.exists()
    assert sentence in page and 'value="paga a irmã"' in page and 'aria-invalid="true"' in page
    assert f'value="{charge.pk}" checked' in page


def test_without_a_script_a_button_works_the_amounts_out_again():
    client, charge = log_in(), late()
    coming = billing_make.charge(charge.customer, "70,00")

    page = text(client.post(url(charge), receiving(charge, coming, value="122,46", suggested="122,46", refresh="1")))

    assert 'value="192,46"' in page and not Payment.objects.exists()


def test_sent_twice_it_is_received_once():
    client, charge = log_in(), late()
    fields = receiving(charge, value="122,46")

    first, second = client.post(url(charge), fields), client.post(url(charge), fields)

    assert first["Location"] == second["Location"] and Payment.objects.count() == 1


def test_a_charge_that_somebody_else_received_is_told_and_what_was_typed_stays():
    charge = late()
    ana, bia = log_in(user=make.user(Role.ATTENDANT, name="Ana Souza")), log_in(Role.ATTENDANT)
    ana.post(url(charge), receiving(charge, value="122,46"))

    answer = bia.post(url(charge), receiving(charge, value="122,46", token="b" * 32, note="troco de 50"), headers=HTMX)

    page = text(answer)
    assert answer.status_code == 422 and Payment.objects.count() == 1
    assert "Ana Souza" in page and 'value="troco de 50"' in page and 'value="122,46"' in page


def test_when_a_part_was_received_meanwhile_the_new_amount_is_shown_first():
    charge = late()
    ana, bia = log_in(), log_in()
    page = text(ana.post(url(charge), receiving(charge, value="50,00")))
    seen = re.search(r'name="seen" value="([^"]*)"', page)[1]
    ana.post(url(charge), receiving(charge, value="50,00", seen=seen))

    answer = bia.post(url(charge), receiving(charge, value="122,46", token="b" * 32, seen="12246:12246"))

    assert answer.status_code == 422 and Payment.objects.count() == 1
    assert "Receber R$ 122,46" in text(answer) and "crédito" in text(answer)


def test_the_dialog_says_that_the_blocked_access_is_released_and_it_is():
    client = log_in()
    access = make.access(username="rosa.duarte")
    charge = late(access.contract.customer, contract_id=access.contract.pk, days=40)
    Contract.objects.update(standing="BLOCKED", standing_cause="POLICY")

    assert "rosa.duarte" in text(client.get(url(charge), headers=HTMX))
    answer = client.post(url(charge), receiving(charge, value="123,90"))
    if answer.status_code == 422:
        value = re.search(r'name="suggested" value="([^"]*)"', text(answer))[1]
        answer = client.post(url(charge), receiving(charge, value=value))

    assert answer.status_code == 302
    assert Contract.objects.get().standing == "CLEAR"
    assert "liberado por este pagamento" in text(client.get(answer["Location"]))


def test_a_contract_blocked_by_a_person_stays_so_and_the_dialog_says_it():
    client = log_in()
    access = make.access(username="rosa.duarte")
    charge = late(access.contract.customer, contract_id=access.contract.pk)
    Contract.objects.update(standing="BLOCKED", standing_cause="MANUAL")

    assert "bloqueado por uma pessoa" in text(client.get(url(charge), headers=HTMX))


def test_who_owes_nothing_can_still_pay_ahead():
    client, customer = log_in(), make.customer()
    at = f"/clientes/{customer.number}/receber/"

    assert "não tem cobrança em aberto" in text(client.get(at))
    page = text(client.post(at, receiving(value="80,00")))
    seen = re.search(r'name="seen" value="([^"]*)"', page)[1]
    assert client.post(at, receiving(value="80,00", seen=seen)).status_code == 302
    assert Payment.objects.get().value == Money(8000)


def test_undone_within_a_minute_by_whoever_received_and_by_nobody_else():
    ana = make.user(Role.ATTENDANT)
    client, charge = log_in(user=ana), late()
    client.post(url(charge), receiving(charge, value="122,46"))
    undo = f"/cobrancas/recibos/{Payment.objects.get().number}/desfazer/"

    other = log_in().post(undo)
    assert "Tarde demais" in said(other)[0] and Payment.objects.count() == 1
    answer = client.post(undo)

    assert answer["Location"] == f"/clientes/{charge.customer.number}/cobrancas/"
    charge.refresh_from_db()
    assert charge.state == "OPEN" and Payment.objects.count() == 2
    again = client.post(undo)
    assert "Tarde demais" in said(again)[-1] and Payment.objects.count() == 2


def test_after_a_minute_it_is_too_late_to_undo_and_the_offer_goes_after_ten_seconds():
    client, charge = log_in(), late()
    client.post(url(charge), receiving(charge, value="122,46"))
    receipt = f"/cobrancas/recibos/{Payment.objects.get().number}/"

    with clock.frozen(THE_DAY + timedelta(seconds=15)):
        assert "/desfazer/" not in text(client.get(receipt))
    with clock.frozen(THE_DAY + timedelta(seconds=70)):
        assert "Tarde demais" in said(client.post(f"{receipt}desfazer/"))[-1]
    assert Payment.objects.count() == 1


def test_reversing_asks_for_a_reason_and_opens_the_charge_again():
    client, charge = log_in(Role.FINANCE), late()
    client.post(url(charge), receiving(charge, value="122,46"))
    receipt = f"/cobrancas/recibos/{Payment.objects.get().number}/"

    assert client.post(f"{receipt}estornar/", {"reason": " "}).status_code == 422
    assert client.post(f"{receipt}estornar/", {"reason": "cheque devolvido"}).status_code == 302

    charge.refresh_from_db()
    assert charge.state == "OPEN"
    assert "Estornado" in text(client.get(receipt)) and "cheque devolvido" in text(client.get(receipt))
    assert "Estornado" in text(client.get(f"{receipt}imprimir/"))
    assert client.post(f"{receipt}estornar/", {"reason": "de novo"}).status_code == 422


def test_the_receipt_on_paper_says_the_amount_in_words_and_comes_as_pdf():
    client, charge = log_in(), late()
    client.post(url(charge), receiving(charge, value="122,46", print="1"))
    receipt = f"/cobrancas/recibos/{Payment.objects.get().number}/"

    page = text(client.get(f"{receipt}imprimir/?imprimir=1"))
    assert "cento e vinte e dois reais e quarenta e seis centavos" in page and "data-print-now" in page
    file = client.get(f"{receipt}pdf/")
    assert file["Content-Type"] == "application/pdf" and file.content.startswith(b"%PDF")


def test_receive_and_print_goes_straight_to_the_paper():
    client, charge = log_in(), late()

    answer = client.post(url(charge), receiving(charge, value="122,46", print="1"), headers=HTMX)

    assert answer["HX-Redirect"] == f"/cobrancas/recibos/{Payment.objects.get().number}/imprimir/?imprimir=1"


@pytest.mark.parametrize(("role", "status"), [(Role.ATTENDANT, 200), (Role.ACCOUNTANT, 403), (Role.TECHNICIAN, 403), (Role.SALES, 403)])
def test_who_may_receive(role, status):
    client, charge = log_in(role), late()

    assert client.get(url(charge)).status_code == status
    head = text(client.get(f"/clientes/{charge.customer.number}/"))
    assert (f'href="{url(charge)}"' in head) is (status == 200)
