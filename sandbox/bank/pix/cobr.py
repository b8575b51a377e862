"""cobr: automatic debits."""

import datetime
from collections.abc import Iterator

from sandbox.bank.books import Account, Bank, Doc, letters
from sandbox.bank.errors import Problem
from sandbox.bank.http import Request, Response, as_json
from sandbox.bank.pix import debit
from sandbox.bank.pix.checks import TXID, Check
from sandbox.bank.pix.lists import listed
from sandbox.bank.recurrences import LIVE, cents_of, day_of
from sandbox.bank.routes import Action
from sandbox.bank.webhooks import Webhooks

WRONG = "CobROperacaoInvalida"
GIVEN = ("idRec", "infoAdicional", "calendario", "valor", "ajusteDiaUtil", "recebedor", "devedor")
SOONEST, LATEST = 2, 10
CYCLE_MONTHS = {"MENSAL": 1, "TRIMESTRAL": 3, "SEMESTRAL": 6, "ANUAL": 12}


class CobRs:
    """Debits of an authorization."""

    def __init__(self, bank: Bank, webhooks: Webhooks) -> None:
        self.bank = bank
        self.webhooks = webhooks

    def routes(self) -> Iterator[tuple[str, str, Action]]:
        """Paths and functions."""
        yield "POST", "/cobr", lambda account, request: self.put(account, request, letters(32))
        yield "GET", "/cobr", self.list
        yield "PUT", "/cobr/{txid}", self.put
        yield "GET", "/cobr/{txid}", self.get
        yield "PATCH", "/cobr/{txid}", self.patch
        yield "POST", "/cobr/{txid}/retentativa/{day}", self.retry

    def put(self, account: Account, request: Request, txid: str) -> Response:
        """Create; the same again gives the same."""
        body = request.json()
        if not TXID.fullmatch(txid):
            raise Problem(400, WRONG, "O txid não respeita o schema.", [("De 26 a 35 letras e algarismos.", "txid", txid)])
        existing = account.docs["cobr"].get(txid)
        if existing and existing["content"] == body:
            return as_json(show(existing), 201)
        if existing or any(txid in account.docs[kind] for kind in ("cob", "cobv")):
            raise Problem(400, WRONG, "O txid já foi usado.", [("O campo cobr.txid encontra-se em uso.", "txid", txid)])
        self._check(account, body)
        now = self.bank.clock.stamp()
        doc: Doc = {"txid": txid, "ajusteDiaUtil": True, **{name: body[name] for name in GIVEN if name in body}, "content": body}
        rec = account.docs["rec"][body["idRec"]]
        doc["calendario"] = {**doc["calendario"], "criacao": self.bank.clock.today().isoformat()}
        doc["politicaRetentativa"], doc["criacao"] = rec["politicaRetentativa"], now
        doc["recebedor"] = {"cnpj": account.cnpj, "nome": account.title, **doc["recebedor"]}
        debit.set_status(self.bank, doc, "CRIADA")
        if rec["status"] == "APROVADA":
            debit.set_status(self.bank, doc, "ATIVA")
        debit.add_attempt(self.bank, doc, debit.first_day(doc), "AGND")
        self.bank.index[txid] = (account.name, "cobr", txid)
        account.put("cobr", txid, doc)
        debit.tell(self.webhooks, account, doc)
        return as_json(show(doc), 201)

    def _check(self, account: Account, body: Doc) -> None:
        check = Check(body, "cobr")
        check.objects("calendario", "valor", "recebedor", "devedor")
        check.need("idRec", "calendario.dataDeVencimento", "valor.original", "recebedor.conta", "recebedor.tipoConta")
        check.amount("valor.original")
        check.text("infoAdicional", 140)
        check.text("recebedor.conta", 20)
        check.text("recebedor.agencia", 4)
        check.one_of("recebedor.tipoConta", ("CORRENTE", "POUPANCA", "PAGAMENTO"))
        check.one_of("ajusteDiaUtil", (True, False))
        if isinstance(debtor := body.get("devedor"), dict) and "cep" in debtor and not str(debtor["cep"]).isdigit():
            check.add("O CEP tem 8 algarismos sem hífen.", "devedor.cep", debtor["cep"])
        due = check.day("calendario.dataDeVencimento")
        rec = account.docs["rec"].get(str(body.get("idRec")))
        if rec is None or rec["status"] not in LIVE:
            check.add("A recorrência não existe ou não está em vigor.", "idRec", body.get("idRec"))
        if due:
            days = (due - self.bank.clock.today()).days
            if not SOONEST <= days <= LATEST:
                check.add("A cobrança deve ser enviada de 2 a 10 dias antes do vencimento.", "calendario.dataDeVencimento", due)
            if rec:
                self._check_cycle(account, check, rec, due)
        if rec and (fixed := rec.get("valor", {}).get("valorRec")) and check.get("valor.original") != fixed:
            check.add("O valor difere do valor fixo da recorrência.", "valor.original", check.get("valor.original"))
        check.done(WRONG, "A cobrança não respeita o schema ou está semanticamente errada.")

    @staticmethod
    def _check_cycle(account: Account, check: Check, rec: Doc, due: datetime.date) -> None:
        for other in account.docs["cobr"].values():
            if other["idRec"] != rec["idRec"] or other["status"] in ("REJEITADA", "CANCELADA"):
                continue
            if cycle(rec, due) == cycle(rec, day_of(other["calendario"]["dataDeVencimento"])):
                check.add("Existe uma CobR no mesmo ciclo.", "calendario.dataDeVencimento", due)

    def get(self, account: Account, request: Request, txid: str) -> Response:
        """One."""
        return as_json(show(self._known(account, txid)))

    def list(self, account: Account, request: Request) -> Response:
        """Many."""
        parameters, docs = listed(request, account.docs["cobr"].values(), "CobRConsultaInvalida", "criacao")
        return as_json({"parametros": parameters, "cobsr": [show(doc) for doc in docs]})

    def patch(self, account: Account, request: Request, txid: str) -> Response:
        """Cancel, before the day of the first attempt."""
        doc, body = self._known(account, txid), request.json()
        if body != {"status": "CANCELADA"}:
            raise Problem(400, WRONG, "Só o cancelamento é possível.", [("Só CANCELADA.", "cobr.status", body.get("status"))])
        if doc["status"] == "CANCELADA":
            return as_json(show(doc))
        if doc["status"] not in ("CRIADA", "ATIVA") or self.bank.clock.today() >= debit.first_day(doc):
            raise Problem(400, WRONG, "Não é possível cancelar no dia da primeira tentativa ou depois.")
        debit.set_status(self.bank, doc, "CANCELADA")
        attempt = debit.running(doc)
        if attempt:
            debit.set_status(self.bank, attempt, "CANCELADA")
        why = {"solicitante": "USUARIO_RECEBEDOR", "codigo": "SLCR", "descricao": "Cancelada pelo recebedor"}
        doc["encerramento"] = {"cancelamento": why}
        account.put("cobr", txid, doc)
        debit.tell(self.webhooks, account, doc)
        return as_json(show(doc))

    def retry(self, account: Account, request: Request, txid: str, day: str) -> Response:
        """Another attempt after the due date: at most 3, on different days, within 7 days."""
        doc = self._known(account, txid)
        try:
            wanted = day_of(day)
        except ValueError as problem:
            raise Problem(400, WRONG, "A data não respeita o schema.", [("Use AAAA-MM-DD.", "data", day)]) from problem
        check = Check({}, "cobr")
        if doc["politicaRetentativa"] != "PERMITE_3R_7D":
            check.add("A política configurada na recorrência não permite retentativa de cobrança.", "politicaRetentativa")
        if debit.running(doc):
            check.add("Existe uma tentativa não finalizada.", "tentativas")
        if doc["status"] not in ("CRIADA", "ATIVA"):
            check.add("A cobrança não está ativa.", "status", doc["status"])
        if wanted <= self.bank.clock.today():
            check.add("O parâmetro data não corresponde a uma data futura.", "data", day)
        if any(each["dataLiquidacao"] == day for each in doc["tentativas"]):
            check.add("Existe uma tentativa para a data informada.", "data", day)
        if (wanted - debit.first_day(doc)).days > debit.RETRY_DAYS or len(doc["tentativas"]) > debit.RETRIES:
            check.add("São no máximo 3 retentativas em 7 dias.", "data", day)
        check.done(WRONG, "A retentativa não é possível.")
        debit.add_attempt(self.bank, doc, wanted, "NTAG")
        account.put("cobr", txid, doc)
        debit.tell(self.webhooks, account, doc)
        return as_json(show(doc), 201)

    @staticmethod
    def _known(account: Account, txid: str) -> Doc:
        doc = account.docs["cobr"].get(txid)
        if doc is None:
            raise Problem(404, "CobRNaoEncontrado", "Cobrança não encontrada para o txid informado.")
        return doc


def cycle(rec: Doc, due: datetime.date) -> int:
    """Number of the cycle a due date belongs to: weeks, or calendar months in groups, from the first day."""
    start, period = day_of(rec["calendario"]["dataInicial"]), rec["calendario"]["periodicidade"]
    if period == "SEMANAL":
        return (due - start).days // 7
    return ((due.year - start.year) * 12 + due.month - start.month) // CYCLE_MONTHS[period]


def show(doc: Doc) -> Doc:
    """Without what is ours."""
    return {name: value for name, value in doc.items() if name not in ("criacao", "content")}


def cents(doc: Doc) -> int:
    """What is to be debited."""
    return cents_of(doc["valor"]["original"]) or 0
