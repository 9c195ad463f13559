"""What wakes the detector, and what must not."""

import numpy as np
import pytest
from numpy.typing import NDArray

from edge.workers.vision.decode.motion import Motion
from tests.workers.vision.bench import yard

Grey = NDArray[np.uint8]
GROUND: Grey = yard()[:, :, 0].copy()


def noisy(picture: Grey, sigma: float, seed: int) -> Grey:
    noise = np.random.default_rng(seed).normal(0, sigma, picture.shape)
    return np.clip(picture + noise, 0, 255).astype(np.uint8)


def with_person(left_px: int, height_px: int = 60) -> Grey:
    """A dark figure, by default a sixth of the picture's height."""
    picture = GROUND.copy()
    picture[200 : 200 + height_px, left_px : left_px + height_px // 3] = 20
    return picture


def woken(pictures: list[Grey]) -> list[bool]:
    motion = Motion()
    motion.moving(GROUND)
    return [bool(motion.moving(picture)) for picture in pictures]


def test_still_picture_does_not_wake() -> None:
    assert not any(woken([GROUND] * 10))


@pytest.mark.parametrize("sigma", [2, 5, 10])
def test_sensor_noise_does_not_wake(sigma: float) -> None:
    assert not any(woken([noisy(GROUND, sigma, seed) for seed in range(30)]))


def test_slow_dusk_does_not_wake() -> None:
    assert not any(woken([(GROUND * (1 - step / 300)).astype(np.uint8) for step in range(60)]))


@pytest.mark.parametrize("height_px", [40, 60, 120])
def test_walking_person_wakes_at_once_and_keeps_awake(height_px: int) -> None:
    assert all(woken([noisy(with_person(100 + 10 * step, height_px), 4, step) for step in range(20)]))


def test_what_stands_still_fades_into_the_background() -> None:
    moves = woken([with_person(300)] * 80)
    assert moves[0]
    assert not moves[-1]


def test_switched_light_is_told_and_wakes_nobody() -> None:
    bright = np.clip(GROUND.astype(np.int16) + 50, 0, 255).astype(np.uint8)
    motion = Motion()
    motion.moving(GROUND)
    assert motion.moving(bright) == ()
    assert motion.light_changed
    assert motion.moving(bright) == ()
    assert not motion.light_changed


def test_another_size_only_teaches() -> None:
    assert woken([GROUND[:, :320], GROUND[:, :320]]) == [False, False]
