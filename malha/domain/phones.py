"""Brazilian telephone numbers, typed anyhow, stored as E.164 (``+5535988000204``).

Numbering plan: Res. Anatel 749/2022. A national number is a two-digit area code (DDD) and eight
digits (fixed, first digit 2-5) or nine (mobile, first digit 9; the ninth digit is in use in every
area since 2016, so an eight-digit mobile is a typing error, not an old number).
"""

import re
from typing import Final

from malha.domain.errors import RuleError
from malha.domain.text import is_ascii_digits

_DDDS_BY_FIRST_DIGIT: Final = {
    "1": "123456789",
    "2": "12478",
    "3": "1234578",
    "4": "123456789",
    "5": "1345",
    "6": "123456789",
    "7": "134579",
    "8": "123456789",
    "9": "123456789",
}
VALID_DDDS: Final = frozenset(
    first + second for first, seconds in _DDDS_BY_FIRST_DIGIT.items() for second in seconds
)
"""The 67 area codes in use."""

_FILLING = re.compile(r"[\s().\-/\u00a0\u2010-\u2015]+")
_SERVICE = re.compile(r"0?(800|300|500|900)([0-9]{7})", re.ASCII)  # 0800 123 4567
_SHARED_COST = re.compile(r"(?:400[0-9]|300[0-9])[0-9]{4}", re.ASCII)  # 4004-1234, no DDD
_TRUNK = re.compile(r"0(?:xx|[1-9][1-9])?([1-9][1-9][0-9]{8,9})", re.ASCII | re.IGNORECASE)
_FOREIGN = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)


def normalize_phone(text: str, default_ddd: str | None = None) -> str:
    """E.164 of what was typed: ``(35) 98800-0204``, ``035 98800 0204``, ``+55 35 ...``.

    Takes the trunk zero with or without a carrier (``0 15 35 ...``, ``0xx35 ...``), the country
    code with or without plus, 0800/0300 numbers and 4004-style numbers. A number without area code
    takes ``default_ddd``. A foreign number is taken only with its plus, as long as E.164 allows.
    Raises RuleError ``phone_empty``, ``phone_characters``, ``phone_without_ddd``, ``phone_ddd``
    (params: ddd), ``phone_mobile_nine`` (eight digits that start like a mobile) or ``phone_length``.
    """
    rest = _FILLING.sub("", text)
    if not rest:
        raise RuleError("phone_empty")
    rest = f"+{rest[2:]}" if rest.startswith("00") else rest
    if rest.startswith("+") and not rest.startswith("+55"):
        if not _FOREIGN.fullmatch(rest):
            raise RuleError("phone_length" if is_ascii_digits(rest[1:]) else "phone_characters")
        return rest
    trunk = _TRUNK.fullmatch(rest)
    if trunk and not _SERVICE.fullmatch(rest):
        return _national(trunk[1])
    digits = rest.removeprefix("+55") if rest.startswith("+") else rest
    if not is_ascii_digits(digits):
        raise RuleError("phone_characters")
    # 55 is a country and an area (Santa Maria, RS): only the length tells them apart.
    if digits.startswith("55") and len(digits) in (12, 13):
        digits = digits[2:]
    service = _SERVICE.fullmatch(digits)
    if service:
        return f"+55{service[1]}{service[2]}"
    if _SHARED_COST.fullmatch(digits):
        return f"+55{digits}"
    return _national(digits, default_ddd)


def _national(digits: str, default_ddd: str | None = None) -> str:
    """Check area code and subscriber number; answer E.164."""
    if len(digits) in (8, 9):
        if default_ddd is None:
            raise RuleError("phone_without_ddd")
        digits = default_ddd + digits
    if len(digits) not in (10, 11):
        raise RuleError("phone_length")
    ddd, subscriber = digits[:2], digits[2:]
    if ddd not in VALID_DDDS:
        raise RuleError("phone_ddd", {"ddd": ddd})
    if len(subscriber) == 8 and subscriber[0] not in "2345":
        raise RuleError("phone_mobile_nine" if subscriber[0] in "6789" else "phone_length")
    if len(subscriber) == 9 and subscriber[0] != "9":
        raise RuleError("phone_length")
    return f"+55{digits}"


def _parts(e164: str) -> tuple[str, str] | None:
    """(DDD, subscriber) of a Brazilian number with area code, else None."""
    digits = e164.removeprefix("+55")
    if not e164.startswith("+55") or digits[:2] not in VALID_DDDS:
        return None
    has_shape = len(digits) == 11 or (len(digits) == 10 and digits[2] in "2345")
    return (digits[:2], digits[2:]) if has_shape else None


def is_mobile(e164: str) -> bool:
    """True for a Brazilian mobile number in E.164: one that SMS and WhatsApp can reach."""
    parts = _parts(e164)
    return parts is not None and len(parts[1]) == 9


def format_phone(e164: str) -> str:
    """``+5535988000204`` -> ``(35) 98800-0204``; 0800 and 4004 in their own form.

    A foreign number, or whatever is not E.164, is returned as it is.
    """
    parts = _parts(e164)
    if parts:
        ddd, subscriber = parts
        return f"({ddd}) {subscriber[:-4]}-{subscriber[-4:]}"
    digits = e164.removeprefix("+55")
    if e164.startswith("+55"):
        if _SERVICE.fullmatch(digits):
            return f"0{digits[:3]} {digits[3:6]} {digits[6:]}"
        if _SHARED_COST.fullmatch(digits):
            return f"{digits[:4]}-{digits[4:]}"
    return e164


def mask_phone(e164: str) -> str:
    """``(35) *****-0204``: what a screen shows to whoever may not see the number."""
    parts = _parts(e164)
    if parts is None:
        return "*" * max(len(e164) - 4, 0) + e164[-4:] if len(e164) > 6 else "****"
    ddd, subscriber = parts
    return f"({ddd}) {'*' * (len(subscriber) - 4)}-{subscriber[-4:]}"
