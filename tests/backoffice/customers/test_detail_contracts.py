"""Contrato of a customer, at the door: data, address, activation, cancelling, paper."""

from datetime import date

import pytest

from malha.contracts.models import Contract, ContractDocument, ContractState
from malha.contracts.services import templates
from malha.core import pdf
from malha.core.history import SYSTEM
from malha.core.models import HistoryEntry
from malha.customers.models import Customer
from malha.domain.money import Money
from malha.network.models import Access, SyncState
from malha.staff.roles import Role
from tests import make
from tests.backoffice.customers.one import log_in, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def contract() -> Contract:
    make.company()
    return make.access(username="rosa.duarte").contract


@pytest.fixture
def customer(contract) -> Customer:
    return contract.customer


def form(contract: Contract | None = None, **values) -> dict[str, object]:
    method = make.collection_method()
    fields = {"due_day": "20", "collection_method": method.pk, "first_charge": "PRORATED", "trust_release_rule": "DEFAULT"}
    fields |= {"auto_notice": "on", "auto_block": "on", **values}
    return {name if "-" in name else f"contract-{name}": value for name, value in fields.items()}


def path(contract: Contract, tail: str = "editar/") -> str:
    return f"/clientes/{contract.customer.number}/contratos/{contract.number}/{tail}"


def test_the_tab_tells_standing_term_and_what_leaving_costs_today(contract):
    Contract.objects.update(minimum_term_months=12, minimum_term_ends_on=date(2027, 3, 9), minimum_term_benefit=Money(36500))

    page = text(log_in(), f"/clientes/{contract.customer.number}/contratos/")

    # 364 of 365 days are still to come: today is a used day.
    assert Money(36400).format_brl() in page
    assert "12 meses, até 09/03/2027" in page
    for words in (f"Contrato {contract.number}", "rosa.duarte", "no endereço do cliente", "Em dia"):
        assert words in page


def test_editing_keeps_what_the_form_does_not_ask(contract):
    seller = make.user(Role.SALES)
    Contract.objects.update(seller=seller)

    answer = log_in().post(path(contract), form(due_day="5", discount="10,00", days_to_block="30"))

    contract.refresh_from_db()
    assert answer.status_code == 302
    assert (contract.due_day, contract.discount, contract.days_to_block, contract.seller) == (5, Money(1000), 30, seller)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"due_day": ""}, "Escolha o dia de vencimento"),
        ({"due_day": "32"}, "Escolha o dia de vencimento"),
        ({"discount": "-5,00"}, "positivo"),
        ({"discount": "abc"}, "1.234,56"),
        ({"days_to_pending": "10", "days_to_block": "5"}, "depois"),
        ({"days_to_pending": "dez"}, "número inteiro"),
        ({"minimum_term_months": "24"}, "12 meses"),
        ({"never_block": "on"}, "nunca é bloqueado"),
        ({"installation_installments": "99"}, "parcelas"),
    ],
)
def test_what_is_wrong_is_told_with_422(contract, change, sentence):
    answer = log_in().post(path(contract), form(**{"surcharge": "7,77", **change}))

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "7,77" in answer.content.decode()


def test_who_may_not_give_discounts_cannot_change_one(contract):
    Contract.objects.update(discount=Money(1500))

    log_in(Role.ATTENDANT).post(path(contract), form(discount="99,00", due_day="5"))

    contract.refresh_from_db()
    assert (contract.discount, contract.due_day) == (Money(1500), 5)


def test_a_new_contract_leads_to_its_access(customer):
    client = log_in()
    new = f"/clientes/{customer.number}/contratos/novo/"
    place = {"service_address-street": "Rua Nova", "service_address-number": "7", "service_address-city": "Monte Claro"}

    assert client.get(new).status_code == 200
    answer = client.post(new, form(has_service_address="on", **place))

    made = Contract.objects.latest("pk")
    assert answer.headers["Location"] == f"/clientes/{customer.number}/planos-de-acesso/novo/?contrato={made.number}"
    assert (made.state, made.waiting_for, made.service_address.street) == (ContractState.DRAFT, "PLAN", "Rua Nova")
    assert "Rascunho sem plano" in text(client, f"/clientes/{customer.number}/contratos/")


def test_a_wrong_installation_address_is_told_at_its_field(customer):
    new = f"/clientes/{customer.number}/contratos/novo/"

    answer = log_in().post(new, form(has_service_address="on", **{"service_address-street": "Rua Nova"}))

    assert answer.status_code == 422
    assert "Obrigatório (ou S/N)" in answer.content.decode()
    assert Contract.objects.count() == 1


def test_an_archived_customer_gets_no_contract(customer):
    Customer.objects.update(archived_at=customer.created_at)

    answer = log_in().post(f"/clientes/{customer.number}/contratos/novo/", form())

    assert answer.status_code == 422
    assert "arquivado" in answer.content.decode()


