"""Streams as cameras really send them: B-frames, H.265, another size in mid-stream, broken packets, jumping clocks."""

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from edge.kernel.wire.vision import StreamHead
from edge.workers.vision.decode.decoding import Decoder
from edge.workers.vision.decode.sight import NO_KEY_S
from edge.workers.vision.ingest.trouble import CameraTroubleError
from tests.workers.vision.decode.film import FPS, START, Film, Grey, Post, noisy, street, with_person

GROUND = street()


def scene(seconds: float, begin: float = 99.0, end: float = 99.0, width_px: int = 640) -> Iterator[Grey]:
    ground = GROUND[:, :width_px]
    for number in range(round(seconds * FPS)):
        here = begin <= number / FPS < end
        yield noisy(with_person(ground, 50 + 4 * (number % 60)) if here else ground, 2, number)


def modes(post: Post) -> list[str]:
    return [mode for _, mode in post.modes]


@pytest.mark.parametrize(("bframes", "codec"), [(0, "libx264"), (2, "libx264"), (0, "libx265")])
def test_every_kind_of_stream_is_quiet_in_key_mode_and_wakes_at_a_visit(
    tmp_path: Path, bframes: int, codec: str
) -> None:
    post = Post(tmp_path)
    post.watch(Film(scene(9, 5.1, 7.5), bframes=bframes, codec=codec))
    assert modes(post)[:3] == ["full", "keys", "full"]
    hits = [look.steady for look in post.looks if (look.bgr < 40).mean() > 0.001]
    assert len(hits) >= 3
    assert hits == sorted(hits)


@pytest.mark.parametrize("bframes", [0, 2])
def test_key_frame_alone_is_the_picture_that_the_whole_stream_shows(bframes: int) -> None:
    film = Film(scene(4), bframes=bframes)
    decoder = Decoder(film.video.codec_context)
    whole = [frame for packet in film.packets for frame in decoder.feed(packet)]
    keys = [frame.to_ndarray(format="gray") for frame in whole if frame.key_frame]
    for packet, expected in zip((packet for packet in film.packets if packet.is_keyframe), keys, strict=True):
        alone = decoder.alone(packet)
        assert alone is not None
        assert np.array_equal(alone.to_ndarray(format="gray"), expected)


def test_another_size_in_mid_stream_begins_another_stream_for_watchers(tmp_path: Path) -> None:
    post = Post(tmp_path)
    large, small = Film(scene(6)), Film(scene(6, width_px=480))
    post.watch(large)
    begun = post.fanout.watch(0)
    assert begun is not None
    assert begun[0] == StreamHead("h264", 640, 360, 1, 90_000, begun[0].extradata)
    later = large.packets[-1].dts + 6000
    shift = later - small.packets[0].dts
    for packet, time_s in small.times():
        packet.dts, packet.pts = packet.dts + shift, packet.pts + shift
        post.clock.time = START + 6.0 + time_s
        post.sight.packet(packet, post.clock.time)
    assert begun[1].ended
    again = post.fanout.watch(0)
    assert again is not None
    assert (again[0].width, again[0].height) == (480, 360)
    first = again[1].take(0)
    assert first is not None
    assert first.key
    figures = post.sight.figures(post.clock.time)
    assert (figures.width, figures.height) == (480, 360)


def test_jump_of_the_cameras_clock_changes_neither_mode_nor_promise(tmp_path: Path) -> None:
    post = Post(tmp_path)
    film = Film(scene(12))
    for packet, time_s in list(film.times()):
        if time_s >= 7.0:
            packet.dts, packet.pts = packet.dts - 400_000, packet.pts - 400_000
    post.sight.opened(film.video, START)
    for number, packet in enumerate(film.packets):
        post.clock.time = START + number / FPS
        post.sight.packet(packet, post.clock.time)
    figures = post.sight.figures(post.clock.time)
    assert figures.mode == "keys"
    assert figures.gop_s == pytest.approx(2.0, abs=0.1)


def test_broken_key_frame_is_no_key_frame_and_the_camera_is_decoded_whole_until_the_next(tmp_path: Path) -> None:
    post = Post(tmp_path)
    film = Film(scene(12))
    keys = [number for number, packet in enumerate(film.packets) if packet.is_keyframe]
    broken = av.Packet(b"\x00\x00\x00\x01\x65" + bytes(range(200)) * 5)
    broken.pts, broken.dts = film.packets[keys[3]].pts, film.packets[keys[3]].dts
    broken.is_keyframe, broken.time_base = True, film.packets[0].time_base
    film.packets[keys[3]] = broken
    post.watch(film)
    assert modes(post) == ["full", "keys", "full", "keys"]
    assert post.modes[2][0] == pytest.approx(6.2, abs=0.3)


def test_packets_without_any_key_frame_are_rubbish_after_a_while(tmp_path: Path) -> None:
    post = Post(tmp_path)
    film = Film(scene(2))
    post.sight.opened(film.video, START)
    tail = [packet for packet in film.packets if not packet.is_keyframe]
    for number in range(int(NO_KEY_S)):
        post.sight.packet(tail[number % len(tail)], START + number)
    with pytest.raises(CameraTroubleError):
        post.sight.packet(tail[0], START + NO_KEY_S + 1)


def test_packets_that_come_in_bursts_give_the_same_looks(tmp_path: Path) -> None:
    looks = []
    for folder, late_s in (("smooth", 0.0), ("bursts", 0.5)):
        post = Post(tmp_path / folder)
        post.watch(Film(scene(10, 6.3, 8.5)), late_s=late_s)
        looks.append([look.steady for look in post.looks if look.steady > START + 5])
    assert len(looks[0]) == pytest.approx(len(looks[1]), abs=2)
    assert np.allclose(np.diff(looks[1]), 0.2, atol=0.12)


def test_camera_of_key_frames_only_is_compared_a_few_times_a_second(tmp_path: Path) -> None:
    post = Post(tmp_path)
    post.watch(Film(scene(8, 5.0, 6.6), gop=1))
    assert modes(post)[:3] == ["full", "keys", "full"]
    assert post.sight.figures(post.clock.time).gop_s == pytest.approx(0.4, abs=0.1)
    assert len([look for look in post.looks if (look.bgr < 40).mean() > 0.001]) >= 5
