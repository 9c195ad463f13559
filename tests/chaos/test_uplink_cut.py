"""The line to the province between two hosts, with the faults of a real one: every event once, and the wall told."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from edge.sync import service
from edge.sync.post import DEADLINE_S
from tests.chaos.wire import Wire
from tests.hub.province import Province
from tests.sync.box import is_down, is_up, started

pytestmark = pytest.mark.root

PORT = 8443
NOTICED_S = DEADLINE_S + 15.0
DRAINED_S = 20.0
"""A try that stands, five seconds; the longest pause, five; and the sending itself."""
FAULTS: dict[str, Callable[[Wire], None]] = {
    "link down": Wire.cut,
    "black hole": lambda wire: wire.swallow("input", "output"),
    "answers are lost": lambda wire: wire.swallow("input"),
}


@pytest.fixture
async def province(wire: Wire, tmp_path: Path) -> AsyncIterator[Province]:
    """A hub at the far end."""
    province = Province(tmp_path, wire.far)
    hub = await province.start_process(PORT, wire.inside_far)
    yield province
    hub.terminate()
    await hub.wait()


@pytest.mark.parametrize("fault", FAULTS)
async def test_each_event_arrives_once_and_the_backlog_drains_when_the_line_is_back(
    wire: Wire, province: Province, tmp_path: Path, fault: str
) -> None:
    async with started(tmp_path, province.settings(PORT)) as box:
        await box.tell(0, range(20))
        await box.until_drained()
        await box.until(is_up)
        FAULTS[fault](wire)
        for number in range(20, 220):
            await box.tell(number % 3, [number])
        await box.until(is_down, NOTICED_S)
        assert len(box.waiting()) == 200
        assert box.sync.status.detail
        wire.mend()
        await box.until_drained(DRAINED_S)
        await box.until(is_up)
    arrived = await province.events(PORT)
    assert sorted(int(one["subject"]) for one in arrived) == list(range(220))


async def test_a_line_that_dies_in_silence_shows_itself_and_comes_back(
    wire: Wire, province: Province, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "SIGN_OF_LIFE_S", 1.0)
    async with started(tmp_path, province.settings(PORT)) as box:
        await box.until(is_up)
        wire.swallow("input", "output")
        await box.until(is_down, NOTICED_S)
        wire.mend()
        await box.until(is_up, DRAINED_S)
