"""The same router seen by a library that somebody else wrote (librouteros)."""

from collections.abc import Iterator

import librouteros
import pytest
from librouteros.exceptions import FatalError, TrapError
from librouteros.login import plain, token
from librouteros.query import Key

from tests.sandbox.conftest import StartRouter
from tests.support.router_process import RouterProcess


@pytest.fixture(scope="module")
def router(start_router: StartRouter) -> RouterProcess:
    # librouteros 4.2.2 does not know !empty, so it is shown a version without it.
    return start_router(tls="off", version="7.16.2", secrets=50)


@pytest.fixture
def api(router: RouterProcess) -> Iterator[librouteros.Api]:
    api = librouteros.connect(
        host=router.host, port=router.port, username=router.user, password=router.password, login_method=plain, encoding="utf-8"
    )
    yield api
    api.close()


def test_it_logs_in_reads_and_writes(api: librouteros.Api) -> None:
    secrets = api.path("ppp", "secret")
    assert len(tuple(secrets)) == 50

    new = secrets.add(name="lib", password="p", comment="ação")
    secrets.update(**{".id": new, "disabled": True})

    (row,) = secrets.select(Key("name"), Key("comment"), Key("disabled")).where(Key("name") == "lib")
    assert row == {"name": "lib", "comment": "ação", "disabled": True}
    secrets.remove(new)
    assert tuple(secrets.select(Key("name")).where(Key("name") == "lib")) == ()


def test_its_queries_are_understood(api: librouteros.Api) -> None:
    name, comment = Key("name"), Key("comment")

    either = api.path("ppp", "secret").select(name).where(comment.In("malha:access:1", "malha:access:2"))

    assert len(tuple(either)) == 2


def test_refusals_reach_it_as_traps(api: librouteros.Api) -> None:
    secrets = api.path("ppp", "secret")

    with pytest.raises(TrapError, match="same name already exists"):
        for _ in range(2):
            secrets.add(name="twice")
    with pytest.raises(TrapError, match="no such item"):
        secrets.remove("*FFFF")


def test_it_logs_in_to_an_old_router_by_challenge(start_router: StartRouter) -> None:
    old = start_router(tls="off", version="6.42.12")

    api = librouteros.connect(host=old.host, port=old.port, username=old.user, password=old.password, login_method=token)

    assert tuple(api.path("system", "identity")) == ({"name": "MikroTik"},)
    api.close()


def test_a_wrong_password_reaches_it(router: RouterProcess) -> None:
    with pytest.raises((TrapError, FatalError)):
        librouteros.connect(host=router.host, port=router.port, username=router.user, password="wrong", login_method=plain)
