"""Every URL of the product, for the tests that hold for all of them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from malha.staff.middleware import OTHER_DOORS
from malha.staff.permissions import declared

NOTHING_HAS_THIS_NUMBER = "999999999"
_SAMPLES = {"int": NOTHING_HAS_THIS_NUMBER, "slug": "nada", "str": "nada", "path": "nada", "uuid": "00000000-0000-4000-8000-000000000000"}
_PARAMETER = re.compile(r"<(?:(?P<converter>\w+):)?(?P<name>\w+)>")


@dataclass(frozen=True)
class Place:
    """One URL: its name, the view behind it, and its route with parameters still in it."""

    name: str
    view: Callable[..., Any]
    route: str

    @property
    def code(self) -> str | None:
        """The permission it declares."""
        return declared(self.view)

    @property
    def has_parameters(self) -> bool:
        return bool(_PARAMETER.search(self.route))

    def path(self, **values: str) -> str:
        """A path of this URL; what `values` does not say points at nothing."""
        return "/" + _PARAMETER.sub(lambda m: values.get(m["name"], _SAMPLES.get(m["converter"] or "str", "nada")), self.route)

    def __str__(self) -> str:
        return self.name


def places() -> list[Place]:
    """All URLs of the staff's door, login and first set-up included; not those of programs."""
    return list(_walk(get_resolver().url_patterns, (), ""))


def _walk(patterns: list[URLPattern | URLResolver], names: tuple[str, ...], route: str) -> Iterator[Place]:
    for pattern in patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            if pattern.app_name in OTHER_DOORS:
                continue
            yield from _walk(pattern.url_patterns, (*names, pattern.namespace) if pattern.namespace else names, here)
        else:
            yield Place(":".join((*names, pattern.name or here)), pattern.callback, here)
