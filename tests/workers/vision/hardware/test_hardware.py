"""Hardware decoders: only what equals software to the last bit is trusted, and what is not there says so."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from edge.workers.vision.decode import decoding
from edge.workers.vision.hardware.base import FrameDecoder, HardwareFailedError
from edge.workers.vision.hardware.catalogue import OPENERS
from edge.workers.vision.hardware.probe import difference, in_own_process, judge, trusted
from edge.workers.vision.hardware.reference import HEIGHT, PICTURES, WIDTH, Film, reference

needs_ffmpeg = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="no ffmpeg program on this machine")


def _software(codec: str) -> list[av.VideoFrame]:
    film = reference(codec)
    context = av.CodecContext.create(codec, "r")
    return [frame for packet in (*film.packets, None) for frame in context.decode(packet)]


def test_the_reference_film_has_key_frames_motion_and_every_picture() -> None:
    film = reference("h264")
    assert [number for number, packet in enumerate(film.packets) if packet.is_keyframe] == [0, 15, 30, 45]
    frames = _software("h264")
    assert len(frames) == PICTURES
    assert (frames[0].width, frames[0].height) == (WIDTH, HEIGHT)


@needs_ffmpeg
@pytest.mark.parametrize("codec", ["h264", "hevc"])
def test_the_way_through_a_child_gives_exactly_the_pictures_of_software(codec: str) -> None:
    verdict = judge("ffmpeg", codec)
    assert verdict.trusted, verdict.reason
    assert verdict.frames == PICTURES


def test_a_single_wrong_pixel_a_missing_frame_or_a_wrong_time_is_no_match() -> None:
    good = _software("h264")
    assert difference(good, good) == ""
    assert difference(good, good[:-1]) == "59 frames of 60"
    pixels = good[7].to_ndarray(format="yuv420p").copy()
    pixels[5, 5] ^= 1
    wrong = av.VideoFrame.from_ndarray(pixels, format="yuv420p")
    wrong.pts = good[7].pts
    assert difference(good, [*good[:7], wrong, *good[8:]]) == "frame 7 differs from software"
    late = av.VideoFrame.from_ndarray(np.asarray(good[3].to_ndarray(format="yuv420p")), format="yuv420p")
    late.pts = 99
    assert difference(good, [*good[:3], late, *good[4:]]) == "frame 3 has time 99, not 3"


@pytest.mark.parametrize("name", ["cuda", "vaapi", "qsv", "v4l2m2m", "jetson", "pi5-hevc"])
def test_a_device_that_is_not_here_is_never_replaced_by_software_in_silence(name: str) -> None:
    verdict = in_own_process(name, "hevc")
    if verdict.trusted:
        pytest.skip(f"this machine really has {name}")
    assert verdict.reason
    assert verdict.frames == 0


def test_the_first_that_proves_itself_is_taken_and_an_unknown_name_is_none() -> None:
    assert trusted(["khong-co"], "h264") == ""
    if shutil.which("ffmpeg"):
        assert trusted(["khong-co", "ffmpeg"], "h264") == "ffmpeg"


def _feed(decoder: FrameDecoder, packets: Sequence[av.Packet]) -> None:
    for packet in packets:
        decoder.decode(packet)


@needs_ffmpeg
def test_a_child_that_is_killed_is_a_failure_at_once_and_leaves_nothing_behind() -> None:
    film = reference("h264")
    decoder = OPENERS["ffmpeg"]("h264", film.extradata, WIDTH, HEIGHT)
    process = decoder._process  # type: ignore[attr-defined]
    decoder.decode(film.packets[0])
    process.kill()
    process.wait()
    with pytest.raises(HardwareFailedError):
        _feed(decoder, film.packets[1:])
    assert process.poll() is not None


def _program(folder: Path, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An ``ffmpeg`` that first does this: no real one is slow or deaf on order."""
    real = shutil.which("ffmpeg")
    (folder / "ffmpeg").write_text(f'#!/bin/sh\n{what}\nexec {real} "$@"\n')
    (folder / "ffmpeg").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=":")


@needs_ffmpeg
def test_a_child_that_is_slow_to_start_holds_no_packet_up_and_loses_no_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _program(tmp_path, "sleep 2", monkeypatch)
    film = reference("h264")
    decoder = OPENERS["ffmpeg"]("h264", film.extradata, WIDTH, HEIGHT)
    early = [frame for packet in film.packets for frame in decoder.decode(packet)]
    assert early == []  # it had not even begun: none of the packets was waited for
    assert difference(_software("h264"), list(decoder.decode(None))) == ""


@needs_ffmpeg
def test_a_child_that_never_takes_anything_is_given_up_in_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge.workers.vision.hardware.by_child.START_S", 0.5)
    _program(tmp_path, "exec sleep 60", monkeypatch)
    film = reference("h264")
    decoder = OPENERS["ffmpeg"]("h264", film.extradata, WIDTH, HEIGHT)
    _feed(decoder, film.packets)
    with pytest.raises(HardwareFailedError, match="takes no packets"):
        decoder.decode(None)
    assert decoder._process.poll() is not None  # type: ignore[attr-defined]


@needs_ffmpeg
def test_after_a_flush_the_next_key_frame_begins_anew() -> None:
    film = reference("h264")
    decoder = OPENERS["ffmpeg"]("h264", film.extradata, WIDTH, HEIGHT)
    for packet in film.packets[:10]:
        decoder.decode(packet)
    decoder.flush_buffers()
    second = [packet for packet in film.packets if packet.pts >= 30]
    frames = [frame for packet in (*second, None) for frame in decoder.decode(packet)]
    assert difference([frame for frame in _software("h264") if frame.pts >= 30], frames) == ""


def test_a_verdict_of_a_dead_probe_names_its_status(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge.workers.vision.hardware.probe.sys.executable", "/bin/false")
    verdict = in_own_process("ffmpeg", "h264")
    assert verdict == replace(verdict, trusted=False, reason="the probe died with status 1")


class Weak:
    """A chip that fails after some packets: no real one does that on order."""

    def __init__(self, good: int) -> None:
        self._soft = av.CodecContext.create("h264", "r")
        self._good = good

    def __call__(self, codec: str, extradata: bytes, width: int, height: int) -> FrameDecoder:
        self._soft.extradata = extradata or None
        return self

    def decode(self, packet: av.Packet | None = None) -> Sequence[av.VideoFrame]:
        self._good -= 1
        if self._good < 0:
            raise HardwareFailedError("burnt")
        return list(self._soft.decode(packet))

    def flush_buffers(self) -> None:
        self._soft.flush_buffers()


def _sizeable(film: Film) -> av.VideoCodecContext:
    context = av.CodecContext.create("h264", "r")
    context.extradata = film.extradata or None
    context.width, context.height = WIDTH, HEIGHT
    return context


@pytest.mark.parametrize("good", [0, 1, 7, 15])
def test_a_chip_that_fails_is_left_for_software_and_the_pictures_go_on(
    good: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoding, "HARDWARE_FROM_PX", 1)
    film = reference("h264")
    decoder = decoding.Decoder(_sizeable(film), Weak(good))
    seen = [frame.pts for packet in film.packets for frame in decoder.feed(packet)]
    lost = range(good, -(-good // 15) * 15) if good else range(0)  # until the next key frame
    assert seen == [number for number in range(PICTURES) if number not in lost]


def test_small_streams_stay_with_software() -> None:
    film = reference("h264")
    decoder = decoding.Decoder(_sizeable(film), Weak(0))
    assert [frame.pts for packet in film.packets for frame in decoder.feed(packet)] == list(range(PICTURES))
    assert decoder._hardware is not None
