import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import aiohttp
import pytest

from edge.kernel.wire.live import CoverVideo, HoldVideo, LiveStats
from edge.kernel.wire.vision import StreamHead
from tests.workers.live.browser import Live, live_process, record
from tests.workers.live.fake_shard import FakeShard, Footage, annexb_footage, avcc_footage, film


@pytest.mark.parametrize("rewrap", [annexb_footage, avcc_footage])
@pytest.mark.parametrize("b_frames", [0, 2])
async def test_what_a_browser_receives_decodes_frame_by_frame(
    tmp_path: Path, rewrap: Callable[[bytes], Footage], b_frames: int
) -> None:
    footage = rewrap(film(b_frames=b_frames))
    shard = FakeShard(tmp_path / "packets", footage, pause_s=0.002)
    async with (
        shard.listening(),
        live_process(shard.path) as live,
        aiohttp.ClientSession() as session,
        session.ws_connect(live.url("video/c1")) as browser,
    ):
        recording = await record(browser, 1 + len(footage.packets))
    frames = recording.decoded()
    assert recording.texts[0]["mime"].startswith('video/mp4; codecs="avc1.')
    assert len(frames) == len(footage.packets)
    assert frames[0].key_frame
    assert (frames[0].width, frames[0].height) == (320, 240)
    times = [frame.time for frame in frames]
    assert times == sorted(times)
    assert times[-1] - times[0] == pytest.approx(44 / 15, abs=0.1)


async def test_two_browsers_share_one_mux_and_the_second_sees_a_picture_at_once(tmp_path: Path) -> None:
    shard = FakeShard(tmp_path / "packets", annexb_footage(film()), for_ever=True)
    async with shard.listening(), live_process(shard.path) as live, aiohttp.ClientSession() as session:
        async with session.ws_connect(live.url("video/c1")) as first:
            await record(first, 20)
            began = time.monotonic()
            async with session.ws_connect(live.url("video/c1")) as second:
                late = await record(second, 3)
                waited_s = time.monotonic() - began
        assert late.decoded()[0].key_frame
        assert waited_s < 0.3
        assert shard.asked == ["c1"]


async def test_browser_that_does_not_read_costs_a_bounded_queue_holds_up_nobody_and_is_dropped(tmp_path: Path) -> None:
    footage = _fat(annexb_footage(film()))
    shard = FakeShard(tmp_path / "packets", footage, for_ever=True, pause_s=0.004)
    async with (
        shard.listening(),
        live_process(shard.path) as live,
        aiohttp.ClientSession() as session,
        session.ws_connect(live.url("video/c1")),
        session.ws_connect(live.url("video/c1")) as awake,
    ):
        await record(awake, 200)
        before = _rss_mb(live)
        sent = shard.sent
        await record(awake, 800)
        assert shard.sent - sent > 700
        assert _rss_mb(live) - before < 24
        reading = asyncio.create_task(record(awake, 100_000))
        async with asyncio.timeout(20):
            while await live.child.hear(LiveStats) != LiveStats(0, 1):
                continue
        reading.cancel()


async def test_browser_learns_that_the_shard_is_gone_and_sees_the_camera_again(tmp_path: Path) -> None:
    shard = FakeShard(tmp_path / "packets", annexb_footage(film()), for_ever=True)
    async with (
        live_process(shard.path) as live,
        aiohttp.ClientSession() as session,
        session.ws_connect(live.url("video/c1")) as browser,
    ):
        assert await browser.receive_json(timeout=5) == {"waiting": True}
        async with shard.listening():
            recording = await record(browser, 5)
            assert recording.texts[-1]["mime"]
            shard.cut()
            again = await record(browser, 30)
    assert {"waiting": True} in again.texts
    assert "mime" in again.texts[-1]
    recording.parts += again.parts
    times = [frame.time for frame in recording.decoded()]
    assert all(later > earlier for earlier, later in zip(times, times[1:], strict=False))


async def test_browser_waits_for_a_camera_that_stalls_and_is_not_shown_the_past(tmp_path: Path) -> None:
    shard = FakeShard(tmp_path / "packets", annexb_footage(film()), for_ever=True)
    async with (
        shard.listening(),
        live_process(shard.path) as live,
        aiohttp.ClientSession() as session,
        session.ws_connect(live.url("video/c1")) as browser,
    ):
        await record(browser, 5)
        shard.stalled = True
        while (message := await browser.receive(timeout=8)).type is not aiohttp.WSMsgType.TEXT:
            continue
        assert message.json() == {"waiting": True}
        shard.stalled = False
        resumed = await record(browser, 3)
        assert resumed.texts == []
        assert shard.connections == 1


