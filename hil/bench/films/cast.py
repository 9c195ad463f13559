"""People cut out of photographs, at any height, by day or by night."""

import functools
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from hil import scenes
from hil.bench.films.planes import Planes, at_night, brighter, planes_of
from models import assets

Alpha = NDArray[np.float32]
SOURCE_PX = 480
BOXES = ((221, 405, 344, 857), (48, 398, 246, 903))
"""Two of the people of bus.jpg: left, top, right, bottom. The others are cut off by its edges."""
NOISE_FIELDS = 8


@dataclass(frozen=True, slots=True)
class Figure:
    """A person ready to be pasted; `alpha` is for the luma plane, `half` for the colours."""

    picture: Planes
    alpha: Alpha
    half: Alpha


def figure(who: int, height_px: int, *, night: bool) -> Figure:
    """The person of this number, so many pixels high (an even number, like the width)."""
    cut = _cut(who % len(BOXES))
    mirrored = who // len(BOXES) % 2 == 1
    width_px = round(height_px * cut.alpha.shape[1] / cut.alpha.shape[0])
    size = (width_px + width_px % 2, height_px + height_px % 2)
    step = -1 if mirrored else 1
    small = np.asarray(cv2.resize(cut.picture[:, ::step], size, interpolation=cv2.INTER_AREA), np.uint8)
    alpha = np.asarray(cv2.resize(cut.alpha[:, ::step], size, interpolation=cv2.INTER_AREA), np.float32)
    picture = planes_of(small)
    half = np.asarray(cv2.resize(alpha, (size[0] // 2, size[1] // 2), interpolation=cv2.INTER_AREA), np.float32)
    return Figure(at_night(picture) if night else picture, alpha, half)


def pasted(ground: Planes, who: Figure, left: int, bottom: int) -> Planes:
    """The ground with a person standing on it; ``left`` and ``bottom`` are even."""
    height, width = who.alpha.shape
    top = bottom - height
    area = (slice(top, bottom), slice(left, left + width))
    half = (slice(top // 2, bottom // 2), slice(left // 2, (left + width) // 2))
    return Planes(
        _blended(ground.luma, who.picture.luma, who.alpha, area),
        _blended(ground.blue, who.picture.blue, who.half, half),
        _blended(ground.red, who.picture.red, who.half, half),
    )


class Noise:
    """A sensor's noise: one of a few fields in random order, moved by random steps."""

    def __init__(self, size: tuple[int, int], sigma: float, seed: int) -> None:
        self._random = np.random.default_rng(seed)
        shape = (NOISE_FIELDS, size[1], size[0])
        self._fields = np.rint(self._random.normal(0, sigma, shape)).astype(np.int16)

    def on(self, picture: Planes) -> Planes:
        """The picture as this sensor gives it now."""
        field = self._fields[int(self._random.integers(NOISE_FIELDS))]
        moved = np.roll(field, tuple(int(step) for step in self._random.integers(0, 64, 2)), (0, 1))
        return Planes(brighter(picture.luma, moved), picture.blue, picture.red)


@functools.cache
def _cut(number: int) -> scenes.Cutout:
    photo = np.asarray(cv2.imread(str(assets.locate("bus.jpg"))), np.uint8)
    return scenes.cut_out(photo, BOXES[number], SOURCE_PX)


def _blended(
    ground: NDArray[np.uint8], person: NDArray[np.uint8], alpha: Alpha, area: tuple[slice, slice]
) -> NDArray[np.uint8]:
    result = ground.copy()
    result[area] = (person * alpha + ground[area] * (1 - alpha)).astype(np.uint8)
    return result
