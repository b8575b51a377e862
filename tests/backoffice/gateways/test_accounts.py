"""The pages of the gateway accounts and of what a bank refused."""

from collections.abc import Iterator

import pytest
from django.urls import reverse

from malha.core.history import SYSTEM
from malha.core.models import HistoryEntry
from malha.domain.boleto import mask_linha
from malha.gateways.data import AccountData
from malha.gateways.models import GatewayAccount, Registration
from malha.gateways.services import accounts
from malha.journeys import charge_changes
from tests import billing_make, gateways_make, make
from tests.support.bank_process import BankProcess

pytestmark = pytest.mark.django_db
SECRET = "token-muito-secreto"


@pytest.fixture(scope="module")
def bank() -> Iterator[BankProcess]:
    with BankProcess(date="2026-03-10") as running:
        yield running
    gateways_make.hang_up()


@pytest.fixture
def admin(client):
    make.company()
    client.force_login(make.user())
    return client


def typed(bank: BankProcess, **values: str) -> dict[str, str]:
    return {
        "name": "Banco simulado", "environment": "TEST", "kind": "BOLEPIX", "is_active": "on", "fine_basis_points": "2,00",
        "interest_basis_points": "1,00", "promptness_discount": "", "pix_key": "", "accept_days_after_due": "90", "write_off_days": "90",
        "rate_per_second": "10", "beneficiary_name": "", "beneficiary_document": "", "payment_place": "", "print_layout": "A4",
        "instructions": "", "notes_lines": "", "settings-base_url": bank.url, "settings-token": SECRET, **values,
    }  # fmt: skip


def test_without_an_account_the_page_says_how_to_begin(admin) -> None:
    page = admin.get(reverse("backoffice:gateways")).content.decode()

    assert "Nenhuma conta ainda" in page
    assert reverse("backoffice:gateway_new", args=["sandbox"]) in page


def test_an_account_is_made_tested_and_offered_in_contracts(admin, bank) -> None:
    answer = admin.post(reverse("backoffice:gateway_new", args=["sandbox"]), typed(bank))
    account = GatewayAccount.objects.get()
    assert answer["Location"] == reverse("backoffice:gateway", args=[account.pk])

    page = admin.post(reverse("backoffice:gateway_test", args=[account.pk]), follow=True).content.decode()

    account.refresh_from_db()
    assert account.health == "ONLINE"
    assert "as credenciais estão certas" in page
    assert account.webhook_key in page
    assert account.collection_method.name in admin.get(reverse("backoffice:customer_new")).content.decode()


