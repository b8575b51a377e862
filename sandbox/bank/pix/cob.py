"""cob and cobv: immediate charges and charges with a due date."""

import datetime
from collections.abc import Iterator
from typing import Any

from sandbox.bank import codes
from sandbox.bank.books import Account, Bank, Doc, letters
from sandbox.bank.errors import Problem
from sandbox.bank.http import Request, Response, as_json
from sandbox.bank.pix.checks import TXID, Check
from sandbox.bank.pix.lists import listed
from sandbox.bank.pix.loc import Locations
from sandbox.bank.routes import Action

REMOVED = "REMOVIDA_PELO_USUARIO_RECEBEDOR"
GIVEN = ("calendario", "devedor", "valor", "chave", "solicitacaoPagador", "infoAdicionais")
NAMES = {"cob": ("CobOperacaoInvalida", "CobNaoEncontrado", "CobConsultaInvalida"),
         "cobv": ("CobVOperacaoInvalida", "CobVNaoEncontrada", "CobVConsultaInvalida")}  # fmt: skip


class Cobs:
    """Both kinds; `kind` is "cob" or "cobv"."""

    def __init__(self, bank: Bank, locations: Locations) -> None:
        self.bank = bank
        self.locations = locations

    def routes(self) -> Iterator[tuple[str, str, Action]]:
        """Paths and functions."""
        for kind in ("cob", "cobv"):
            yield "PUT", f"/{kind}/{{txid}}", self._bound(self.put, kind)
            yield "PATCH", f"/{kind}/{{txid}}", self._bound(self.patch, kind)
            yield "GET", f"/{kind}/{{txid}}", self._bound(self.get, kind)
            yield "GET", f"/{kind}", self._bound(self.list, kind)
        yield "POST", "/cob", lambda account, request: self.put(account, request, "cob", letters(32))

    @staticmethod
    def _bound(action: Action, kind: str) -> Action:
        return lambda account, request, **named: action(account, request, kind, **named)

    def put(self, account: Account, request: Request, kind: str, txid: str) -> Response:
        """Create, or change while active. A txid is used once, for ever and by one kind only."""
        body, wrong = request.json(), NAMES[kind][0]
        if not TXID.fullmatch(txid):
            raise Problem(400, wrong, "O txid não respeita o schema.", [("De 26 a 35 letras e algarismos.", "txid", txid)])
        existing = account.docs[kind].get(txid)
        if existing and _same(existing, body):
            return as_json(show(existing), 201)
        if existing and existing["status"] != "ATIVA":
            raise Problem(400, wrong, "A cobrança já existe e não está ATIVA.")
        if any(txid in account.docs[other] for other in ("cob", "cobv", "cobr") if other != kind):
            raise Problem(400, wrong, "O txid já foi usado.", [("O campo txid encontra-se em uso.", "txid", txid)])
        self.check(kind, body, whole=True)
        doc = existing or self._new(account, kind, txid)
        doc.update({name: body[name] for name in GIVEN if name in body})
        return as_json(show(self._keep(account, kind, doc, body, existing is not None)), 201)

    def _new(self, account: Account, kind: str, txid: str) -> Doc:
        doc: Doc = {"txid": txid, "revisao": 0, "status": "ATIVA", "criacao": self.bank.clock.stamp()}
        if kind == "cobv":
            address = {"logradouro": "Rua do Banco, 1", "cidade": "São Paulo", "uf": "SP", "cep": "01001000"}
            doc["recebedor"] = {"cnpj": account.cnpj, "nome": account.title, **address}
        return doc

    def _keep(self, account: Account, kind: str, doc: Doc, body: Doc, revised: bool) -> Doc:
        doc["calendario"] = {**self._defaults(kind), **doc["calendario"], "criacao": doc["criacao"]}
        if "loc" in body or "loc" not in doc:
            wanted = body.get("loc", {}).get("id")
            doc["loc"] = self.locations.take(account, kind, doc["txid"], wanted, NAMES[kind][0])
        doc["location"] = doc["loc"]["location"]
        doc["pixCopiaECola"] = codes.br_code(account.title, "Sao Paulo", doc["location"])
        doc["revisao"] += revised
        self.bank.index[doc["txid"]] = (account.name, kind, doc["txid"])
        return account.put(kind, doc["txid"], doc)

    @staticmethod
    def _defaults(kind: str) -> Doc:
        return {"expiracao": 86400} if kind == "cob" else {"validadeAposVencimento": 30}

    def patch(self, account: Account, request: Request, kind: str, txid: str) -> Response:
        """Change, or remove."""
        doc, body, wrong = self.known(account, kind, txid), request.json(), NAMES[kind][0]
        if "status" in body:
            if body["status"] != REMOVED:
                raise Problem(400, wrong, "O campo status não respeita o schema.", [("Só a remoção.", f"{kind}.status", body["status"])])
            if len(body) > 1:
                raise Problem(400, wrong, "Não se remove uma cobrança e se altera ao mesmo tempo.")
            if doc["status"] == REMOVED:
                return as_json(show(doc))
        if doc["status"] != "ATIVA":
            raise Problem(400, wrong, "A cobrança não está ATIVA.")
        if "status" in body:
            doc["status"] = REMOVED
            doc["revisao"] += 1
            return as_json(show(account.put(kind, txid, doc)))
        self.check(kind, body, whole=False)
        for name in GIVEN:
            if name in body:
                doc[name] = {**doc.get(name, {}), **body[name]} if isinstance(body[name], dict) else body[name]
        return as_json(show(self._keep(account, kind, doc, body, True)))

    def get(self, account: Account, request: Request, kind: str, txid: str) -> Response:
        """One."""
        doc = self.known(account, kind, txid)
        revision = request.query.get("revisao", str(doc["revisao"]))
        if not revision.isdigit() or int(revision) > doc["revisao"]:
            raise Problem(400, NAMES[kind][2], "Revisão inexistente.", [("Revisão inexistente.", "revisao", revision)])
        return as_json(show(doc))

    def list(self, account: Account, request: Request, kind: str) -> Response:
        """Many."""
        parameters, docs = listed(request, account.docs[kind].values(), NAMES[kind][2], "criacao")
        return as_json({"parametros": parameters, "cobs": [show(doc) for doc in docs]})

    def known(self, account: Account, kind: str, txid: str) -> Doc:
        """Raises Problem."""
        doc = account.docs[kind].get(txid)
        if doc is None:
            raise Problem(404, NAMES[kind][1], "Cobrança não encontrada para o txid informado.")
        return doc

    def check(self, kind: str, body: dict[str, Any], whole: bool) -> None:
        """The rules of the request. Raises Problem."""
        check = Check(body, kind)
        check.objects("calendario", "valor", "devedor", "loc")
        if whole:
            check.need("calendario", "valor.original", "chave", *(("devedor", "calendario.dataDeVencimento") if kind == "cobv" else ()))
        check.amount("valor.original")
        check.key("chave")
        check.person("devedor")
        check.text("solicitacaoPagador", 140)
        details = check.get("infoAdicionais")
        if details is not None and not (isinstance(details, list) and len(details) <= 50 and all(map(_is_detail, details))):
            check.add("O objeto infoAdicionais não respeita o schema.", "infoAdicionais")
        check.whole("loc.id", 0)
        if kind == "cob":
            check.whole("calendario.expiracao", 1)
        else:
            due = check.day("calendario.dataDeVencimento")
            check.whole("calendario.validadeAposVencimento", 0)
            if due and due < self.bank.clock.today():
                reason = "O campo cobv.calendario.dataDeVencimento é anterior à data de criação da cobrança."
                check.add(reason, "calendario.dataDeVencimento", due)
            check.charges("valor.original", due)
        check.done(NAMES[kind][0], "A cobrança não respeita o schema ou está semanticamente errada.")


def _is_detail(detail: Any) -> bool:
    return (
        isinstance(detail, dict)
        and isinstance(detail.get("nome"), str)
        and isinstance(detail.get("valor"), str)
        and len(detail["nome"]) <= 50
        and len(detail["valor"]) <= 200
    )


def _same(doc: Doc, body: Doc) -> bool:
    """Whether a repeated PUT changes nothing."""
    if not all(isinstance(body.get(name, {}), dict) for name in ("calendario", "loc")):
        return False
    for name in GIVEN:
        if name == "calendario":
            if any(doc[name].get(key) != value for key, value in body.get(name, {}).items()):
                return False
        elif doc.get(name) != body.get(name):
            return False
    return "loc" not in body or body["loc"].get("id") == doc["loc"]["id"]


def show(doc: Doc) -> Doc:
    """Without what is ours."""
    return {name: value for name, value in doc.items() if name not in ("criacao", "recs", "content")}


def expires_at(doc: Doc) -> datetime.datetime:
    """When a cob ends."""
    created = datetime.datetime.fromisoformat(doc["calendario"]["criacao"])
    return created + datetime.timedelta(seconds=doc["calendario"]["expiracao"])
