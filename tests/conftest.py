"""What every test stands on: a day that never changes and a compiled catalogue.

The database is the one of MALHA_DATABASE_URL, SQLite when it is not set (`./test --postgres` sets it).
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import hypothesis
import pytest

from malha.core import clock
from tools.messages import compile_catalogue

# A Tuesday, nine in the morning in São Paulo.
THE_DAY = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


# No test depends on how fast this machine is today.
hypothesis.settings.register_profile("malha", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("malha")


def pytest_configure(config: pytest.Config) -> None:
    """Once, before the workers of a parallel run start: screen texts are Portuguese only with a compiled catalogue."""
    if not hasattr(config, "workerinput"):
        compile_catalogue()


@pytest.fixture(autouse=True)
def the_day() -> Iterator[datetime]:
    """Every test lives on THE_DAY; one that needs another instant uses `with clock.frozen(at):`."""
    with clock.frozen(THE_DAY):
        yield THE_DAY
