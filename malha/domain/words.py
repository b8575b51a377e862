"""Amounts and dates in full, in Portuguese, as contracts and receipts print them.

Spelling: 14 is "quatorze", as bank forms have it. "e" stands between hundreds, tens and units, and
before the last group of three when that is below one hundred or a round hundred ("mil e duzentos",
but "mil duzentos e trinta").
"""

from datetime import date
from typing import Final

from malha.domain.errors import RuleError
from malha.domain.money import Money

_UNITS: Final = (
    "zero", "um", "dois", "três", "quatro", "cinco", "seis", "sete", "oito", "nove", "dez",
    "onze", "doze", "treze", "quatorze", "quinze", "dezesseis", "dezessete", "dezoito",
    "dezenove",
)
_TENS: Final = (
    "", "", "vinte", "trinta", "quarenta", "cinquenta", "sessenta", "setenta", "oitenta",
    "noventa",
)
_HUNDREDS: Final = (
    "", "cento", "duzentos", "trezentos", "quatrocentos", "quinhentos", "seiscentos",
    "setecentos", "oitocentos", "novecentos",
)
_SCALES: Final = (
    ("", ""),
    ("mil", "mil"),
    ("milhão", "milhões"),
    ("bilhão", "bilhões"),
    ("trilhão", "trilhões"),
)
_MONTHS: Final = (
    "janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro",
    "outubro", "novembro", "dezembro",
)
_MILLION: Final = 10**6


def _below_thousand(number: int) -> str:
    if number == 100:
        return "cem"
    parts = []
    if number >= 100:
        parts.append(_HUNDREDS[number // 100])
        number %= 100
    if number >= 20:
        parts.append(_TENS[number // 10])
        number %= 10
    if number:
        parts.append(_UNITS[number])
    return " e ".join(parts)


def number_in_words(number: int) -> str:
    """A whole number from 0 to under a quadrillion, masculine: ``1200`` -> "mil e duzentos".

    Raises RuleError ``number_out_of_range``.
    """
    if not 0 <= number < 1000 ** len(_SCALES):
        raise RuleError("number_out_of_range")
    if number == 0:
        return _UNITS[0]
    groups: list[tuple[int, str]] = []
    scale = 0
    while number:
        number, group = divmod(number, 1000)
        if group:
            groups.append((group, _group_in_words(group, scale)))
        scale += 1
    last_value, words = groups[0]
    if len(groups) == 1:
        return words
    higher = " ".join(text for _, text in reversed(groups[1:]))
    joint = " e " if last_value < 100 or last_value % 100 == 0 else " "
    return f"{higher}{joint}{words}"


def _group_in_words(group: int, scale: int) -> str:
    if scale == 1 and group == 1:
        return "mil"
    name = _SCALES[scale][0 if group == 1 else 1]
    return f"{_below_thousand(group)} {name}".rstrip()


def in_words_ptbr(money: Money) -> str:
    """``R$ 109,90`` -> "cento e nove reais e noventa centavos".

    "um real", "um centavo", "um milhão de reais" (de after a round million), "zero reais"; below
    zero with "menos" in front. Raises RuleError ``number_out_of_range`` from a quadrillion up.
    """
    reais, cents = divmod(abs(money.cents), 100)
    parts = []
    if reais or not cents:
        of = " de" if reais >= _MILLION and reais % _MILLION == 0 else ""
        parts.append(f"{number_in_words(reais)}{of} {'real' if reais == 1 else 'reais'}")
    if cents:
        parts.append(f"{number_in_words(cents)} {'centavo' if cents == 1 else 'centavos'}")
    return ("menos " if money.is_negative else "") + " e ".join(parts)


def date_in_words(day: date) -> str:
    """``2026-11-24`` -> "24 de novembro de 2026"; the first of a month is "1º"."""
    number = "1º" if day.day == 1 else str(day.day)
    return f"{number} de {_MONTHS[day.month - 1]} de {day.year}"
