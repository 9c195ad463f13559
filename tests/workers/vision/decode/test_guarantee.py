"""No visit that lasts longer than what a camera promises, and 0.2 s, is missed, whenever it begins."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.workers.vision.decode.film import FPS, START, Film, Grey, Post, noisy, street, with_person

GROUND = street(width_px=320, height_px=180)
MARGIN_S = 0.2
HITS = 3
VISITS = 6
APART_S = 13.0


def film(visits: list[tuple[float, float]], seconds: float) -> Iterator[Grey]:
    """A person who walks through during each visit, in a picture with noise."""
    noise = [noisy(np.full_like(GROUND, 128), 3, seed).astype(np.int16) - 128 for seed in range(16)]
    for number in range(round(seconds * FPS)):
        time_s = number / FPS
        since = [time_s - begin for begin, end in visits if begin <= time_s < end]
        picture = with_person(GROUND, 30 + round(40 * since[0]), 36, 100) if since else GROUND
        yield np.clip(picture + noise[number % 16], 0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    ("gop", "bframes", "late_s"), [(15, 0, 0.0), (30, 0, 0.5), (30, 2, 0.5), (60, 0, 0.5), (90, 0, 0.0)]
)
def test_visits_of_the_promised_length_are_seen_three_times(
    tmp_path: Path, gop: int, bframes: int, late_s: float
) -> None:
    promised_s = gop / FPS + 0.1 if gop <= 60 else 1.0
    begins = APART_S + np.arange(VISITS) * APART_S + np.random.default_rng(gop + bframes).uniform(0, gop / FPS, VISITS)
    visits = [(float(begin), float(begin) + promised_s + MARGIN_S) for begin in begins]
    post = Post(tmp_path)
    post.watch(Film(film(visits, APART_S * (VISITS + 1.6)), gop=gop, bframes=bframes), late_s=late_s)
    assert post.sight.figures(post.clock.time).guaranteed_seen_s == pytest.approx(promised_s, abs=0.08)
    hits = [look.steady - START for look in post.looks if (look.bgr < 40).mean() > 0.001]
    for begin, end in visits:
        assert sum(begin - 0.2 <= hit <= end + 0.2 for hit in hits) >= HITS
