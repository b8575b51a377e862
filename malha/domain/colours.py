"""Colours: their one spelling, and whether a text in them can be read (WCAG 2.2, 1.4.3: contrast of at least 4.5 to 1)."""

import re
from typing import Final

from malha.domain.errors import RuleError

WHITE: Final = "#ffffff"
READABLE: Final = 4.5
_LONG = re.compile(r"[0-9a-f]{6}", re.ASCII)
_SHORT = re.compile(r"[0-9a-f]{3}", re.ASCII)


def normalize_colour(text: str) -> str:
    """``"3446C6"``, ``" #3446c6 "``, ``"#36c"`` -> ``"#3446c6"``, ``"#3366cc"``. Raises RuleError ``colour_shape``."""
    digits = text.strip().lower().removeprefix("#")
    if _SHORT.fullmatch(digits):
        digits = "".join(digit * 2 for digit in digits)
    if not _LONG.fullmatch(digits):
        raise RuleError("colour_shape")
    return f"#{digits}"


def contrast(one: str, other: str) -> float:
    """The contrast of two colours in their normal form, from 1 (the same) to 21 (black on white); the order does not matter."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def readable_on_white(text: str) -> str:
    """The normal form of a colour that white text, or text on white, can be read in.

    Raises RuleError ``colour_shape``, or ``colour_contrast`` (params: contrast, needed, with one decimal, rounded down).
    """
    colour = normalize_colour(text)
    found = contrast(colour, WHITE)
    if found < READABLE:
        raise RuleError("colour_contrast", {"contrast": f"{int(found * 10) / 10:.1f}".replace(".", ","), "needed": "4,5"})
    return colour


def _luminance(colour: str) -> float:
    """Relative luminance of an sRGB colour (WCAG 2.2)."""
    red, green, blue = (_linear(int(colour[start : start + 2], 16) / 255) for start in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
