import inspect
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from flask import Flask

from tests.web.screen import SHARED
from tests.web.stage import settings_in
from web.app import create_app

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of this folder run in one loop, so that they can share a browser; so do their fixtures."""
    for item in items:
        if item.path.is_relative_to(HERE) and inspect.iscoroutinefunction(getattr(item, "function", None)):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session", autouse=True)
async def _shared_chromium() -> AsyncIterator[None]:
    async with SHARED.offered():
        yield


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def app(folder: Path) -> Flask:
    """The application with nobody behind the control socket."""
    return create_app(settings_in(folder))
