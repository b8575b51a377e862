"""Which banks take files. A folder in `malha/domain/banks/` with a `cnab.py` that has ``LAYOUTS`` is all it needs."""

import importlib
import pkgutil
from functools import cache

from malha.domain import banks
from malha.domain.cnab.layouts import Format, Layout
from malha.domain.errors import RuleError

MODULE = "cnab"


@cache
def layouts() -> tuple[Layout, ...]:
    """Every layout of every bank, by bank code and format. Raises ValueError for two of the same."""
    found: dict[tuple[str, Format], Layout] = {}
    for folder in pkgutil.iter_modules(banks.__path__):
        if not folder.ispkg:
            continue
        package = importlib.import_module(f"{banks.__name__}.{folder.name}")
        if MODULE not in {module.name for module in pkgutil.iter_modules(package.__path__)}:
            continue
        for each in importlib.import_module(f"{package.__name__}.{MODULE}").LAYOUTS:
            if (each.bank_code, each.format) in found:
                raise ValueError(f"two layouts {each.format} of bank {each.bank_code}")
            found[each.bank_code, each.format] = each
    return tuple(found[key] for key in sorted(found))


def layout(bank_code: str, kind: Format) -> Layout:
    """The layout of a bank. Raises RuleError ``cnab_bank_unknown`` or, when the bank has only the other one, ``cnab_layout_unknown``."""
    of_bank = {each.format: each for each in layouts() if each.bank_code == bank_code}
    if not of_bank:
        raise RuleError("cnab_bank_unknown", {"bank_code": bank_code})
    if kind not in of_bank:
        raise RuleError("cnab_layout_unknown", {"bank_code": bank_code, "format": kind.value})
    return of_bank[kind]
