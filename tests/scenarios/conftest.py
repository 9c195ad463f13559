import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.scenarios.village import HAVE_BROKER, NO_BROKER, Village


@pytest.fixture
async def place() -> AsyncIterator[Village]:
    """Nothing runs yet. The folder is short: the name of a unix socket has room for 107 characters."""
    if not HAVE_BROKER:
        pytest.skip(NO_BROKER)
    with tempfile.TemporaryDirectory(prefix="mo-") as folder:
        village = Village(Path(folder))
        yield village
        await village.close()


@pytest.fixture
async def village(place: Village) -> AsyncIterator[Village]:
    """Everything runs, and both horns have said how they are."""
    async with place.broker_runs(), place.relay_runs(), place.box_runs():
        await place.horns_up()
        yield place
