"""A province in wrong hands must not fill the memory of the process that runs the loudspeakers."""

import gzip
import tracemalloc
from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import web

from edge.sync.post import MAX_REPLY_BYTES
from tests.hub.province import Province
from tests.sync.box import started
from tests.sync.test_odd_hubs import OddHub, ok

MEGABYTE = 1024 * 1024


async def _peak_after(answer: web.Response, province: Province, folder: Path) -> int:
    """Most bytes that were allocated from the question until the box has given the answer up, and asked again."""
    hub = OddHub(lambda batch, count: answer if count == 1 else ok(batch))
    async with hub.open(province) as port, started(folder, province.settings(port)) as box:
        tracemalloc.start()
        try:
            await box.tell(0, ["alarm"])
            await box.until_drained()
            assert box.dead() == {}
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()


async def test_an_answer_that_does_not_end_is_given_up(province: Province, tmp_path: Path) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(64 * 16):
            yield bytes(MEGABYTE // 16)

    assert await _peak_after(web.Response(body=endless()), province, tmp_path) < 8 * MAX_REPLY_BYTES


async def test_an_answer_that_unpacks_to_a_mountain_is_not_unpacked(province: Province, tmp_path: Path) -> None:
    bomb = gzip.compress(bytes(64 * MEGABYTE))
    answer = web.Response(body=bomb, headers={"Content-Encoding": "gzip"})
    assert await _peak_after(answer, province, tmp_path) < 8 * MAX_REPLY_BYTES
