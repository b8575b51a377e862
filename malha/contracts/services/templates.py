"""Written contracts: templates, their versions, their allow-list of placeholders."""

from collections.abc import Callable

import nh3
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from malha.contracts import standard_template
from malha.contracts.models import ContractTemplate, TemplateKind, TemplateVersion
from malha.core import clock, history
from malha.core.errors import BusinessError, StateConflict
from malha.core.history import Actor
from malha.core.rules import Problems
from malha.domain import placeholders
from malha.domain.errors import RuleError
from malha.domain.text import collapse_spaces

MAX_BODY = 200_000
TAGS = {
    *("h1", "h2", "h3", "h4", "p", "br", "hr", "ul", "ol", "li", "strong", "b", "em", "i", "u", "s", "small", "sub", "sup"),
    *("table", "thead", "tbody", "tr", "th", "td", "blockquote", "div", "span"),
}
ATTRIBUTES = {"td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}


def clean(body: str) -> str:
    """The rich text with only the markup that a contract needs: no script, style, link or picture survives."""
    return nh3.clean(body, tags=TAGS, attributes=ATTRIBUTES)


def check(*, name: str, body: str, kind: str, ignoring: ContractTemplate | None = None) -> str:
    """The cleaned text; BusinessError("invalid") for an unknown placeholder, an empty text, a name that is taken."""
    problems = Problems()
    others = ContractTemplate.objects.exclude(pk=ignoring.pk) if ignoring else ContractTemplate.objects.all()
    if not collapse_spaces(name):
        problems.add("name", _("Give the template a name, for example Residencial 12 meses."))
    elif len(collapse_spaces(name)) > 80:
        problems.add("name", _("Use at most %(limit)s characters.") % {"limit": 80})
    elif others.filter(name__iexact=collapse_spaces(name)).exists():
        problems.add("name", _("There is a template with this name. Choose another one."))
    if kind not in TemplateKind.values:
        problems.add("kind", _("Choose one of the options."))
    cleaned = clean(body)
    if not nh3.clean(cleaned, tags=set()).strip():
        problems.add("body", _("Write the text of the contract."))
    elif len(cleaned) > MAX_BODY:
        problems.add("body", _("The text is too long: at most %(limit)s characters.") % {"limit": MAX_BODY})
    unknown = placeholders.unknown_placeholders(cleaned)
    if unknown:
        with problems.of("body"):
            raise RuleError("placeholder_unknown", {"names": [f"{{{{{name}}}}}" for name in unknown]})
    problems.raise_if_any()
    return cleaned


@transaction.atomic
def create(
    *, name: str, body: str, kind: str = TemplateKind.CONTRACT, code: str = "", is_default: bool = False, actor: Actor
) -> ContractTemplate:
    """A new template with version 1. The first of its kind becomes the default by itself. Raises BusinessError("invalid")."""
    cleaned = check(name=name, body=body, kind=kind)
    first = not ContractTemplate.objects.filter(kind=kind, is_default=True).exists()
    template = ContractTemplate.objects.create(name=collapse_spaces(name), code=code.strip()[:20], kind=kind)
    _write(template, cleaned, actor)
    history.record(template, "template.created", actor=actor, after={"name": template.name, "kind": kind})
    if is_default or first:
        set_default(template=template, actor=actor)
    template.refresh_from_db()
    return template


def create_standard(*, actor: Actor) -> ContractTemplate:
    """The template a new installation starts with (`contracts/standard_template.py`)."""
    return create(name=standard_template.NAME, body=standard_template.BODY, code=standard_template.CODE, actor=actor)


@transaction.atomic
def update(*, template: ContractTemplate, name: str, body: str, code: str = "", actor: Actor) -> TemplateVersion:
    """Change a template. A changed text makes a new version; contracts that were printed keep theirs."""
    locked = ContractTemplate.objects.select_for_update().get(pk=template.pk)
    cleaned = check(name=name, body=body, kind=locked.kind, ignoring=locked)
    latest = latest_version(locked)
    new = {"name": collapse_spaces(name), "code": code.strip()[:20]}
    before, after = history.changes({"name": locked.name, "code": locked.code}, new)
    ContractTemplate.objects.filter(pk=locked.pk).update(updated_at=clock.now(), **new)
    if latest is None or latest.body != cleaned:
        latest = _write(locked, cleaned, actor)
        after["version"] = latest.version
    if after:
        history.record(locked, "template.changed", actor=actor, before=before, after=after)
    return latest


@transaction.atomic
def set_default(*, template: ContractTemplate, actor: Actor) -> None:
    """Pre-select this template for new contracts; exactly one of each kind is the default."""
    if not ContractTemplate.objects.filter(pk=template.pk, is_active=True).exists():
        raise StateConflict("template_inactive", _("Activate the template before making it the default."))
    ContractTemplate.objects.filter(kind=template.kind, is_default=True).exclude(pk=template.pk).update(is_default=False)
    if ContractTemplate.objects.filter(pk=template.pk, is_default=False).update(is_default=True, updated_at=clock.now()):
        history.record(template, "template.made_default", actor=actor)


@transaction.atomic
def set_active(*, template: ContractTemplate, is_active: bool, actor: Actor) -> None:
    """Offer the template or not. The default cannot be taken away; choose another default first."""
    if not is_active and ContractTemplate.objects.filter(pk=template.pk, is_default=True).exists():
        raise BusinessError("template_is_default", _("This is the default template. Make another one the default first."))
    if ContractTemplate.objects.filter(pk=template.pk).exclude(is_active=is_active).update(is_active=is_active, updated_at=clock.now()):
        history.record(template, "template.activated" if is_active else "template.deactivated", actor=actor)


def latest_version(template: ContractTemplate) -> TemplateVersion | None:
    """The text that new contracts get."""
    return TemplateVersion.objects.filter(template=template).order_by("-version").first()


def filled(body: str, values: dict[str, str], *, escape: Callable[[str], str]) -> tuple[str, tuple[str, ...]]:
    """The text with its placeholders filled, and the names that had no value. `escape` protects the markup from the values."""
    return placeholders.fill(body, {name: escape(value) for name, value in values.items()})


def _write(template: ContractTemplate, body: str, actor: Actor) -> TemplateVersion:
    last = TemplateVersion.objects.filter(template=template).aggregate(last=Max("version"))["last"] or 0
    writer = actor.id if actor.kind == "user" else None
    return TemplateVersion.objects.create(
        template=template, version=last + 1, body=body, written_at=clock.now(), written_by_id=writer
    )
