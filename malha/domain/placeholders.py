"""The allow-list of marks in a contract template, ``{{cliente_nome}}``, and their filling.

The names are Portuguese because they are the users' data (domain.md §9). There is no logic in a
template, only names: nothing a template says can reach anything but the values given.
"""

import re
from collections.abc import Mapping
from typing import Final

from malha.domain.errors import RuleError

PLACEHOLDER_GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "provider": (
        "provedor_nome",
        "provedor_cnpj",
        "provedor_endereco",
        "provedor_bairro",
        "provedor_cidade",
        "provedor_uf",
    ),
    "customer": (
        "cliente_nome",
        "cliente_cpf_cnpj",
        "cliente_rg_ie",
        "cliente_endereco",
        "cliente_bairro",
        "cliente_cidade",
        "cliente_uf",
        "cliente_telefone",
        "cliente_email",
    ),
    "contract": (
        "contrato_numero",
        "data",
        "data_extenso",
        "plano",
        "download",
        "upload",
        "valor",
        "valor_extenso",
        "dia_vencimento",
        "fidelidade_meses",
        "multa_fidelidade",
        "endereco_instalacao",
        "codigo_oferta",
    ),
    "technical": ("login", "ip", "equipamentos"),
    "signature": ("assinatura_cliente", "assinatura_provedor", "testemunhas"),
}

ALLOWED_PLACEHOLDERS: Final = frozenset(
    name for names in PLACEHOLDER_GROUPS.values() for name in names
)

# Whatever stands between the braces is taken, so that {{Nome}}, {{ plano }} or a mark that the
# editor cut with a tag ({{pl<b>ano</b>}}) is seen and refused instead of being printed as it is.
_MARK = re.compile(r"\{\{([^{}]*)\}\}")
_SPACES = "\u0020\u00a0\t\r\n"


def find_placeholders(text: str) -> tuple[str, ...]:
    """The names of all marks in ``text``, each once, in order of first appearance."""
    return tuple(dict.fromkeys(match[1].strip(_SPACES) for match in _MARK.finditer(text)))


def unknown_placeholders(text: str) -> tuple[str, ...]:
    """The names in ``text`` that are not on the allow-list; saving such a template is refused."""
    return tuple(name for name in find_placeholders(text) if name not in ALLOWED_PLACEHOLDERS)


def fill(text: str, values: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """Replace each mark by its value; return the filled text and the names that stayed empty.

    A name that ``values`` lacks or has blank becomes nothing and is listed, in order of appearance.
    One pass: a value that itself looks like a mark is printed, never filled. Values go in as they
    are: whoever fills an HTML template escapes them before. Raises RuleError
    ``placeholder_unknown`` for a name that is not on the allow-list.
    """
    unknown = unknown_placeholders(text)
    if unknown:
        raise RuleError("placeholder_unknown", {"names": unknown})
    empty = tuple(name for name in find_placeholders(text) if not values.get(name, "").strip())
    filled = _MARK.sub(lambda match: values.get(match[1].strip(_SPACES), ""), text)
    return filled, empty
