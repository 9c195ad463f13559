import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest

from edge.core.errors import FinalError
from edge.kernel.wire.live import StateSection
from edge.workers.live.board import MOST_SECTIONS, StateBoard
from tests.workers.live.browser import Live, live_process


async def _put(live: Live, section: str, value: object) -> None:
    await live.child.channel.send(StateSection(section, msgspec.json.encode(value)))


async def test_browser_gets_every_section_at_connect_and_then_each_change(tmp_path: Path) -> None:
    async with live_process(tmp_path / "none") as live, aiohttp.ClientSession() as session:
        async with session.ws_connect(live.url("state")) as browser:
            await _put(live, "commune", {"name": "Xã Mẫu"})
            assert await browser.receive_json(timeout=5) == {"section": "commune", "value": {"name": "Xã Mẫu"}}
            await _put(live, "horns", [])
            assert await browser.receive_json(timeout=5) == {"section": "horns", "value": []}
        async with session.ws_connect(live.url("state")) as newcomer:
            seen: list[Any] = [await newcomer.receive_json(timeout=5) for _ in range(2)]
            assert {message["section"] for message in seen} == {"commune", "horns"}


async def test_newer_value_takes_the_place_of_one_that_waits() -> None:
    board = StateBoard()
    slow = board.join()
    for number in range(10_000):
        board.put("clock", b"%d" % number)
        board.put("gauges", b"[%d]" % number)
    assert slow.waiting == 2
    assert await slow.next() == '{"section": "clock", "value": 9999}'
    assert await slow.next() == '{"section": "gauges", "value": [9999]}'
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await slow.next()


def test_same_value_is_not_sent_twice() -> None:
    board = StateBoard()
    board.put("clock", b"1")
    watcher = board.join()
    asyncio.run(watcher.next())
    board.put("clock", b"1")
    assert watcher.waiting == 0


def test_sections_without_end_are_refused() -> None:
    board = StateBoard()
    for number in range(MOST_SECTIONS):
        board.put(f"s{number}", b"1")
    with pytest.raises(FinalError, match="64"):
        board.put("one more", b"1")
