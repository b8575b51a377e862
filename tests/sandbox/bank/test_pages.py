"""The payer's pages."""

import re
from urllib.parse import quote, urlencode

from tests.sandbox.bank.conftest import Customer
from tests.support.bank_process import Answer, BankProcess
from tests.support.webhook_sink import WebhookSink


def press(bank: BankProcess, path: str, **fields: str) -> Answer:
    return bank.call("POST", path, urlencode(fields).encode(), headers={"Content-Type": "application/x-www-form-urlencoded"})


def test_the_list_shows_who_owes_what(customer: Customer) -> None:
    assert "Nenhuma cobrança ainda" in customer.bank.call("GET", "/").body
    customer.register(payer={"name": "Maria <Souza>", "document": "52998224725"})

    page = customer.bank.call("GET", "/").body

    assert "Maria &lt;Souza&gt;" in page and "R$ 119,90" in page and "20/03/2026" in page and "Em aberto" in page
    assert customer.token not in page
    assert customer.bank.call("GET", "/static/banco.css").status == 200


def test_the_button_pays_and_the_provider_hears_of_it(customer: Customer, sink: WebhookSink) -> None:
    customer.call("PUT", "/v1/webhook", {"url": sink.url, "secret": "s"})
    charge = customer.register().body
    path = f"/pagar/{charge['id']}"
    assert ">Pagar</button>" in customer.bank.call("GET", path).body

    page = press(customer.bank, path, meio="BOLETO", valor="119,90")

    assert page.status == 200 and "Pagamento feito" in page.body and "Pagar de novo" in page.body
    sink.wait(1, lambda each: b"charge.paid" in each.body)
    assert customer.charge()["channel"] == "BOLETO"


def test_the_list_pays_with_one_touch(customer: Customer) -> None:
    customer.register()
    action = re.findall(r'action="(/pagar/[^"]+)"><button>Pagar<', customer.bank.call("GET", "/").body)[0]

    press(customer.bank, action)

    assert customer.charge()["paid_cents"] == 11990
    assert "<button>Pagar<" not in customer.bank.call("GET", "/").body


def test_another_amount_and_twice(customer: Customer) -> None:
    charge = customer.register().body

    press(customer.bank, f"/pagar/{charge['id']}", meio="PIX", valor="1.100,50", duas_vezes="sim")

    assert [each["cents"] for each in customer.charge()["payments"]] == [110050, 110050]


def test_a_pasted_code_finds_the_charge(customer: Customer) -> None:
    charge = customer.register().body

    for code in (
        charge["pix_copia_e_cola"],
        charge["linha_digitavel"],
        charge["codigo_barras"],
        f" {charge['linha_digitavel'][:10]} " + charge["linha_digitavel"][10:],
    ):
        found = customer.bank.call("GET", f"/pagar?codigo={quote(code)}")
        assert (found.status, found.headers["Location"]) == (303, f"/pagar/{charge['id']}")
    lost = customer.bank.call("GET", "/pagar?codigo=123")
    assert lost.status == 404 and "Código não encontrado" in lost.body


def test_a_charge_not_yet_registered_has_no_button(customer: Customer) -> None:
    customer.bank.control("faults", pending_hold=True)
    charge = customer.register().body

    page = customer.bank.call("GET", f"/pagar/{charge['id']}").body

    assert "ainda não está registrada" in page and "<button" not in page
    assert press(customer.bank, f"/pagar/{charge['id']}").status == 409


def test_the_payer_consents_or_does_not(customer: Customer) -> None:
    charge = customer.register(recurrence={"journey": "J4", "id_rec": None}).body
    id_rec = charge["recurrence"]["id_rec"]
    assert "Autorizar o Pix Automático" in customer.bank.call("GET", f"/pagar/{charge['id']}").body

    press(customer.bank, f"/pagar/{charge['id']}", meio="PIX")
    assert customer.call("GET", f"/v1/recurrences/{id_rec}").body["status"] == "CREATED"

    press(customer.bank, f"/pagar/{charge['id']}", meio="PIX", consentir="sim")
    assert customer.call("GET", f"/v1/recurrences/{id_rec}").body["status"] == "APPROVED"


def test_an_authorization_is_cancelled_by_its_button(customer: Customer) -> None:
    charge = customer.register(recurrence={"journey": "J3", "id_rec": None}).body
    id_rec = charge["recurrence"]["id_rec"]
    press(customer.bank, f"/pagar/{charge['id']}", meio="PIX")
    buttons = re.findall(r'action="(/autorizacao/[^"]+)"', customer.bank.call("GET", "/").body)
    assert buttons == [f"/autorizacao/{id_rec}"]

    press(customer.bank, buttons[0], decisao="CANCELADA")

    ended = customer.call("GET", f"/v1/recurrences/{id_rec}").body
    assert (ended["status"], ended["ended_by"], ended["ended_code"]) == ("CANCELLED", "USUARIO_PAGADOR", "SLDB")


def test_an_unknown_page_says_so(bank: BankProcess) -> None:
    assert bank.call("GET", "/pagar/nunca").status == 404
    assert "Página não encontrada" in bank.call("GET", "/outra").body
