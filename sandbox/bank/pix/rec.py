"""rec and solicrec: authorizations of Pix Automático and the push that asks for one."""

from collections.abc import Iterator

from sandbox.bank import codes
from sandbox.bank.books import ISPB, Account, Bank, Doc, letters
from sandbox.bank.errors import Problem
from sandbox.bank.http import Request, Response, as_json
from sandbox.bank.pix.checks import PERIODS, RETRY, Check, instant
from sandbox.bank.pix.debit import set_status
from sandbox.bank.pix.lists import listed
from sandbox.bank.pix.loc import Locations
from sandbox.bank.recurrences import LIVE, Recurrences
from sandbox.bank.routes import Action

WRONG = "RecOperacaoInvalida"
GIVEN = ("vinculo", "calendario", "valor", "recebedor", "politicaRetentativa", "ativacao")
ASKED = ("CRIADA", "ENVIADA", "RECEBIDA")


class Recs:
    """Authorizations."""

    def __init__(self, bank: Bank, recurrences: Recurrences, locations: Locations) -> None:
        self.bank = bank
        self.recurrences = recurrences
        self.locations = locations

    def routes(self) -> Iterator[tuple[str, str, Action]]:
        """Paths and functions."""
        yield "POST", "/rec", self.post
        yield "GET", "/rec", self.list
        yield "GET", "/rec/{id_rec}", self.get
        yield "PATCH", "/rec/{id_rec}", self.patch
        yield "POST", "/solicrec", self.ask
        yield "GET", "/solicrec/{number}", self.get_request
        yield "PATCH", "/solicrec/{number}", self.cancel_request

    def post(self, account: Account, request: Request) -> Response:
        """Create."""
        body = request.json()
        check = Check(body, "rec")
        check.objects("vinculo", "calendario", "valor", "recebedor", "ativacao")
        check.need("vinculo.contrato", "vinculo.devedor", "calendario.dataInicial", "calendario.periodicidade", "politicaRetentativa")
        check.text("vinculo.contrato", 35)
        check.text("vinculo.objeto", 35)
        check.person("vinculo.devedor")
        check.one_of("calendario.periodicidade", PERIODS)
        check.one_of("politicaRetentativa", RETRY)
        start, end = check.day("calendario.dataInicial"), check.day("calendario.dataFinal")
        if start and start < self.bank.clock.today():
            check.add("A data inicial é anterior à data de criação da recorrência.", "calendario.dataInicial", start)
        if start and end and end < start:
            check.add("A data final é anterior à data inicial.", "calendario.dataFinal", end)
        check.amount("valor.valorRec")
        check.amount("valor.valorMinimoRecebedor", above_zero=False)
        if check.get("valor.valorRec") and check.get("valor.valorMinimoRecebedor"):
            check.add("Informe valorRec ou valorMinimoRecebedor, não os dois.", "valor")
        check.text("recebedor.convenio", 60)
        location = self._location(account, check)
        check.done(WRONG, "A recorrência não respeita o schema ou está semanticamente errada.")
        rec = self.recurrences.create(account, {name: body[name] for name in GIVEN if name in body})
        if location:
            self.recurrences.attach(account, rec, location)
        return as_json(show(rec), 201)

    @staticmethod
    def _location(account: Account, check: Check, id_rec: str = "") -> Doc | None:
        """`loc` is the number of a place, or an object with it."""
        wanted = check.body.get("loc")
        if wanted is None:
            return None
        number = wanted.get("id") if isinstance(wanted, dict) else wanted
        location = account.docs["locrec"].get(str(number))
        if location is None:
            check.add("O location referenciado por rec.loc inexiste.", "loc", number)
        elif location.get("idRec") not in (None, id_rec):
            check.add("O location referenciado por rec.loc já está sendo utilizado por outra recorrência.", "loc", number)
        return location

    def patch(self, account: Account, request: Request, id_rec: str) -> Response:
        """Change while CRIADA, or cancel."""
        rec, body = self.known(account, id_rec), request.json()
        check = Check(body, "rec")
        check.objects("vinculo", "calendario", "valor", "recebedor", "ativacao")
        if "status" in body and body["status"] != "CANCELADA":
            check.add("O campo rec.status não respeita o schema.", "status", body["status"])
        if rec["status"] not in LIVE:
            if body == {"status": "CANCELADA"} and rec["status"] == "CANCELADA":
                return as_json(show(rec))
            raise Problem(400, WRONG, "A recorrência encontra-se expirada, cancelada ou rejeitada.")
        start = check.day("calendario.dataInicial")
        if start and start < self.bank.clock.today():
            check.add("A data inicial é anterior à data de criação da recorrência.", "calendario.dataInicial", start)
        if rec["status"] != "CRIADA":
            for name in ("loc", "calendario"):
                if name in body:
                    check.add("Só pode ser alterado enquanto a recorrência está CRIADA.", name)
        location = self._location(account, check, id_rec)
        check.done(WRONG, "A alteração não respeita o schema ou está semanticamente errada.")
        if body.get("status") == "CANCELADA":
            self.recurrences.decide(account, rec, "CANCELADA", code="SLCR", who="USUARIO_RECEBEDOR")
            return as_json(show(rec))
        if start:
            rec["calendario"]["dataInicial"] = start.isoformat()
        if name := check.get("vinculo.devedor.nome"):
            rec["vinculo"]["devedor"]["nome"] = name
        if txid := check.get("ativacao.dadosJornada.txid"):
            rec["ativacao"]["dadosJornada"] = {"txid": txid}
        if location:
            self.recurrences.attach(account, rec, location)
        return as_json(show(account.put("rec", id_rec, rec)))

    def get(self, account: Account, request: Request, id_rec: str) -> Response:
        """One; with `txid` also the copia-e-cola of journey 3 or 4, without of journey 2."""
        rec = self.known(account, id_rec)
        txid = request.query.get("txid", "")
        place, url, journey = rec.get("loc", {}).get("location", ""), "", "JORNADA_2"
        if txid:
            kind = next((kind for kind in ("cob", "cobv") if txid in account.docs[kind]), "")
            fixed = rec["ativacao"].get("dadosJornada", {}).get("txid")
            if not kind or (kind == "cob" and fixed not in (None, txid)):
                reason = "O parâmetro txid não corresponde a uma cobrança compatível."
                raise Problem(400, "RecConsultaInvalida", reason, [(reason, "txid", txid)])
            charge = account.docs[kind][txid]
            url, journey = charge.get("location", ""), "JORNADA_3" if kind == "cob" else "JORNADA_4"
            if kind == "cobv" and id_rec not in charge.setdefault("recs", []):
                charge["recs"].append(id_rec)
                account.put(kind, txid, charge)
        answer = show(rec)
        answer["solicitacao"] = [each for each in account.docs["solicrec"].values() if each["idRec"] == id_rec]
        if place and (url or not txid):
            answer["dadosQR"] = {"jornada": journey, "pixCopiaECola": codes.br_code(account.title, "Sao Paulo", url, place)}
        return as_json(answer)

    def list(self, account: Account, request: Request) -> Response:
        """Many."""
        parameters, docs = listed(request, account.docs["rec"].values(), "RecConsultaInvalida", "criacao")
        return as_json({"parametros": parameters, "recs": [show(doc) for doc in docs]})

    def known(self, account: Account, id_rec: str) -> Doc:
        """Raises Problem."""
        rec = account.docs["rec"].get(id_rec)
        if rec is None:
            raise Problem(404, "RecNaoEncontrada", "Recorrência não encontrada para o idRec informado.")
        return rec

    def ask(self, account: Account, request: Request) -> Response:
        """Journey 1: push a request to the payer's bank."""
        body, wrong = request.json(), "SolicRecOperacaoInvalida"
        check = Check(body, "solicrec")
        check.need("idRec", "calendario.dataExpiracaoSolicitacao", "destinatario.conta", "destinatario.ispbParticipante")
        check.person("destinatario", named=False)
        until = instant(check.get("calendario.dataExpiracaoSolicitacao"))
        if until is None or until < self.bank.clock.now():
            check.add("A expiração é anterior à criação da solicitação.", "calendario.dataExpiracaoSolicitacao")
        rec = account.docs["rec"].get(str(body.get("idRec")))
        if rec is None or rec["status"] != "CRIADA":
            check.add("A recorrência não existe ou não está CRIADA.", "idRec", body.get("idRec"))
        if any(each["idRec"] == body.get("idRec") and each["status"] in ASKED for each in account.docs["solicrec"].values()):
            check.add("Existe uma solicitação ativa referente ao mesmo idRec.", "idRec", body.get("idRec"))
        check.done(wrong, "A solicitação não respeita o schema ou está semanticamente errada.")
        number = f"SC{ISPB}{self.bank.clock.today():%Y%m%d}{letters(11)}"
        doc: Doc = {"idSolicRec": number, **{name: body[name] for name in ("idRec", "calendario", "destinatario")}}
        set_status(self.bank, doc, "CRIADA")
        set_status(self.bank, doc, "ENVIADA")
        set_status(self.bank, doc, "RECEBIDA")
        payload = show(rec or {})
        doc["recPayload"] = {**payload, "recebedor": {**payload["recebedor"], "ispbParticipante": ISPB}}
        self.bank.index[number] = (account.name, "solicrec", number)
        return as_json(account.put("solicrec", number, doc), 201)

    def get_request(self, account: Account, request: Request, number: str) -> Response:
        """One."""
        return as_json(self._request(account, number))

    def cancel_request(self, account: Account, request: Request, number: str) -> Response:
        """Take the request back."""
        doc, body = self._request(account, number), request.json()
        if body.get("status") != "CANCELADA" or doc["status"] not in ASKED:
            raise Problem(400, "SolicRecOperacaoInvalida", "Só se cancela uma solicitação CRIADA, ENVIADA ou RECEBIDA.")
        set_status(self.bank, doc, "CANCELADA")
        return as_json(account.put("solicrec", number, doc), 201)

    @staticmethod
    def _request(account: Account, number: str) -> Doc:
        doc = account.docs["solicrec"].get(number)
        if doc is None:
            raise Problem(404, "SolicRecNaoEncontrada", "Solicitação não encontrada para o idSolicRec informado.")
        return doc


def show(rec: Doc) -> Doc:
    """Without what is ours."""
    return {name: value for name, value in rec.items() if name not in ("criacao", "content", "reference", "pixCopiaECola")}
