"""Which customers a form of the list means: the ticked ones, or everything the list's address means."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import QueryDict

from malha.backoffice.customers import filters
from malha.customers import queries
from malha.customers.models import Customer
from malha.reports.customer_criteria import Criteria, matching_in_situation
from malha.staff.models import User

MAX_TICKED = 1000


@dataclass(frozen=True)
class Selection:
    """`keys` of the ticked rows, or `criteria` when everything was meant ("Selecionar todos os 1.884").

    `visible`: the groups to which the view of the person is limited.
    """

    keys: tuple[int, ...]
    criteria: Criteria | None
    query: str
    visible: tuple[int, ...]

    @property
    def customers(self) -> QuerySet[Customer]:
        """The customers meant."""
        if self.criteria is not None:
            return matching_in_situation(self.criteria)
        return queries.within(self.visible).filter(pk__in=self.keys, archived_at__isnull=True)

    @property
    def carried(self) -> list[tuple[str, str]]:
        """Hidden fields with which the next form means the same customers."""
        if self.criteria is not None:
            return [("all", "1"), ("query", self.query)]
        return [("query", self.query), *(("id", str(key)) for key in self.keys)]


def read(data: QueryDict, *, user: User) -> Selection:
    """From the fields of the bulk form, within what `user` may see."""
    visible = queries.visible_groups(user)
    query = data.get("query", "")
    params = QueryDict(query.removeprefix("?")[:2000])
    if data.get("all"):
        return Selection((), filters.criteria(params, visible=visible), query, visible)
    keys = {int(value) for value in data.getlist("id")[:MAX_TICKED] if value.isascii() and value.isdigit() and len(value) < 19}
    return Selection(tuple(sorted(keys)), None, query, visible)
