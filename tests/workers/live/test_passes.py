"""Live video by a person's pass: his cameras, for as long as his log-in."""

import time
from pathlib import Path

import aiohttp
import pytest

from edge.core.live_pass import LivePass, live_pass
from tests.workers.live.browser import TOKEN, live_process

NOW_MS = time.time_ns() // 1_000_000
LATER_MS = NOW_MS + 3_600_000


@pytest.mark.parametrize(
    ("granted", "status"),
    [
        (LivePass(LATER_MS, None), 101),
        (LivePass(LATER_MS, frozenset({"c1"})), 101),
        (LivePass(LATER_MS, frozenset({"c2"})), 404),
        (LivePass(NOW_MS - 1, None), 403),
    ],
)
async def test_a_pass_opens_the_cameras_that_it_names_until_it_ends(
    tmp_path: Path, granted: LivePass, status: int
) -> None:
    async with live_process(tmp_path / "none") as live, aiohttp.ClientSession() as session:
        url = live.url("video/c1", live_pass(TOKEN, granted))
        try:
            async with session.ws_connect(url):
                met = 101
        except aiohttp.WSServerHandshakeError as refused:
            met = refused.status
        assert met == status
        if status != 403:
            async with session.ws_connect(live.url("state", live_pass(TOKEN, granted))):
                pass
