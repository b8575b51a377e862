"""A person at the door, simulated routers and their lanes."""

import pytest
from django.test import Client

from malha.staff.roles import Role
from tests import make
from tests.support.lanes import process, router, serve

__all__ = ["process", "router", "serve"]


@pytest.fixture
def client(db: None) -> Client:
    """Logged in as the technician, whose pages these are."""
    make.company()
    client = Client()
    client.force_login(make.user(Role.TECHNICIAN))
    return client
