"""Charges of the own API and of bank files: registered, changed, cancelled, expired."""

import datetime
import json
import re
import uuid
from typing import Any

from sandbox.bank import codes, file_log
from sandbox.bank.books import OPEN, Account, Bank, Charge, Doc, letters
from sandbox.bank.errors import Refused
from sandbox.bank.faults import Faults
from sandbox.bank.recurrences import Recurrences
from sandbox.bank.views import charge_view
from sandbox.bank.webhooks import Webhooks

KINDS = ("BOLEPIX", "BOLETO", "PIX")
JOURNEYS = ("J3", "J4", "AUTO")
MOST_CENTS = 9_999_999_999
REFERENCE = re.compile(r"[\x21-\x7e]{1,40}")


class Clerk:
    """Keeps the charges."""

    def __init__(self, bank: Bank, faults: Faults, webhooks: Webhooks, recurrences: Recurrences) -> None:
        self.bank = bank
        self.faults = faults
        self.webhooks = webhooks
        self.recurrences = recurrences
        self.pending: dict[tuple[str, str], Charge] = {}

    def register(self, account: Account, reference: str, body: dict[str, Any]) -> tuple[Charge, bool]:
        """Register once; the same content again gives the same charge. Returns the charge and whether it is new. Raises Refused."""
        content = json.dumps(body, sort_keys=True, ensure_ascii=False)
        existing = account.charges.get(reference)
        if existing is not None:
            if existing.content != content:
                raise Refused(409, "conflict", "Já existe uma cobrança diferente com esta referência.", "reference")
            return existing, False
        charge = read_charge(account, reference, body, content)
        charge.recurrence = self._recurrence(account, charge, body.get("recurrence"))
        charge.created_at = self.bank.clock.stamp()
        if self.faults.use("reject_next"):
            charge.status, charge.reason = "REJECTED", {"code": "rejected_by_bank", "message": "Título recusado pela câmara de registro."}
            account.keep(charge)
            self.tell(charge, "rejected")
        elif self.faults.pending_hold or self.faults.pending_seconds:
            charge.registers_at = 0.0 if self.faults.pending_hold else self.bank.clock.now().timestamp() + self.faults.pending_seconds
            self.pending[(account.name, reference)] = account.keep(charge)
        else:
            self.confirm(charge)
        return charge, True

    def confirm(self, charge: Charge) -> None:
        """The clearing house took the charge: it has its codes now and can be paid."""
        account = self.bank.account(charge.account)
        charge.status, charge.registers_at = "REGISTERED", 0.0
        if charge.has_boleto:
            charge.nosso_numero = charge.nosso_numero or f"{account.take('next_number'):013d}"
        if charge.kind in ("PIX", "BOLEPIX"):
            charge.txid = charge.txid or uuid.uuid4().hex
            charge.pix_token = uuid.uuid4().hex
        self.set_codes(account, charge)
        account.keep(charge)
        self.tell(charge, "registered")

    def reject(self, charge: Charge, code: str, message: str) -> None:
        """The clearing house did not take it."""
        charge.status, charge.reason = "REJECTED", {"code": code, "message": message}
        self.bank.account(charge.account).keep(charge)
        self.tell(charge, "rejected")

    def set_codes(self, account: Account, charge: Charge) -> None:
        """Barcode, linha digitável and copia-e-cola for what the charge says now. Titles of files have the barcode of their own bank."""
        if charge.has_boleto and charge.file is None:
            field = codes.free_field(account.number, charge.nosso_numero)
            charge.codigo_barras = codes.barcode(codes.BANK, charge.due, charge.amount_cents, field)
            charge.linha_digitavel = codes.typeable(charge.codigo_barras)
        if charge.pix_token:
            url = f"{self.bank.host}/qr/v2/cobv/{charge.pix_token}"
            recurrence = self.recurrences.location_of(account, charge.recurrence)
            charge.pix_copia_e_cola = codes.br_code(account.title, "Sao Paulo", url, recurrence)

    def change(self, account: Account, reference: str, body: dict[str, Any]) -> Charge:
        """New due date or amount while open. Raises Refused."""
        charge = self.get(account, reference)
        if charge.status not in OPEN:
            raise Refused(409, "not_open", "A cobrança não está mais aberta.")
        due = read_day(body, "due_date", charge.due_date)
        amount = read_cents(body, "amount_cents", charge.amount_cents)
        if strange := set(body) - {"due_date", "amount_cents"}:
            raise Refused(422, "field_unknown", "Só o vencimento e o valor podem mudar.", min(strange))
        charge.due_date, charge.amount_cents = due, amount
        self.set_codes(account, charge)
        return account.keep(charge)

    def cancel(self, account: Account, reference: str) -> Charge:
        """Cancel; again is harmless. Raises Refused when paid."""
        charge = self.get(account, reference)
        if charge.status == "PAID":
            raise Refused(409, "already_paid", "A cobrança já foi paga.")
        if charge.status in OPEN or charge.status == "EXPIRED":
            charge.status = "CANCELLED"
            account.keep(charge)
            self.tell(charge, "cancelled")
        return charge

    def refund(self, account: Account, reference: str, body: dict[str, Any]) -> Charge:
        """Give money back, once per id. Raises Refused."""
        charge = self.get(account, reference)
        number, cents = str(body.get("id", "")), read_cents(body, "cents", None)
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,40}", number):
            raise Refused(422, "id_invalid", "Informe o id da devolução.", "id")
        for each in charge.refunds:
            if each["id"] == number:
                if each["cents"] != cents:
                    raise Refused(409, "conflict", "Já existe uma devolução diferente com este id.", "id")
                return charge
        left = sum(each["cents"] for each in charge.payments) - sum(each["cents"] for each in charge.refunds)
        if cents > left:
            raise Refused(422, "refund_too_large", "A devolução passa do valor recebido.", "cents")
        charge.refunds.append({"id": number, "cents": cents, "refunded_at": self.bank.clock.stamp(), "status": "DONE"})
        account.keep(charge)
        self.webhooks.emit(account, "charge.refunded", {"charge": charge_view(self.bank, charge)})
        return charge

    def get(self, account: Account, reference: str) -> Charge:
        """Raises Refused when there is none."""
        charge = account.charges.get(reference)
        if charge is None:
            raise Refused(404, "not_found", "Cobrança não encontrada.")
        return charge

    def expire(self, charge: Charge) -> None:
        """Too late to pay."""
        charge.status = "EXPIRED"
        self.bank.account(charge.account).keep(charge)
        self.tell(charge, "expired")

    def tell(self, charge: Charge, what: str) -> None:
        """Notice to the webhook, line for the next bank file."""
        account = self.bank.account(charge.account)
        if charge.file is None:
            self.webhooks.emit(account, f"charge.{what}", {"charge": charge_view(self.bank, charge)})
        else:
            file_log.note(self.bank, charge, what)

    def age(self) -> None:
        """What time does to charges: unpaid ones expire."""
        today = self.bank.clock.today()
        for charge in list(self.bank.all_charges()):
            if charge.status == "REGISTERED" and (today - charge.due).days > charge.accept_days_after_due:
                self.expire(charge)

    def arrive(self, everything: bool = False) -> int:
        """Registrations whose time has come, or all that wait. Returns how many."""
        now, count = self.bank.clock.now().timestamp(), 0
        for key, charge in list(self.pending.items()):
            if charge.status != "PENDING":
                del self.pending[key]
            elif everything or 0 < charge.registers_at <= now:
                del self.pending[key]
                self.confirm(charge)
                count += 1
        return count

    def _recurrence(self, account: Account, charge: Charge, wanted: Any) -> Doc | None:
        if not wanted:
            return None
        given = wanted if isinstance(wanted, dict) else {}
        journey, id_rec = given.get("journey"), str(given.get("id_rec") or "")
        if journey not in JOURNEYS:
            raise Refused(422, "journey_invalid", "A jornada deve ser J3, J4 ou AUTO.", "recurrence.journey")
        if not charge.kind.endswith("PIX"):
            raise Refused(422, "kind_invalid", "Pix Automático pede uma cobrança com Pix.", "kind")
        if id_rec and id_rec not in account.docs["rec"]:
            raise Refused(422, "recurrence_unknown", "Recorrência não encontrada.", "recurrence.id_rec")
        if not id_rec:
            id_rec = self.recurrences.from_charge(account, charge)["idRec"]
        return {"journey": journey, "id_rec": id_rec}


