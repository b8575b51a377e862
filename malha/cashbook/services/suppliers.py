"""Fornecedores."""

from dataclasses import fields, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from malha.cashbook.data import SupplierData
from malha.cashbook.models import Supplier
from malha.core import clock, company, history
from malha.core.errors import StateConflict
from malha.core.history import Actor
from malha.core.rules import Problems
from malha.domain import documents, phones
from malha.domain.text import collapse_spaces

FIELDS = tuple(f.name for f in fields(SupplierData))
LIMITS = {"legal_name": 150, "trade_name": 150, "ie": 20, "email": 254, "address": 200, "pix_key": 140}
NOTES_LIMIT = 2000


@transaction.atomic
def create(*, data: SupplierData, actor: Actor) -> Supplier:
    """A new supplier. Raises BusinessError("invalid")."""
    supplier = Supplier.objects.create(**_columns(check(data)))
    history.record(supplier, "supplier.created", actor=actor, after=history.snapshot(supplier, FIELDS))
    return supplier


@transaction.atomic
def change(*, supplier: Supplier, data: SupplierData, actor: Actor) -> Supplier:
    """Change a supplier. Raises BusinessError("invalid")."""
    locked = Supplier.objects.select_for_update().get(pk=supplier.pk)
    values = _columns(check(data, ignoring=locked))
    before, after = history.changes(history.snapshot(locked, FIELDS), values)
    if after:
        Supplier.objects.filter(pk=locked.pk).update(updated_at=clock.now(), **values)
        history.record(locked, "supplier.changed", actor=actor, before=before, after=after)
    locked.refresh_from_db()
    return locked


@transaction.atomic
def archive(*, supplier: Supplier, actor: Actor) -> None:
    """Offer it for no new bill. Raises StateConflict("supplier_archived")."""
    if not Supplier.objects.filter(pk=supplier.pk, archived_at__isnull=True).update(archived_at=clock.now(), updated_at=clock.now()):
        raise StateConflict("supplier_archived", _("This supplier is archived already."))
    history.record(supplier, "supplier.archived", actor=actor)


@transaction.atomic
def restore(*, supplier: Supplier, actor: Actor) -> None:
    """Offer an archived supplier again. Raises StateConflict("supplier_not_archived")."""
    if not Supplier.objects.filter(pk=supplier.pk, archived_at__isnull=False).update(archived_at=None, updated_at=clock.now()):
        raise StateConflict("supplier_not_archived", _("This supplier is not archived."))
    history.record(supplier, "supplier.restored", actor=actor)


def check(data: SupplierData, *, ignoring: Supplier | None = None) -> SupplierData:
    """The supplier normalised. Raises BusinessError("invalid")."""
    problems = Problems()
    values: dict[str, Any] = {name: collapse_spaces(getattr(data, name)) for name in LIMITS}
    for name, limit in LIMITS.items():
        if len(values[name]) > limit:
            problems.add(name, _("Use at most %(limit)s characters.") % {"limit": limit})
    if not values["legal_name"]:
        problems.add("legal_name", _("Type the name of the supplier."))
    values["notes"] = data.notes.strip()
    if len(values["notes"]) > NOTES_LIMIT:
        problems.add("notes", _("Use at most %(limit)s characters.") % {"limit": NOTES_LIMIT})
    if values["email"]:
        try:
            validate_email(values["email"])
        except ValidationError:
            problems.add("email", _("This e-mail is not complete. Example: nome@exemplo.com.br."))
    values["phone"], values["cpf_cnpj"] = data.phone.strip(), data.cpf_cnpj.strip()
    if values["phone"]:
        with problems.of("phone"):
            values["phone"] = phones.normalize_phone(values["phone"], company.registration_rules().default_ddd)
    if values["cpf_cnpj"]:
        with problems.of("cpf_cnpj"):
            values["cpf_cnpj"] = documents.normalize_document(values["cpf_cnpj"])
        twin = Supplier.objects.filter(cpf_cnpj=values["cpf_cnpj"]).exclude(pk=ignoring.pk if ignoring else 0).first()
        if twin is not None:
            problems.add("cpf_cnpj", _("%(supplier)s has this number already.") % {"supplier": twin})
    problems.raise_if_any()
    return replace(data, **values)


def data_of(supplier: Supplier) -> SupplierData:
    """The stored supplier in the shape that `change` takes."""
    return SupplierData(**{name: getattr(supplier, name) for name in FIELDS})


def _columns(data: SupplierData) -> dict[str, Any]:
    return {name: getattr(data, name) for name in FIELDS}
