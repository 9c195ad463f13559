"""The whep child as the supervisor starts it, aiortc in the place of a browser, a shard's socket with real H.264."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import av
import msgspec
import pytest
from aiortc import MediaStreamTrack, RTCRtpSender

from edge.kernel.wire import Hello
from edge.kernel.wire.live import LiveCamera
from edge.kernel.wire.whep import CloseView, FromWhep, OpenView, ViewEnded, ViewOpened, ViewRefused, WhepSetup
from tests.workers.child_process import ChildProcess, started
from tests.workers.live.fake_shard import FakeShard, Footage, annexb_footage, film
from tests.workers.whep.paper_viewer import LOOPBACK, viewer

ITS_ASKING = "_send_keyframe"  # edge.workers.whep.peer
FIRST_PICTURE_S = 3.0


@contextlib.asynccontextmanager
async def child_of(shard: FakeShard) -> AsyncIterator[ChildProcess]:
    async with shard.listening(), started("edge.workers.whep", FromWhep) as child:
        await child.channel.send(WhepSetup((LOOPBACK,), (LiveCamera("cong", str(shard.path)),)))
        await child.hear(Hello)
        yield child


@pytest.fixture
async def shard(tmp_path: Path) -> FakeShard:
    return FakeShard(tmp_path / "packets", annexb_footage(film()), for_ever=True)


async def frames_of(track: MediaStreamTrack, count: int) -> list[av.VideoFrame]:
    async with asyncio.timeout(FIRST_PICTURE_S + count / 15):
        found = [await track.recv() for _ in range(count)]
    return [frame for frame in found if isinstance(frame, av.VideoFrame)]


async def test_a_browser_sees_the_cameras_own_packets_decoded(shard: FakeShard) -> None:
    async with child_of(shard) as child, viewer() as browser:
        await child.channel.send(OpenView("v1", "cong", browser.offer))
        track = await browser.take((await child.hear(ViewOpened)).answer)
        frames = await frames_of(track, 20)
        assert {(frame.width, frame.height) for frame in frames} == {(320, 240)}
        light = frames[-1].to_ndarray(format="gray")
        assert light.max() > 200  # the bar that walks
        await child.channel.send(CloseView("v1"))
        assert (await child.hear(ViewEnded)).frames >= 20


async def test_a_camera_that_connects_anew_goes_on_in_the_same_view(shard: FakeShard) -> None:
    async with child_of(shard) as child, viewer() as browser:
        await child.channel.send(OpenView("v1", "cong", browser.offer))
        track = await browser.take((await child.hear(ViewOpened)).answer)
        await frames_of(track, 5)
        before = shard.connections
        shard.cut()
        await frames_of(track, 30)
        assert shard.connections > before


async def test_h265_rubbish_and_unknown_cameras_are_refused_in_words(shard: FakeShard) -> None:
    head = msgspec.structs.replace(shard.footage.head, codec="hevc")
    other = FakeShard(shard.path.with_name("other"), Footage(head, shard.footage.packets), for_ever=True)
    async with child_of(other) as child, viewer() as browser:
        await child.channel.send(OpenView("v1", "cong", browser.offer))
        assert "H.264" in (await child.hear(ViewRefused)).reason
        await child.channel.send(OpenView("v2", "khong-co", browser.offer))
        assert "Không có camera" in (await child.hear(ViewRefused)).reason
    async with child_of(shard) as child:
        await child.channel.send(OpenView("v3", "cong", "v=0 rubbish"))
        assert "sai khuôn dạng" in (await child.hear(ViewRefused)).reason


async def test_pictures_out_of_order_end_the_view_for_webrtc_cannot_show_them(tmp_path: Path) -> None:
    shard = FakeShard(tmp_path / "packets", annexb_footage(film(b_frames=2)), for_ever=True)
    async with child_of(shard) as child, viewer() as browser:
        await child.channel.send(OpenView("v1", "cong", browser.offer))
        await browser.take((await child.hear(ViewOpened)).answer)
        assert "khung B" in (await child.hear(ViewRefused)).reason


def test_aiortc_still_calls_its_asking_for_a_key_frame_so() -> None:
    assert ITS_ASKING in vars(RTCRtpSender)