def read_charge(account: Account, reference: str, body: dict[str, Any], content: str) -> Charge:
    """A charge out of the body of PUT. Raises Refused."""
    if not REFERENCE.fullmatch(reference) or "/" in reference:
        raise Refused(422, "reference_invalid", "A referência tem de 1 a 40 caracteres sem espaço.", "reference")
    kind = body.get("kind", "BOLEPIX")
    if kind not in KINDS:
        raise Refused(422, "kind_invalid", "O tipo deve ser BOLEPIX, BOLETO ou PIX.", "kind")
    discount = read_cents(body, "discount_cents", 0, least=0)
    amount = read_cents(body, "amount_cents", None)
    if discount >= amount:
        raise Refused(422, "discount_invalid", "O desconto deve ser menor que o valor.", "discount_cents")
    return Charge(
        id=letters(16),
        account=account.name,
        reference=reference,
        kind=kind,
        content=content,
        amount_cents=amount,
        due_date=read_day(body, "due_date", None),
        payer=read_payer(body.get("payer")),
        issued_on=read_day(body, "issued_on", "") if body.get("issued_on") else "",
        description=str(body.get("description") or ""),
        fine_basis_points=read_cents(body, "fine_basis_points", 0, least=0),
        interest_basis_points=read_cents(body, "interest_basis_points", 0, least=0),
        discount_cents=discount,
        discount_until=read_day(body, "discount_until", "") if body.get("discount_until") else None,
        accept_days_after_due=read_cents(body, "accept_days_after_due", 90, least=0),
    )


def read_payer(given: Any) -> dict[str, str]:
    """Who pays. Raises Refused."""
    payer = {str(name): str(value or "") for name, value in given.items()} if isinstance(given, dict) else {}
    if not payer.get("name", "").strip():
        raise Refused(422, "payer_name_missing", "Informe o nome do pagador.", "payer.name")
    document = payer.get("document", "")
    if not codes.document_is_valid(document):
        word = "CNPJ" if len(document) == 14 else "CPF"
        raise Refused(422, "payer_document_invalid", f"{word} do pagador inválido", "payer.document")
    return payer


def read_cents(body: dict[str, Any], name: str, default: int | None, least: int = 1) -> int:
    """A whole number. Raises Refused."""
    value = body.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= MOST_CENTS:
        code = "amount_invalid" if name in ("amount_cents", "cents") else f"{name}_invalid"
        raise Refused(422, code, "O valor deve ser um número inteiro de centavos maior que zero.", name)
    return value


def read_day(body: dict[str, Any], name: str, default: str | None) -> str:
    """A day. Raises Refused."""
    value = body.get(name, default)
    try:
        day = datetime.date.fromisoformat(value if isinstance(value, str) and len(value) == 10 else "")
    except ValueError as problem:
        raise Refused(422, f"{name}_invalid", "Data inválida; use AAAA-MM-DD.", name) from problem
    if not 2000 <= day.year <= 2060:
        raise Refused(422, f"{name}_invalid", "Data fora do que um boleto conhece.", name)
    return day.isoformat()
