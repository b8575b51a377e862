"""Query words: the stack machine of the manual."""

from collections.abc import Iterator

import pytest

from tests.sandbox.conftest import StartRouter
from tests.support.raw_router_client import ApiTrap, RawClient

ROWS = [
    ("a", {"comment": "malha:access:1", "limit-bytes-in": "5"}),
    ("b", {"comment": "x=y", "disabled": "yes", "limit-bytes-in": "10"}),
    ("c", {"remote-address": "10.0.0.3", "limit-bytes-in": "100"}),
    ("d", {}),
]


@pytest.fixture(scope="module")
def api(start_router: StartRouter) -> Iterator[RawClient]:
    router = start_router(tls="off")
    for name, values in ROWS:
        router.control("add", table="/ppp/secret", values={"name": name, **values})
    with RawClient(router.port) as client:
        client.login(router.user, router.password)
        yield client


@pytest.mark.parametrize(
    ("query", "names"),
    [
        (["?name=a"], "a"),
        (["?=name=a"], "a"),
        (["?comment=x=y"], "b"),
        (["?comment"], "ab"),
        (["?-comment"], "cd"),
        (["?>comment="], "ab"),
        (["?<limit-bytes-in=10"], "ad"),
        (["?>limit-bytes-in=9"], "bc"),
        (["?disabled=true"], "b"),
        (["?disabled=yes"], "b"),
        (["?disabled=false", "?-remote-address"], "ad"),
        (["?name=a", "?name=c", "?#|"], "ac"),
        (["?name=a", "?name=b", "?name=d", "?#||"], "abd"),
        (["?name=a", "?name=b", "?#|", "?name=d", "?#|"], "abd"),
        (["?name=a", "?#!"], "bcd"),
        (["?comment", "?disabled=true", "?#&"], "b"),
        (["?comment", "?disabled=true", "?#!&"], "a"),
        (["?name=a", "?name=b", "?#|!"], "cd"),
        (["?name=a", "?#.!|"], "abcd"),
        (["?name=a", "?comment", "?#1"], "a"),
        (["?name=a", "?comment", "?#0"], "ab"),
        (["?comment", "?name=a", "?#1.&"], "a"),
        (["?.id=*1"], "a"),
        (["?.id=*1", "?.id=*4", "?#|"], "ad"),
        (["?nosuch=1"], ""),
    ],
)
def test_query(api: RawClient, query: list[str], names: str) -> None:
    assert [row["name"] for row in api.rows("/ppp/secret/print", "=.proplist=name", *query)] == list(names)


@pytest.mark.parametrize("query", [["?#|"], ["?name=a", "?#|"], ["?name=a", "?#x"], ["?name=a", "?#5"], ["?<name"]])
def test_nonsense_is_refused(api: RawClient, query: list[str]) -> None:
    with pytest.raises(ApiTrap):
        api.rows("/ppp/secret/print", *query)


def test_proplist_orders_and_leaves_out(api: RawClient) -> None:
    assert api.rows("/ppp/secret/print", "=.proplist=name,comment,nosuch", "?name=d") == [{"name": "d"}]


def test_many_names_in_one_read(api: RawClient) -> None:
    words = [f"?name={name}" for name in "abcd"]

    assert len(api.rows("/ppp/secret/print", *words, "?#|||")) == 4
