from pathlib import Path

import pytest

from tests.hub.province import Province


@pytest.fixture
def province(tmp_path: Path) -> Province:
    return Province(tmp_path)
