"""loc and locrec: places where payloads are fetched."""

import uuid
from collections.abc import Iterator

from sandbox.bank.books import Account, Bank, Doc
from sandbox.bank.errors import Problem
from sandbox.bank.http import Request, Response, as_json
from sandbox.bank.pix.lists import listed
from sandbox.bank.recurrences import Recurrences
from sandbox.bank.routes import Action


class Locations:
    """Of charges and of recurrences."""

    def __init__(self, bank: Bank, recurrences: Recurrences) -> None:
        self.bank = bank
        self.recurrences = recurrences

    def routes(self) -> Iterator[tuple[str, str, Action]]:
        """Paths and functions."""
        yield "POST", "/loc", self.post
        yield "GET", "/loc", self.list
        yield "GET", "/loc/{number}", self.get
        yield "DELETE", "/loc/{number}/txid", self.free
        yield "POST", "/locrec", self.post_rec
        yield "GET", "/locrec", self.list_rec
        yield "GET", "/locrec/{number}", self.get_rec
        yield "DELETE", "/locrec/{number}/idRec", self.free_rec

    def new(self, account: Account, kind: str) -> Doc:
        """A place for a cob or cobv."""
        number, token = account.take("next_loc"), uuid.uuid4().hex
        path = "qr/v2/cobv" if kind == "cobv" else "qr/v2"
        doc = {"id": number, "location": f"{self.bank.host}/{path}/{token}", "tipoCob": kind, "criacao": self.bank.clock.stamp()}
        doc["token"] = token
        self.bank.index[token] = (account.name, "loc", str(number))
        return account.put("loc", str(number), doc)

    def take(self, account: Account, kind: str, txid: str, wanted: int | None, error: str) -> Doc:
        """Put a charge into a place, a new one if none is wanted. Raises Problem."""
        doc = self.new(account, kind) if wanted is None else account.docs["loc"].get(str(wanted))
        if doc is None:
            raise Problem(400, error, "Location inexistente.", [("O location referenciado por loc.id inexiste.", f"{kind}.loc.id", wanted)])
        if doc["tipoCob"] != kind:
            raise Problem(400, error, f"O location é do tipo {doc['tipoCob']}.", [("Tipo errado.", f"{kind}.loc.id", wanted)])
        if doc.get("txid") not in (None, txid):
            reason = "O location referenciado por loc.id já está sendo utilizado por outra cobrança."
            raise Problem(400, error, reason, [(reason, f"{kind}.loc.id", wanted)])
        doc["txid"] = txid
        return shown(account.put("loc", str(doc["id"]), doc))

    def post(self, account: Account, request: Request) -> Response:
        """A new place."""
        kind = request.json().get("tipoCob")
        if kind not in ("cob", "cobv"):
            reason = "O campo tipoCob não respeita o schema."
            raise Problem(400, "PayloadLocationOperacaoInvalida", reason, [(reason, "tipoCob", kind)])
        return as_json(shown(self.new(account, kind)), 201)

    def list(self, account: Account, request: Request) -> Response:
        """Many."""
        parameters, docs = listed(request, account.docs["loc"].values(), "PayloadLocationConsultaInvalida", "criacao")
        return as_json({"parametros": parameters, "loc": [shown(doc) for doc in docs]})

    def get(self, account: Account, request: Request, number: str) -> Response:
        """One."""
        return as_json(shown(self._known(account, "loc", number)))

    def free(self, account: Account, request: Request, number: str) -> Response:
        """Take the charge out."""
        doc = self._known(account, "loc", number)
        txid = doc.pop("txid", None)
        for kind in ("cob", "cobv"):
            charge = account.docs[kind].get(txid or "")
            if charge:
                for name in ("loc", "location", "pixCopiaECola"):
                    charge.pop(name, None)
                account.put(kind, charge["txid"], charge)
        return as_json(shown(account.put("loc", number, doc)))

    def post_rec(self, account: Account, request: Request) -> Response:
        """A new place for a recurrence."""
        return as_json(shown(self.recurrences.new_location(account)), 201)

    def list_rec(self, account: Account, request: Request) -> Response:
        """Many."""
        parameters, docs = listed(request, account.docs["locrec"].values(), "PayloadLocationRecConsultaInvalida", "criacao")
        return as_json({"parametros": parameters, "loc": [shown(doc) for doc in docs]})

    def get_rec(self, account: Account, request: Request, number: str) -> Response:
        """One."""
        return as_json(shown(self._known(account, "locrec", number)))

    def free_rec(self, account: Account, request: Request, number: str) -> Response:
        """Take the recurrence out."""
        doc = self._known(account, "locrec", number)
        rec = account.docs["rec"].get(doc.pop("idRec", ""))
        if rec:
            rec.pop("loc", None)
            account.put("rec", rec["idRec"], rec)
        return as_json(shown(account.put("locrec", number, doc)))

    @staticmethod
    def _known(account: Account, kind: str, number: str) -> Doc:
        doc = account.docs[kind].get(number)
        if doc is None:
            error = "PayloadLocationNaoEncontrado" if kind == "loc" else "PayloadLocationRecNaoEncontrado"
            raise Problem(404, error, "Location não encontrada para o id informado.")
        return doc


def shown(doc: Doc) -> Doc:
    """Without the token."""
    return {name: value for name, value in doc.items() if name != "token"}
