"""What one camera decodes, when, and that nobody who stays is missed."""

from collections.abc import Iterator
from pathlib import Path

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