def test_the_installation_address_is_given_changed_and_taken_back(contract):
    client = log_in()
    given = {"street": "Rua Nova", "number": "7", "city": "Monte Claro", "uf": "MG", "zone": "RURAL"}

    assert client.post(path(contract, "endereco/"), {**given, "number": ""}).status_code == 422
    client.post(path(contract, "endereco/"), given)
    contract.refresh_from_db()
    assert (contract.service_address.street, contract.service_address.zone) == ("Rua Nova", "RURAL")
    client.post(path(contract, "endereco/"), {**given, "number": "9"})
    assert Contract.objects.get(pk=contract.pk).service_address.number == "9"
    client.post(path(contract, "endereco/"), {"is_own": "on"})
    assert Contract.objects.get(pk=contract.pk).service_address is None
    assert HistoryEntry.objects.filter(verb="contract.changed").count() == 3


def test_a_draft_is_activated_once_and_only_with_a_plan(contract):
    client = log_in()
    Contract.objects.update(state=ContractState.DRAFT, activated_on=None, waiting_for="INSTALLATION")
    Access.objects.update(due_at=None)

    assert client.post(path(contract, "ativar/"), {"on": ""}).status_code == 422
    assert client.post(path(contract, "ativar/"), {"on": "10/03/2026"}).status_code == 302
    assert Contract.objects.get().activated_on == date(2026, 3, 10)
    assert Access.objects.get().due_at is not None
    assert client.post(path(contract, "ativar/"), {"on": "10/03/2026"}).status_code == 422

    bare = make.contract(contract.customer)
    refused = client.post(path(bare, "ativar/"), {"on": "10/03/2026"})
    assert "ainda não tem plano" in refused.content.decode()


def test_cancelling_one_contract_leaves_the_others(contract, customer):
    other = make.access(make.contract(customer), username="rosa.loja").contract
    client = log_in(Role.ATTENDANT)

    assert "rosa.duarte" in text(client, path(contract, "cancelar/"))
    assert client.post(path(contract, "cancelar/"), {"reason": " "}).status_code == 422
    client.post(path(contract, "cancelar/"), {"reason": "Fechou a loja"})

    assert dict(Contract.objects.values_list("pk", "state")) == {contract.pk: ContractState.CANCELLED, other.pk: ContractState.ACTIVE}
    assert Access.objects.get(contract=contract).sync_state == SyncState.MODIFIED
    assert client.post(path(contract), form()).status_code == 422


def test_a_contract_of_somebody_else_is_not_found_here(contract):
    stranger = make.customer(cpf_cnpj="")

    assert log_in().get(f"/clientes/{stranger.number}/contratos/{contract.number}/editar/").status_code == 404


@pytest.fixture
def written(contract) -> Contract:
    """The contract with a text to print."""
    body = "<p>Cliente {{cliente_nome}}, IE {{cliente_rg_ie}}, login {{login}}</p>"
    template = templates.create(name="Residencial", body=body, actor=SYSTEM)
    Contract.objects.update(template=template)
    contract.refresh_from_db()
    return contract


def test_the_paper_shows_the_filled_text_and_what_is_empty_before_printing(written):
    page = text(log_in(), path(written, "impresso/"))

    assert "Cliente Rosa Maria Duarte" in page
    assert "{{cliente_rg_ie}}" in page
    assert "sairá vazio" in page


def test_a_name_with_markup_stays_text_on_the_paper(written):
    Customer.objects.update(name="<b>Rosa</b>")

    assert "<b>Rosa</b>" not in text(log_in(), path(written, "impresso/"))


def test_without_a_template_the_paper_says_what_to_do(contract):
    assert "modelo" in text(log_in(), path(contract, "impresso/"))


def test_without_pango_the_paper_is_still_shown_and_a_try_says_what_to_install(written, monkeypatch):
    monkeypatch.setattr(pdf, "weasyprint", None)
    client = log_in()

    page = text(client, path(written, "impresso/"))
    answer = client.post(path(written, "imprimir/"))

    assert "Cliente Rosa Maria Duarte" in page and "Gerar PDF" not in page
    assert "libpango" in client.get(answer.headers["Location"]).content.decode()
    assert not ContractDocument.objects.exists()


def test_a_pdf_is_kept_downloaded_and_every_look_recorded(written, settings, tmp_path):
    settings.STORAGES = {**settings.STORAGES, "default": {**settings.STORAGES["default"], "OPTIONS": {"location": str(tmp_path)}}}
    client = log_in()
    client.post(path(written, "imprimir/"))

    document = ContractDocument.objects.get()
    kept = f"/clientes/{written.customer.number}/documentos/{document.pk}/"
    assert kept in text(client, f"/clientes/{written.customer.number}/contratos/")
    file = client.get(kept)
    assert b"".join(file.streaming_content).startswith(b"%PDF-")
    assert "attachment" in file.headers["Content-Disposition"]
    assert HistoryEntry.objects.filter(verb="contract.document_seen").count() == 1
    assert client.get(f"/clientes/{make.customer(cpf_cnpj='').number}/documentos/{document.pk}/").status_code == 404
