"""Files of a recording hold exactly what the camera sent, and play up to their last whole fragment."""

import itertools
import random
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import pytest

from edge.workers.annex_b import units
from edge.workers.export.boxes import whole_length
from edge.workers.vision.ingest.segment import Segment
from edge.workers.vision.ingest.shape import Shape
from edge.workers.vision.ingest.stamps import stamps
from edge.workers.vision.ingest.tape import Strip
from tests.recording.films import picture

TICK = Fraction(1, 90_000)
FPS, GOP, GOPS = 10, 10, 4
LASTS = 9000
CODERS = {"h264": "libx264", "hevc": "libx265"}
KINDS = [("h264", 0), ("h264", 2), ("hevc", 0), ("hevc", 2)]
ASIDE = {"h264": {7, 8, 9}, "hevc": {32, 33, 34, 35}}


@dataclass(frozen=True)
class Made:
    """A file, and what was put into it."""

    path: Path
    packets: list[av.Packet]
    codec: str


def footage(codec: str, b_frames: int, *, slices: int = 1) -> list[av.Packet]:
    """What a camera sends: Annex B, parameter sets before each key frame, times that begin anywhere."""
    coder = av.CodecContext.create(CODERS[codec], "w")
    coder.width, coder.height, coder.pix_fmt, coder.time_base = 160, 96, "yuv420p", TICK
    coder.framerate = Fraction(FPS)
    params = f"keyint={GOP}:min-keyint={GOP}:scenecut=0:bframes={b_frames}:aud=1:repeat-headers=1:slices={slices}"
    quiet = {"x265-params": params + ":open-gop=0:log-level=none"} if codec == "hevc" else {"x264-params": params}
    coder.options = {"preset": "ultrafast", **quiet}
    packets: list[av.Packet] = []
    for number in range(GOP * GOPS):
        frame = av.VideoFrame.from_ndarray(picture(number), format="bgr24")
        frame.pts = 1_000_000 + number * LASTS
        packets += coder.encode(frame)
    packets += coder.encode(None)
    return packets


def gops(packets: list[av.Packet]) -> list[list[av.Packet]]:
    """Each from its key frame on."""
    groups: list[list[av.Packet]] = []
    for packet in packets:
        if packet.is_keyframe:
            groups.append([])
        groups[-1].append(packet)
    return groups


def record(path: Path, packets: list[av.Packet], codec: str) -> Segment:
    """Put them into a file, a fragment a GOP."""
    segment = Segment(path, Shape(Strip(codec, TICK, b""), packets[0]))
    for group in gops(packets):
        segment.write(group, stamps(group, 0, LASTS))
    segment.finish()
    return segment


def shown_units(codec: str, data: bytes) -> list[bytes]:
    """Its units without parameter sets and delimiters."""
    mask, shift = (0x1F, 0) if codec == "h264" else (0x3F, 1)
    return [unit for unit in units(data) if unit[0] >> shift & mask not in ASIDE[codec]]


def split_lengths(data: bytes) -> list[bytes]:
    """The units of a sample."""
    found, at = [], 0
    while at < len(data):
        end = at + 4 + int.from_bytes(data[at : at + 4], "big")
        found.append(data[at + 4 : end])
        at = end
    assert at == len(data)
    return found


