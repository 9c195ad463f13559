"""Rain, light, leaves, wind and clocks: what changes a picture for ever must not wake a camera for ever.

Key frames of a quiet camera come every 2 s; five minutes are given to learn the place, the next ten are counted.
"""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from edge.workers.vision.decode.motion import Motion
from tests.workers.vision.decode.film import Grey, noisy, with_person

KEY_S = 2.0
LEARN = 150
COUNTED = 300
WAKES_AN_HOUR = 6
KINDS = 24
"""Different pictures of each nuisance, shown in any order."""


def houses(darker: int = 1) -> Grey:
    """A street with houses, windows and a rough road."""
    random = np.random.default_rng(5)
    picture = np.full((360, 640), 110.0)
    picture[:140] = 150
    picture += cv2.GaussianBlur(random.normal(0, 40, picture.shape), (0, 0), 3)
    for left, shade in ((60, 60), (420, 170)):
        picture[60:200, left : left + 140] = shade
        picture[80:110, left + 10 : left + 130 : 24] = 190
    return np.clip(picture / darker + (8 if darker > 1 else 0), 0, 255).astype(np.uint8)


DAY, NIGHT = houses(), houses(darker=3)
Nuisance = Callable[[Grey, int, np.random.Generator], Grey]


def rain(ground: Grey, _: int, random: np.random.Generator) -> Grey:
    drops = np.zeros_like(ground)
    for x, y, length in random.integers((0, 0, 8), (640, 360, 22), (500, 3)).tolist():
        cv2.line(drops, (x, y), (x + length // 6, y + length), 255, 1)
    wet: Grey = np.where(drops > 0, np.minimum(ground * 0.7 + 70, 255), ground).astype(np.uint8)
    return wet


def lamp_switched(ground: Grey, number: int, _: np.random.Generator) -> Grey:
    return ground // 2 if number // 6 % 2 else ground


def night_filter(ground: Grey, number: int, _: np.random.Generator) -> Grey:
    infrared: Grey = 180 - ground // 2
    return infrared if number // 12 % 2 else ground


def headlights(ground: Grey, number: int, _: np.random.Generator) -> Grey:
    if number % 6 > 3:
        return ground
    across, down = np.meshgrid(np.arange(640), np.arange(360))
    glow = 100 * np.exp(-((across - 150.0 * (number % 6)) ** 2 / 12800 + (down - 250.0) ** 2 / 3200))
    lit: Grey = np.clip(ground + glow, 0, 255).astype(np.uint8)
    return lit


def wind(ground: Grey, _: int, random: np.random.Generator) -> Grey:
    right, down = random.normal(0, 2.0, 2)
    by = np.array([[1, 0, right], [0, 1, down]], np.float32)
    shaken: Grey = cv2.warpAffine(ground, by, (640, 360), borderMode=cv2.BORDER_REFLECT)
    return shaken


def leaves(ground: Grey, _: int, random: np.random.Generator) -> Grey:
    picture = ground.copy()
    picture[100:300, 220:400] = np.roll(ground, int(random.integers(-8, 9)), axis=1)[100:300, 220:400]
    return picture


def clock(ground: Grey, number: int, _: np.random.Generator) -> Grey:
    second = round(3500 + number * KEY_S)
    text = f"2026-11-22 {second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
    picture = ground.copy()
    for shade, thick in ((0, 3), (255, 1)):
        cv2.putText(picture, text, (380, 25), cv2.FONT_HERSHEY_SIMPLEX, 0.6, shade, thick)
    return picture


def nothing(ground: Grey, _: int, __: np.random.Generator) -> Grey:
    return ground


def wakes_an_hour(ground: Grey, nuisance: Nuisance, sigma: float) -> float:
    """How often a stretch of motion begins on key frames, once the place is known."""
    random = np.random.default_rng(11)
    dust = [noisy(np.full_like(ground, 128), sigma, seed).astype(np.int16) - 128 for seed in range(KINDS)]
    motion = Motion(learn=0.1, restless=0.03)
    moved = []
    for number in range(LEARN + COUNTED):
        clean = nuisance(ground, number, random).astype(np.int16)
        moved.append(bool(motion.moving(np.clip(clean + dust[random.integers(KINDS)], 0, 255).astype(np.uint8))))
    counted = moved[LEARN - 1 :]
    begun = sum(now and not before for before, now in zip(counted, counted[1:], strict=False))
    return begun * 3600 / (COUNTED * KEY_S)


@pytest.mark.parametrize(("ground", "sigma"), [(DAY, 3.0), (NIGHT, 6.0)], ids=["day", "night"])
@pytest.mark.parametrize(
    "nuisance",
    [nothing, rain, lamp_switched, night_filter, headlights, wind, leaves, clock],
    ids=lambda each: each.__name__,
)
def test_nuisance_wakes_at_most_six_times_an_hour(nuisance: Nuisance, ground: Grey, sigma: float) -> None:
    assert wakes_an_hour(ground, nuisance, sigma) <= WAKES_AN_HOUR


@pytest.mark.parametrize("nuisance", [nothing, rain, wind, leaves, clock], ids=lambda each: each.__name__)
def test_person_of_thirty_pixels_wakes_in_every_nuisance(nuisance: Nuisance) -> None:
    random = np.random.default_rng(11)
    motion = Motion(learn=0.1, restless=0.03)
    for number in range(LEARN):
        motion.moving(noisy(nuisance(DAY, number, random), 3, number % KINDS))
    for left_px in (60, 150, 450, 600):
        seen = with_person(DAY, left_px, 30, 250)
        assert motion.moving(noisy(nuisance(seen, LEARN, random), 3, left_px))


def test_masked_parts_never_move_and_do_not_hide_others() -> None:
    motion = Motion((((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0)),))
    motion.moving(DAY)
    assert not motion.moving(with_person(DAY, 100, 120, 100))
    boxes = motion.moving(with_person(DAY, 500, 120, 100))
    assert boxes
    assert all(left >= 0.5 for left, *_ in boxes)


def test_boxes_hold_what_moves_and_are_few() -> None:
    motion = Motion()
    motion.moving(DAY)
    left, top, right, bottom = motion.moving(with_person(DAY, 300, 90, 200))[0]
    assert left <= 300 / 640 < 330 / 640 <= right
    assert top <= 200 / 360 < 290 / 360 <= bottom
    assert (right - left) < 0.15
    crowd = DAY
    for left_px in range(20, 620, 50):
        crowd = with_person(crowd, left_px, 60)
    assert len(motion.moving(crowd)) <= 8
