"""A world with one of everything, read by somebody who may do everything."""

import pytest

from tests.security.world import World, everything


@pytest.fixture
def world(db: None) -> World:
    """One of everything."""
    return everything()
