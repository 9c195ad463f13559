from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos import disk as disks
from tests.chaos import wire as wires
from tests.chaos.disk import Disk
from tests.chaos.tools import skip_unless_root_with
from tests.chaos.wire import Wire
from tests.hub.province import Province
from tests.node.conftest import (  # noqa: F401 - the same real parts around a node
    address,
    board,
    card,
    certs,
    key,
    media,
    orders,
    setup,
    tones,
)

SIZE_MB = 64


@pytest.fixture
def disk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Disk]:
    """A disk of its own; a test may ask for another size."""
    skip_unless_root_with(disks.TOOLS)
    disk = Disk(tmp_path)
    try:
        disk.make(getattr(request, "param", SIZE_MB))
        yield disk
    finally:
        disk.remove()


@pytest.fixture
def wire() -> Iterator[Wire]:
    """A cable to another network namespace; the test lives at its near end."""
    skip_unless_root_with(wires.TOOLS)
    wire = Wire()
    try:
        wire.lay()
        with wire.entered():
            yield wire
    finally:
        wire.remove()


@pytest.fixture
def province(tmp_path: Path) -> Province:
    return Province(tmp_path)
