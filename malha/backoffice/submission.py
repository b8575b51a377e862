"""A form that must count once: each page of it carries a token of its own, and a service answers the same token with the same thing."""

import secrets


def fresh_token() -> str:
    """For one submission. Nobody can guess another person's."""
    return secrets.token_urlsafe(24)
