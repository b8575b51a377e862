"""Simulated routers for the tests of the sandbox."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.support.raw_router_client import RawClient
from tests.support.router_process import RouterProcess

StartRouter = Callable[..., RouterProcess]
Connect = Callable[..., RawClient]


@pytest.fixture(scope="module")
def start_router() -> Iterator[StartRouter]:
    """Start routers with any options; they end with the module."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(RouterProcess(**options))


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Connect and log in to a router; connections end with the test."""
    with ExitStack() as stack:

        def open_client(router: RouterProcess, user: str | None = None, password: str | None = None) -> RawClient:
            client = stack.enter_context(RawClient(router.port))
            client.login(user or router.user, password if password is not None else router.password)
            return client

        yield open_client
