"""One of everything that a page can show, and the path of every page that shows it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from malha.backoffice.models import SavedView
from malha.billing.data import AgreementData, ReceiptData
from malha.billing.models import Charge, ParkedContract
from malha.cashbook.data import TransferData
from malha.cashbook.services import closings, entries, transfers
from malha.contracts.models import ContractDocument
from malha.contracts.services import templates
from malha.core import clock
from malha.core.history import SYSTEM
from malha.core.models import Holiday
from malha.customers.data import PhoneData
from malha.customers.models import CustomerGroup
from malha.customers.services import attachments, notes
from malha.domain.money import Money
from malha.journeys import charge_changes, settlement, termination
from malha.network.models import AddressPool, Divergence, RouterCommand, Session, SyncRun
from malha.staff import tokens
from malha.staff.models import LoginAttempt, User, UserSession
from tests import billing_make, cashbook_make, dunning_make, gateways_make, make
from tests.backoffice.walk import Place, places

QUERIES = {"customer_new_check": "?campo=customer-name", "search": "?q=rosa", "login": "?dialogo=1"}
TEXT = "<p>Contrato de {{cliente_nome}}</p>"


@dataclass
class World:
    """Someone in charge, and the keys by which pages find things."""

    admin: User
    keys: dict[str, dict[str, Any]]
    queries: dict[str, str]

    def client(self, **options: Any) -> Client:
        """Logged in as that person."""
        client = Client(**options)
        client.force_login(self.admin)
        return client

    def path(self, place: Place) -> str:
        """The page with something on it. Raises KeyError for a page whose parameters nobody explained."""
        name = place.name.split(":")[-1]
        if not place.has_parameters:
            return place.path() + self.queries.get(name, "")
        for start, values in sorted(self.keys.items(), key=lambda row: -len(row[0])):
            if name.startswith(start):
                return place.path(**{key: str(value) for key, value in values.items()})
        raise KeyError(f"say in tests/security/world.py what {place.name} shows")


def body_of(answer: Any) -> bytes:
    """Everything an answer holds, its file closed."""
    if not answer.streaming:
        return bytes(answer.content)
    body = b"".join(answer.streaming_content)
    return body


def everything() -> World:
    """Through services where there are some. Keys of different things differ, so that no page gets by with the wrong one."""
    make.company()
    admin = make.user(username="chefe", name="Chefe")
    _spread()
    group = CustomerGroup.objects.create(name="Condomínio Serra")
    customer = make.customer(
        group_id=group.pk,
        notes="Cão no quintal",
        tags=("vip",),
        seller_id=admin.pk,
        phones=(PhoneData(number="(35) 98800-0204", owner="Rosa"),),
    )
    note = notes.add(customer=customer, text="Ligar de tarde", is_pinned=True, actor=admin.actor(None))
    notes.set_alert(customer=customer, text="Cliente antigo", actor=admin.actor(None))
    file = attachments.add(customer=customer, file=SimpleUploadedFile("rg.txt", b"texto"), actor=admin.actor(None))
    template = templates.create(name="Contrato padrão", kind="CONTRACT", body=TEXT, actor=SYSTEM)
    plan, router = make.plan(description="Fibra", pool_v4="pool-1"), make.router()
    contract = make.contract(customer, (plan,), template_id=template.pk)
    access = make.access(contract, router=router, plan=plan, equipment="ONU", notes="sala", onu_serial="ABCD12345678")
    document = _document(contract, template)
    pool = AddressPool.objects.create(router=router, name="pool-1", ranges="100.64.0.2-100.64.0.254")
    divergence = _network(router, access)
    _around()
    view = SavedView.objects.create(user=admin, page="customers", name="Meus", query="?q=a")
    token, _secret = tokens.create(name="Site", scopes=["customers:read"], by=admin, actor=SYSTEM)
    other = make.user("SALES", username="vendas")
    session = UserSession.objects.create(
        user=admin, session_key="outra", started_at=clock.now(), seen_at=clock.now(), ip="203.0.113.8", user_agent="x"
    )
    of_customer = {"number": customer.number}
    return World(
        admin,
        {
            "customers_choose": {"name": "plano"},
            "customers_forget_view": {"pk": view.pk},
            "customer": of_customer,
            "report": {"slug": "recebimentos"},
            "access": {**of_customer, "pk": access.pk},
            "contract": {**of_customer, "pk": contract.number},
            "contract_document": {**of_customer, "pk": document.pk},
            "attachment": {**of_customer, "pk": file.pk},
            "note": {**of_customer, "pk": note.pk},
            "plan": {"pk": plan.pk},
            "router": {"pk": router.pk, "pool": pool.pk},
            "divergence": {"pk": divergence.pk},
            "template": {"pk": template.pk, "number": 1},
            "token": {"pk": token.pk},
            "user": {"pk": other.pk},
            "end_session": {"session_id": session.pk},
            **_charges(customer, contract),
            **_late(),
            **_cash(),
            **_gateways(),
        },
        {**QUERIES, "connection_disconnect": f"?servidor={router.pk}&login={access.username}"},
    )


def _gateways() -> dict[str, dict[str, Any]]:
    refused = gateways_make.refused()
    return {
        "gateway": {"pk": refused.account_id},
        "gateway_new": {"adapter": "sandbox"},
        "gateway_error_retry": {"pk": refused.pk},
    }


def _document(contract: Any, template: Any) -> ContractDocument:
    version = templates.latest_version(template)
    document = ContractDocument.objects.create(contract=contract, version=version, body=TEXT, made_at=clock.now())
    document.file.save("contrato.pdf", ContentFile(b"%PDF-1.7"))
    return document


def _charges(customer: Any, contract: Any) -> dict[str, dict[str, Any]]:
    """Charges open, paid, late, replaced, cancelled, of a carnê and of an agreement; a payment; a parked contract."""
    charge = billing_make.charge(customer, notes="Portão azul", contract_id=contract.pk)
    late, paid, other = (billing_make.charge(customer, "50,00") for _ in range(3))
    Charge.objects.filter(pk=late.pk).update(due_date=clock.today() - timedelta(days=9), contested_on=clock.today())
    data = ReceiptData(value=Money(5000), paid_on=clock.today(), form="PIX", place="Balcão", note="troco")
    payment = settlement.settle(customer=customer, charge_ids=[paid.pk], data=data, actor=SYSTEM)
    charge_changes.cancel(charge=other, reason="em dobro", actor=SYSTEM)
    booklet = billing_make.charge(customer, "90,00", installments=3).booklet
    agreed = billing_make.charge(customer, "70,00")
    agreement = AgreementData(charge_ids=(agreed.pk,), first_due=clock.today(), installments=2, note="por telefone")
    charge_changes.agree(customer=customer, data=agreement, actor=SYSTEM)
    parked = ParkedContract.objects.create(
        contract=contract, reason="CATCH_UP", words="12 meses", waiting_periods=12, parked_at=clock.now()
    )
    return {
        "charges_choose": {"name": "meio"},
        "charge": {"number": charge.number},
        "charge_new": {"number": customer.number},
        "agreement": {"number": customer.number},
        "receipt": {"number": payment.number},
        "booklet": {"number": booklet.number if booklet else 0},
        "parked": {"pk": parked.pk},
    }


def _late() -> dict[str, dict[str, Any]]:
    """Somebody blocked for so long that the end of the contract is proposed, with a notice delivered and one that waits."""
    due, noticed, blocked = date(2025, 12, 10), date(2025, 12, 15), date(2025, 12, 30)
    contract = dunning_make.late("Valter Longe", due=due, notice=noticed)
    dunning_make.run(blocked)
    termination.prepare(contract_ids=[contract.pk], actor=SYSTEM)
    return {"termination": {"number": contract.number}}


def _cash() -> dict[str, dict[str, Any]]:
    """A book with every kind of entry, a closed day, bills in every state."""
    till, bank = cashbook_make.default(), cashbook_make.account("Banco")
    category = cashbook_make.category("Energia")
    entry = cashbook_make.entry("-10,00", category_id=category.pk)
    entries.record_payment(payment=cashbook_make.payment(), actor=SYSTEM)
    move = TransferData(from_account_id=till.pk, to_account_id=bank.pk, amount=Money(100), date=cashbook_make.TODAY)
    transfers.make(data=move, actor=SYSTEM)
    closing = closings.close(account=bank, day=cashbook_make.TODAY, counted=Money(100), note="confere", actor=SYSTEM)
    supplier = cashbook_make.supplier(pix_key="a@exemplo.com.br", notes="Torre")
    cashbook_make.payable(installments=2)
    payable = cashbook_make.payable(supplier_id=supplier.pk, category_id=category.pk, note="Torre", barcode="836", recurrence="MONTHLY")
    return {
        "cash_account": {"pk": till.pk},
        "cash_category": {"pk": category.pk},
        "cash_entry": {"pk": entry.pk},
        "cash_closing": {"pk": closing.pk},
        "payable": {"pk": payable.pk},
        "supplier": {"pk": supplier.pk},
    }


def _around() -> None:
    LoginAttempt.objects.create(at=clock.now(), username="alguem", ip="203.0.113.7", succeeded=False)
    Holiday.objects.create(date="2026-08-06", name="Aniversário da cidade")


def _network(router: Any, access: Any) -> Divergence:
    now = clock.now()
    Session.objects.create(
        router=router, access=access, method="PPPOE", username=access.username, address="100.64.0.9", mac="AA:BB:CC:00:11:22",
        started_at=now - timedelta(hours=3), read_at=now,
    )  # fmt: skip
    SyncRun.objects.create(router=router, cause="due", started_at=now, outcome="refusals", refusals=["failure: no"], words="palavras")
    RouterCommand.objects.create(
        router=router, access=access, verb="disconnect", asked_at=now, asked_by="Chefe", finished_at=now, outcome="ok", words="x"
    )
    Divergence.objects.create(
        router=router, access=access, kind="DIFFERENT", table="ppp/secret", name=access.username, field="profile", wanted="a", found="b",
        since=now, seen_at=now,
    )  # fmt: skip
    return Divergence.objects.create(
        router=router, kind="STRANGER", table="ppp/secret", name="forasteiro", found="FIBRA", fields={"profile": "FIBRA"},
        since=now, seen_at=now,
    )  # fmt: skip


def pages() -> list[Place]:
    """All URLs of the staff's door."""
    return places()


def _spread() -> None:
    """Let the numbers of each table begin elsewhere."""
    for offset, make_one in enumerate((make.plan, make.router, make.customer), start=1):
        for _ in range(offset * 2):
            make_one()
