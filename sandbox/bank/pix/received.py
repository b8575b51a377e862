"""Pix received and given back."""

import datetime
import re
from collections.abc import Iterator

from sandbox.bank.books import ISPB, Account, Bank, Doc, letters
from sandbox.bank.errors import Problem
from sandbox.bank.faults import Faults
from sandbox.bank.http import Request, Response, as_json
from sandbox.bank.pix.checks import Check
from sandbox.bank.pix.lists import listed
from sandbox.bank.recurrences import cents_of
from sandbox.bank.routes import Action
from sandbox.bank.webhooks import Webhooks

DAYS = 90


class Received:
    """The Pix of an account."""

    def __init__(self, bank: Bank, faults: Faults, webhooks: Webhooks) -> None:
        self.bank = bank
        self.faults = faults
        self.webhooks = webhooks

    def routes(self) -> Iterator[tuple[str, str, Action]]:
        """Paths and functions."""
        yield "GET", "/pix", self.list
        yield "GET", "/pix/{e2eid}", self.get
        yield "PUT", "/pix/{e2eid}/devolucao/{number}", self.give_back
        yield "GET", "/pix/{e2eid}/devolucao/{number}", self.get_return

    def list(self, account: Account, request: Request) -> Response:
        """Many."""
        parameters, docs = listed(request, account.docs["pix"].values(), "PixConsultaInvalida", "horario")
        return as_json({"parametros": parameters, "pix": docs})

    def get(self, account: Account, request: Request, e2eid: str) -> Response:
        """One."""
        return as_json(self._known(account, e2eid))

    def give_back(self, account: Account, request: Request, e2eid: str, number: str) -> Response:
        """A devolução, once per id; the same again gives the same."""
        pix, body, wrong = self._known(account, e2eid), request.json(), "PixDevolucaoInvalida"
        if not re.fullmatch(r"[a-zA-Z0-9]{1,35}", number):
            raise Problem(400, wrong, "O id não respeita o schema.", [("De 1 a 35 letras e algarismos.", "id", number)])
        check = Check(body, "devolucao")
        check.need("valor")
        check.amount("valor")
        check.text("descricao", 140)
        check.done(wrong, "A devolução não respeita o schema.")
        existing = self._find(pix, number)
        if existing:
            if existing["valor"] != body["valor"]:
                raise Problem(400, wrong, "Este id já foi utilizado por outra devolução deste Pix.")
            return as_json(existing, 201)
        given = sum(cents_of(each["valor"]) or 0 for each in pix.get("devolucoes", []) if each["status"] != "NAO_REALIZADO")
        if given + (cents_of(body["valor"]) or 0) > (cents_of(pix["valor"]) or 0):
            reason = "A devolução, somada às anteriores, excederia o valor do Pix."
            raise Problem(400, wrong, reason, [(reason, "devolucao.valor", body["valor"])])
        if self.bank.clock.now() - datetime.datetime.fromisoformat(pix["horario"]) > datetime.timedelta(days=DAYS):
            raise Problem(400, wrong, "Passaram mais de 90 dias desde o Pix.")
        doc: Doc = {
            "id": number,
            "rtrId": f"D{ISPB}{self.bank.clock.now():%Y%m%d%H%M}{letters(11)}",
            "valor": body["valor"],
            "horario": {"solicitacao": self.bank.clock.stamp()},
            "status": "EM_PROCESSAMENTO",
        }
        pix.setdefault("devolucoes", []).append(doc)
        account.put("pix", e2eid, pix)
        response = as_json(doc, 201)
        if not self.faults.devolucao_hold:
            self.settle(account, pix, doc, "DEVOLVIDO")
        return response

    def settle(self, account: Account, pix: Doc, doc: Doc, status: str) -> None:
        """The devolução reaches its end; the webhook is told."""
        doc["status"] = status
        if status == "DEVOLVIDO":
            doc["horario"]["liquidacao"] = self.bank.clock.stamp()
        else:
            doc["motivo"] = "Conta do pagador encerrada"
        account.put("pix", pix["endToEndId"], pix)
        hook = account.docs["webhook"].get(pix["chave"])
        if hook:
            self.webhooks.call_back(account, hook["webhookUrl"], "pix", {"pix": [pix]})

    def get_return(self, account: Account, request: Request, e2eid: str, number: str) -> Response:
        """One devolução."""
        doc = self._find(self._known(account, e2eid), number)
        if doc is None:
            raise Problem(404, "PixDevolucaoNaoEncontrada", "Devolução não encontrada.")
        return as_json(doc)

    @staticmethod
    def _find(pix: Doc, number: str) -> Doc | None:
        return next((each for each in pix.get("devolucoes", []) if each["id"] == number), None)

    @staticmethod
    def _known(account: Account, e2eid: str) -> Doc:
        pix = account.docs["pix"].get(e2eid)
        if pix is None:
            raise Problem(404, "PixNaoEncontrado", "Pix não encontrado para o e2eid informado.")
        return pix
