"""Filters and tags of every page, loaded as builtins: formats of design/README.md §6, icons, statuses, fields.

Filters take None and the empty text and answer "—" (or nothing, where a dash would be wrong), so that templates need no `if`.
"""

from datetime import date, datetime
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import formats
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from malha.core import clock
from malha.core.forms import UiBoundField
from malha.core.statuses import Status
from malha.core.statuses import status as find_status
from malha.domain.documents import CNPJ_LENGTH, format_cep, format_document, mask_document
from malha.domain.money import NO_BREAK_SPACE, Money
from malha.domain.phones import format_phone

register = template.Library()
DASH = "—"

# --- icons and statuses ---------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, size: int | str = "", label: str = "") -> SafeString:
    """One Tabler icon of the sprite: `{% icon "plus" %}`, `{% icon "check" 14 %}`. Sizes 14, 16, 20, 24; 18 without.

    `label` makes it speak; without it the icon is hidden from screen readers, because the text beside it says the same.
    """
    css = f"i i-{size}" if size else "i"
    href = f"{static('ui/icons.svg')}#{name}"
    if label:
        return format_html('<svg class="{}" role="img" aria-label="{}"><use href="{}"/></svg>', css, label, href)
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"/></svg>', css, href)


def badge(found: Status) -> SafeString:
    """A status as a badge: dot and text."""
    return format_html('<span class="st {0}"><span class="dot {0}"></span>{1}</span>', found.tone, found.label)


@register.filter(is_safe=True)
def status(value: str, vocabulary: str) -> SafeString:
    """`{{ customer.situation|status:"situation" }}`: the badge of a value. Vocabularies: malha/core/statuses.py."""
    return badge(find_status(vocabulary, value))


@register.filter
def status_label(value: str, vocabulary: str) -> str:
    """Only the text of a status."""
    return str(find_status(vocabulary, value).label)


@register.filter
def status_tone(value: str, vocabulary: str) -> str:
    """Only the tone of a status, for a dot or a coloured amount."""
    return find_status(vocabulary, value).tone


# --- money, numbers, speed ------------------------------------------------------------------------


@register.filter
def brl(value: Money | None) -> str:
    """`R$ 1.234,56` with a no-break space."""
    return DASH if value is None else value.format_brl()


@register.filter
def brl_number(value: Money | None) -> str:
    """`1.234,56`, for where the sign is set apart in small type."""
    return DASH if value is None else value.format_number()


@register.filter
def count(value: int | None) -> str:
    """`1.884`."""
    return DASH if value is None else f"{value:,}".replace(",", ".")


@register.filter
def plain(value: Any) -> str:
    """A number as machines read it. `{{ pk }}` alone would print 1.884 because numbers are localised."""
    return "" if value is None else str(value)


@register.filter
def mega(kbps: int | None) -> str:
    """Speed in kilobits per second as people say it: 512 k, 50 Mega, 1 Giga, 2,5 Giga."""
    if kbps is None:
        return DASH
    if kbps < 1000:
        return f"{kbps}{NO_BREAK_SPACE}k"
    size, unit = (kbps / 1_000_000, "Giga") if kbps >= 1_000_000 else (kbps / 1000, "Mega")
    digits = f"{size:.1f}".removesuffix(".0").replace(".", ",")
    return f"{digits}{NO_BREAK_SPACE}{unit}"


@register.filter
def mbps(kbps: int | None) -> str:
    """Speed in megabits with its unit: `500 Mbps`, `12,5 Mbps`."""
    return DASH if kbps is None else f"{f'{kbps / 1000:.1f}'.removesuffix('.0').replace('.', ',')}{NO_BREAK_SPACE}Mbps"


# --- people ---------------------------------------------------------------------------------------


@register.filter
def cpf(document: str | None) -> str:
    """CPF or CNPJ masked: `***.482.310-**`, `12.345.678/****-**`."""
    return mask_document(document) if document else DASH


@register.filter
def cpf_full(document: str | None) -> str:
    """CPF or CNPJ in full. Only where the look is recorded."""
    return format_document(document) if document else DASH


@register.filter
def document_label(document: str | None) -> str:
    """CPF or CNPJ, whichever this number is."""
    return "CNPJ" if document and len(document) == CNPJ_LENGTH else "CPF"


@register.filter
def fone(number: str | None) -> str:
    """`(35) 98800-0204`."""
    return format_phone(number) if number else DASH


@register.filter
def cep(number: str | None) -> str:
    """`37000-120`."""
    return format_cep(number) if number else DASH


