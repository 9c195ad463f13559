from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from models.assets import locate, pull_one
from models.detectors import ensure_detector
from models.folders import default_cache_dir
from models.manifest import shipped
from tests.models.tiny_checkpoint import write_tiny_checkpoint


def _pulled(name: str) -> None:
    outcome = pull_one(shipped()[name])
    if outcome.error is not None:
        pytest.skip(f"cannot be had here: {outcome.error}")


@pytest.fixture(scope="session")
def checkpoint() -> Path:
    _pulled("yolov8n")
    return locate("yolov8n.pt")


@pytest.fixture(scope="session")
def detector_at(checkpoint: Path) -> Callable[[int], Path]:
    return lambda size_px: ensure_detector("yolov8n", size_px, checkpoint.parent)


@pytest.fixture(scope="session")
def pictures() -> Path:
    _pulled("reference-images")
    return default_cache_dir()


@pytest.fixture
def tiny_checkpoint(tmp_path: Path) -> Path:
    return write_tiny_checkpoint(tmp_path / "tiny.pt")
