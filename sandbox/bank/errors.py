"""What the two APIs refuse with."""

from typing import Any

from sandbox.bank.http import Response, as_json


class Refused(Exception):
    """A refusal of the bank's own API."""

    def __init__(self, status: int, code: str, message: str, field: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.body: dict[str, Any] = {"code": code, "message": message}
        if field:
            self.body["field"] = field

    def response(self) -> Response:
        """As an answer."""
        return as_json(self.body, self.status)


Violations = list[tuple[str, str, Any]]


class Problem(Exception):
    """A refusal of the Pix API (RFC 7807). A violation is (razao, propriedade, valor)."""

    TITLES = {400: "Requisição inválida.", 401: "Não autorizado.", 403: "Acesso negado.", 404: "Não encontrado.", 410: "Removido."}

    def __init__(self, status: int, kind: str, detail: str, violations: Violations | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.violations = violations or []

    def response(self) -> Response:
        """As an answer."""
        body: dict[str, Any] = {
            "type": f"https://pix.bcb.gov.br/api/v2/error/{self.kind}",
            "title": self.TITLES.get(self.status, "Erro."),
            "status": self.status,
            "detail": str(self),
        }
        if self.violations:
            body["violacoes"] = [
                {"razao": reason, "propriedade": name, **({} if value is None else {"valor": str(value)})}
                for reason, name, value in self.violations
            ]
        return as_json(body, self.status, "application/problem+json")
