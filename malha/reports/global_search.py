"""Busca geral: the few customers that a text most likely means, best first.

Every reading of the text (`customer_search.meanings`) is asked for a handful of customers, the surest readings first; the lines
are then read as the list reads them, because both show the same facts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from malha.customers import queries
from malha.domain.billing import BillingMode
from malha.network.models import Access
from malha.reports.customer_rows import Row, rows
from malha.reports.customer_search import Key, Meaning, access_conditions, customer_ids, meanings, name_condition

PER_GROUP = 8
# What a text of this shape most surely is comes first; a name is what is left.
_SUREST_FIRST = (Key.DOCUMENT, Key.IP, Key.MAC, Key.SERIAL, Key.EMAIL, Key.NUMBER, Key.PHONE, Key.LOGIN)


@dataclass(frozen=True, slots=True)
class Hit:
    """A customer found, by which key, and the login that was meant when it was one."""

    row: Row
    key: Key
    login: str = ""


def find(text: str, *, today: date, mode: BillingMode, visible: Sequence[int], limit: int = PER_GROUP) -> list[Hit]:
    """At most `limit` customers, archived ones too: whoever asks by number must find a customer who left.

    `visible`: the groups to which the view of whoever asks is limited (`customers.queries.visible_groups`).
    """
    found: dict[int, tuple[Key, str]] = {}
    for pk, key, login in _candidates(meanings(text), visible, limit):
        found.setdefault(pk, (key, login))
        if len(found) == limit:
            break
    lines = rows(list(found), today=today, mode=mode)
    return [Hit(row, *found[row.pk]) for row in lines]


def _candidates(asked: tuple[Meaning, ...], visible: Sequence[int], limit: int) -> Iterator[tuple[int, Key, str]]:
    """(customer, key, login) in the order of likelihood; each reading gives at most `limit`."""
    by_key = {meaning.key: meaning for meaning in asked}
    name = by_key.pop(Key.NAME, None)
    for key in _SUREST_FIRST:
        meaning = by_key.get(key)
        if meaning is None or (key is Key.LOGIN and meaning.exact):
            continue
        yield from _of(meaning, visible, limit)
    if name is None:
        return
    yield from ((pk, Key.NAME, "") for pk in _names(name.value, visible, limit))
    login = by_key.get(Key.LOGIN)
    if login is not None and login.exact:
        yield from _of(login, visible, limit)


def _of(meaning: Meaning, visible: Sequence[int], limit: int) -> Iterator[tuple[int, Key, str]]:
    conditions = access_conditions(meaning)
    if not conditions:
        for ids in customer_ids(meaning):
            keys = queries.within(visible).filter(pk__in=ids).order_by().values_list("pk", flat=True) if visible else ids
            yield from ((pk, meaning.key, "") for pk in keys[:limit])
        return
    for condition in conditions:
        found = Access.objects.filter(condition)
        if visible:
            found = found.filter(contract__customer__in=queries.within(visible))
        accesses = found.order_by("username").values_list("contract__customer_id", "username")
        yield from ((pk, meaning.key, username) for pk, username in accesses[:limit])


def _names(value: str, visible: Sequence[int], limit: int) -> Iterator[int]:
    """Names that begin with the text before names that hold it, archived customers last."""
    begins = queries.within(visible).filter(search_name__startswith=value).order_by().values_list("search_name", "pk")[:limit]
    given = [pk for _name, pk in sorted(begins)]
    yield from given
    for is_archived in (False, True):
        if len(given) >= limit:
            return
        rest = queries.within(visible).filter(name_condition(value), ~Q(pk__in=given), archived_at__isnull=not is_archived)
        found = list(rest.order_by("search_name", "pk").values_list("pk", flat=True)[: limit - len(given)])
        given += found
        yield from found
