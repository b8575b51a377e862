"""Problems of the Pix API (RFC 7807 with `violacoes`) and our codes. Pure."""

from collections.abc import Mapping
from typing import Any, Final

from malha.gateways.base import PermanentFailure

# The first that stands in the name of the violated property counts.
PROPERTIES: Final = (
    ("devedor.nome", "payer_name_invalid"),
    ("devedor.cep", "payer_cep_invalid"),
    ("devedor.email", "payer_email_invalid"),
    ("devedor.logradouro", "payer_address_invalid"),
    ("devedor.cidade", "payer_address_invalid"),
    ("devedor.uf", "payer_address_invalid"),
    ("devedor", "payer_document_invalid"),
    ("desconto", "discount_invalid"),
    ("calendario", "due_date_invalid"),
    ("valor", "amount_invalid"),
    ("txid", "duplicated"),
    ("chave", "settings_invalid"),
    ("webhook", "settings_invalid"),
    ("recebedor", "settings_invalid"),
)


def failure(status: int, body: Any, text: str) -> PermanentFailure:
    """What a refusal of theirs means; its words are their detail and the first violation."""
    problem = body if isinstance(body, Mapping) else {}
    name = str(problem.get("type") or "").rsplit("/", 1)[-1]
    rows = problem.get("violacoes")
    violations = [each for each in rows if isinstance(each, Mapping)] if isinstance(rows, list) else []
    detail = str(problem.get("detail") or problem.get("title") or text)[:300]
    if status == 403 or name == "AcessoNegado":
        return PermanentFailure("permission", detail)
    if status in (404, 410) or "NaoEncontrad" in name:
        return PermanentFailure("not_found", detail)
    if not violations:
        return PermanentFailure("refused", detail)
    where = str(violations[0].get("propriedade") or "")
    code = next((code for part, code in PROPERTIES if part in where.lower()), "refused")
    return PermanentFailure(code, f"{detail} {violations[0].get('razao') or ''}".strip(), field=where)
