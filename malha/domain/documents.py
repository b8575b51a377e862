"""CPF, CNPJ and CEP: checked, normalised, formatted, masked. IE lives in ``ie.py``.

CPF: two check digits modulo 11. CNPJ: IN RFB 2.229/2024 (alphanumeric since July 2026): twelve
letters or digits and two numeric check digits; a sign's value is its ASCII code minus 48.
Stored without punctuation: 11 digits, or 14 signs in upper case; letters are never stripped.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from malha.domain.errors import RuleError
from malha.domain.text import is_ascii_digits

CPF_LENGTH: Final = 11
CNPJ_LENGTH: Final = 14
CEP_LENGTH: Final = 8

_PUNCTUATION = re.compile(r"[\s.\-/_\u00a0\u2010-\u2015]+")
_CNPJ_SHAPE = re.compile(r"[0-9A-Z]{12}[0-9]{2}", re.ASCII)
_CPF_WEIGHTS: Final = (11, 10, 9, 8, 7, 6, 5, 4, 3, 2)
_CNPJ_WEIGHTS: Final = (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)

UF_NAMES: Final[Mapping[str, str]] = {
    "AC": "Acre",
    "AL": "Alagoas",
    "AM": "Amazonas",
    "AP": "Amapá",
    "BA": "Bahia",
    "CE": "Ceará",
    "DF": "Distrito Federal",
    "ES": "Espírito Santo",
    "GO": "Goiás",
    "MA": "Maranhão",
    "MG": "Minas Gerais",
    "MS": "Mato Grosso do Sul",
    "MT": "Mato Grosso",
    "PA": "Pará",
    "PB": "Paraíba",
    "PE": "Pernambuco",
    "PI": "Piauí",
    "PR": "Paraná",
    "RJ": "Rio de Janeiro",
    "RN": "Rio Grande do Norte",
    "RO": "Rondônia",
    "RR": "Roraima",
    "RS": "Rio Grande do Sul",
    "SC": "Santa Catarina",
    "SE": "Sergipe",
    "SP": "São Paulo",
    "TO": "Tocantins",
}
UFS: Final = tuple(UF_NAMES)
"""The 27 federal units, in alphabetical order of their codes."""


class DocumentKind(StrEnum):
    """Which of the two numbers a person is known by to the tax office."""

    CPF = "CPF"
    CNPJ = "CNPJ"


def strip_punctuation(text: str) -> str:
    """Points, dashes, slashes and blanks taken away, letters made upper case."""
    return _PUNCTUATION.sub("", text).upper()


def check_digit(signs: str, weights: tuple[int, ...]) -> int:
    """Modulo-11 digit of ``signs``: the last weights are used, as many as there are signs."""
    used = weights[-len(signs) :]
    rest = sum((ord(sign) - 48) * weight for sign, weight in zip(signs, used, strict=True)) % 11
    return 0 if rest < 2 else 11 - rest


def _closed(base: str, weights: tuple[int, ...]) -> str:
    first = f"{base}{check_digit(base, weights)}"
    return f"{first}{check_digit(first, weights)}"


def cpf_check_digits(base: str) -> str:
    """The two check digits of the nine first digits of a CPF."""
    return _closed(base, _CPF_WEIGHTS)[-2:]


def cnpj_check_digits(base: str) -> str:
    """The two check digits of the twelve first signs of a CNPJ."""
    return _closed(base, _CNPJ_WEIGHTS)[-2:]


def normalize_cpf(text: str) -> str:
    """The 11 digits of a valid CPF.

    Raises RuleError ``cpf_shape`` (not 11 digits), ``cpf_repeated`` (111.111.111-11 and its kind
    have right check digits and belong to nobody) or ``cpf_check_digit``.
    """
    digits = strip_punctuation(text)
    if len(digits) != CPF_LENGTH or not is_ascii_digits(digits):
        raise RuleError("cpf_shape", {"length": CPF_LENGTH})
    if len(set(digits)) == 1:
        raise RuleError("cpf_repeated")
    if digits != _closed(digits[:9], _CPF_WEIGHTS):
        raise RuleError("cpf_check_digit")
    return digits


def normalize_cnpj(text: str) -> str:
    """The 14 signs of a valid CNPJ, numeric or alphanumeric, in upper case.

    Raises RuleError ``cnpj_shape``, ``cnpj_repeated`` or ``cnpj_check_digit``.
    """
    signs = strip_punctuation(text)
    if not _CNPJ_SHAPE.fullmatch(signs):
        raise RuleError("cnpj_shape", {"length": CNPJ_LENGTH})
    if len(set(signs)) == 1:
        raise RuleError("cnpj_repeated")
    if signs != _closed(signs[:12], _CNPJ_WEIGHTS):
        raise RuleError("cnpj_check_digit")
    return signs


def document_kind(text: str) -> DocumentKind | None:
    """What ``text`` is meant to be, by its length alone; None when it is neither. Checks nothing."""
    signs = strip_punctuation(text)
    if len(signs) == CPF_LENGTH and is_ascii_digits(signs):
        return DocumentKind.CPF
    if len(signs) == CNPJ_LENGTH:
        return DocumentKind.CNPJ
    return None


def normalize_document(text: str) -> str:
    """A valid CPF or CNPJ, whichever its length says, without punctuation.

    Raises RuleError ``document_shape`` when it has the length of neither, else the error of
    ``normalize_cpf`` or ``normalize_cnpj``.
    """
    kind = document_kind(text)
    if kind is DocumentKind.CPF:
        return normalize_cpf(text)
    if kind is DocumentKind.CNPJ:
        return normalize_cnpj(text)
    raise RuleError("document_shape", {"cpf": CPF_LENGTH, "cnpj": CNPJ_LENGTH})


def is_valid_document(text: str) -> bool:
    """True for a valid CPF or CNPJ in any punctuation."""
    try:
        normalize_document(text)
    except RuleError:
        return False
    return True


def format_document(document: str) -> str:
    """``52998224725`` -> ``529.982.247-25``; a CNPJ -> ``12.ABC.345/01DE-35``.

    Whatever has neither length (old imported data) is returned as it is.
    """
    signs = strip_punctuation(document)
    if len(signs) == CPF_LENGTH:
        return f"{signs[:3]}.{signs[3:6]}.{signs[6:9]}-{signs[9:]}"
    if len(signs) == CNPJ_LENGTH:
        return f"{signs[:2]}.{signs[2:5]}.{signs[5:8]}/{signs[8:12]}-{signs[12:]}"
    return document


def mask_document(document: str) -> str:
    """``***.482.310-**`` for a CPF, ``12.345.678/****-**`` for a CNPJ: enough to tell people apart.

    Of anything else nothing but stars is shown, since it is not known what it gives away.
    """
    signs = strip_punctuation(document)
    if len(signs) == CPF_LENGTH:
        return f"***.{signs[3:6]}.{signs[6:9]}-**"
    if len(signs) == CNPJ_LENGTH:
        return f"{signs[:2]}.{signs[2:5]}.{signs[5:8]}/****-**"
    return "*" * min(len(signs), CNPJ_LENGTH)


def normalize_cep(text: str) -> str:
    """The 8 digits of a CEP. Raises RuleError ``cep_shape``. Whether it exists is not asked."""
    digits = strip_punctuation(text)
    if len(digits) != CEP_LENGTH or not is_ascii_digits(digits) or digits == "0" * CEP_LENGTH:
        raise RuleError("cep_shape", {"length": CEP_LENGTH})
    return digits


def format_cep(cep: str) -> str:
    """``37500000`` -> ``37500-000``; anything else is returned as it is."""
    digits = strip_punctuation(cep)
    return f"{digits[:5]}-{digits[5:]}" if len(digits) == CEP_LENGTH else cep


def normalize_uf(text: str) -> str:
    """``" mg "`` -> ``"MG"``. Raises RuleError ``uf_unknown``."""
    uf = text.strip().upper()
    if uf not in UF_NAMES:
        raise RuleError("uf_unknown")
    return uf
