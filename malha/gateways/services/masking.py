"""Personal data of payers is masked before anything a bank said is stored (LGPD; payments.md §13, Storage)."""

import json
from typing import Any

MASK = "•••"
# Names of fields, compared in lower case without separators. Keys of charges, amounts and dates stay: they are what is asked for.
PERSONAL = frozenset(
    """nome name nomepagador payername fantasia nomefantasia razaosocial socialname firstname lastname cpf cnpj cpfcnpj document documento
    numerocpfcnpj identification email mail phone telefone mobilephone celular phonenumber logradouro endereco address street bairro
    district cep zipcode cidade city addressnumber complemento infopagador devedor_nome""".split()
)


def mask(value: Any) -> Any:
    """The same structure with personal values replaced; containers under a personal name are walked, not replaced."""
    if isinstance(value, dict):
        return {key: _masked(key, each) for key, each in value.items()}
    if isinstance(value, list):
        return [mask(each) for each in value]
    return value


def _masked(key: str, value: Any) -> Any:
    if isinstance(value, dict | list):
        return mask(value)
    return MASK if "".join(sign for sign in key.lower() if sign.isalnum()) in PERSONAL and value not in (None, "") else value


def mask_body(body: bytes) -> str:
    """A JSON body masked; any other text as it is, without signs that the database cannot keep."""
    text = body.decode("utf-8", errors="replace").replace("\x00", "")
    try:
        return json.dumps(mask(json.loads(text)), ensure_ascii=False, separators=(",", ":"))
    except (ValueError, RecursionError):
        return text
