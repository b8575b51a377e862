"""Writing the provider's own row and its holidays."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from malha.core import company, history
from malha.core.errors import StateConflict
from malha.core.history import Actor
from malha.core.models import BillingMode, Company, Holiday, SizeClass, default_due_days
from malha.core.rules import Problems
from malha.domain import calendar, documents, phones
from malha.domain.errors import RuleError
from malha.domain.money import Money
from malha.domain.text import collapse_spaces

# Every zone of Brazil in the tz database, by its best-known city; four offsets exist.
TIME_ZONES: Mapping[str, str] = {
    "America/Sao_Paulo": "Brasília, São Paulo",
    "America/Bahia": "Salvador",
    "America/Fortaleza": "Fortaleza",
    "America/Recife": "Recife",
    "America/Maceio": "Maceió",
    "America/Belem": "Belém",
    "America/Araguaina": "Palmas",
    "America/Santarem": "Santarém",
    "America/Campo_Grande": "Campo Grande",
    "America/Cuiaba": "Cuiabá",
    "America/Manaus": "Manaus",
    "America/Porto_Velho": "Porto Velho",
    "America/Boa_Vista": "Boa Vista",
    "America/Rio_Branco": "Rio Branco",
    "America/Eirunepe": "Eirunepé",
    "America/Noronha": "Fernando de Noronha",
}
# What a provider may demand on every registration beyond the name (domain.md §2).
DEMANDABLE: Mapping[str, str | Promise] = {
    "cpf_cnpj": "CPF/CNPJ",
    "phones": gettext_lazy("A phone"),
    "address": gettext_lazy("Street and city"),
    "email": gettext_lazy("E-mail"),
    "birth_date": gettext_lazy("Date of birth or opening"),
}
TAX_REGIMES: Mapping[int, str | Promise] = {
    1: "Simples Nacional",
    2: gettext_lazy("Simples Nacional, above the sublimit"),
    3: gettext_lazy("Normal regime"),
}
DAYS_AHEAD = range(5, 61)  # never under 5 days for a bill (domain.md §2)
OVERDUE_TO_BILL = range(1, 61)
_LIMITS = {
    "legal_name": 150,
    "trade_name": 150,
    "ie": 20,
    "im": 20,
    "street": 150,
    "number": 20,
    "district": 80,
    "city": 80,
    "email": 254,
}


@dataclass(frozen=True, kw_only=True)
class CompanyData:
    """The provider as typed: who it is, and how it bills unless told otherwise.

    `discount_limit`: how much a role whose discounts are capped may take off a month (domain.md §15); None is no cap.
    `max_overdue_to_bill`: unpaid charges after which a contract is charged nothing more; None is no limit.
    """

    legal_name: str
    trade_name: str = ""
    cnpj: str = ""
    ie: str = ""
    im: str = ""
    cep: str = ""
    street: str = ""
    number: str = ""
    district: str = ""
    city: str = ""
    uf: str = ""
    phone: str = ""
    email: str = ""
    timezone: str = company.DEFAULT_ZONE
    size_class: str = SizeClass.MICRO
    tax_regime: int = 1
    offered_due_days: Sequence[int] = field(default_factory=default_due_days)
    days_ahead: int = 10
    billing_mode: str = BillingMode.ARREARS
    charge_while_blocked: bool = False
    max_overdue_to_bill: int | None = None
    discount_limit: Money | None = None
    required_customer_fields: Sequence[str] = ()
    show_access_passwords: bool = False


@transaction.atomic
def create(*, data: CompanyData, actor: Actor) -> Company:
    """The one row of the first set-up. Raises BusinessError("invalid"), or StateConflict when there is a company."""
    if company.find() is not None:
        raise StateConflict("already_set_up", _("The company is registered already. Change it in the settings."))
    data = check(data)
    made = Company(pk=1, installation_id=secrets.token_hex(4), **_columns(data))
    made.save(force_insert=True)
    history.record(made, "company.created", actor=actor, after={k: v for k, v in _columns(data).items() if v not in ("", [], None)})
    return made


@transaction.atomic
def update(*, data: CompanyData, actor: Actor) -> Company:
    """Change the company; only what differs enters the history. Raises BusinessError("invalid")."""
    locked = Company.objects.select_for_update().get(pk=1)
    new = _columns(check(data))
    before, after = history.changes(history.snapshot(locked, new), new)
    if after:
        for name, value in after.items():
            setattr(locked, name, value)
        locked.save(update_fields=[*after, "updated_at"])
        history.record(locked, "company.changed", actor=actor, before=before, after=after)
    return locked


def data_of(provider: Company) -> CompanyData:
    """The stored company in the shape that `update` takes."""
    return CompanyData(**{f.name: getattr(provider, f.name) for f in fields(CompanyData)})


def check(data: CompanyData) -> CompanyData:
    """The data normalised. Raises BusinessError("invalid") with a sentence per wrong field. Only the legal name is demanded."""
    problems = Problems()
    values: dict[str, Any] = {}
    for name, limit in _LIMITS.items():
        values[name] = collapse_spaces(getattr(data, name))
        if len(values[name]) > limit:
            problems.add(name, _("Use at most %(limit)s characters.") % {"limit": limit})
    if not values["legal_name"]:
        problems.add("legal_name", _("Type the legal name of the company."))
    _check_email(values["email"], problems)
    for name, rule in (
        ("cnpj", documents.normalize_cnpj),
        ("cep", documents.normalize_cep),
        ("uf", documents.normalize_uf),
        ("phone", phones.normalize_phone),
    ):
        values[name] = getattr(data, name).strip()
        if values[name]:
            with problems.of(name):
                values[name] = rule(values[name])
    _check_choices(data, problems)
    if data.discount_limit is not None and data.discount_limit.is_negative:
        with problems.of("discount_limit"):
            raise RuleError("discount_negative")
    if data.max_overdue_to_bill is not None and data.max_overdue_to_bill not in OVERDUE_TO_BILL:
        allowed = {"min": OVERDUE_TO_BILL.start, "max": OVERDUE_TO_BILL.stop - 1}
        problems.add("max_overdue_to_bill", _("Use from %(min)s to %(max)s, or leave it empty for no limit.") % allowed)
    due_days = sorted(set(data.offered_due_days))
    _check_due_days(due_days, problems)
    problems.raise_if_any()
    demanded = [name for name in DEMANDABLE if name in data.required_customer_fields]
    return replace(data, **values, offered_due_days=due_days, required_customer_fields=demanded)


@transaction.atomic
def add_holiday(*, day: date, name: str, actor: Actor) -> Holiday:
    """Add a state or municipal holiday. Raises BusinessError("invalid"): national ones are known already, a date stands once."""
    problems = Problems()
    name = collapse_spaces(name)
    if not name:
        problems.add("name", _("Type the name of the holiday."))
    elif len(name) > 80:
        problems.add("name", _("Use at most %(limit)s characters.") % {"limit": 80})
    if day in calendar.bank_holidays(day.year):
        problems.add("date", _("This is a national holiday and is counted already."))
    elif Holiday.objects.filter(date=day).exists():
        problems.add("date", _("There is a holiday on this date already."))
    problems.raise_if_any()
    holiday = Holiday.objects.create(date=day, name=name)
    history.record(holiday, "holiday.added", actor=actor, after={"date": day, "name": name})
    return holiday


@transaction.atomic
def remove_holiday(*, holiday: Holiday, actor: Actor) -> None:
    """Take a local holiday off the calendar."""
    history.record(holiday, "holiday.removed", actor=actor, before={"date": holiday.date, "name": holiday.name})
    holiday.delete()


def _columns(data: CompanyData) -> dict[str, object]:
    values = {f.name: getattr(data, f.name) for f in fields(data)}
    values["offered_due_days"] = list(data.offered_due_days)
    values["required_customer_fields"] = list(data.required_customer_fields)
    return values


def _check_email(email: str, problems: Problems) -> None:
    if email:
        try:
            validate_email(email)
        except ValidationError:
            problems.add("email", _("This e-mail is not complete. Example: nome@exemplo.com.br."))


def _check_choices(data: CompanyData, problems: Problems) -> None:
    choices: tuple[tuple[str, object], ...] = (
        ("timezone", TIME_ZONES),
        ("size_class", SizeClass.values),
        ("tax_regime", TAX_REGIMES),
        ("billing_mode", BillingMode.values),
    )
    for name, allowed in choices:
        if getattr(data, name) not in allowed:  # type: ignore[operator]
            problems.add(name, _("Choose one from the list."))
    if data.days_ahead not in DAYS_AHEAD:
        problems.add("days_ahead", _("Use from %(min)s to %(max)s days.") % {"min": DAYS_AHEAD.start, "max": DAYS_AHEAD.stop - 1})


def _check_due_days(days: Sequence[int], problems: Problems) -> None:
    if not days:
        problems.add("offered_due_days", _("Offer at least one due day. Regulated services offer six."))
    elif not all(1 <= day <= 31 for day in days):
        problems.add("offered_due_days", _("Use days from 1 to 31, separated by commas. Example: 1, 5, 10, 15, 20, 25."))
