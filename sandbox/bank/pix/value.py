"""What a cob or cobv costs on a day, by the modalidades of the Pix API."""

import datetime
from fractions import Fraction
from typing import Any

from sandbox.bank.clock import is_business_day, next_business_day
from sandbox.bank.late import Owed, days_late
from sandbox.bank.recurrences import amount_of, cents_of, day_of

DAYS_OF = {2: 1, 3: 30, 4: 365, 6: 1, 7: 30, 8: 365}


def owed(doc: dict[str, Any], kind: str, day: datetime.date) -> Owed:
    """Components in cents. An abatimento counts as discount."""
    original = cents_of(doc["valor"]["original"]) or 0
    if kind == "cob":
        return Owed(original)
    value, due = doc["valor"], day_of(doc["calendario"]["dataDeVencimento"])
    rebate = _one(value.get("abatimento"), original)
    late = days_late(due, day)
    if late:
        return Owed(original, _one(value.get("multa"), original), _interest(value.get("juros"), original, due, day), rebate)
    return Owed(original, discount=rebate + _discount(value.get("desconto"), original, next_business_day(due), day))


def components(parts: Owed) -> dict[str, Any]:
    """`componentesValor` of the Pix."""
    named = {"juros": parts.interest, "multa": parts.fine, "desconto": parts.discount}
    return {"original": {"valor": amount_of(parts.principal)}} | {
        name: {"valor": amount_of(cents)} for name, cents in named.items() if cents
    }


def percent(text: str, original: int) -> Fraction:
    """So many percent of cents, exact."""
    return Fraction(text) * original / 100


def half_up(value: Fraction) -> int:
    """To whole cents."""
    return int(value + Fraction(1, 2))


def _one(rule: dict[str, Any] | None, original: int) -> int:
    """1 fixed amount, 2 percent."""
    if not rule:
        return 0
    return (cents_of(rule["valorPerc"]) or 0) if rule["modalidade"] == 1 else half_up(percent(rule["valorPerc"], original))


def _interest(rule: dict[str, Any] | None, original: int, due: datetime.date, day: datetime.date) -> int:
    if not rule:
        return 0
    kind = rule["modalidade"]
    start = next_business_day(due)
    days = (day - start).days if kind <= 4 else business_days(start, day)
    if kind in (1, 5):
        return (cents_of(rule["valorPerc"]) or 0) * days
    return half_up(percent(rule["valorPerc"], original) * days / DAYS_OF[kind])


def _discount(rule: dict[str, Any] | None, original: int, due: datetime.date, day: datetime.date) -> int:
    if not rule:
        return 0
    kind = rule["modalidade"]
    if kind in (1, 2):
        usable = [each for each in rule["descontoDataFixa"] if day <= next_business_day(day_of(each["data"]))]
        best = min(usable, key=lambda each: str(each["data"]), default=None)
        if best is None:
            return 0
        return (cents_of(best["valorPerc"]) or 0) if kind == 1 else half_up(percent(best["valorPerc"], original))
    days = max((due - day).days if kind in (3, 5) else business_days(day, due), 0)
    return (cents_of(rule["valorPerc"]) or 0) * days if kind in (3, 4) else half_up(percent(rule["valorPerc"], original) * days)


def business_days(start: datetime.date, end: datetime.date) -> int:
    """Business days after `start` up to `end`."""
    return sum(is_business_day(start + datetime.timedelta(days=each + 1)) for each in range(max((end - start).days, 0)))
