"""Pix keys: which kind one is, and the one form in which the directory (DICT) knows it (payments.md §2)."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from malha.domain.documents import CNPJ_LENGTH, CPF_LENGTH, normalize_cnpj, normalize_cpf, strip_punctuation
from malha.domain.errors import RuleError
from malha.domain.phones import normalize_phone

MAX_KEY: Final = 77
_EMAIL = re.compile(r"[a-z0-9.!#$&'*+/=?^_`{|}~-]+@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*", re.ASCII)
_EVP = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_PHONE = re.compile(r"\+55[1-9][1-9][0-9]{8,9}", re.ASCII)


class PixKeyKind(StrEnum):
    """The five kinds of key."""

    CPF = "CPF"
    CNPJ = "CNPJ"
    PHONE = "PHONE"
    EMAIL = "EMAIL"
    EVP = "EVP"


@dataclass(frozen=True, slots=True)
class PixKey:
    """A key as the directory stores it: digits or signs of a document, ``+55…``, lower-case e-mail or UUID."""

    kind: PixKeyKind
    value: str


def pix_key(text: str, kind: PixKeyKind | None = None) -> PixKey:
    """The key that was typed; without ``kind`` its form decides, and eleven bare digits are a CPF (a phone starts with + or a bracket).

    Raises RuleError ``pix_key_shape`` (params: kind), ``pix_key_kind`` (no form fits), or what the checks of
    CPF, CNPJ and phone raise.
    """
    typed = text.strip()
    kind = kind or _kind_of(typed)
    if kind is PixKeyKind.CPF:
        return PixKey(kind, normalize_cpf(typed))
    if kind is PixKeyKind.CNPJ:
        return PixKey(kind, normalize_cnpj(typed))
    value = normalize_phone(typed) if kind is PixKeyKind.PHONE else typed.lower()
    shape = {PixKeyKind.PHONE: _PHONE, PixKeyKind.EVP: _EVP, PixKeyKind.EMAIL: _EMAIL}[kind]
    if not shape.fullmatch(value) or len(value) > MAX_KEY:
        raise RuleError("pix_key_shape", {"kind": kind.value})
    return PixKey(kind, value)


def _kind_of(typed: str) -> PixKeyKind:
    signs = strip_punctuation(typed)
    if "@" in typed:
        return PixKeyKind.EMAIL
    if typed.startswith(("+", "(")):
        return PixKeyKind.PHONE
    if _EVP.fullmatch(typed.lower()):
        return PixKeyKind.EVP
    if len(signs) == CNPJ_LENGTH:
        return PixKeyKind.CNPJ
    if len(signs) == CPF_LENGTH:
        return PixKeyKind.CPF
    raise RuleError("pix_key_kind")
