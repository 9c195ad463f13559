"""The line to the province in bad weather: it flaps, loses packets, and its far end vanishes without a goodbye."""

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from edge.sync.post import DEADLINE_S
from tests.chaos.wire import Wire
from tests.hub.province import Province
from tests.sync.box import Box, is_down, is_up, started

pytestmark = pytest.mark.root

PORT = 8443
FLAPS = 12
LOSS_PCT = 30
DRAINED_S = 60.0


@pytest.fixture
async def province(wire: Wire, tmp_path: Path) -> AsyncIterator[Province]:
    """A hub at the far end."""
    province = Province(tmp_path, wire.far)
    hub = await province.start_process(PORT, wire.inside_far)
    yield province
    if hub.returncode is None:
        hub.terminate()
    await hub.wait()


def assert_each_once_and_in_order(arrived: list[dict[str, Any]], count: int) -> None:
    """Every number once, and within a lane in the order in which the box wrote them."""
    assert sorted(int(one["subject"]) for one in arrived) == list(range(count))
    for lane in range(4):
        seqs = [one["seq"] for one in arrived if one["lane"] == lane]
        assert seqs == sorted(seqs)


async def test_a_line_that_flaps_lets_everything_through_once(wire: Wire, province: Province, tmp_path: Path) -> None:
    chance = random.Random(3)
    async with started(tmp_path, province.settings(PORT)) as box:
        await box.until(is_up)
        for flap in range(FLAPS):
            wire.cut()
            await box.tell(flap % 3, range(flap * 50, flap * 50 + 25))
            await asyncio.sleep(chance.uniform(0.05, 0.4))
            wire.mend()
            await box.tell(flap % 3, range(flap * 50 + 25, flap * 50 + 50))
            await asyncio.sleep(chance.uniform(0.05, 0.4))
        await box.until_drained(DRAINED_S)
        await box.until(is_up)
    assert_each_once_and_in_order(await province.events(PORT), FLAPS * 50)


async def test_a_line_that_loses_three_packets_of_ten_still_carries(
    wire: Wire, province: Province, tmp_path: Path
) -> None:
    async with started(tmp_path, province.settings(PORT)) as box:
        await box.until(is_up)
        wire.lose(LOSS_PCT)
        for number in range(0, 400, 10):
            await box.tell(number % 3, range(number, number + 10))
        await box.until_drained(DRAINED_S)
        wire.mend()
    assert_each_once_and_in_order(await province.events(PORT), 400)


async def test_a_peer_that_vanishes_without_a_goodbye_is_given_up_in_time(wire: Wire, tmp_path: Path) -> None:
    province = Province(tmp_path, wire.far)
    hub = await province.start_process(PORT, wire.inside_far)
    async with started(tmp_path, province.settings(PORT)) as box:
        await box.tell(0, range(20))
        await box.until_drained()
        wire.cut_far()
        hub.kill()  # its machine lost power: neither FIN nor RST can leave it
        await hub.wait()
        await box.tell(0, range(20, 40))
        await box.until(is_down, DEADLINE_S + 5.0)
        assert len(box.waiting()) == 20
        assert await still_writes(box)
        wire.mend()
        hub = await province.start_process(PORT, wire.inside_far)
        await box.until_drained()
    arrived = await province.events(PORT)
    hub.terminate()
    await hub.wait()
    assert_each_once_and_in_order(arrived, 41)


async def still_writes(box: Box) -> bool:
    """The box takes an alarm at once whatever the line does."""
    async with asyncio.timeout(1.0):
        await box.tell(0, [40])
    return True
