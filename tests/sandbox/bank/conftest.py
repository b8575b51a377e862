"""A bank per module, a fresh account per test."""

from base64 import b64encode
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from tests.support.bank_process import Answer, BankProcess
from tests.support.webhook_sink import WebhookSink

TODAY = "2026-03-10"
NUMBERS = count(1)
KEY = "financeiro@provedor.example"
PERSON = {"cpf": "52998224725", "nome": "Maria Souza"}
ALL = "inicio=2020-01-01T00:00:00Z&fim=2030-01-01T00:00:00Z"


class Customer:
    """One account of the bank."""

    def __init__(self, bank: BankProcess, token: str) -> None:
        self.bank = bank
        self.token = token

    def call(self, method: str, path: str, body: Any = None, **more: Any) -> Answer:
        """With the token."""
        return self.bank.call(method, path, body, token=self.token, **more)

    def register(self, reference: str = "c-1", **changes: Any) -> Answer:
        """PUT a charge."""
        return self.call("PUT", f"/v1/charges/{reference}", order(**changes))

    def charge(self, reference: str = "c-1") -> Any:
        """GET it."""
        return self.call("GET", f"/v1/charges/{reference}").body

    def pay(self, reference: str = "c-1", **how: Any) -> Any:
        """A payer pays."""
        return self.bank.control("pay", reference=reference, token=self.token, **how)["charge"]


def order(**changes: Any) -> dict[str, Any]:
    """A charge of R$ 119,90 with fine and interest."""
    return {
        "kind": "BOLEPIX",
        "amount_cents": 11990,
        "due_date": "2026-03-20",
        "issued_on": TODAY,
        "description": "Internet março",
        "payer": {"name": "Maria Souza", "document": "52998224725", "city": "Monte Claro", "uf": "MG", "cep": "39400000"},
        "fine_basis_points": 200,
        "interest_basis_points": 100,
        "discount_cents": 0,
        "discount_until": None,
        "accept_days_after_due": 90,
        "recurrence": None,
        **changes,
    }


class PixClient:
    """One client_id."""

    def __init__(self, bank: BankProcess, client_id: str) -> None:
        self.bank = bank
        self.client_id = client_id
        self.token = bank.call("POST", "/oauth/token", b"grant_type=client_credentials", headers=basic(client_id, "s")).body["access_token"]

    def call(self, method: str, path: str, body: Any = None) -> Answer:
        return self.bank.call(method, f"/pix/v2{path}", body, token=self.token)


def basic(client_id: str, secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"{client_id}:{secret}".encode()).decode()}


def txid() -> str:
    return f"{next(NUMBERS):032d}"


def cob(**changes: Any) -> dict[str, Any]:
    return {"calendario": {"expiracao": 3600}, "valor": {"original": "37.00"}, "chave": KEY, "devedor": PERSON, **changes}


def cobv(due: str = "2026-03-20", original: str = "100.00", **value: Any) -> dict[str, Any]:
    calendar = {"dataDeVencimento": due, "validadeAposVencimento": 60}
    return {"calendario": calendar, "valor": {"original": original, **value}, "chave": KEY, "devedor": PERSON}


@pytest.fixture(scope="module")
def process() -> Iterator[BankProcess]:
    with BankProcess(date=TODAY, webhook_retry=0.05) as running:
        yield running


@pytest.fixture
def bank(process: BankProcess) -> BankProcess:
    process.control("reset")
    process.control("clock", date=TODAY)
    return process


@pytest.fixture
def customer(bank: BankProcess) -> Customer:
    return Customer(bank, f"token-{next(NUMBERS)}")


@pytest.fixture
def sink() -> Iterator[WebhookSink]:
    with WebhookSink() as listening:
        yield listening


@pytest.fixture
def client(bank: BankProcess) -> PixClient:
    return PixClient(bank, f"client-{next(NUMBERS)}")
