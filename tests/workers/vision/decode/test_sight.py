"""What one camera decodes, when, and that nobody who stays is missed."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.workers.vision.decode.film import FPS, START, Film, Grey, Post, noisy, street, with_person

GROUND = street()


def visit(seconds: float, begin: float, end: float, *, sigma: float = 2.0) -> Iterator[Grey]:
    """A street through which a person walks from ``begin`` to ``end``."""
    for number in range(round(seconds * FPS)):
        here = begin <= number / FPS < end
        picture = with_person(GROUND, 100 + 4 * number % 400) if here else GROUND
        yield noisy(picture, sigma, number)


def test_quiet_camera_decodes_key_frames_only_after_the_first_look(tmp_path: Path) -> None:
    post = Post(tmp_path)
    post.watch(Film(visit(12, 99, 99)))
    assert [mode for _, mode in post.modes] == ["full", "keys"]
    assert post.modes[1][0] < 3.5
    assert max(look.steady for look in post.looks) < START + 3
    figures = post.sight.figures(post.clock.time)
    assert figures.gop_s == pytest.approx(2.0, abs=0.05)
    assert figures.guaranteed_seen_s == pytest.approx(2.1, abs=0.05)
    assert (figures.width, figures.height) == (640, 360)


@pytest.mark.parametrize("begin", [6.05, 6.5, 7.0, 7.5, 7.95, 8.0])
def test_visit_of_the_guaranteed_length_is_seen_three_times(tmp_path: Path, begin: float) -> None:
    post = Post(tmp_path)
    post.watch(Film(visit(14, begin, begin + 2.3)))
    hits = [look for look in post.looks if look.steady > START + 5 and (look.bgr < 40).mean() > 0.001]
    assert len(hits) >= 3
    assert [look.steady for look in post.looks] == sorted(look.steady for look in post.looks)


def test_long_gop_is_decoded_whole(tmp_path: Path) -> None:
    post = Post(tmp_path)
    post.watch(Film(visit(16, 99, 99), gop=5 * FPS))
    assert [mode for _, mode in post.modes] == ["full"]
    assert post.sight.figures(post.clock.time).guaranteed_seen_s == 1.0


def test_demand_for_one_second_is_obeyed_at_once(tmp_path: Path) -> None:
    post = Post(tmp_path)
    post.watch(Film(visit(8, 99, 99)))
    hurried = [post.sight.hurry]
    post.sight.demand(1.0)
    post.watch(Film(visit(8, 99, 99)))
    hurried.append(post.sight.hurry)
    assert hurried == [False, True]
    assert post.modes[-1][1] == "full"
    assert post.sight.figures(post.clock.time).guaranteed_seen_s == 1.0


def test_without_a_detector_key_frames_serve_stills_only(tmp_path: Path) -> None:
    post = Post(tmp_path)
    post.mailbox.close()
    post.watch(Film(visit(25, 4, 6)))
    assert {mode for _, mode in post.modes} == {"packets"}
    figures = post.sight.figures(post.clock.time)
    assert figures.guaranteed_seen_s == 0.0
    assert figures.width == 640


def test_without_a_detector_a_recorded_camera_still_knows_when_something_moved(tmp_path: Path) -> None:
    post = Post(tmp_path, record_url="rtsp://127.0.0.1/main")
    post.mailbox.close()
    post.watch(Film(visit(14, 6.3, 10.3)))
    assert post.modes[-1][1] == "keys"
    assert post.sight.motion_share(START + 6, START + 10) > 0.9
    assert post.sight.motion_share(START + 1, START + 5) == 0.0


def test_motion_that_is_nothing_wakes_only_a_few_times_and_each_key_frame_still_gets_a_glance(tmp_path: Path) -> None:
    post = Post(tmp_path, sees=False)
    post.watch(Film(visit(80, 5, 80)))
    wakes = [time_s for time_s, mode in post.modes if mode == "full" and time_s > 3]
    assert 1 <= len(wakes) <= 2
    late = [look for look in post.looks if look.steady > START + 60]
    assert 8 <= len(late) <= 40


def test_who_comes_after_many_wakes_for_nothing_is_seen_all_the_same(tmp_path: Path) -> None:
    post = Post(tmp_path)
    for number in range(4):
        post.sight._wakes.allowed(START + number)
        post.sight._wakes.begin(START + number)
        post.sight._wakes.end()
    post.watch(Film(visit(14, 7.0, 9.3)))
    hits = [look for look in post.looks if look.steady > START + 5 and (look.bgr < 40).mean() > 0.001]
    assert len(hits) >= 3
    assert post.sight.objects(START + 6, START + 12)


def test_live_watcher_wants_packets_as_they_come(tmp_path: Path) -> None:
    post = Post(tmp_path)
    post.watch(Film(visit(8, 99, 99)))
    begun = post.fanout.watch(0)
    assert begun is not None
    hurried = [post.sight.hurry]
    post.fanout.leave(begun[1])
    hurried.append(post.sight.hurry)
    assert hurried == [True, False]


def test_what_stands_still_for_long_is_looked_at_in_key_frames(tmp_path: Path) -> None:
    post = Post(tmp_path)
    parked = with_person(GROUND, 300, 90)
    post.watch(Film(noisy(parked, 2, number) for number in range(30 * FPS)))
    assert post.analysis.alive
    assert post.modes[-1][1] == "keys"
    assert len([look for look in post.looks if look.steady > START + 20]) in range(4, 8)


def test_parked_motorbike_does_not_make_a_tree_interesting(tmp_path: Path) -> None:
    def yard() -> Iterator[Grey]:
        for number in range(90 * FPS):
            picture = with_person(GROUND, 80, 90)
            if number > 8 * FPS:
                picture[60:160, 400:520] = np.roll(GROUND, number % 17, axis=1)[60:160, 400:520]
            yield noisy(picture, 2, number % 40)

    post = Post(tmp_path)
    post.watch(Film(yard()))
    assert post.analysis.alive
    assert post.modes[-1][1] == "keys"
    assert sum(mode == "full" for _, mode in post.modes) <= 4
