"""Frozen, covered, moved and blurred cameras are told; night, light and passers-by are not."""

import math
from collections.abc import Callable, Iterable

import cv2
import numpy as np

from edge.core.vision import SceneTrouble
from edge.workers.vision.decode.scene import EVERY_S, Scene
from tests.workers.vision.decode.film import Grey, noisy, with_person


def view(seed: int) -> Grey:
    """Houses, a road and a wall: edges at all scales."""
    random = np.random.default_rng(seed)
    picture = np.full((360, 640), 120, np.uint8)
    for _ in range(60):
        x, y, w, h = (int(value) for value in random.integers((0, 0, 10, 10), (640, 360, 160, 100)))
        cv2.rectangle(picture, (x, y), (x + w, y + h), int(random.integers(40, 210)), -1)
    return picture


VIEW = view(3)
WIDE = np.hstack([VIEW, view(9)])


def told(pictures: Iterable[Grey]) -> list[tuple[int, SceneTrouble | None]]:
    """Each change that a scene tells, with the number of its picture."""
    scene = Scene()
    changes = []
    for number, picture in enumerate(pictures):
        if scene.look(picture, 100.0 + number * EVERY_S):
            changes.append((number, scene.trouble))
    return changes


def days(
    change: Callable[[Grey, int], Grey], after: int = 60, until: int = 100
) -> list[tuple[int, SceneTrouble | None]]:
    """A normal view of which pictures ``after`` to ``until`` of 160 are changed."""
    return told(noisy(change(VIEW, number) if after <= number < until else VIEW, 3, number) for number in range(160))


def only(trouble: SceneTrouble, changes: list[tuple[int, SceneTrouble | None]]) -> bool:
    """Told within a minute of its begin, and its end within a minute, and nothing else."""
    return (
        [what for _, what in changes] == [trouble, None]
        and 60 < changes[0][0] <= 60 + 12
        and 100 < changes[1][0] <= 100 + 12
    )


def test_normal_view_tells_nothing() -> None:
    assert days(lambda picture, _: picture) == []


def test_covered_lens_is_told_dark_or_grey() -> None:
    assert only(SceneTrouble.COVERED, days(lambda picture, _: np.full_like(picture, 12)))
    assert only(SceneTrouble.COVERED, days(lambda picture, _: np.full_like(picture, 128)))


def test_turned_camera_is_told() -> None:
    assert only(SceneTrouble.MOVED, days(lambda _, __: WIDE[:, 40:680]))
    assert only(SceneTrouble.MOVED, days(lambda _, __: view(77)))


def test_blurred_lens_is_told() -> None:
    assert only(SceneTrouble.BLURRED, days(lambda picture, _: cv2.GaussianBlur(picture, (0, 0), 3)))


def test_frozen_camera_is_told_after_a_minute() -> None:
    still = noisy(VIEW, 3, 1)
    changes = told([*(noisy(VIEW, 3, number) for number in range(60)), *([still] * 40)])
    assert [what for _, what in changes] == [SceneTrouble.FROZEN]
    assert 60 + 12 <= changes[0][0] <= 60 + 24


def test_night_filter_tells_nothing() -> None:
    def infrared(picture: Grey, _: int) -> Grey:
        return noisy((255 - picture // 2) // 3, 5, 1)  # leaves and clothes are bright in infrared

    assert days(infrared) == []
    assert days(lambda picture, _: picture // 4 + 5) == []


def test_dusk_and_dawn_tell_nothing() -> None:
    def dusk(number: int) -> float:
        return 0.12 + 0.88 * abs(math.cos(math.pi * number / 600))

    assert told(noisy((VIEW * dusk(number)).astype(np.uint8), 3, number) for number in range(600)) == []


def test_lorry_and_persons_before_the_lens_tell_nothing() -> None:
    def lorry(picture: Grey, number: int) -> Grey:
        passing = picture.copy()
        if number < 64:
            passing[60:, :500] = 90
        return passing

    assert days(lorry) == []
    assert days(lambda picture, number: with_person(picture, 5 * number, 200, 100)) == []
