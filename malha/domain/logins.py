"""Access logins and passwords as they go onto a router: plain ASCII, one spelling each.

RouterOS compares names byte by byte and older versions mangle accents, so "José", "jose" and
"JOSE" must be one login before it is stored; the unique constraint then sees the twin.
"""

import re
from collections.abc import Container, Sequence
from typing import Final, Protocol

from malha.domain.errors import RuleError
from malha.domain.text import strip_accents

MAX_LOGIN_LENGTH: Final = 64
MIN_PASSWORD_LENGTH: Final = 4
MAX_PASSWORD_LENGTH: Final = 64

_ALLOWED = re.compile(r"[a-z0-9._@\-]", re.ASCII)
_PARTICLES: Final = frozenset(
    ("da", "das", "de", "do", "dos", "e", "di", "du", "la", "le", "van", "von")
)
_COMPANY_ENDINGS: Final = frozenset(
    ("ltda", "me", "mei", "epp", "eireli", "sa", "s", "a", "ss", "cia")
)
# Without c, f, p, x: syllables of these spell the words nobody wants to dictate to a customer.
_CONSONANTS: Final = "bdgjkmnrstvz"
_VOWELS: Final = "aeiou"
_DIGITS: Final = "23456789"  # 0 and 1 are misread as O and l


class RandomSource(Protocol):
    """What the password generator draws from: ``secrets.SystemRandom()``, or a seeded Random."""

    def choice(self, seq: Sequence[str], /) -> str: ...


def normalize_login(text: str) -> str:
    """Lower case, no accents, no blanks: the one spelling of a login.

    Raises RuleError ``login_empty``, ``login_characters`` (params: characters) for anything but
    a-z, 0-9 and ``. _ @ -``, or ``login_too_long`` (params: limit).
    """
    login = strip_accents("".join(text.split())).lower()
    if not login:
        raise RuleError("login_empty")
    strange = "".join(dict.fromkeys(sign for sign in login if not _ALLOWED.fullmatch(sign)))
    if strange:
        raise RuleError("login_characters", {"characters": strange[:20]})
    if len(login) > MAX_LOGIN_LENGTH:
        raise RuleError("login_too_long", {"limit": MAX_LOGIN_LENGTH})
    return login


def suggest_login(name: str, taken: Container[str] = ()) -> str:
    """First and last name: ``Rosa Maria Duarte`` -> ``rosa.duarte``, then ``rosa.duarte2``, ...

    Particles (da, de, dos) and company endings (LTDA, ME) do not count. A name without any usable
    letter gives ``cliente``. ``taken`` holds normalised logins; the answer is not among them.
    """
    words = re.findall(r"[a-z0-9]+", strip_accents(name).lower(), re.ASCII)
    names = [word for word in words if word not in _PARTICLES]
    while len(names) > 1 and names[-1] in _COMPANY_ENDINGS:
        names.pop()
    if not names:
        base = "cliente"
    elif len(names) == 1:
        base = names[0]
    else:
        base = f"{names[0]}.{names[-1]}"
    base = base[: MAX_LOGIN_LENGTH - 6].rstrip(".")
    candidate, number = base, 1
    while candidate in taken:
        number += 1
        candidate = f"{base}{number}"
    return candidate


def readable_password(source: RandomSource, syllables: int = 6, digits: int = 3) -> str:
    """A password that can be dictated over the telephone: ``rimuda-dogesi-482``.

    Six syllables (60 each) and three digits (8 each) are 44 bits: out of reach for guessing at a
    router's log-in. The source is an argument; callers pass ``secrets.SystemRandom()``.
    """
    spoken = [source.choice(_CONSONANTS) + source.choice(_VOWELS) for _ in range(syllables)]
    groups = ["".join(spoken[start : start + 3]) for start in range(0, syllables, 3)]
    number = "".join(source.choice(_DIGITS) for _ in range(digits))
    return "-".join([*groups, number])


def check_access_password(password: str) -> str:
    """A password a router can hold, returned as typed.

    Printable ASCII without blanks at its ends: RouterOS keeps other bytes in whatever code page the
    writing program used, and the subscriber's device then sends different ones (librouteros#39).
    Raises RuleError ``password_empty``, ``password_too_short``, ``password_too_long`` (params:
    limit), ``password_characters`` or ``password_blank_ends``. The password is never in params.
    """
    if not password:
        raise RuleError("password_empty")
    if len(password) < MIN_PASSWORD_LENGTH:
        raise RuleError("password_too_short", {"limit": MIN_PASSWORD_LENGTH})
    if len(password) > MAX_PASSWORD_LENGTH:
        raise RuleError("password_too_long", {"limit": MAX_PASSWORD_LENGTH})
    if not (password.isascii() and password.isprintable()):
        raise RuleError("password_characters")
    if password != password.strip():
        raise RuleError("password_blank_ends")
    return password
