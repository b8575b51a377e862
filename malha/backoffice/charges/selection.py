"""Which charges a form of the list means: the ticked ones, or everything the list's address means."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.http import QueryDict

from malha.backoffice.charges import filters
from malha.billing.models import Charge
from malha.customers import queries as customers
from malha.reports.charge_criteria import ChargeCriteria, ChargeOrder, matching, ordered
from malha.staff.models import User

MAX_TICKED = 1000


@dataclass(frozen=True)
class Selection:
    """`keys` of the ticked rows, or `criteria` when everything was meant ("Selecionar todas as 184")."""

    keys: tuple[int, ...]
    criteria: ChargeCriteria | None
    query: str
    visible: tuple[int, ...]
    today: date

    @property
    def charges(self) -> QuerySet[Charge]:
        """The charges meant, in the order of their due dates."""
        if self.criteria is not None:
            return ordered(matching(self.criteria, self.today), self.criteria, self.today)
        return Charge.objects.filter(pk__in=self.keys, customer__in=customers.within(self.visible)).order_by("due_date", "pk")

    @property
    def carried(self) -> list[tuple[str, str]]:
        """Hidden fields with which the next form means the same charges."""
        if self.criteria is not None:
            return [("all", "1"), ("query", self.query)]
        return [("query", self.query), *(("id", str(key)) for key in self.keys)]


def read(data: QueryDict, *, user: User, today: date) -> Selection:
    """From the fields of the bulk form, within what `user` may see."""
    visible = customers.visible_groups(user)
    query = data.get("query", "")[:2000]
    if data.get("all"):
        params = QueryDict(query.removeprefix("?"))
        return Selection((), filters.criteria(params, ChargeOrder.DUE, today=today, visible=visible), query, visible, today)
    keys = {int(value) for value in data.getlist("id")[:MAX_TICKED] if value.isascii() and value.isdigit() and len(value) < 19}
    return Selection(tuple(sorted(keys)), None, query, visible, today)
