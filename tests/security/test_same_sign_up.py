"""The same sign-up at the same moment through any two doors makes one customer (issue 2 I). Runs on both databases."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from malha.contracts.models import Contract
from malha.core.models import HistoryEntry
from malha.customers.models import Customer
from malha.network.models import Access
from tests import make
from tests.api.conftest import Program, sign_up_body
from tests.backoffice.customers import new_page
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


class Doors:
    """The same customer through the page or through the API, each time as somebody else sends it."""

    def __init__(self) -> None:
        make.company()
        self.router, self.plan = make.router(), make.plan()
        self.program = Program()
        self.people = [Client() for _ in range(2)]
        for client in self.people:
            client.force_login(make.user())

    def page(self, index: int, token: str) -> Any:
        fields = {**new_page.customer(token=token), **new_page.access(self.router, self.plan, username="Rosa.Duarte")}
        return self.people[index].post(new_page.URL, fields)

    def api(self, key: str) -> Any:
        body = sign_up_body(login="rosa.duarte", router=self.router.pk, plan=self.plan.pk)
        return self.program.post("/sign-ups", body, **({"Idempotency-Key": key} if key else {}))


def one_of_each() -> bool:
    made = (Customer.objects.count(), Contract.objects.count(), Access.objects.count())
    return made == (1, 1, 1) and HistoryEntry.objects.filter(verb="customer.created").count() == 1


@pytest.mark.parametrize("pair", ["page and api", "two people on the page", "api without keys", "api with two keys"])
@pytest.mark.parametrize("again", range(3))
def test_one_customer_and_a_reason_for_the_other(pair: str, again: int) -> None:
    doors = Doors()
    sends: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
        "page and api": (lambda: doors.page(0, "a" * 32), lambda: doors.api("")),
        "two people on the page": (lambda: doors.page(0, "a" * 32), lambda: doors.page(1, "b" * 32)),
        "api without keys": (lambda: doors.api(""), lambda: doors.api("")),
        "api with two keys": (lambda: doors.api("a"), lambda: doors.api("b")),
    }

    answers = at_once(*sends[pair])

    assert sorted(answer.status_code for answer in answers)[1] == 422, [answer.content[:300] for answer in answers]
    assert sorted(answer.status_code for answer in answers)[0] in (201, 302)
    assert one_of_each()


def test_numbers_have_no_hole_after_the_one_that_was_refused() -> None:
    doors = Doors()
    at_once(lambda: doors.page(0, "a" * 32), lambda: doors.api(""))

    doors.program.post("/sign-ups", sign_up_body(login="outra", router=doors.router.pk, plan=doors.plan.pk))

    assert list(Customer.objects.order_by("pk").values_list("number", flat=True)) == [1, 2]


def test_many_at_once_get_a_number_each() -> None:
    doors = Doors()

    def send(index: int) -> Any:
        return Program("sign-ups:write").post(
            "/sign-ups", sign_up_body(login=f"cliente.{index}", router=doors.router.pk, plan=doors.plan.pk)
        )

    answers = at_once(*[lambda index=index: send(index) for index in range(8)])

    assert {answer.status_code for answer in answers} == {201}
    assert sorted(Customer.objects.values_list("number", flat=True)) == list(range(1, 9))
