from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.hub.media.post_office import PostOffice


@pytest_asyncio.fixture
async def office(tmp_path: Path) -> AsyncIterator[PostOffice]:
    office = PostOffice(tmp_path)
    yield office
    await office.close()
