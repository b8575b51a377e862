"""The half-filled new-customer page, kept on the server: encrypted, for its author alone, for thirty days."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import QueryDict

from malha.backoffice.models import FormDraft
from malha.core import clock, crypto
from malha.customers.models import Submission
from malha.staff.models import User

FORM = "customer-new"
KEPT_FOR = timedelta(days=30)
MOST_CHARACTERS = 500_000
NOT_KEPT = frozenset({"csrfmiddlewaretoken", "do"})


@dataclass(frozen=True)
class Draft:
    """What was typed, and when it was last kept."""

    data: QueryDict
    saved_at: datetime


def save(author: User, data: QueryDict) -> datetime | None:
    """Keep what is typed, over what was kept before; the instant it was kept.

    None when there is nothing to keep: more than could ever be a form, or a page whose customer was made meanwhile (the last
    keystroke and the click on Cadastrar travel at the same time).
    """
    content = json.dumps({name: values for name, values in data.lists() if name not in NOT_KEPT})
    if len(content) > MOST_CHARACTERS or _is_done(data.get("token", "")):
        return None
    now = clock.now()
    FormDraft.objects.update_or_create(author=author, form=FORM, defaults={"data": content, "saved_at": now})
    return now


def load(author: User) -> Draft | None:
    """The draft of this person, if there is one that can still be read."""
    try:
        kept = FormDraft.objects.filter(author=author, form=FORM, saved_at__gt=clock.now() - KEPT_FOR).first()
    except crypto.UnreadableSecret:  # its key is gone, so nobody will ever read it again
        discard(author)
        return None
    if kept is None:
        return None
    data = QueryDict(mutable=True)
    for name, values in json.loads(kept.data).items():
        data.setlist(name, values)
    return Draft(data, kept.saved_at)


def discard(author: User) -> None:
    """Forget the draft of this person, and what everybody left behind more than thirty days ago."""
    FormDraft.objects.filter(author=author, form=FORM).delete()
    FormDraft.objects.filter(form=FORM, saved_at__lte=clock.now() - KEPT_FOR).delete()


def _is_done(token: str) -> bool:
    return bool(token) and Submission.objects.filter(token=token[:64], customer__isnull=False).exists()
