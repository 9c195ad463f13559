"""What happens to a camera's picture though nobody comes. Each disturbance begins and ends with the plain picture."""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

import cv2
import numpy as np

from hil.bench.films.planes import Bytes, Planes, at_night, brighter
from hil.bench.films.script import Script

LIGHT_ON_S, LIGHT_LIFT = 10.0, 45
NIGHT_S = 25.0
BEAM_S, BEAM_WIDTH, BEAM_LIFT = 2.5, 0.25, 90
SHAKE_S, SHAKE_PX = 2.0, 3
STREAKS, STREAK_ROWS, STREAK_LIFT = 140, 9, 30
CLOCK_BEGAN_S = 8 * 3600 + 59 * 60


def disturbed(picture: Planes, script: Script, at_s: float) -> Planes:
    """The picture at this moment of a nuisance film."""
    every_s = 60 / script.a_minute
    return _KINDS[script.nuisance](picture, at_s % every_s, at_s)


def _light(picture: Planes, into_s: float, _at_s: float) -> Planes:
    on = 5.0 <= into_s < 5.0 + LIGHT_ON_S
    return replace(picture, luma=brighter(picture.luma, LIGHT_LIFT)) if on else picture


def _ir_cut(picture: Planes, into_s: float, _at_s: float) -> Planes:
    return at_night(picture) if 20.0 <= into_s < 20.0 + NIGHT_S else picture


def _headlights(picture: Planes, into_s: float, _at_s: float) -> Planes:
    if into_s >= BEAM_S:
        return picture
    width = picture.luma.shape[1]
    middle = (into_s / BEAM_S * (1 + 2 * BEAM_WIDTH) - BEAM_WIDTH) * width
    columns = np.arange(width, dtype=np.float32) - np.float32(middle)
    beam = BEAM_LIFT * np.exp(-((columns / np.float32(BEAM_WIDTH * width / 2)) ** 2))
    return replace(picture, luma=brighter(picture.luma, beam.astype(np.float32)))


def _rain(picture: Planes, _into_s: float, at_s: float) -> Planes:
    lot = np.random.default_rng(round(at_s * 1000))
    height, width = picture.luma.shape
    luma = picture.luma.copy()
    rows, columns = lot.integers(0, height - STREAK_ROWS, STREAKS), lot.integers(0, width, STREAKS)
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        streak = luma[row : row + STREAK_ROWS, column]
        luma[row : row + STREAK_ROWS, column] = brighter(streak, STREAK_LIFT)
    return replace(picture, luma=luma)


def _shake(picture: Planes, into_s: float, _at_s: float) -> Planes:
    if into_s >= SHAKE_S:
        return picture
    fading = math.sin(math.pi * into_s / SHAKE_S) * SHAKE_PX
    across, down = fading * math.sin(2 * math.pi * 4 * into_s), fading * math.sin(2 * math.pi * 3 * into_s)
    return Planes(
        _moved(picture.luma, across, down),
        _moved(picture.blue, across / 2, down / 2),
        _moved(picture.red, across / 2, down / 2),
    )


def _moved(plane: Bytes, across: float, down: float) -> Bytes:
    height, width = plane.shape
    matrix = np.array([[1, 0, across], [0, 1, down]], np.float32)
    return np.asarray(cv2.warpAffine(plane, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE), np.uint8)


def _clock(picture: Planes, _into_s: float, at_s: float) -> Planes:
    hours, seconds = divmod(CLOCK_BEGAN_S + int(at_s), 3600)
    words = f"2026-11-22 {hours:02d}:{seconds // 60:02d}:{seconds % 60:02d}"
    luma = picture.luma.copy()
    scale = picture.luma.shape[0] / 500
    cv2.putText(luma, words, (12, round(40 * scale)), cv2.FONT_HERSHEY_SIMPLEX, scale, 235, 2, cv2.LINE_AA)
    return replace(picture, luma=luma)


_KINDS: Mapping[str, Callable[[Planes, float, float], Planes]] = {
    "light": _light,
    "ir_cut": _ir_cut,
    "headlights": _headlights,
    "rain": _rain,
    "shake": _shake,
    "clock": _clock,
}
