"""Many cameras over one WebSocket: what arrives decodes, nothing grows, and nonsense ends the connection."""

import asyncio
import json
import struct
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from edge.kernel.wire.live import LiveStats
from edge.workers.live.feed import CameraFeed
from edge.workers.live.line import ShardLine
from edge.workers.live.muxer import Fragment, Opening
from edge.workers.live.tiles import MEDIA, MOST_UNSENT_BYTES, Tiles
from edge.workers.live.viewer import Allowance, Viewer
from tests.workers.live.browser import Recording, live_process
from tests.workers.live.fake_shard import FakeShard, annexb_footage, film

HEAD = struct.Struct(">HBxI")
DEADLINE_S = 20.0
NAMES = tuple(f"c{number}" for number in range(1, 6))


@dataclass
class Heard:
    """What one wall received, by channel."""

    tiles: dict[int, Recording] = field(default_factory=lambda: defaultdict(Recording))
    messages: int = 0
    beats: int = 0

    def take(self, message: bytes) -> None:
        self.messages += 1
        self.beats += not message
        while message:
            channel, kind, length = HEAD.unpack_from(message)
            body, message = message[HEAD.size : HEAD.size + length], message[HEAD.size + length :]
            if kind == MEDIA:
                self.tiles[channel].parts.append(body)
            else:
                self.tiles[channel].texts.append(json.loads(body))


async def watch(browser: aiohttp.ClientWebSocketResponse, wish: list[tuple[int, str]]) -> None:
    await browser.send_json({"watch": wish})


async def listen(browser: aiohttp.ClientWebSocketResponse, heard: Heard, enough: Callable[[Heard], bool]) -> Heard:
    async with asyncio.timeout(DEADLINE_S):
        while not enough(heard):
            heard.take(await browser.receive_bytes())
    return heard


async def test_five_cameras_over_one_socket_decode_each_and_travel_together(tmp_path: Path) -> None:
    shard = FakeShard(tmp_path / "packets", annexb_footage(film()), for_ever=True)
    async with (
        shard.listening(),
        live_process(shard.path, cameras=NAMES) as live,
        aiohttp.ClientSession() as session,
        session.ws_connect(live.url("tiles"), max_msg_size=0) as browser,
    ):
        await watch(browser, list(enumerate(NAMES, 1)))
        began = time.monotonic()
        heard = await listen(browser, Heard(), lambda so_far: all(len(so_far.tiles[n].parts) > 20 for n in range(1, 6)))
        lasted_s = time.monotonic() - began
    assert heard.messages < lasted_s * 12
    for tile in heard.tiles.values():
        assert tile.texts[0]["mime"].startswith('video/mp4; codecs="avc1.')
        frames = tile.decoded()
        assert frames[0].key_frame
        assert len(frames) > 20
    assert sorted(shard.asked) == list(NAMES)


async def test_a_camera_that_is_wished_no_more_ends_and_the_others_go_on(tmp_path: Path) -> None:
    shard = FakeShard(tmp_path / "packets", annexb_footage(film()), for_ever=True)
    async with (
        shard.listening(),
        live_process(shard.path, cameras=NAMES) as live,
        aiohttp.ClientSession() as session,
        session.ws_connect(live.url("tiles"), max_msg_size=0) as browser,
    ):
        await watch(browser, [(1, "c1"), (2, "c2")])
        heard = await listen(browser, Heard(), lambda so_far: all(so_far.tiles[n].parts for n in (1, 2)))
        await watch(browser, [(2, "c2"), (9, "c1")])
        heard = await listen(browser, heard, lambda so_far: len(so_far.tiles[9].parts) > 3)
        ended = len(heard.tiles[1].parts)
        heard = await listen(browser, heard, lambda so_far: len(so_far.tiles[9].parts) > 10)
        assert len(heard.tiles[1].parts) == ended
        assert heard.tiles[9].decoded()[0].key_frame
        async with asyncio.timeout(10):
            while await live.child.hear(LiveStats) != LiveStats(0, 2):
                continue
        await watch(browser, [])
        async with asyncio.timeout(10):
            while await live.child.hear(LiveStats) != LiveStats(0, 0):
                continue


async def test_who_wishes_nothing_hears_a_sign_of_life_and_an_unknown_camera_is_named(tmp_path: Path) -> None:
    async with (
        live_process(tmp_path / "none") as live,
        aiohttp.ClientSession() as session,
        session.ws_connect(live.url("tiles")) as browser,
    ):
        await listen(browser, Heard(), lambda so_far: so_far.beats == 1)
        await watch(browser, [(4, "c9"), (5, "c1")])
        heard = await listen(browser, Heard(), lambda so_far: bool(so_far.tiles[4].texts and so_far.tiles[5].texts))
    assert heard.tiles[4].texts == [{"unknown": True}]
    assert heard.tiles[5].texts[0] == {"waiting": True}


@pytest.mark.parametrize(
    "nonsense",
    ["", "{", "[]", '{"watch": 3}', '{"watch": [["c1", 1]]}', '{"watch": [[1, "c1", 2]]}', '{"watch": [[-1, "c1"]]}']
    + ['{"watch": [[70000, "c1"]]}', '{"watch": [], "more": 1}', json.dumps({"watch": [[n, "c1"] for n in range(65)]})],
)
async def test_nonsense_ends_the_connection(tmp_path: Path, nonsense: str) -> None:
    feeds = {"c1": CameraFeed("c1", ShardLine(str(tmp_path / "none")))}
    tiles = Tiles(feeds)
    with pytest.raises(Exception, match="Không hiểu trình duyệt muốn xem gì"):
        tiles.choose(nonsense)
    assert feeds["c1"].watchers == 0


async def test_a_page_that_says_nonsense_is_sent_away_with_the_reason(tmp_path: Path) -> None:
    async with live_process(tmp_path / "none") as live, aiohttp.ClientSession() as session:
        for say in ("send_str", "send_bytes"):
            async with session.ws_connect(live.url("tiles")) as browser:
                text: Any = "xem hết" if say == "send_str" else b"\x00\x01"
                await getattr(browser, say)(text)
                async with asyncio.timeout(5):
                    while (message := await browser.receive()).type is aiohttp.WSMsgType.BINARY:
                        continue
                assert message.type is aiohttp.WSMsgType.CLOSE
                assert browser.close_code == aiohttp.WSCloseCode.POLICY_VIOLATION


async def test_what_waits_for_one_browser_is_bounded_over_all_its_tiles() -> None:
    allowance, opening = Allowance(MOST_UNSENT_BYTES), Opening("video/mp4", b"init")
    viewers = [Viewer(allowance) for _ in range(29)]
    for step in range(400):
        for viewer in viewers:
            viewer.offer(Fragment(bytes(20_000), step % 30 == 0, opening))
        assert allowance.waiting_bytes <= MOST_UNSENT_BYTES
    assert sum(viewer.overflows for viewer in viewers) > 0
    for viewer in viewers:
        viewer.take_all()
    assert allowance.waiting_bytes == 0
