"""The bank's own API under /v1: JSON, a bearer token per account."""

from typing import Any
from urllib.parse import urlsplit

from sandbox.bank import codes
from sandbox.bank.books import Account, Bank, Charge, Doc
from sandbox.bank.clerk import Clerk, read_cents, read_day, read_payer
from sandbox.bank.errors import Refused
from sandbox.bank.http import NotJson, Request, Response, as_json
from sandbox.bank.recurrences import Recurrences, amount_of, recurrence_view
from sandbox.bank.routes import Routes
from sandbox.bank.views import charge_view

PERIODS = {"WEEKLY": "SEMANAL", "MONTHLY": "MENSAL", "QUARTERLY": "TRIMESTRAL", "SEMIANNUAL": "SEMESTRAL", "YEARLY": "ANUAL"}


class OwnApi:
    """Answers /v1."""

    def __init__(self, bank: Bank, clerk: Clerk, recurrences: Recurrences) -> None:
        self.bank = bank
        self.clerk = clerk
        self.recurrences = recurrences
        self.routes = Routes()
        for method, path, action in (
            ("PUT", "/v1/charges/{reference}", self.put_charge),
            ("GET", "/v1/charges/{reference}", self.get_charge),
            ("PATCH", "/v1/charges/{reference}", self.patch_charge),
            ("DELETE", "/v1/charges/{reference}", self.delete_charge),
            ("POST", "/v1/charges/{reference}/refunds", self.post_refund),
            ("GET", "/v1/changes", self.get_changes),
            ("GET", "/v1/account", self.get_account),
            ("PUT", "/v1/webhook", self.put_webhook),
            ("GET", "/v1/webhook", self.get_webhook),
            ("GET", "/v1/events", self.get_events),
            ("PUT", "/v1/recurrences/{reference}", self.put_recurrence),
            ("GET", "/v1/recurrences/{reference}", self.get_recurrence),
            ("DELETE", "/v1/recurrences/{reference}", self.delete_recurrence),
        ):
            self.routes.add(method, path, action)

    def answer(self, request: Request) -> Response:
        """One request of the own API."""
        try:
            if not request.bearer:
                raise Refused(401, "unauthorized", "Informe o token de acesso.")
            found = self.routes.find(request)
            if found is None:
                if self.routes.knows(request.path):
                    raise Refused(405, "method_not_allowed", "Este endereço não aceita este método.")
                raise Refused(404, "not_found", "Endereço não encontrado.")
            action, arguments, _pattern = found
            return action(self.bank.account(request.bearer), request, **arguments)
        except NotJson as problem:
            return Refused(400, "not_json", str(problem)).response()
        except Refused as problem:
            return problem.response()

    def _shown(self, charge: Charge, status: int = 200) -> Response:
        return as_json(charge_view(self.bank, charge), status)

    def put_charge(self, account: Account, request: Request, reference: str) -> Response:
        """Register."""
        charge, is_new = self.clerk.register(account, reference, request.json())
        return self._shown(charge, 201 if is_new else 200)

    def get_charge(self, account: Account, request: Request, reference: str) -> Response:
        """One charge."""
        return self._shown(self.clerk.get(account, reference))

    def patch_charge(self, account: Account, request: Request, reference: str) -> Response:
        """Due date, amount."""
        return self._shown(self.clerk.change(account, reference, request.json()))

    def delete_charge(self, account: Account, request: Request, reference: str) -> Response:
        """Cancel."""
        return self._shown(self.clerk.cancel(account, reference))

    def post_refund(self, account: Account, request: Request, reference: str) -> Response:
        """Money back."""
        return self._shown(self.clerk.refund(account, reference, request.json()), 201)

    def get_changes(self, account: Account, request: Request) -> Response:
        """What changed after a cursor."""
        since, limit = request.query.get("since") or "0", request.query.get("limit") or "100"
        if not since.isdigit() or not limit.isdigit() or not 1 <= int(limit) <= 1000:
            raise Refused(422, "cursor_invalid", "Use o cursor da última consulta e um limite de 1 a 1000.", "since")
        charges, cursor = account.changes(int(since), int(limit))
        return as_json({"changes": [charge_view(self.bank, each) for each in charges], "cursor": str(cursor)})

    def get_account(self, account: Account, request: Request) -> Response:
        """Are the credentials right?"""
        return as_json(
            {"name": account.title, "environment": "sandbox", "bank_code": codes.BANK, "cnpj": account.cnpj, "account": account.number}
        )

    def put_webhook(self, account: Account, request: Request) -> Response:
        """Where notices go. An empty address ends them."""
        body = request.json()
        url = str(body.get("url") or "")
        if url and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname):
            raise Refused(422, "url_invalid", "O endereço deve começar com http:// ou https://.", "url")
        account.settings["webhook_url"] = url
        account.settings["webhook_secret"] = str(body.get("secret") or "")
        account.save_settings()
        return self.get_webhook(account, request)

    def get_webhook(self, account: Account, request: Request) -> Response:
        """The secret is not shown."""
        return as_json({"url": account.settings["webhook_url"], "has_secret": bool(account.settings["webhook_secret"])})

    def get_events(self, account: Account, request: Request) -> Response:
        """The log of notices, newest first."""
        return as_json({"events": list(account.docs["event"].values())[-200:][::-1]})

    def put_recurrence(self, account: Account, request: Request, reference: str) -> Response:
        """Ask for an authorization of Pix Automático, once per reference."""
        body = request.json()
        content = repr(sorted(body.items()))
        existing = self._recurrence(account, reference)
        if existing is not None:
            if existing.get("content") != content:
                raise Refused(409, "conflict", "Já existe uma recorrência diferente com esta referência.", "reference")
            return as_json(recurrence_view(existing))
        rec = self.recurrences.create(account, read_recurrence(reference, body, self.bank.clock.today().isoformat()))
        rec["reference"], rec["content"] = reference, content
        self.recurrences.attach(account, rec, self.recurrences.new_location(account))
        rec["pixCopiaECola"] = codes.br_code(account.title, "Sao Paulo", "", rec["loc"]["location"])
        return as_json(recurrence_view(account.put("rec", rec["idRec"], rec)), 201)

    def get_recurrence(self, account: Account, request: Request, reference: str) -> Response:
        """By reference or idRec."""
        return as_json(recurrence_view(self._known(account, reference)))

    def delete_recurrence(self, account: Account, request: Request, reference: str) -> Response:
        """The receiver ends it; again is harmless."""
        rec = self._known(account, reference)
        self.recurrences.decide(account, rec, "CANCELADA", code="SLCR", who="USUARIO_RECEBEDOR")
        return as_json(recurrence_view(rec))

    def _recurrence(self, account: Account, name: str) -> Doc | None:
        recs = account.docs["rec"]
        return recs.get(name) or next((rec for rec in recs.values() if rec.get("reference") == name), None)

    def _known(self, account: Account, name: str) -> Doc:
        rec = self._recurrence(account, name)
        if rec is None:
            raise Refused(404, "not_found", "Recorrência não encontrada.")
        return rec


