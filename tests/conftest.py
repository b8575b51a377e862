"""What every test stands on: a day that never changes. (The catalogue is compiled by the settings.)

The database is the one of MALHA_DATABASE_URL, SQLite when it is not set (`./test --postgres` sets it).
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import hypothesis
import pytest

from malha.core import clock

# A Tuesday, nine in the morning in São Paulo.
THE_DAY = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


# No test depends on how fast this machine is today.
hypothesis.settings.register_profile("malha", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("malha")


@pytest.fixture(autouse=True)
def the_day() -> Iterator[datetime]:
    """Every test lives on THE_DAY; one that needs another instant uses `with clock.frozen(at):`."""
    with clock.frozen(THE_DAY):
        yield THE_DAY