async def test_h265_is_announced_as_stills_with_its_name(tmp_path: Path) -> None:
    footage = annexb_footage(film())
    shard = FakeShard(tmp_path / "packets", Footage(StreamHead("hevc", 320, 240, 1, 90000, b""), footage.packets))
    async with (
        shard.listening(),
        live_process(shard.path) as live,
        aiohttp.ClientSession() as session,
        session.ws_connect(live.url("video/c1")) as browser,
    ):
        assert await browser.receive_json(timeout=5) == {"stills": "H.265"}
        assert (await browser.receive(timeout=5)).type is aiohttp.WSMsgType.CLOSE


@pytest.mark.parametrize(
    ("path", "token", "origin", "status"),
    [
        ("video/c1", "sai", None, 403),
        ("video/c1", "", None, 403),
        ("state", "sai", None, 403),
        ("state", None, "http://evil.example", 403),
        ("video/c9", None, None, 404),
    ],
)
async def test_strangers_are_refused(
    tmp_path: Path, path: str, token: str | None, origin: str | None, status: int
) -> None:
    async with live_process(tmp_path / "none", ("http://wall.local",)) as live, aiohttp.ClientSession() as session:
        url = live.url(path) if token is None else live.url(path, token)
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await session.ws_connect(url, headers={"Origin": origin} if origin else {})
        assert refused.value.status == status
        async with session.ws_connect(live.url("state"), headers={"Origin": "http://wall.local"}):
            pass


async def test_supervisor_is_told_how_many_watch_and_health_answers(tmp_path: Path) -> None:
    async with live_process(tmp_path / "none") as live, aiohttp.ClientSession() as session:
        async with session.ws_connect(live.url("video/c1")), session.ws_connect(live.url("state")):
            async with asyncio.timeout(10):
                while await live.child.hear(LiveStats) != LiveStats(1, 1):
                    continue
            async with session.get(f"http://127.0.0.1:{live.port}/live/health") as answer:
                assert await answer.json() == {"ok": True, "cameras": 1, "state_watchers": 1, "video_watchers": 1}
        async with asyncio.timeout(10):
            while await live.child.hear(LiveStats) != LiveStats(0, 0):
                continue


async def test_live_ends_when_the_supervisor_is_gone_though_browsers_watch(tmp_path: Path) -> None:
    async with (
        live_process(tmp_path / "none") as live,
        aiohttp.ClientSession() as session,
        session.ws_connect(live.url("video/c1")),
        session.ws_connect(live.url("state")),
    ):
        await live.child.channel.close()
        assert await live.child.ended(1.0) == 0


def _fat(footage: Footage) -> Footage:
    """The same stream with 40 kB of filler in each packet: ten seconds are more than any socket buffer holds."""
    filler = b"\x00\x00\x00\x01\x06" + b"\x55" * 40_000
    packets = tuple(
        type(packet)(packet.data + filler, packet.pts, packet.dts, packet.duration, packet.key)
        for packet in footage.packets
    )
    return Footage(footage.head, packets)


def _rss_mb(live: Live) -> float:
    status = Path(f"/proc/{live.child.process.pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


async def test_on_battery_browsers_wait_without_a_stream_and_go_on_by_themselves_when_the_mains_are_back(
    tmp_path: Path,
) -> None:
    shard = FakeShard(tmp_path / "packets", annexb_footage(film()), for_ever=True)
    async with (
        shard.listening(),
        live_process(shard.path) as live,
        aiohttp.ClientSession() as session,
        session.ws_connect(live.url("video/c1")) as browser,
    ):
        await record(browser, 20)
        await live.child.channel.send(HoldVideo(held=True))
        async with asyncio.timeout(5):
            while (message := await browser.receive()).type is not aiohttp.WSMsgType.TEXT:
                continue
        assert message.json() == {"waiting": True}
        with pytest.raises(TimeoutError):
            await browser.receive(timeout=1.0)
        await live.child.channel.send(HoldVideo(held=False))
        assert (await record(browser, 3)).decoded()[0].key_frame
    assert shard.asked == ["c1", "c1"]


async def test_a_covered_camera_sends_no_picture_to_whoever_watches_or_comes(tmp_path: Path) -> None:
    shard = FakeShard(tmp_path / "packets", annexb_footage(film()), for_ever=True)
    async with shard.listening(), live_process(shard.path) as live, aiohttp.ClientSession() as session:
        async with session.ws_connect(live.url("video/c1")) as first:
            await record(first, 10)
            await live.child.channel.send(CoverVideo(("c1",)))
            told = [message.json() async for message in first if message.type is aiohttp.WSMsgType.TEXT]
        assert told[-1] == {"stills": "Vùng riêng tư"}
        async with session.ws_connect(live.url("video/c1")) as second:
            assert [message.type async for message in second if message.type is aiohttp.WSMsgType.BINARY] == []
        await live.child.channel.send(CoverVideo(()))
        await asyncio.sleep(0.2)
        async with session.ws_connect(live.url("video/c1")) as third:
            assert (await record(third, 10)).decoded()[0].key_frame
