"""A form that was sent after the session had ended: kept, sealed, in the login page, and given back after the login.

Nothing is stored on the server and nothing readable stands in the page: the whole form is one encrypted field.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from malha.core import clock, crypto

LONGEST = timedelta(hours=12)
MAX_CHARACTERS = 500_000
NOT_KEPT = frozenset({"csrfmiddlewaretoken"})


@dataclass(frozen=True)
class KeptForm:
    """Where the form was going, and its fields in their order."""

    path: str
    fields: list[tuple[str, str]]
    had_files: bool = False


def take(request: HttpRequest, path: str) -> KeptForm | None:
    """The form that `request` carries for `path`. None when the path is not one of ours or the form is too large."""
    if not is_ours(request, path):
        return None
    fields = [(name, str(value)) for name, values in request.POST.lists() if name not in NOT_KEPT for value in values]
    if sum(len(name) + len(value) for name, value in fields) > MAX_CHARACTERS:
        return None
    return KeptForm(path=path, fields=fields, had_files=bool(request.FILES))


def seal(form: KeptForm) -> str:
    """The form as one encrypted text."""
    return crypto.seal(json.dumps({"at": clock.now().isoformat(), "path": form.path, "fields": form.fields, "had_files": form.had_files}))


def unseal(request: HttpRequest, sealed: str) -> KeptForm | None:
    """The form that `seal` closed. None when it was altered, is older than twelve hours, or there is none."""
    if not sealed:
        return None
    try:
        content = json.loads(crypto.reveal(sealed))
    except crypto.UnreadableSecret:
        return None
    if clock.now() - datetime.fromisoformat(content["at"]) > LONGEST or not is_ours(request, content["path"]):
        return None
    return KeptForm(path=content["path"], fields=[(name, value) for name, value in content["fields"]], had_files=content["had_files"])


def is_ours(request: HttpRequest, path: str) -> bool:
    """Is this a path of this system, and not a way to lead somebody elsewhere?"""
    return path.startswith("/") and url_has_allowed_host_and_scheme(path, {request.get_host()}, require_https=request.is_secure())
