"""What somebody may mean by what they typed into a search box, and which customers that finds.

One box takes everything by which staff know a customer (domain.md §1): part of the name, CPF or CNPJ in any punctuation,
login, telephone, IP, MAC, ONU serial, e-mail, number of customer or contract. The shape of the text says which of them it can
be; each meaning is one indexed question, and the answers are united.

A text of letters alone is a name; it is looked for in logins only as a whole, or when no name has it. A login that holds a
point, a digit or another sign is found by any part of it.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from django.db import connection
from django.db.models import Q, QuerySet, Subquery

from malha.contracts.models import Contract
from malha.customers.models import Contact, Customer
from malha.domain.documents import CNPJ_LENGTH, CPF_LENGTH, strip_punctuation
from malha.domain.errors import RuleError
from malha.domain.ips import normalize_ip, normalize_mac
from malha.domain.phones import normalize_phone
from malha.domain.text import is_ascii_digits, only_digits, search_key, strip_accents
from malha.network.models import Access

MAX_LENGTH: Final = 100
MAX_WORDS: Final = 8
SHORTEST: Final = 3
_NUMBER = re.compile(r"(?:n[ºo°]?\.?|#)?\s*([0-9]{1,12})", re.ASCII | re.IGNORECASE)
_DIGITS_AND_SIGNS = re.compile(r"[0-9\s().+\-/]+", re.ASCII)
_PART_OF_IP = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){1,2}\.?|[0-9]{1,3}\.", re.ASCII)
_PART_OF_MAC = re.compile(r"[0-9a-f]{2}(?:[:\-][0-9a-f]{2}){2,5}[:\-]?", re.ASCII | re.IGNORECASE)
_LOGIN = re.compile(r"[a-z0-9._@\-]+", re.ASCII)
_SERIAL = re.compile(r"(?=.*[0-9])(?=.*[A-Z])[0-9A-Z]{8,40}", re.ASCII)


class Key(StrEnum):
    """By what a customer was found."""

    NAME = "name"
    LOGIN = "login"
    DOCUMENT = "document"
    PHONE = "phone"
    NUMBER = "number"
    IP = "ip"
    MAC = "mac"
    SERIAL = "serial"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Meaning:
    """One reading of the text: `key` and the value to look for. `exact`: whole, otherwise any part or the beginning."""

    key: Key
    value: str
    exact: bool = False


def meanings(text: str) -> tuple[Meaning, ...]:
    """Every reading of `text`; none for an empty one. Never raises."""
    text = text.replace("\x00", "")[:MAX_LENGTH].strip()
    name = search_key(text)
    if not name:
        return ()
    found = [Meaning(Key.NAME, name)]
    login = strip_accents(name)
    if _LOGIN.fullmatch(login):
        found.append(Meaning(Key.LOGIN, login, exact=login.isalpha()))
    found += _digit_meanings(text)
    found += _network_meanings(text)
    signs = strip_punctuation(text)
    if len(signs) == CNPJ_LENGTH and signs.isascii() and signs.isalnum() and not is_ascii_digits(signs):
        found.append(Meaning(Key.DOCUMENT, signs, exact=True))
    if _SERIAL.fullmatch(text.upper()):
        found.append(Meaning(Key.SERIAL, text.upper(), exact=True))
    if "@" in text:
        found.append(Meaning(Key.EMAIL, text.lower()))
    return tuple(found)


def _digit_meanings(text: str) -> list[Meaning]:
    found: list[Meaning] = []
    number = _NUMBER.fullmatch(text)
    if number:
        found.append(Meaning(Key.NUMBER, number[1], exact=True))
    if not _DIGITS_AND_SIGNS.fullmatch(text):
        return found
    digits = only_digits(text)
    if 3 <= len(digits) <= CNPJ_LENGTH and "+" not in text:
        found.append(Meaning(Key.DOCUMENT, digits, exact=len(digits) in (CPF_LENGTH, CNPJ_LENGTH)))
    phone = _phone_digits(text, digits)
    if len(phone) >= 4:
        found.append(Meaning(Key.PHONE, phone))
    return found


def _phone_digits(text: str, digits: str) -> str:
    """The digits to look for: without country code and trunk zero when the number is complete, else as typed."""
    try:
        return normalize_phone(text).removeprefix("+55").removeprefix("+")
    except RuleError:
        return digits


def _network_meanings(text: str) -> list[Meaning]:
    found: list[Meaning] = []
    try:
        found.append(Meaning(Key.IP, normalize_ip(text), exact=True))
    except RuleError:
        octets = [part for part in text.split(".") if part]
        if _PART_OF_IP.fullmatch(text) and all(int(part) <= 255 for part in octets):
            found.append(Meaning(Key.IP, ".".join(octets)))
    try:
        found.append(Meaning(Key.MAC, normalize_mac(text), exact=True))
    except RuleError:
        if _PART_OF_MAC.fullmatch(text):
            found.append(Meaning(Key.MAC, text.upper().replace("-", ":")))
    return found


def name_condition(value: str) -> Q:
    """Every word of `value` stands somewhere in the name or trade name; one of a letter or two begins a word there.

    (An index on groups of three letters knows how words begin, but nothing of two letters in their middle.)
    """
    condition = Q()
    for word in value.split()[:MAX_WORDS]:
        begins = Q(search_name__startswith=word) | Q(search_name__contains=f" {word}")
        condition &= begins if len(word) < SHORTEST else Q(search_name__contains=word)
    return condition


def find(customers: QuerySet[Customer], text: str, *, in_logins: bool = False) -> QuerySet[Customer]:
    """Those of `customers` that `text` can mean; all of them for an empty text.

    Letters alone are a name, or the one login that is spelt just so. When that finds nobody ask again with `in_logins`, if
    `has_second_try`: then logins that merely hold them are meant.
    """
    found = meanings(text)
    if not found:
        return customers
    by_name = name_condition(found[0].value)
    others = found[1:]
    if not others:
        return customers.filter(by_name)
    if _is_name_or_login(others):
        login = others[0].value
        if in_logins:
            return customers.filter(pk__in=customer_ids(others[0])[0])
        # The name keeps a condition of its own, so that a common one is read in the order of the list and not collected first.
        exact = Access.objects.filter(username=login).values("contract__customer_id")
        return customers.filter(by_name | Q(pk=Subquery(exact)))
    names = Customer.objects.filter(by_name).order_by().values_list("pk", flat=True)
    return customers.filter(pk__in=names.union(*(ids for meaning in others for ids in customer_ids(meaning))))


def has_second_try(text: str) -> bool:
    """May `find(..., in_logins=True)` find somebody when `find` found nobody?"""
    return _is_name_or_login(meanings(text)[1:])


def _is_name_or_login(others: tuple[Meaning, ...]) -> bool:
    return len(others) == 1 and others[0].key is Key.LOGIN and others[0].exact


def customer_ids(meaning: Meaning) -> list[QuerySet[Any, int]]:
    """Querysets of the ids of the customers that one reading finds."""
    value, whole = meaning.value, meaning.exact
    match meaning.key:
        case Key.NAME:
            return [Customer.objects.filter(name_condition(value)).order_by().values_list("pk", flat=True)]
        case Key.DOCUMENT:
            asked = Q(cpf_cnpj=value) if whole else Q(cpf_cnpj__startswith=value)
            return [Customer.objects.filter(asked).order_by().values_list("pk", flat=True)]
        case Key.EMAIL:
            return [Customer.objects.filter(email__startswith=value).order_by().values_list("pk", flat=True)]
        case Key.PHONE:
            return [Contact.objects.filter(number__contains=value).order_by().values_list("customer_id", flat=True)]
        case Key.NUMBER:
            number = int(value)
            return [
                Customer.objects.filter(number=number).order_by().values_list("pk", flat=True),
                Contract.objects.filter(number=number).order_by().values_list("customer_id", flat=True),
            ]
        case _:
            return [
                Access.objects.filter(asked).order_by().values_list("contract__customer_id", flat=True)
                for asked in access_conditions(meaning)
            ]


def access_conditions(meaning: Meaning) -> list[Q]:
    """Conditions on `Access` that one reading of login, IP, MAC or serial asks; one each, so that each takes its own index."""
    value = meaning.value
    match meaning.key:
        case Key.LOGIN:
            # Asked for exactly only beside a name (`find`); here any part of a login does, if it is long enough to index.
            return [Q(username__contains=value) if len(value) >= SHORTEST else Q(username__startswith=value)]
        case Key.SERIAL:
            return [Q(onu_serial=value)]
        case Key.MAC if meaning.exact:
            return [Q(mac=value), Q(seen_mac=value)]
        case Key.MAC:
            return [Q(mac__startswith=value), Q(seen_mac__startswith=value)]
        case Key.IP if meaning.exact:
            return [Q(seen_ip=value)] if ":" in value else [Q(ipv4=value), Q(seen_ip=value)]
        case Key.IP:
            return [_starts_with("ipv4", value), _starts_with("seen_ip", value)]
    return []


def _starts_with(field: str, octets: str) -> Q:
    """Addresses that begin with these octets; a range where the database knows addresses, else a text."""
    if connection.vendor != "postgresql":
        return Q(**{f"{field}__startswith": octets + "."})
    missing = 4 - len(octets.split("."))
    return Q(**{f"{field}__gte": octets + ".0" * missing, f"{field}__lte": octets + ".255" * missing})
