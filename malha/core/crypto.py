"""Secrets at rest: `<key id>$<Fernet token>` under a named ring of keys (network.md §9.3).

Two rings: `access` holds what FreeRADIUS must be able to read (access passwords, RADIUS secrets), `vault` everything else.
The first key of a ring encrypts, all of them decrypt, so a key is rotated by putting a new one first, re-encrypting
(`bin/malha rotate_keys`) and dropping the old one.
"""

import hashlib
import hmac
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

RINGS = {"vault": "VAULT_KEYS", "access": "ACCESS_KEYS"}


class UnreadableSecret(Exception):
    """The stored token's key is not in the ring, or the token was altered."""


@lru_cache(maxsize=8)
def _parse(spec: str) -> tuple[tuple[str, Fernet], ...]:
    keys = tuple((key_id, Fernet(key)) for key_id, _, key in (part.strip().partition(":") for part in spec.split(",") if part.strip()))
    if not keys:
        raise ImproperlyConfigured("MALHA_VAULT_KEYS and MALHA_ACCESS_KEYS must be set: use ./run or see docs/operate/environment.md")
    return keys


def _ring(ring: str) -> tuple[tuple[str, Fernet], ...]:
    return _parse(getattr(settings, RINGS[ring]))


def seal(plain: str, *, ring: str = "vault") -> str:
    """Encrypt text with the ring's first key."""
    key_id, fernet = _ring(ring)[0]
    return f"{key_id}${fernet.encrypt(plain.encode()).decode()}"


def reveal(stored: str, *, ring: str = "vault") -> str:
    """Decrypt what `seal` made. Raises UnreadableSecret if no key of the ring fits."""
    key_id, _, token = stored.partition("$")
    for known_id, fernet in _ring(ring):
        if known_id == key_id:
            try:
                return fernet.decrypt(token.encode()).decode()
            except InvalidToken as error:
                raise UnreadableSecret(f"token under key {key_id} was altered") from error
    raise UnreadableSecret(f"no key {key_id} in ring {ring}")


def first_key_id(ring: str) -> str:
    """The key that encrypts now."""
    return _ring(ring)[0][0]


def fingerprint(plain: str, *, purpose: str) -> str:
    """A keyed hash (HMAC-SHA-256, hex) to tell whether two secrets are equal without being able to read them."""
    return hmac.new(f"{purpose}:{settings.SECRET_KEY}".encode(), plain.encode(), hashlib.sha256).hexdigest()
