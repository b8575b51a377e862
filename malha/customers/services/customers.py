"""Registering and changing customers."""

from dataclasses import asdict, fields, replace
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from malha.core import clock, company, history, numbers
from malha.core.errors import StateConflict
from malha.core.history import Actor
from malha.core.rules import Problems
from malha.customers.data import AddressData, CustomerData, PhoneData
from malha.customers.models import Address, Contact, Customer, PersonType, Zone
from malha.domain import documents, phones
from malha.domain.text import collapse_spaces, search_key

SERIES = "customer"
LIMITS = {
    "name": 150,
    "trade_name": 150,
    "email": 254,
    "rg_ie": 20,
    "rg_issuer": 20,
    "im": 20,
    "source": 60,
    "opening_alert": 300,
}
ADDRESS_LIMITS = {
    "street": 150,
    "number": 20,
    "complement": 80,
    "district": 80,
    "city": 80,
    "ibge_code": 7,
    "reference": 150,
    "condo": 80,
    "block": 20,
    "unit": 20,
}
# What the history keeps of a customer, and what an edit may change.
FIELDS = tuple(f.name for f in fields(CustomerData) if f.name not in {"phones", "address"})


def check(data: CustomerData, *, today: date) -> CustomerData:
    """The data normalised (document digits, E.164, upper-case UF, single spaces).

    Raises BusinessError("invalid") with one sentence per wrong field. The name is all that is required (seed), plus what the
    company itself demands (`Company.required_customer_fields`).
    """
    problems = Problems()
    values: dict[str, Any] = {name: collapse_spaces(getattr(data, name)) for name in LIMITS}
    if not values["name"]:
        problems.add("name", _("Type the name of the customer."))
    for name, limit in LIMITS.items():
        if len(values[name]) > limit:
            problems.add(name, _("Use at most %(limit)s characters; this has %(count)s.") % {"limit": limit, "count": len(values[name])})
    if data.person_type not in PersonType.values:
        problems.add("person_type", _("Choose individual or legal entity."))
    values["email"] = _checked_email(values["email"], problems)
    document = data.cpf_cnpj.strip()
    if document:
        with problems.of("cpf_cnpj"):
            is_company = data.person_type == PersonType.COMPANY
            document = documents.normalize_cnpj(document) if is_company else documents.normalize_cpf(document)
    if data.birth_date and not date(1900, 1, 1) <= data.birth_date <= today:
        problems.add("birth_date", _("Check the date: it must lie between 1900 and today."))
    rules = company.registration_rules()
    checked_phones = _checked_phones(data.phones, problems, rules.default_ddd)
    address = _checked_address(data.address, problems)
    _check_demanded(replace(data, **values, cpf_cnpj=document), rules.demanded_fields, problems)
    problems.raise_if_any()
    return replace(
        data,
        **values,
        cpf_cnpj=document,
        notes=data.notes.strip(),
        tags=tuple(dict.fromkeys(collapse_spaces(tag) for tag in data.tags if tag.strip())),
        phones=checked_phones,
        address=address,
    )


def check_address(data: AddressData) -> AddressData:
    """An address normalised; BusinessError("invalid") with sentences per field."""
    problems = Problems()
    address = _checked_address(data, problems, prefix="")
    problems.raise_if_any()
    return address


@transaction.atomic
def create(*, data: CustomerData, actor: Actor) -> Customer:
    """Register a customer under a new number that is never reused. Raises BusinessError("invalid")."""
    return add(data=check(data, today=clock.today()), actor=actor)


def add(*, data: CustomerData, actor: Actor) -> Customer:
    """`create` for a journey that has just called `check` and runs a transaction of its own."""
    address = Address.objects.create(**asdict(data.address))
    customer = Customer(address=address, number=0, **_columns(data))
    customer.number = numbers.take(SERIES)
    customer.save(force_insert=True)
    _add_contacts(customer, data.phones)
    history.record(customer, "customer.created", actor=actor, after=_facts(data), customer_id=customer.pk)
    return customer


@transaction.atomic
def update(*, customer: Customer, data: CustomerData, actor: Actor) -> Customer:
    """Change a customer's data; only what differs enters the history."""
    locked = Customer.objects.select_for_update(of=("self",)).select_related("address").get(pk=customer.pk)
    old = data_of(locked)
    data = check(data, today=clock.today())
    before, after = history.changes(_facts(old), _facts(data))
    if not after:
        return locked
    Address.objects.filter(pk=locked.address_id).update(**asdict(data.address))
    Customer.objects.filter(pk=locked.pk).update(updated_at=clock.now(), **_columns(data))
    if old.phones != data.phones:
        _replace_contacts(locked, data.phones)
    history.record(locked, "customer.changed", actor=actor, before=before, after=after, customer_id=locked.pk)
    locked.refresh_from_db()
    return locked


