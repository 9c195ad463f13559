"""A shop and the places of a machine."""

from pathlib import Path

import pytest

from edge.kernel.statement import StatementKey
from edge.release.places import Places
from tests.release.shop import Shop


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path / "shop", StatementKey.load_or_make(tmp_path / "release.pem"))


@pytest.fixture
def places(tmp_path: Path) -> Places:
    (tmp_path / "units").mkdir()
    return Places(tmp_path / "opt", tmp_path / "state", tmp_path / "units")
