"""Changing the words and the brand of the notice pages."""

import base64
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from malha.core import clock, company, history
from malha.core.history import Actor
from malha.core.rules import Problems
from malha.domain.colours import readable_on_white
from malha.domain.phones import normalize_phone
from malha.domain.text import collapse_spaces
from malha.dunning.data import NoticeTextsData
from malha.dunning.models import NoticeTexts

# The texts and how long each may be, as in the table.
TEXTS: Final = {"pending_title": 60, "pending_text": 300, "blocked_title": 60, "blocked_text": 300, "how_to_pay": 500}
FIELDS: Final = (*TEXTS, "whatsapp", "brand_color")
# The whole page must stay under 20 kB (design/README.md §1), and a logo stands in it.
LOGO_MAX_BYTES: Final = 12_000
# How a picture begins -> its type. What a file is, is read from its first bytes and not believed from the browser.
_PICTURES: Final = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


@transaction.atomic
def change(*, data: NoticeTextsData, actor: Actor) -> NoticeTexts:
    """Set the words and the brand; they show at once. Raises BusinessError("invalid")."""
    problems = Problems()
    drawn(data, NoticeTexts(pk=1), problems)
    problems.raise_if_any()
    NoticeTexts.objects.get_or_create(pk=1)
    locked = NoticeTexts.objects.select_for_update().get(pk=1)
    old = _snapshot(locked)
    drawn(data, locked, problems)
    before, after = history.changes(old, _snapshot(locked))
    if after:
        locked.updated_at = clock.now()
        locked.save(update_fields=[*FIELDS, "logo", "logo_type", "updated_at"])
        history.record(locked, "notice_texts.changed", actor=actor, before=before, after=after)
    return locked


def drawn(data: NoticeTextsData, row: NoticeTexts, problems: Problems) -> NoticeTexts:
    """`row` with what was typed, not saved: what is wrong is noted and stays as it was. The preview shows this."""
    for name in TEXTS:
        text = collapse_spaces(getattr(data, name))
        limit = TEXTS[name]
        if len(text) > limit:
            problems.add(name, _("Use at most %(limit)s characters.") % {"limit": limit})
            continue
        setattr(row, name, text)
    with problems.of("whatsapp"):
        default_ddd = company.registration_rules().default_ddd
        row.whatsapp = normalize_phone(data.whatsapp, default_ddd) if data.whatsapp.strip() else ""
    with problems.of("brand_color"):
        row.brand_color = readable_on_white(data.brand_color)
    if data.removes_logo:
        row.logo = row.logo_type = ""
    if data.logo:
        _take_logo(row, data.logo, problems)
    return row


def _take_logo(row: NoticeTexts, picture: bytes, problems: Problems) -> None:
    kind = next((kind for start, kind in _PICTURES.items() if picture.startswith(start)), "")
    if not kind:
        problems.add("logo", _("Use a PNG or JPEG picture."))
    elif len(picture) > LOGO_MAX_BYTES:
        words = {"size": -(-len(picture) // 1000), "limit": LOGO_MAX_BYTES // 1000}
        problems.add("logo", _("This picture has %(size)s kB; at most %(limit)s kB, so that the page opens on a slow line.") % words)
    else:
        row.logo, row.logo_type = base64.b64encode(picture).decode(), kind


def _snapshot(row: NoticeTexts) -> dict[str, object]:
    """What the history keeps: of the logo only whether there is one, and which."""
    return {**history.snapshot(row, FIELDS), "logo": f"{row.logo_type} {len(row.logo)}" if row.logo else ""}
