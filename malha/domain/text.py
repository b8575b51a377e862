"""Text made comparable: accents, case and spaces taken away, digits picked out."""

import unicodedata


def strip_accents(text: str) -> str:
    """``"São João"`` -> ``"Sao Joao"``. Letters without a base form (ß, ø) stay as they are."""
    decomposed = unicodedata.normalize("NFD", text)
    kept = "".join(mark for mark in decomposed if unicodedata.category(mark) != "Mn")
    return unicodedata.normalize("NFC", kept)


def collapse_spaces(text: str) -> str:
    """One blank between words, none at the ends; tabs, line ends and no-break spaces included."""
    return " ".join(text.split())


def search_key(text: str) -> str:
    """The form in which a text is stored for searching and in which a search is typed.

    Case-folded, without accents, blanks collapsed: ``" José  D'ÁVILA "`` -> ``"jose d'avila"``.
    Idempotent: the key of a key is the key. Databases fold accents differently (SQLite not at
    all), so both sides of a comparison go through this function instead.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return collapse_spaces(strip_accents(folded).casefold())


def only_digits(text: str) -> str:
    """The ASCII digits of ``text``, in order. Other scripts' digits are not digits here."""
    return "".join(sign for sign in text if sign in "0123456789")


def is_ascii_digits(text: str) -> bool:
    """True for a text made of ASCII digits only, and of at least one (``str.isdigit`` takes ²)."""
    return bool(text) and text.isascii() and text.isdigit()