def test_a_secret_is_shown_nowhere_and_kept_when_left_empty(admin, bank) -> None:
    admin.post(reverse("backoffice:gateway_new", args=["sandbox"]), typed(bank))
    account = GatewayAccount.objects.get()
    path = reverse("backoffice:gateway", args=[account.pk])

    assert SECRET not in admin.get(path).content.decode()
    assert admin.post(path, typed(bank, name="Outro nome", **{"settings-token": ""})).status_code == 302

    account = GatewayAccount.objects.get()
    assert account.collection_method.name == "Outro nome"
    assert SECRET in account.settings
    assert not [entry for entry in HistoryEntry.objects.all() if SECRET in f"{entry.before}{entry.after}{entry.reason}"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "Dê um nome à conta."),
        ({"fine_basis_points": "3"}, "A multa pode ser de no máximo 2"),
        ({"pix_key": "abc"}, "Isto não é uma chave Pix."),
        ({"instructions": "a\nb\nc\nd\ne\nf"}, "Use no máximo 5 linhas."),
        ({"settings-token": ""}, "settings-token"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(admin, bank, wrong, sentence) -> None:
    answer = admin.post(reverse("backoffice:gateway_new", args=["sandbox"]), typed(bank, payment_place="Qualquer banco", **wrong))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "Qualquer banco" in page
    assert not GatewayAccount.objects.exists()


def test_a_kind_that_does_not_exist_is_not_found(admin) -> None:
    assert admin.get(reverse("backoffice:gateway_new", args=["nenhum"])).status_code == 404


def test_a_bank_that_does_not_answer_is_said_so(admin, bank) -> None:
    admin.post(reverse("backoffice:gateway_new", args=["sandbox"]), typed(bank, **{"settings-base_url": "http://127.0.0.1:9"}))
    account = GatewayAccount.objects.get()

    page = admin.post(reverse("backoffice:gateway_test", args=[account.pk]), follow=True).content.decode()

    assert "O banco não responde" in page
    account.refresh_from_db()
    assert account.health == "DEGRADED"


def test_what_was_refused_is_listed_with_its_reason_and_tried_again(admin, bank) -> None:
    account = gateways_make.account(bank)
    data = billing_make.data(collection_method_id=account.collection_method_id)
    charge = charge_changes.issue_one_off(customer=make.customer(cpf_cnpj=""), data=data, actor=SYSTEM)[0]
    gateways_make.work(account)
    refused = gateways_make.registration(charge)
    path = reverse("backoffice:gateway_errors")

    page = admin.get(path).content.decode()
    assert f"{charge.number}" in page
    assert "o banco recusou o registro" in page
    assert admin.post(reverse("backoffice:gateway_error_retry", args=[refused.pk])).status_code == 302

    assert "Nenhum banco recusou nada." in admin.get(path).content.decode()
    assert Registration.objects.get(charge=charge, state="WANTED").reference != refused.reference


def test_an_account_in_use_keeps_its_environment(admin, bank) -> None:
    account = gateways_make.account(bank)
    data = billing_make.data(collection_method_id=account.collection_method_id)
    charge_changes.issue_one_off(customer=make.customer(), data=data, actor=SYSTEM)

    answer = admin.post(reverse("backoffice:gateway", args=[account.pk]), typed(bank, environment="PRODUCTION"))

    assert answer.status_code == 422
    assert "Esta conta está em uso" in answer.content.decode()


def test_the_bank_is_told_where_to_call(admin, bank) -> None:
    admin.post(reverse("backoffice:gateway_new", args=["sandbox"]), typed(bank))
    account = GatewayAccount.objects.get()

    page = admin.post(reverse("backoffice:gateway_webhook", args=[account.pk]), follow=True).content.decode()

    assert "O banco sabe onde avisar" in page
    told = bank.call("GET", "/v1/webhook", token=SECRET).body
    assert told["url"].endswith(f"/api/webhooks/{account.webhook_key}")


def test_where_only_a_person_can_tell_the_bank_the_token_is_shown_once_and_that_is_kept(admin) -> None:
    data = AccountData(name="Asaas", adapter="asaas", settings={"access_token": "$aact_hmlg_x"})
    account = accounts.create(data=data, actor=SYSTEM)

    assert account.webhook_secret not in admin.get(reverse("backoffice:gateway", args=[account.pk])).content.decode()
    assert account.webhook_secret in admin.post(reverse("backoffice:gateway_webhook", args=[account.pk])).content.decode()
    assert HistoryEntry.objects.filter(verb="gateway_account.secret_seen").count() == 1


def test_the_page_of_a_charge_shows_what_the_bank_knows(admin, bank) -> None:
    account = gateways_make.account(bank, token="outra")
    data = billing_make.data(collection_method_id=account.collection_method_id)
    charge = charge_changes.issue_one_off(customer=make.customer(cpf_cnpj="52998224725"), data=data, actor=SYSTEM)[0]
    path = reverse("backoffice:charge", args=[charge.number])

    assert "aparecem aqui quando o banco confirmar" in admin.get(path).content.decode()
    gateways_make.work(account)
    page = admin.get(path).content.decode()

    registration = gateways_make.registration(charge)
    assert mask_linha(registration.linha_digitavel) in page
    assert registration.pix_copia_e_cola in page


def test_the_page_of_a_refused_charge_says_why_and_tries_again(admin) -> None:
    refused = gateways_make.refused()

    page = admin.get(reverse("backoffice:charge", args=[refused.charge.number])).content.decode()

    assert refused.failure_words in page
    assert reverse("backoffice:gateway_error_retry", args=[refused.pk]) in page
