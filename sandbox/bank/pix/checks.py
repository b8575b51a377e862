"""Rules of the Pix API on requests: each check adds what is wrong to a list, so that an answer names everything."""

import datetime
import re
from fractions import Fraction
from typing import Any

from sandbox.bank import codes
from sandbox.bank.errors import Problem, Violations

AMOUNT = re.compile(r"\d{1,10}\.\d{2}")
TXID = re.compile(r"[a-zA-Z0-9]{26,35}")
CEP = re.compile(r"\d{8}")
KEYS = re.compile(
    r"\d{11}|[0-9A-Z]{12}\d{2}|\+55\d{10,11}|[a-z0-9.!#$'*+/=?^_`{|}~-]+@[a-z0-9.-]+"
    r"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
)
PERIODS = ("SEMANAL", "MENSAL", "TRIMESTRAL", "SEMESTRAL", "ANUAL")
RETRY = ("NAO_PERMITE", "PERMITE_3R_7D")
LACKING = "O campo é obrigatório."
SCHEMA = "O campo não respeita o schema."


class Check:
    """Collects violations of one body. `what` stands before each property: `cob.valor.original`."""

    def __init__(self, body: dict[str, Any], what: str) -> None:
        self.body = body
        self.what = what
        self.wrong: Violations = []

    def add(self, reason: str, name: str, value: Any = None) -> None:
        """One more thing is wrong."""
        self.wrong.append((reason, f"{self.what}.{name}", value))

    def done(self, kind: str, detail: str) -> None:
        """Raise Problem if anything was wrong."""
        if self.wrong:
            raise Problem(400, kind, detail, self.wrong)

    def get(self, path: str) -> Any:
        """Value of `valor.original`, or None."""
        value: Any = self.body
        for name in path.split("."):
            value = value.get(name) if isinstance(value, dict) else None
        return value

    def need(self, *paths: str) -> None:
        """These must be there."""
        for path in paths:
            if self.get(path) is None:
                self.add(LACKING, path)

    def objects(self, *names: str) -> None:
        """These are objects, if they are there at all."""
        for name in names:
            if name in self.body and not isinstance(self.body[name], dict):
                self.add(SCHEMA, name, self.body[name])

    def amount(self, path: str, above_zero: bool = True) -> None:
        """A string of digits with two decimals."""
        value = self.get(path)
        if value is None:
            return
        if not isinstance(value, str) or not AMOUNT.fullmatch(value):
            self.add(SCHEMA, path, value)
        elif above_zero and Fraction(value) == 0:
            self.add(f"O campo {self.what}.{path} é zero.", path, value)

    def text(self, path: str, most: int) -> None:
        """A string of at most that many characters."""
        value = self.get(path)
        if value is not None and (not isinstance(value, str) or len(value) > most):
            self.add(SCHEMA, path, value)

    def one_of(self, path: str, allowed: tuple[Any, ...]) -> None:
        """One of a list; `1` is not "1" and not true."""
        value = self.get(path)
        if value is not None and (isinstance(value, bool) != (allowed == (True, False)) or value not in allowed):
            self.add(SCHEMA, path, value)

    def whole(self, path: str, least: int) -> None:
        """An integer."""
        value = self.get(path)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < least):
            self.add(SCHEMA, path, value)

    def day(self, path: str) -> datetime.date | None:
        """YYYY-MM-DD."""
        value = self.get(path)
        if value is None:
            return None
        try:
            return datetime.date.fromisoformat(value if isinstance(value, str) and len(value) == 10 else "")
        except ValueError:
            self.add(SCHEMA, path, value)
            return None

    def key(self, path: str) -> None:
        """A key of the directory."""
        value = self.get(path)
        if value is not None and (not isinstance(value, str) or len(value) > 77 or not KEYS.fullmatch(value)):
            self.add(SCHEMA, path, value)

    def person(self, path: str, named: bool = True) -> None:
        """CPF or CNPJ, not both, with a name."""
        value = self.get(path)
        if value is None:
            return
        if not isinstance(value, dict):
            self.add(SCHEMA, path, value)
            return
        numbers = [name for name in ("cpf", "cnpj") if name in value]
        if len(numbers) != 1:
            self.add("Informe cpf ou cnpj, e só um deles.", path)
        for name in numbers:
            number = value[name]
            if not isinstance(number, str) or len(number) != (11 if name == "cpf" else 14) or not codes.document_is_valid(number):
                self.add(SCHEMA, f"{path}.{name}", number)
        if named and not value.get("nome"):
            self.add(LACKING, f"{path}.nome")
        for name, most in (("nome", 200), ("logradouro", 200), ("cidade", 200), ("uf", 2), ("email", 77)):
            self.text(f"{path}.{name}", most)
        if "cep" in value and (not isinstance(value["cep"], str) or not CEP.fullmatch(value["cep"])):
            self.add(SCHEMA, f"{path}.cep", value["cep"])

    def charges(self, original: str, due: datetime.date | None) -> None:
        """multa, juros, abatimento and desconto of a cobv; every modalidade is an integer."""
        for name, most in (("multa", 2), ("juros", 8), ("abatimento", 2)):
            if self.get(f"valor.{name}") is not None:
                self.need(f"valor.{name}.modalidade", f"valor.{name}.valorPerc")
                self.one_of(f"valor.{name}.modalidade", tuple(range(1, most + 1)))
                self.amount(f"valor.{name}.valorPerc", above_zero=False)
        if self.get("valor.desconto") is None:
            return
        self.one_of("valor.desconto.modalidade", tuple(range(1, 7)))
        self.need("valor.desconto.modalidade")
        dated, fixed = self.get("valor.desconto.descontoDataFixa"), self.get("valor.desconto.modalidade") in (1, 2)
        if fixed and not (isinstance(dated, list) and 1 <= len(dated) <= 3):
            self.add("Informe de 1 a 3 descontos com data.", "valor.desconto.descontoDataFixa")
        elif fixed:
            for number, each in enumerate(dated):
                inner = Check(each if isinstance(each, dict) else {}, f"{self.what}.valor.desconto.descontoDataFixa[{number}]")
                inner.need("data", "valorPerc")
                inner.amount("valorPerc")
                day = inner.day("data")
                if day and due and day > due:
                    inner.add("A data do desconto é posterior ao vencimento.", "data", day)
                self.wrong += inner.wrong
        if fixed == (self.get("valor.desconto.valorPerc") is not None):
            self.add(SCHEMA, "valor.desconto.valorPerc", self.get("valor.desconto.valorPerc"))
        elif not fixed:
            self.amount("valor.desconto.valorPerc")


def instant(text: Any) -> datetime.datetime | None:
    """RFC 3339 with a time zone, or None. A `+` that a form made a space is accepted."""
    try:
        value = datetime.datetime.fromisoformat(str(text or "").replace(" ", "+"))
    except ValueError:
        return None
    return value if value.tzinfo else None