def read_recurrence(reference: str, body: dict[str, Any], today: str) -> Doc:
    """An authorization out of the body of PUT, in the form of the Pix API. Raises Refused."""
    payer = read_payer(body.get("payer"))
    period = str(body.get("period", "MONTHLY"))
    if period not in PERIODS:
        raise Refused(422, "period_invalid", f"A periodicidade deve ser {', '.join(PERIODS)}.", "period")
    calendar = {"dataInicial": read_day(body, "first_on", today), "periodicidade": PERIODS[period]}
    if body.get("last_on"):
        calendar["dataFinal"] = read_day(body, "last_on", "")
    value = {}
    for name, ours in (("amount_cents", "valorRec"), ("minimum_cents", "valorMinimoRecebedor")):
        if body.get(name) is not None:
            value[ours] = amount_of(read_cents(body, name, None))
    if len(value) == 2:
        raise Refused(422, "amount_invalid", "Informe o valor fixo ou o valor mínimo, não os dois.", "amount_cents")
    number = "cpf" if len(payer["document"]) == 11 else "cnpj"
    return {
        "vinculo": {
            "contrato": str(body.get("contract") or reference)[:35],
            "devedor": {number: payer["document"], "nome": payer["name"]},
            "objeto": str(body.get("description") or "")[:35],
        },
        "calendario": calendar,
        "politicaRetentativa": "PERMITE_3R_7D" if body.get("retry", True) else "NAO_PERMITE",
        **({"valor": value} if value else {}),
    }
