"""Lists of the Pix API: inicio, fim, filters and pages."""

import math
from collections.abc import Iterable
from typing import Any

from sandbox.bank.books import Doc
from sandbox.bank.errors import Problem, Violations
from sandbox.bank.http import Request
from sandbox.bank.pix.checks import instant


def listed(request: Request, docs: Iterable[Doc], kind: str, when: str, dated: bool = True) -> tuple[Doc, list[Doc]]:
    """`parametros` and one page. `when` names the property with the instant; `kind` the error. Raises Problem."""
    query = request.query
    wrong: Violations = []
    start, end = instant(query.get("inicio")), instant(query.get("fim"))
    for name, value in (("inicio", start), ("fim", end)):
        if value is None and (dated or name in query):
            wrong.append(("Informe data e hora segundo a RFC 3339.", name, query.get(name)))
    if start and end and end < start:
        wrong.append(("O parâmetro fim é anterior ao parâmetro inicio.", "fim", query.get("fim")))
    if "cpf" in query and "cnpj" in query:
        wrong.append(("Informe cpf ou cnpj, não os dois.", "cpf", query["cpf"]))
    page, size = _number(query, "paginacao.paginaAtual", 0, 0, wrong), _number(query, "paginacao.itensPorPagina", 100, 1, wrong)
    if wrong:
        raise Problem(400, kind, "Os parâmetros da consulta não são válidos.", wrong)
    found = [doc for doc in docs if _within(doc, when, start, end) and _fits(doc, query)]
    found.sort(key=lambda doc: str(doc.get(when) or doc.get("calendario", {}).get(when, "")))
    parameters: Doc = {name: value for name, value in query.items() if not name.startswith("paginacao.")}
    parameters["paginacao"] = {
        "paginaAtual": page,
        "itensPorPagina": size,
        "quantidadeDePaginas": max(math.ceil(len(found) / size), 1),
        "quantidadeTotalDeItens": len(found),
    }
    return parameters, found[page * size : (page + 1) * size]


def _number(query: dict[str, str], name: str, default: int, least: int, wrong: Violations) -> int:
    text = query.get(name, str(default))
    if not text.isdigit() or not least <= int(text) <= (1000 if least else 10**9):
        wrong.append((f"O parâmetro {name} não é válido.", name, text))
        return default or 1
    return int(text)


def _within(doc: Doc, name: str, start: Any, end: Any) -> bool:
    at = instant(doc.get(name) or doc.get("calendario", {}).get(name))
    return at is None or ((start is None or at >= start) and (end is None or at <= end))


def _fits(doc: Doc, query: dict[str, str]) -> bool:
    debtor = doc.get("devedor") or doc.get("vinculo", {}).get("devedor", {})
    tests = {
        "cpf": debtor.get("cpf"),
        "cnpj": debtor.get("cnpj"),
        "status": doc.get("status"),
        "txid": doc.get("txid"),
        "idRec": doc.get("idRec"),
        "tipoCob": doc.get("tipoCob"),
        "convenio": doc.get("recebedor", {}).get("convenio"),
    }
    flags = {
        "txIdPresente": "txid" in doc,
        "idRecPresente": "idRec" in doc,
        "devolucaoPresente": bool(doc.get("devolucoes")),
        "locationPresente": "loc" in doc,
    }
    return all(query[name] == value for name, value in tests.items() if name in query) and all(
        (query[name] == "true") == value for name, value in flags.items() if name in query
    )
