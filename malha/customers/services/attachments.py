"""Files about a customer: kept, renamed, hidden, never deleted; each look at one is in the history.

What a file is, is read from its first bytes and not believed from the browser, and it is kept under a name of our own: a file
never brings a path or a type with it.
"""

import re
import secrets
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import PurePath

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from malha.core import clock, history
from malha.core.errors import BusinessError, StateConflict
from malha.core.history import Actor
from malha.customers.models import Attachment, Customer
from malha.domain.text import collapse_spaces

MAX_NAME = 150
HEAD = 4096
MEGABYTE = 1024 * 1024
_ZIP, _OLE, _RIFF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"RIFF"
_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
# Extension -> (type under which it is served, how such a file begins).
TYPES: Mapping[str, tuple[str, bytes]] = {
    "pdf": ("application/pdf", b"%PDF-"),
    "jpg": ("image/jpeg", b"\xff\xd8\xff"),
    "jpeg": ("image/jpeg", b"\xff\xd8\xff"),
    "png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    "webp": ("image/webp", _RIFF),
    "docx": (_OFFICE + "wordprocessingml.document", _ZIP),
    "xlsx": (_OFFICE + "spreadsheetml.sheet", _ZIP),
    "odt": (_OPEN + "text", _ZIP),
    "ods": (_OPEN + "spreadsheet", _ZIP),
    "doc": ("application/msword", _OLE),
    "xls": ("application/vnd.ms-excel", _OLE),
    "txt": ("text/plain; charset=utf-8", b""),
}
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u202a-\u202e\u2066-\u2069]')


@transaction.atomic
def add(*, customer: Customer, file: File, name: str = "", actor: Actor) -> Attachment:  # type: ignore[type-arg]
    """Keep a file. `name`: how to call it; empty, it keeps the name it came with.

    Raises BusinessError: `too_large`, `empty_file`, `type_not_allowed`, `invalid` (the name).
    """
    size = int(file.size or 0)
    if size > settings.ATTACHMENT_MAX_BYTES:
        words = {"limit": settings.ATTACHMENT_MAX_BYTES // MEGABYTE, "size": -(-size // MEGABYTE)}
        _refuse("too_large", _("This file has %(size)s MB; the limit is %(limit)s MB. Send it smaller or in parts.") % words)
    if not size:
        _refuse("empty_file", _("This file is empty. Choose another one."))
    original = sanitised(file.name or "")
    extension = _extension(original)
    content_type = _type_of(extension, file)
    shown = _named(name, extension) if name.strip() else original
    attachment = Attachment(
        customer=customer,
        name=shown,
        size=size,
        content_type=content_type,
        uploaded_at=clock.now(),
        uploaded_by_id=actor.id if actor.kind == "user" else None,
    )
    attachment.file.save(f"{secrets.token_hex(16)}.{extension}", file, save=False)
    attachment.save(force_insert=True)
    history.record(attachment, "attachment.added", actor=actor, after={"name": shown, "size": size}, customer_id=customer.pk)
    return attachment


@transaction.atomic
def rename(*, attachment: Attachment, name: str, actor: Actor) -> None:
    """Call a file otherwise; what it is stays. Raises BusinessError("invalid"), StateConflict when it was removed."""
    shown = _named(name, _extension(attachment.name))
    if not Attachment.objects.filter(pk=attachment.pk, removed_at__isnull=True).update(name=shown):
        raise StateConflict("attachment_removed", _("This file was removed meanwhile."))
    if shown != attachment.name:
        history.record(
            attachment,
            "attachment.renamed",
            actor=actor,
            before={"name": attachment.name},
            after={"name": shown},
            customer_id=attachment.customer_id,
        )


@transaction.atomic
def remove(*, attachment: Attachment, actor: Actor) -> None:
    """Hide a file and keep it. Raises StateConflict when it was removed before."""
    if not Attachment.objects.filter(pk=attachment.pk, removed_at__isnull=True).update(removed_at=clock.now()):
        raise StateConflict("attachment_removed", _("This file was removed meanwhile."))
    history.record(attachment, "attachment.removed", actor=actor, before={"name": attachment.name}, customer_id=attachment.customer_id)


@transaction.atomic
def see(*, attachment: Attachment, actor: Actor) -> None:
    """Note that somebody opened a file (domain.md §3)."""
    history.record(attachment, "attachment.seen", actor=actor, customer_id=attachment.customer_id)


def extensions() -> Sequence[str]:
    """What may be sent, for the file chooser and the sentence beside it."""
    return tuple(TYPES)


def sanitised(name: str) -> str:
    """A file name without path, control and direction signs, at most 150 characters, its extension in lower case.

    ``"..\\..\\Contrato\\u202e.PDF"`` -> ``"Contrato.pdf"``.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    clean = collapse_spaces(_FORBIDDEN.sub("", last)).strip(". ")
    path = PurePath(clean or "arquivo")
    return f"{path.stem[: MAX_NAME - len(path.suffix)]}{path.suffix.lower()}" if len(path.suffix) < 12 else clean[:MAX_NAME]


def _extension(name: str) -> str:
    return PurePath(name).suffix.lower().removeprefix(".")


def _named(name: str, extension: str) -> str:
    """What was typed, with the extension that the file really has."""
    typed = sanitised(name)
    base = typed.removesuffix(f".{extension}").strip(". ")
    if not base or not name.strip():
        sentence = _("Give the file a name.")
        raise BusinessError("invalid", sentence, fields={"name": sentence})
    if len(name.strip()) > MAX_NAME:
        sentence = _("Use at most %(limit)s characters.") % {"limit": MAX_NAME}
        raise BusinessError("invalid", sentence, fields={"name": sentence})
    return f"{base[: MAX_NAME - len(extension) - 1]}.{extension}" if extension else base[:MAX_NAME]


def _type_of(extension: str, file: File) -> str:  # type: ignore[type-arg]
    known = TYPES.get(extension)
    file.seek(0)
    head = bytes(file.read(HEAD))
    file.seek(0)
    if known is None or not _begins_like(extension, known[1], head):
        listed = ", ".join(name.upper() for name in TYPES if name != "jpeg")
        _refuse("type_not_allowed", _("This kind of file is not accepted. Send one of these: %(types)s.") % {"types": listed})
    assert known is not None
    return known[0]


def _begins_like(extension: str, start: bytes, head: bytes) -> bool:
    if extension == "txt":
        return b"\x00" not in head
    return head.startswith(start) and (start != _RIFF or head[8:12] == b"WEBP")


def _refuse(code: str, sentence: str) -> None:
    raise BusinessError(code, sentence, fields={"file": sentence})