@transaction.atomic
def archive(*, customer: Customer, reason: str, actor: Actor) -> None:
    """Hide a customer who left. Nothing is deleted (domain.md §3). Raises StateConflict if already archived."""
    if not Customer.objects.filter(pk=customer.pk, archived_at__isnull=True).update(archived_at=clock.now(), updated_at=clock.now()):
        raise StateConflict("already_archived", _("This customer is archived already."))
    history.record(customer, "customer.archived", actor=actor, reason=reason, customer_id=customer.pk)


@transaction.atomic
def reactivate(*, customer: Customer, actor: Actor) -> None:
    """Bring an archived customer back. Raises StateConflict if not archived."""
    if not Customer.objects.filter(pk=customer.pk, archived_at__isnull=False).update(archived_at=None, updated_at=clock.now()):
        raise StateConflict("not_archived", _("This customer is not archived."))
    history.record(customer, "customer.reactivated", actor=actor, customer_id=customer.pk)


def data_of(customer: Customer) -> CustomerData:
    """The stored customer in the shape that `update` takes."""
    values = {name: getattr(customer, name) for name in FIELDS}
    values["tags"] = tuple(customer.tags)
    address = AddressData(**{f.name: getattr(customer.address, f.name) for f in fields(AddressData)})
    contacts = tuple(
        PhoneData(number=c.number, owner=c.owner, has_whatsapp=c.has_whatsapp, wants_messages=c.wants_messages)
        for c in customer.contacts.all()
    )
    return CustomerData(**values, phones=contacts, address=address)


def _columns(data: CustomerData) -> dict[str, object]:
    values: dict[str, object] = {name: getattr(data, name) for name in FIELDS}
    values["tags"] = list(data.tags)
    values["search_name"] = search_key(f"{data.name} {data.trade_name}")[:310]
    values["main_phone"] = data.phones[0].number if data.phones else ""
    return values


def _facts(data: CustomerData) -> dict[str, object]:
    facts: dict[str, object] = {name: getattr(data, name) for name in FIELDS}
    facts["phones"] = [phone.number for phone in data.phones]
    facts.update({f"address.{name}": value for name, value in asdict(data.address).items() if value not in ("", None)})
    return {name: value for name, value in facts.items() if value not in ("", None, (), [])}


def _replace_contacts(customer: Customer, rows: tuple[PhoneData, ...]) -> None:
    Contact.objects.filter(customer=customer).delete()
    _add_contacts(customer, rows)


def _add_contacts(customer: Customer, rows: tuple[PhoneData, ...]) -> None:
    if rows:
        Contact.objects.bulk_create(Contact(customer=customer, is_main=index == 0, **asdict(row)) for index, row in enumerate(rows))


def _checked_email(email: str, problems: Problems) -> str:
    if email:
        try:
            validate_email(email)
        except ValidationError:
            problems.add("email", _("This e-mail is not complete. Example: nome@exemplo.com.br."))
    return email.lower()


def _checked_phones(rows: tuple[PhoneData, ...], problems: Problems, default_ddd: str | None) -> tuple[PhoneData, ...]:
    checked: dict[str, PhoneData] = {}
    for index, row in enumerate(rows):
        if not row.number.strip():
            continue
        with problems.of(f"phones.{index}.number"):
            number = phones.normalize_phone(row.number, default_ddd)
            checked.setdefault(number, replace(row, number=number, owner=collapse_spaces(row.owner)[:60]))
    return tuple(checked.values())


def _checked_address(data: AddressData, problems: Problems, prefix: str = "address.") -> AddressData:
    values: dict[str, Any] = {name: collapse_spaces(getattr(data, name)) for name in ADDRESS_LIMITS}
    for name, limit in ADDRESS_LIMITS.items():
        if len(values[name]) > limit:
            problems.add(prefix + name, _("Use at most %(limit)s characters.") % {"limit": limit})
    cep, uf = data.cep.strip(), data.uf.strip()
    if cep:
        with problems.of(f"{prefix}cep"):
            cep = documents.normalize_cep(cep)
    if uf:
        with problems.of(f"{prefix}uf"):
            uf = documents.normalize_uf(uf)
    if data.zone not in Zone.values:
        problems.add(f"{prefix}zone", _("Choose one of the options."))
    if values["street"] and not values["number"]:
        problems.add(f"{prefix}number", _("Required (or S/N)"))
    return replace(data, **values, cep=cep, uf=uf)


def _check_demanded(data: CustomerData, demanded: tuple[str, ...], problems: Problems) -> None:
    for name in demanded:
        present = {"phones": bool(data.phones), "address": bool(data.address.street and data.address.city)}.get(
            name, bool(getattr(data, name, True))
        )
        if not present:
            problems.add(name, _("Your company asks for this field on every registration."))
