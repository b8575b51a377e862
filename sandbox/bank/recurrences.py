"""Pix Automático: authorizations (rec), one book for both APIs. Documents have the form of the Pix API."""

import datetime
import uuid
from typing import Any

from sandbox.bank.books import ISPB, Account, Bank, Charge, Doc, letters
from sandbox.bank.webhooks import Webhooks

STATUS = {"CRIADA": "created", "APROVADA": "approved", "REJEITADA": "rejected", "EXPIRADA": "expired", "CANCELADA": "cancelled"}
LIVE = ("CRIADA", "APROVADA")
CODES = {
    "SLCR": "Cancelada pelo recebedor", "SLDB": "Cancelada pelo pagador", "ACCL": "Conta do pagador encerrada",
    "CPCL": "Recebedor encerrado", "DCSD": "Pagador falecido", "FRUD": "Suspeita de fraude",
    "AP13": "Rejeitada pelo pagador", "AP14": "Rejeitada: pagador não reconhece o recebedor",
}  # fmt: skip


class Recurrences:
    """Keeps the authorizations."""

    def __init__(self, bank: Bank, webhooks: Webhooks) -> None:
        self.bank = bank
        self.webhooks = webhooks

    def new_id(self, retries: bool) -> str:
        """idRec: R, R or N, ISPB, day, 11 characters."""
        return f"R{'R' if retries else 'N'}{ISPB}{self.bank.clock.today():%Y%m%d}{letters(11)}"

    def create(self, account: Account, doc: Doc) -> Doc:
        """Keep a new authorization; `doc` has what the receiver said."""
        id_rec = self.new_id(doc.get("politicaRetentativa") == "PERMITE_3R_7D")
        now = self.bank.clock.stamp()
        journey: Doc = {"tipoJornada": "AGUARDANDO_DEFINICAO"}
        if txid := doc.get("ativacao", {}).get("dadosJornada", {}).get("txid"):
            journey["dadosJornada"] = {"txid": txid}
        whole = {
            "idRec": id_rec,
            **doc,
            "status": "CRIADA",
            "ativacao": journey,
            "atualizacao": [{"status": "CRIADA", "data": now}],
            "recebedor": {"cnpj": account.cnpj, "nome": account.title, **doc.get("recebedor", {})},
            "criacao": now,
        }
        self.bank.index[id_rec] = (account.name, "rec", id_rec)
        return account.put("rec", id_rec, whole)

    def new_location(self, account: Account) -> Doc:
        """A place for the payload of an authorization."""
        number, token = account.take("next_loc"), uuid.uuid4().hex
        doc = {"id": number, "location": f"{self.bank.host}/qr/v2/rec/{token}", "tipo": "rec", "criacao": self.bank.clock.stamp()}
        doc["token"] = token
        self.bank.index[token] = (account.name, "locrec", str(number))
        return account.put("locrec", str(number), doc)

    def from_charge(self, account: Account, charge: Charge) -> Doc:
        """An authorization made together with a charge of the own API: monthly, of any amount, retries allowed."""
        name = "cpf" if len(charge.payer["document"]) == 11 else "cnpj"
        doc: dict[str, Any] = {
            "vinculo": {
                "contrato": charge.reference[:35],
                "devedor": {name: charge.payer["document"], "nome": charge.payer["name"]},
                "objeto": charge.description[:35],
            },
            "calendario": {"dataInicial": charge.due_date, "periodicidade": "MENSAL"},
            "politicaRetentativa": "PERMITE_3R_7D",
        }
        return self.attach(account, self.create(account, doc), self.new_location(account))

    def attach(self, account: Account, rec: Doc, location: Doc) -> Doc:
        """Put an authorization into a location."""
        location["idRec"] = rec["idRec"]
        account.put("locrec", str(location["id"]), location)
        rec["loc"] = {name: value for name, value in location.items() if name != "token"}
        return account.put("rec", rec["idRec"], rec)

    def location_of(self, account: Account, recurrence: Doc | None) -> str:
        """Address for the composed QR, or empty. AUTO charges need no QR for the consent."""
        if not recurrence or recurrence["journey"] == "AUTO":
            return ""
        rec = account.docs["rec"].get(recurrence["id_rec"], {})
        return str(rec.get("loc", {}).get("location", ""))

    def decide(self, account: Account, rec: Doc, status: str, journey: str = "", txid: str = "", code: str = "", who: str = "") -> None:
        """Change the state of an authorization and tell. Nothing happens when it is over already, or is in that state."""
        if rec["status"] not in LIVE or rec["status"] == status:
            return
        rec["status"] = status
        rec["atualizacao"].append({"status": status, "data": self.bank.clock.stamp()})
        if status == "APROVADA":
            rec["ativacao"] = {
                "tipoJornada": journey or "JORNADA_2",
                **({"dadosJornada": {"txid": txid}} if journey == "JORNADA_3" else {}),
            }
            rec["pagador"] = {"ispbParticipante": "99999016", "codMun": "3550308", **_document(rec["vinculo"]["devedor"])}
            self._activate(account, rec["idRec"])
        elif status == "REJEITADA":
            rec["encerramento"] = {"rejeicao": {"codigo": code or "AP13", "descricao": CODES.get(code or "AP13", code)}}
        elif status == "CANCELADA":
            why = {"solicitante": who or "USUARIO_PAGADOR", "codigo": code or "SLDB", "descricao": CODES.get(code or "SLDB", code)}
            rec["encerramento"] = {"cancelamento": why}
        account.put("rec", rec["idRec"], rec)
        self.tell(account, rec)

    def _activate(self, account: Account, id_rec: str) -> None:
        for debit in account.docs["cobr"].values():
            if debit["idRec"] == id_rec and debit["status"] == "CRIADA":
                debit["status"] = "ATIVA"
                debit["atualizacao"].append({"status": "ATIVA", "data": self.bank.clock.stamp()})
                account.put("cobr", debit["txid"], debit)

    def tell(self, account: Account, rec: Doc) -> None:
        """To the webhook of recurrences, and to the own API's."""
        hook = account.docs["webhookrec"].get("")
        if hook:
            names = ("idRec", "status", "atualizacao", "encerramento", "ativacao")
            self.webhooks.call_back(account, hook["webhookUrl"], "rec", {"recs": [{name: rec[name] for name in names if name in rec}]})
        if account.settings["webhook_url"]:
            self.webhooks.emit(account, f"recurrence.{STATUS[rec['status']]}", {"recurrence": recurrence_view(rec)})


