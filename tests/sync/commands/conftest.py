"""A province and a box for every test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hil.prove.province.office import Box, Office, Running


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    office = Office(tmp_path)
    await office.database.make_tables()
    yield office
    await office.database.close()


@pytest.fixture
async def box(tmp_path: Path, office: Office) -> AsyncIterator[Running]:
    async with Box(tmp_path / "box", office).opened() as running:
        yield running
