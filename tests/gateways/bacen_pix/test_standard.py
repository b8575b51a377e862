"""Every request of the client is right by the published description of the Pix API 2.9.0, as Prism judges it.

`pix-openapi.yaml` is Banco Central's file (Apache 2.0) with repairs: JavaScript slashes off patterns, patterns anchored, fields taken out
of `required` that nobody can give (idRec of a new rec, pagador of a new solicrec, tipoCob of a new location), and without the three
addresses of payloads, which are for payers' apps on another host and which Prism would take for those of the API.
"""

import http.client
import json
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from malha.core import clock
from malha.domain.money import Money
from malha.gateways.adapters.bacen_pix.gateway import BacenPixAdapter, BacenPixGateway
from malha.gateways.base import Kind, PermanentFailure, RecurrenceOffer, Reference
from tests.gateways.contract import PAYER, TODAY, an_account, an_order
from tests.support.stub_server import Reply, Seen, StubServer

PRISM = "@stoplight/prism-cli@5.14.2"
DESCRIPTION = Path(__file__).with_name("pix-openapi.yaml")
E2E = "E12345678202603101221abcdef12345"
ID_REC = "RR1234567820260310abcdefghijk"
COMPANY = replace(PAYER, name="Padaria Pão Quente Ltda", document="12ABC34501DE35")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def prism() -> Iterator[int]:
    """The port of a running Prism. It is installed once, into the data folder."""
    folder = Path(os.environ["MALHA_DATA_DIR"]) / "prism"
    program = folder / "node_modules" / ".bin" / "prism"
    if not program.exists():
        npm = shutil.which("npm")
        if npm is None:
            pytest.fail(
                f"Node 20 and npm are needed. On Debian: apt-get install nodejs npm. By hand: npm install --prefix {folder} {PRISM}"
            )
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run([npm, "install", "--no-audit", "--no-fund", "--prefix", str(folder), PRISM], check=True, capture_output=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # Node itself, not npx: that would leave a child behind.
    command = ["node", str(program), "mock", "-h", "127.0.0.1", "-p", str(port), str(DESCRIPTION)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if "is listening" in line:
            break
    else:
        pytest.fail("Prism did not start")
    yield port
    process.terminate()
    process.communicate(timeout=20)


class Judge:
    """Stands between the client and Prism, gives tokens, and keeps what Prism says of each request."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.calls: list[str] = []
        self.violations: list[Any] = []

    def __call__(self, seen: Seen) -> Reply:
        if seen.path.endswith("/token"):
            return Reply(200, {"access_token": "t", "expires_in": 3600})
        wanted = {name: value for name, value in seen.headers.items() if name in ("accept", "authorization", "content-type")}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        path = seen.path + (f"?{urlencode(seen.query)}" if seen.query else "")
        connection.request(seen.method, path, seen.body or None, wanted)
        response = connection.getresponse()
        content = response.read()
        connection.close()
        self.calls.append(f"{seen.method} /{seen.path.split('/')[1]}")
        told = json.loads(response.headers.get("sl-violations") or "[]")
        self.violations += [(path, each["message"], each["location"]) for each in told if each["location"][0] == "request"]
        return Reply(response.status, content=content)


@pytest.fixture
def judge(prism: int) -> Judge:
    return Judge(prism)


@pytest.fixture
def gateway(judge: Judge) -> Iterator[BacenPixGateway]:
    with StubServer(judge) as stub:
        settings = {"profile": "outro", "client_id": "c", "client_secret": "s", "base_url": stub.url, "token_url": f"{stub.url}/token"}
        settings |= {"account_number": "123456", "account_type": "PAGAMENTO", "branch": "0001", "convenio": "789"}
        gateway = BacenPixAdapter().open(an_account(settings))
        yield gateway
        gateway.close()


def pix(**changes: Any) -> Any:
    return an_order(**{"kind": Kind.PIX, "due_date": date(2026, 3, 20), **changes})


def test_every_way_to_ask_for_money(gateway: BacenPixGateway, judge: Judge) -> None:
    for order in (
        pix(),
        pix(payer=COMPANY),
        pix(discount=Money(500), discount_until=date(2026, 3, 15), fine_basis_points=0, interest_basis_points=0),
        pix(due_date=TODAY),
        pix(due_date=TODAY, payer=replace(PAYER, document="")),
        pix(payer=replace(PAYER, cep="", street="")),
        pix(kind=Kind.COBR, id_rec=ID_REC),
        pix(offer_id_rec=ID_REC),
    ):
        assert gateway.register(order).remote_id

    assert set(judge.calls) == {"PUT /cobv", "PUT /cob", "PUT /cobr", "GET /rec"}
    assert judge.violations == []


def test_what_is_there_is_asked_for_changed_and_removed(gateway: BacenPixGateway, judge: Judge) -> None:
    for kind in ("cob", "cobv", "cobr"):
        order = pix(kind=Kind.COBR if kind == "cobr" else Kind.PIX)
        reference = Reference(order.reference, order.kind, f"{kind}:{order.reference}")
        gateway.fetch(reference)
        gateway.cancel(reference)
        if kind != "cobr":
            gateway.update(order, reference)
    gateway.retry_charge(reference, date(2026, 3, 22))

    assert {"PATCH /cob", "PATCH /cobv", "PATCH /cobr", "GET /cob", "GET /cobv", "GET /cobr", "POST /cobr"} == set(judge.calls)
    assert judge.violations == []


def test_money_that_came_and_goes_back(gateway: BacenPixGateway, judge: Judge) -> None:
    with pytest.raises(PermanentFailure, match="not as promised"):  # the rows of the standard's own example are none
        gateway.list_changes("", clock.now() - timedelta(days=2))
    gateway.refund(Reference("r", Kind.PIX), E2E, Money(500), "a-refund-of-ours")

    assert judge.calls == ["GET /pix", "PUT /pix"]
    assert judge.violations == []


def test_the_addresses_of_callbacks(gateway: BacenPixGateway, judge: Judge) -> None:
    gateway.configure_webhook("https://pix.example.com/hooks/7")

    assert judge.calls == ["PUT /webhook", "PUT /webhookrec", "PUT /webhookcobr"]
    assert judge.violations == []


def test_recurrences_of_each_journey(gateway: BacenPixGateway, judge: Judge) -> None:
    plain = RecurrenceOffer("C-1001", PAYER, "Internet 300 Mega", date(2026, 3, 20), amount=Money(11990))
    for offer in (
        plain,
        replace(plain, amount=None, floor=Money(5000), journey=4, ends_on=date(2027, 3, 20), allows_retry=False),
        replace(plain, journey=3, first_reference=pix().reference),
    ):
        assert gateway.create_recurrence(offer).id_rec
    gateway.cancel_recurrence(ID_REC)

    assert set(judge.calls) == {"GET /rec", "POST /locrec", "POST /rec", "PATCH /rec"}
    assert judge.violations == []


def test_prism_would_have_said_so(gateway: BacenPixGateway, judge: Judge) -> None:
    with pytest.raises(Exception, match="400"):
        gateway._client.put_charge("cob", pix().reference, {"calendario": {"expiracao": 60}, "valor": {"original": 119.9}})

    assert len(judge.violations) >= 2  # an amount that is a number, and no key
