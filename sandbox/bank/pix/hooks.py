"""Webhooks of the Pix API: by key for Pix, one each for recurrences and automatic debits."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from sandbox.bank.books import Account, Bank, Doc
from sandbox.bank.errors import Problem
from sandbox.bank.http import Request, Response, as_json
from sandbox.bank.pix.checks import KEYS
from sandbox.bank.pix.lists import listed
from sandbox.bank.routes import Action

NAMES = {"webhook": "Webhook", "webhookrec": "WebhookRec", "webhookcobr": "WebhookCobR"}


class Hooks:
    """Where callbacks go."""

    def __init__(self, bank: Bank) -> None:
        self.bank = bank

    def routes(self) -> Iterator[tuple[str, str, Action]]:
        """Paths and functions."""
        yield "GET", "/webhook", self.list
        for kind in NAMES:
            path = f"/{kind}/{{key}}" if kind == "webhook" else f"/{kind}"
            yield "PUT", path, self._bound(self.put, kind)
            yield "GET", path, self._bound(self.get, kind)
            yield "DELETE", path, self._bound(self.delete, kind)

    @staticmethod
    def _bound(action: Action, kind: str) -> Action:
        return lambda account, request, key="": action(account, request, kind, key)

    def put(self, account: Account, request: Request, kind: str, key: str) -> Response:
        """Set."""
        url = request.json().get("webhookUrl")
        error = f"{NAMES[kind]}OperacaoInvalida"
        if kind == "webhook" and not KEYS.fullmatch(key):
            raise Problem(400, error, "A chave não é válida.", [("Chave DICT inválida.", "chave", key)])
        # A real PSP demands https; a test on loopback may use http.
        if not isinstance(url, str) or urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            raise Problem(400, error, "O campo webhook.webhookUrl não respeita o schema.", [("URL inválida.", "webhook.webhookUrl", url)])
        doc: Doc = {"webhookUrl": url, "criacao": self.bank.clock.stamp()}
        if kind == "webhook":
            doc |= {"chave": key, "cnpj": account.cnpj}
        account.put(kind, key, doc)
        return Response(200)

    def get(self, account: Account, request: Request, kind: str, key: str) -> Response:
        """One."""
        return as_json(self._known(account, kind, key))

    def delete(self, account: Account, request: Request, kind: str, key: str) -> Response:
        """No more callbacks."""
        self._known(account, kind, key)
        account.drop(kind, key)
        return Response(204)

    def list(self, account: Account, request: Request) -> Response:
        """All of the keys."""
        parameters, docs = listed(request, account.docs["webhook"].values(), "WebhookConsultaInvalida", "criacao", dated=False)
        return as_json({"parametros": parameters, "webhooks": docs})

    @staticmethod
    def _known(account: Account, kind: str, key: str) -> Doc:
        doc = account.docs[kind].get(key)
        if doc is None:
            raise Problem(404, "WebhookNaoEncontrado" if kind == "webhook" else "NaoEncontrado", "Webhook não encontrado.")
        return doc
