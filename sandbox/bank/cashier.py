"""Money comes in: charges of the own API, titles of files, cob, cobv and cobr of the Pix API."""

from sandbox.bank import file_log
from sandbox.bank.books import OPEN, Account, Bank, Charge, Doc, letters
from sandbox.bank.clerk import Clerk
from sandbox.bank.errors import Refused
from sandbox.bank.faults import Faults
from sandbox.bank.late import owed, split
from sandbox.bank.pix import debit, value
from sandbox.bank.recurrences import Recurrences, amount_of, cents_of
from sandbox.bank.views import charge_view
from sandbox.bank.webhooks import Webhooks

FEES = {"PIX": 90, "BOLETO": 190}


class Cashier:
    """Takes payments."""

    def __init__(self, bank: Bank, faults: Faults, webhooks: Webhooks, recurrences: Recurrences, clerk: Clerk) -> None:
        self.bank = bank
        self.faults = faults
        self.webhooks = webhooks
        self.recurrences = recurrences
        self.clerk = clerk

    def pay_charge(self, charge: Charge, cents: int | None = None, channel: str = "", consent: bool | None = None) -> Doc:
        """Take a payment: without `cents` what is owed today. A charge may be paid again and, if control allows, after cancellation.

        Raises Refused.
        """
        channel = channel or ("PIX" if charge.has_pix else "BOLETO")
        if channel not in FEES or (channel == "PIX" and not charge.has_pix) or (channel == "BOLETO" and not charge.has_boleto):
            raise Refused(422, "channel_invalid", "Esta cobrança não pode ser paga por este meio.", "channel")
        if charge.status in ("PENDING", "REJECTED"):
            raise Refused(409, "not_registered", "A cobrança ainda não está registrada.")
        was_open = charge.status in OPEN
        if charge.status in ("CANCELLED", "EXPIRED") and not self.faults.pay_cancelled:
            raise Refused(409, "not_open", "A cobrança foi cancelada ou expirou.")
        asked = owed(charge, self.bank.clock.today())
        cents = asked.total if cents is None else cents
        if cents <= 0:
            raise Refused(422, "amount_invalid", "O valor pago deve ser maior que zero.", "cents")
        parts, fee = split(asked, cents), FEES[channel]
        payment = {
            "id": f"pay_{letters(16)}",
            "cents": cents,
            "paid_at": self.bank.clock.stamp(),
            "paid_on": self.bank.clock.today().isoformat(),
            "channel": channel,
            "end_to_end_id": self.bank.end_to_end_id() if channel == "PIX" else None,
            "fine_cents": parts.fine,
            "interest_cents": parts.interest,
            "discount_cents": parts.discount,
            "fee_cents": fee,
            "net_cents": cents - fee,
        }
        charge.payments.append(payment)
        charge.status = "PAID"
        account = self.bank.account(charge.account)
        account.keep(charge)
        if charge.file is not None:
            file_log.note(self.bank, charge, "paid" if was_open else "paid_late", payment)
        else:
            self.webhooks.emit(account, "charge.paid", {"charge": charge_view(self.bank, charge)})
        if charge.recurrence:
            self._consent(account, charge.recurrence["id_rec"], charge.recurrence["journey"], charge.txid, consent)
        return payment

    def _consent(self, account: Account, id_rec: str, journey: str, txid: str, consent: bool | None) -> None:
        """Paying the first charge of journey 3 is the consent; in journey 4 the payer may say yes."""
        rec = account.docs["rec"].get(id_rec)
        if rec and (journey == "J3" or (journey == "J4" and consent)):
            self.recurrences.decide(account, rec, "APROVADA", f"JORNADA_{journey[1]}", txid)

    def pay_pix(self, account: Account, kind: str, doc: Doc, cents: int | None = None, consent: bool | None = None) -> Doc:
        """Take a Pix for a cob or cobv. Raises Refused."""
        if doc["status"] != "ATIVA" and not self.faults.pay_cancelled:
            raise Refused(409, "not_open", "A cobrança não está ativa.")
        parts = value.owed(doc, kind, self.bank.clock.today())
        cents = parts.total if cents is None else cents
        if cents <= 0:
            raise Refused(422, "amount_invalid", "O valor pago deve ser maior que zero.", "cents")
        pix = self.receive(account, doc["txid"], cents, doc["chave"], value.components(parts) if cents == parts.total else {})
        doc.setdefault("pix", []).append(pix)
        doc["status"] = "CONCLUIDA"
        account.put(kind, doc["txid"], doc)
        self.call_back(account, pix)
        for rec in list(account.docs["rec"].values()):
            wanted = rec.get("ativacao", {}).get("dadosJornada", {}).get("txid")
            if kind == "cob" and wanted == doc["txid"]:
                self.recurrences.decide(account, rec, "APROVADA", "JORNADA_3", doc["txid"])
            elif kind == "cobv" and consent and rec["idRec"] in doc.get("recs", []):
                self.recurrences.decide(account, rec, "APROVADA", "JORNADA_4")
        return pix

    def receive(self, account: Account, txid: str, cents: int, key: str, components: Doc) -> Doc:
        """A Pix in the books."""
        pix: Doc = {
            "endToEndId": self.bank.end_to_end_id(),
            "txid": txid,
            "valor": amount_of(cents),
            "chave": key,
            "horario": self.bank.clock.stamp(),
        }
        if components:
            pix["componentesValor"] = components
        return account.put("pix", pix["endToEndId"], pix)

    def call_back(self, account: Account, pix: Doc) -> None:
        """Tell the webhook of the key."""
        hook = account.docs["webhook"].get(pix["chave"])
        if hook:
            self.webhooks.call_back(account, hook["webhookUrl"], "pix", {"pix": [pix]})

    def collect(self, account: Account, doc: Doc, failing: str = "") -> None:
        """The payer's bank answers for the running attempt of a cobr: paid, or failing with a code."""
        if not debit.running(doc) or doc["status"] not in ("CRIADA", "ATIVA"):
            return
        if failing:
            debit.fail(self.bank, account, doc, failing)
        else:
            pix = self.receive(account, doc["txid"], cents_of(doc["valor"]["original"]) or 0, "", {})
            debit.succeed(self.bank, doc, pix)
        account.put("cobr", doc["txid"], doc)
        debit.tell(self.webhooks, account, doc)

    def age(self) -> None:
        """What time does: automatic debits fall due, authorizations and charges end."""
        self.clerk.age()
        today = self.bank.clock.today().isoformat()
        for account in list(self.bank.accounts.values()):
            for charge in list(account.charges.values()):
                if charge.status == "REGISTERED" and charge.recurrence and charge.recurrence["journey"] == "AUTO":
                    rec = account.docs["rec"].get(charge.recurrence["id_rec"], {})
                    if charge.due_date <= today and rec.get("status") == "APROVADA" and not self.faults.pix_fails:
                        self.pay_charge(charge, channel="PIX")
            for doc in list(account.docs["cobr"].values()):
                attempt = debit.running(doc)
                if attempt and attempt["dataLiquidacao"] <= today:
                    self.collect(account, doc, self.faults.pix_fails or debit.refusal(account, doc))
            for rec in list(account.docs["rec"].values()):
                if rec["calendario"].get("dataFinal", "9999") < today:
                    self.recurrences.decide(account, rec, "EXPIRADA")
            for request in list(account.docs["solicrec"].values()):
                debit.expire_request(self.bank, account, request)