@pytest.fixture(scope="module", params=KINDS, ids=lambda kind: f"{kind[0]}-{kind[1]}b")
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Of each codec, with pictures that are decoded in another order than shown, and without."""
    codec, b_frames = request.param
    path = tmp_path_factory.mktemp("made") / "1.mp4"
    packets = footage(codec, b_frames)
    assert any(packet.pts != packet.dts for packet in packets) == bool(b_frames)
    assert record(path, packets, codec).bytes == path.stat().st_size
    return Made(path, packets, codec)


def test_what_was_sent_comes_back(made: Made) -> None:
    with av.open(str(made.path)) as film:
        back = [packet for packet in film.demux(video=0) if packet.size]
    zero = made.packets[0].dts or 0
    assert len(back) == len(made.packets)
    for sent, got in zip(made.packets, back, strict=True):
        assert split_lengths(bytes(got)) == shown_units(made.codec, bytes(sent))
        assert (got.pts, got.dts, got.is_keyframe) == ((sent.pts or 0) - zero, (sent.dts or 0) - zero, sent.is_keyframe)
        assert got.duration == LASTS


def test_every_picture_plays_and_the_index_finds_the_last_key_frame(made: Made) -> None:
    with av.open(str(made.path)) as film:
        times = [frame.time for frame in film.decode(video=0)]
        steps = [after - before for before, after in itertools.pairwise(times)]
        assert steps == pytest.approx([0.1] * (GOP * GOPS - 1))
    with av.open(str(made.path)) as film:
        film.seek(int(times[-1] * av.time_base))
        assert next(film.decode(video=0)).time == pytest.approx(times[-GOP])


def test_torn_anywhere_its_whole_fragments_play(made: Made, tmp_path: Path) -> None:
    whole, chance = made.path.read_bytes(), random.Random(7)
    torn = tmp_path / "torn.mp4"
    for length in chance.sample(range(len(whole)), 60):
        torn.write_bytes(whole[:length])
        fragments = _fragments_before(whole, length)
        torn.write_bytes(whole[: whole_length(torn)])
        assert (_decoded(torn) if fragments else 0) == fragments * GOP, length


def _decoded(path: Path) -> int:
    with av.open(str(path)) as film:
        return sum(1 for _ in film.decode(video=0))


def _fragments_before(whole: bytes, length: int) -> int:
    """Every mdat that ends before the tear."""
    at, ends = 0, []
    while at < len(whole):
        end = at + int.from_bytes(whole[at : at + 4], "big")
        if whole[at + 4 : at + 8] == b"mdat":
            ends.append(end)
        at = end
    assert len(ends) == GOPS
    return sum(end <= length for end in ends)


def test_a_picture_of_many_slices_is_one_sample(tmp_path: Path) -> None:
    packets = footage("h264", 0, slices=4)
    record(tmp_path / "1.mp4", packets, "h264")
    with av.open(str(tmp_path / "1.mp4")) as film:
        back = [split_lengths(bytes(packet)) for packet in film.demux(video=0) if packet.size]
    assert back == [shown_units("h264", bytes(packet)) for packet in packets]
    assert len(back[1]) == 4


def test_more_units_than_one_call_of_the_kernel_takes(tmp_path: Path) -> None:
    packets = footage("h264", 0, slices=4)
    segment = Segment(tmp_path / "1.mp4", Shape(Strip("h264", TICK, b""), packets[0]))
    many = packets * 6
    segment.write(many, stamps(many, 0, LASTS))
    segment.finish()
    with av.open(str(segment.path)) as film:
        assert sum(1 for packet in film.demux(video=0) if packet.size) == len(many)
    assert segment.bytes == segment.path.stat().st_size


def test_times_that_go_back_or_jump_far_harm_nothing(tmp_path: Path) -> None:
    packets = footage("h264", 0)
    for packet, at in zip(packets, (0, 9000, 5000, 2**40, 3, 27_000), strict=False):
        packet.pts = packet.dts = at
    record(tmp_path / "1.mp4", packets, "h264")
    with av.open(str(tmp_path / "1.mp4")) as film:
        times = [packet.dts for packet in film.demux(video=0) if packet.dts is not None]
    assert times == sorted(set(times))
    assert len(times) == len(packets)


def test_rubbish_in_a_packet_is_left_out(tmp_path: Path) -> None:
    packets = footage("h264", 0)
    rubbish = av.Packet(b"no start code")
    rubbish.pts = rubbish.dts = packets[3].dts
    record(tmp_path / "1.mp4", [*packets[:3], rubbish, *packets[4:]], "h264")
    with av.open(str(tmp_path / "1.mp4")) as film:
        assert sum(1 for packet in film.demux(video=0) if packet.size) == len(packets) - 1


def test_parameter_sets_that_are_not_those_of_the_beginning_stay(tmp_path: Path) -> None:
    packets = footage("h264", 0)
    other = b"\x00\x00\x00\x01\x68\xee\x3c\x81"
    changed = av.Packet(other + bytes(packets[3]))
    changed.pts = changed.dts = packets[3].dts
    shape = Shape(Strip("h264", TICK, b""), packets[0])
    assert other[4:] in shape.units(changed)
    assert shape.fits(Strip("h264", TICK, b""), packets[GOP])
    assert not shape.fits(Strip("h264", Fraction(1, 1000), b""), packets[GOP])