@register.filter
def initials(name: str | None) -> str:
    """`Rosa Maria Duarte` -> `RD`, for the round picture."""
    words = [word for word in (name or "").split() if word[0].isalpha()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


# --- days and times -------------------------------------------------------------------------------


def _local(value: date | datetime) -> date | datetime:
    return clock.local(value) if isinstance(value, datetime) and value.tzinfo else value


def _day(value: date | datetime) -> date:
    found = _local(value)
    return found.date() if isinstance(found, datetime) else found


@register.filter
def date_full(value: date | datetime | None) -> str:
    """`24/11/2026`."""
    return DASH if value is None else f"{_day(value):%d/%m/%Y}"


@register.filter
def day(value: date | datetime | None) -> str:
    """`24/11` within this year, `24/11/2025` outside it."""
    if value is None:
        return DASH
    found = _day(value)
    return f"{found:%d/%m}" if found.year == clock.today().year else f"{found:%d/%m/%Y}"


@register.filter
def month(value: date | None) -> str:
    """`novembro/2026`."""
    return DASH if value is None else f"{formats.date_format(_day(value), 'F').lower()}/{_day(value):%Y}"


@register.filter
def month_short(value: date | None) -> str:
    """`nov/2026`."""
    return DASH if value is None else f"{formats.date_format(_day(value), 'M').lower()}/{_day(value):%Y}"


@register.filter
def clock_time(value: datetime | None) -> str:
    """`09:42`."""
    return DASH if value is None else f"{_local(value):%H:%M}"


@register.filter
def moment(value: datetime | None) -> str:
    """`hoje, 09:21` · `ontem, 17:05` · `22/11, 14:10` · `22/11/2025, 14:10`."""
    if value is None:
        return DASH
    days = (clock.today() - _day(value)).days
    first = {0: _("today"), 1: _("yesterday")}.get(days) or day(value)
    return f"{first}, {clock_time(value)}"


@register.filter
def since(value: date | datetime | None) -> str:
    """`há 4 dias`, `ontem`, `hoje`, `amanhã`, `daqui a 14 dias`; of an instant today `há 3 h`, `há 5 min`, `agora`."""
    if value is None:
        return DASH
    days = (clock.today() - _day(value)).days
    if isinstance(value, datetime) and clock.now() >= value and days <= 1:
        minutes = int((clock.now() - value).total_seconds() // 60)
        if minutes < 1:
            return _("now")
        if minutes < 60:
            return _("%(n)s min ago") % {"n": minutes}
        if minutes < 24 * 60:
            return _("%(n)s h ago") % {"n": minutes // 60}
    return _days_away(days)


def _days_away(days: int) -> str:
    """In words: positive is the past."""
    near = {0: _("today"), 1: _("yesterday"), -1: _("tomorrow")}.get(days)
    if near:
        return near
    if days < 0:
        return ngettext("%(n)s day from now", "%(n)s days from now", -days) % {"n": -days}
    if days < 60:
        return ngettext("%(n)s day ago", "%(n)s days ago", days) % {"n": days}
    if days < 730:
        return ngettext("%(n)s month ago", "%(n)s months ago", days // 30) % {"n": days // 30}
    return ngettext("%(n)s year ago", "%(n)s years ago", days // 365) % {"n": days // 365}


@register.filter
def elapsed(value: datetime | None) -> str:
    """How long something lasts since an instant: `2 d 4 h`, `3 h 12 min`, `4 min`."""
    if value is None:
        return DASH
    return duration(int((clock.now() - value).total_seconds()))


@register.filter
def duration(seconds: int | None) -> str:
    """Seconds in the two largest units: `2 d 4 h`."""
    if seconds is None:
        return DASH
    minutes = max(seconds, 0) // 60
    days, hours = minutes // 1440, minutes // 60 % 24
    if days:
        return f"{days}{NO_BREAK_SPACE}d {hours}{NO_BREAK_SPACE}h"
    if hours:
        return f"{hours}{NO_BREAK_SPACE}h {minutes % 60}{NO_BREAK_SPACE}min"
    return f"{minutes}{NO_BREAK_SPACE}min"


# --- forms and links ------------------------------------------------------------------------------


@register.simple_tag
def field(bound: UiBoundField, col: str = "", *, optional: bool = False, hint: str = "", ok: str = "", suffix: str = "") -> SafeString:
    """A whole field: `{% field form.name "md-8" %}` puts it in a column of the grid, without `col` it stands alone.

    `optional` adds the quiet word beside the label, `hint` replaces the help text, `ok` shows a green confirmation under a
    field that the server has checked, `suffix` is a unit shown after the label.
    """
    if hint:
        bound.help_text = hint
    if ok:
        bound.confirmation = ok
    html: SafeString = bound.render(
        template_name=bound.form.renderer.field_template_name,
        context={"field": bound, "is_marked_optional": optional, "suffix": suffix},
    )
    return format_html('<div class="col-{}">{}</div>', col, html) if col else html
