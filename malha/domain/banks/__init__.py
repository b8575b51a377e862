"""The banks, a folder each: what its boletos and its files look like. Adding one touches nothing else.

`boleto.py` of a folder names the bank and composes campo livre and nosso número; `cnab.py`, where the bank takes files, holds the
layouts and settlement tables. Facts: payments.md §1.4, §5, §6.
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from malha.domain.boleto.bank import Bank
from malha.domain.errors import RuleError


@cache
def all_banks() -> tuple[Bank, ...]:
    """Every bank that has a folder here, by code."""
    found = (import_module(f"{__name__}.{folder.name}.boleto").BANK for folder in iter_modules(__path__) if folder.ispkg)
    return tuple(sorted(found, key=lambda each: each.code))


def bank(code: str) -> Bank:
    """The bank of a three-digit code. Raises RuleError ``bank_unknown``."""
    for each in all_banks():
        if each.code == code:
            return each
    raise RuleError("bank_unknown", {"code": code})
