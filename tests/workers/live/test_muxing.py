import asyncio
import random
from fractions import Fraction

import av
import pytest

from edge.core.errors import FinalError
from edge.kernel.wire.vision import Packet, StreamHead
from edge.workers.live.fmp4 import TIMESCALE
from edge.workers.live.h264 import UnitReader, parameter_sets
from edge.workers.live.muxer import Fragment, Muxer, Opening
from edge.workers.live.sps import read_sps
from edge.workers.live.timeline import Timeline
from edge.workers.live.viewer import GOP_BYTES, QUEUE_BYTES, Gop, Viewer
from tests.workers.live.fake_shard import annexb_footage, avcc_footage, film, pictures

MS = Fraction(1, 1000)


@pytest.mark.parametrize("size", [(320, 240), (1920, 1080), (642, 362), (1280, 720)])
@pytest.mark.parametrize("kind", ["baseline", "main", "high"])
def test_parameter_set_tells_the_visible_size(size: tuple[int, int], kind: str) -> None:
    context = av.CodecContext.create("libx264", "w")
    context.width, context.height, context.pix_fmt, context.framerate = *size, "yuv420p", 15
    context.options = {"profile": kind, "preset": "ultrafast"}
    packets = [packet for frame in pictures(*size, 2) for packet in context.encode(frame)] + context.encode(None)
    sets = parameter_sets(bytes(packets[0]))
    assert sets is not None
    assert (sets.shape.width, sets.shape.height) == size
    assert sets.shape.chroma_format == 1


@pytest.mark.parametrize("rubbish", [b"", b"\x67", b"\x67\x42\x00\x1e", b"\x67\x42\x00\x1e" + bytes(40)])
def test_rubbish_parameter_set_is_refused(rubbish: bytes) -> None:
    with pytest.raises(FinalError):
        read_sps(rubbish)


@pytest.mark.parametrize("length", range(7, 40, 4))
def test_cut_avcc_record_is_refused(length: int) -> None:
    record = avcc_footage(film(count=2)).head.extradata
    with pytest.raises(FinalError):
        parameter_sets(record[: min(length, 20)])


def test_unit_longer_than_its_packet_is_refused() -> None:
    record = avcc_footage(film(count=2)).head.extradata
    with pytest.raises(FinalError):
        UnitReader(record).units(b"\x00\x00\x01\x00\x65")


def test_random_bytes_never_pass_for_a_picture() -> None:
    noise = random.Random(7)
    muxer = Muxer()
    muxer.begin(StreamHead("h264", 0, 0, 1, 1000, b""))
    for number in range(500):
        packet = Packet(noise.randbytes(200), number * 66, number * 66, 66, key=number % 15 == 0)
        assert muxer.add(packet) is None


def test_frames_after_a_gap_wait_for_a_key_frame_and_a_new_opening() -> None:
    footage = annexb_footage(film())
    muxer = Muxer()
    muxer.begin(footage.head)
    lost = footage.packets[:5] + footage.packets[25:]
    made = [muxer.add(packet) for packet in lost[:5]]
    shift = 2 * footage.head.time_base_den
    late = [
        muxer.add(Packet(packet.data, packet.pts + shift, packet.dts + shift, packet.duration, packet.key))
        for packet in lost[5:]
    ]
    assert all(made)
    assert late[:5] == [None] * 5
    resumed = late[5]
    assert resumed is not None
    assert resumed.key
    assert made[0] is not None
    assert resumed.opening is not made[0].opening


def test_camera_that_changes_its_size_gets_a_new_opening() -> None:
    small, large = annexb_footage(film(count=5)), annexb_footage(film(640, 480, count=5))
    muxer = Muxer()
    muxer.begin(small.head)
    before = muxer.add(small.packets[0])
    step = small.packets[1].dts
    packet = large.packets[0]
    after = muxer.add(Packet(packet.data, packet.pts + step, packet.dts + step, packet.duration, packet.key))
    assert before is not None
    assert after is not None
    assert before.opening.init != after.opening.init


def test_times_that_jitter_and_restart_are_laid_end_to_end() -> None:
    jitter, timeline = random.Random(1), Timeline()
    end, real = 0, 0
    for number in range(2000):
        if number % 500 == 499:
            timeline.restart()
            real = 7
        real += 67
        seen = real + jitter.randint(-25, 25)
        slot = timeline.place(seen, seen, 67, MS)
        assert slot.at == end
        assert slot.duration > 0
        end = slot.at + slot.duration
    assert end / TIMESCALE == pytest.approx(2000 * 0.067, abs=0.3)


def test_clock_that_jumps_marks_a_break_and_one_that_repeats_itself_does_not() -> None:
    timeline = Timeline()
    assert not timeline.place(1000, 1000, 40, MS).broken
    assert not timeline.place(1040, 1040, 40, MS).broken
    assert not timeline.place(1040, 1040, 40, MS).broken
    assert timeline.place(10, 10, 40, MS).broken
    assert timeline.place(5010, 5010, 40, MS).broken


OPENING = Opening("video/mp4", b"init")


def _fragment(size: int, *, key: bool) -> Fragment:
    return Fragment(bytes(size), key, OPENING)


async def test_queue_that_overflows_goes_on_at_a_key_frame_with_its_opening() -> None:
    viewer = Viewer()
    viewer.offer(_fragment(10, key=True))
    for _ in range(100):
        viewer.offer(_fragment(200_000, key=False))
        assert viewer.waiting_bytes <= QUEUE_BYTES
    assert viewer.overflows == 1
    assert viewer.waiting_bytes == 0
    viewer.offer(_fragment(30, key=True))
    viewer.offer(_fragment(20, key=False))
    async with asyncio.timeout(1):
        got = [await viewer.next() for _ in range(4)]
    assert got == ['{"mime":"video/mp4"}', b"init", bytes(30), bytes(20)]


def test_endless_group_of_pictures_is_forgotten() -> None:
    gop = Gop()
    gop.add(_fragment(100, key=True))
    while gop.fragments:
        gop.add(_fragment(GOP_BYTES // 10, key=False))
    gop.add(_fragment(100, key=False))
    assert not gop.fragments
    gop.add(_fragment(100, key=True))
    assert len(gop.fragments) == 1
