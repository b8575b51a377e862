"""What pages ask of the network room."""

from datetime import timedelta

import pytest

from malha.core import clock
from malha.network import queries
from malha.network.models import Access, Router, RouterCommand, RouterHealth
from tests import make
from tests.support.lanes import subscribers

pytestmark = pytest.mark.django_db


def test_counts_of_a_router_in_one_query(django_assert_num_queries) -> None:
    make.company()
    one, two = make.router("Um"), make.router("Dois")
    subscribers(one, 3)
    Access.objects.filter(username="cliente.0001").update(online_since=clock.now(), due_at=None)

    with django_assert_num_queries(1):
        rows = {row.name: row for row in queries.with_counts()}

    assert (rows["Um"].access_count, rows["Um"].online_count, rows["Um"].queue_count) == (3, 1, 2)
    assert rows["Dois"].access_count == 0
    assert two.name in rows


@pytest.mark.parametrize(
    ("changes", "wakes"),
    [
        ({}, True),
        ({"health": RouterHealth.STOPPED}, False),
        ({"is_active": False}, False),
        ({"retry_at": timedelta(seconds=5)}, False),
        ({"retry_at": timedelta(seconds=-1)}, True),
        ({"lease_until": timedelta(seconds=5), "leased_by": "other"}, False),
        ({"lease_until": timedelta(seconds=-1), "leased_by": "other"}, True),
        ({"lease_until": timedelta(seconds=5), "leased_by": "me"}, True),
    ],
)
def test_which_routers_wake_a_lane(changes: dict[str, object], wakes: bool, django_assert_num_queries) -> None:
    make.company()
    router = make.router()
    subscribers(router, 1)
    values = {name: clock.now() + value if isinstance(value, timedelta) else value for name, value in changes.items()}
    Router.objects.filter(pk=router.pk).update(**values)

    with django_assert_num_queries(1):
        assert queries.routers_with_work(worker="me") == ([router.pk] if wakes else [])


def test_a_due_command_wakes_the_lane_and_a_future_one_does_not() -> None:
    make.company()
    router = make.router()
    command = RouterCommand.objects.create(router=router, verb="read", asked_at=clock.now(), asked_by="x", due_at=clock.now())
    assert queries.routers_with_work(worker="me") == [router.pk]

    RouterCommand.objects.filter(pk=command.pk).update(due_at=clock.now() + timedelta(hours=1))
    assert queries.routers_with_work(worker="me") == []
