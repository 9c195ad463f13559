from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.hub.media.post_office import PostOffice


@pytest.fixture(autouse=True)
def _looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests wait for nothing but the work itself."""
    for name in ("finding.LOOK_S", "service.LOOK_S", "service.COUNT_EVERY_S"):
        monkeypatch.setattr(f"edge.sync.media.{name}", 0.05)


@pytest_asyncio.fixture
async def office(tmp_path: Path) -> AsyncIterator[PostOffice]:
    office = PostOffice(tmp_path)
    yield office
    await office.close()