def recurrence_view(rec: Doc) -> Doc:
    """An authorization as the own API shows it."""
    ended = rec.get("encerramento", {}).get("cancelamento", {})
    kind = rec["ativacao"]["tipoJornada"]
    return {
        "id_rec": rec["idRec"],
        "reference": rec.get("reference", ""),
        "status": STATUS[rec["status"]].upper(),
        "journey": kind.replace("JORNADA_", "J") if kind.startswith("JORNADA") else None,
        "contract": rec["vinculo"]["contrato"],
        "payer": rec["vinculo"]["devedor"],
        "amount_cents": cents_of(rec.get("valor", {}).get("valorRec")),
        "minimum_cents": cents_of(rec.get("valor", {}).get("valorMinimoRecebedor")),
        "period": rec["calendario"]["periodicidade"],
        "first_on": rec["calendario"]["dataInicial"],
        "last_on": rec["calendario"].get("dataFinal"),
        "pix_copia_e_cola": rec.get("pixCopiaECola", ""),
        "ended_by": ended.get("solicitante"),
        "ended_code": ended.get("codigo") or rec.get("encerramento", {}).get("rejeicao", {}).get("codigo"),
        "retries": rec.get("politicaRetentativa") == "PERMITE_3R_7D",
    }


def cents_of(amount: str | None) -> int | None:
    """Whole cents of an amount like 12.34."""
    return int(amount.replace(".", "")) if amount else None


def amount_of(cents: int) -> str:
    """An amount like 12.34 of whole cents."""
    return f"{cents // 100}.{cents % 100:02d}"


def day_of(text: str) -> datetime.date:
    """YYYY-MM-DD as a date."""
    return datetime.date.fromisoformat(text)


def _document(person: Doc) -> Doc:
    return {name: person[name] for name in ("cpf", "cnpj") if name in person}
