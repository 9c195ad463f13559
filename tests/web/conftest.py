from pathlib import Path

import pytest
from flask import Flask

from tests.web.stage import settings_in
from web.app import create_app


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def app(folder: Path) -> Flask:
    """The application with nobody behind the control socket."""
    return create_app(settings_in(folder))
