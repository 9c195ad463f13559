"""Pictures as cameras code them: full brightness, colour at half the size (I420)."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
GREY = 128
NIGHT_GAIN, NIGHT_LIFT = 0.6, 18


@dataclass(frozen=True, slots=True)
class Planes:
    """One picture: `luma`, and the two colours at half the width and height. Nobody writes into them."""

    luma: Bytes
    blue: Bytes
    red: Bytes

    def stacked(self) -> Bytes:
        """As PyAV takes yuv420p: rows of luma, then the colours."""
        width = self.luma.shape[1]
        return np.vstack([self.luma, self.blue.reshape(-1, width), self.red.reshape(-1, width)])


def planes_of(picture: Bytes) -> Planes:
    """A BGR picture with an even number of rows and columns."""
    height, width = picture.shape[:2]
    flat = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420), np.uint8)
    half = (height // 2, width // 2)
    count = half[0] * half[1]
    colours = flat[height:].reshape(-1)
    return Planes(flat[:height], colours[:count].reshape(half), colours[count:].reshape(half))


def at_night(picture: Planes) -> Planes:
    """The same by infrared light: dim and without colour."""
    dim = np.asarray(picture.luma * NIGHT_GAIN + NIGHT_LIFT, np.uint8)
    return Planes(dim, np.full_like(picture.blue, GREY), np.full_like(picture.red, GREY))


def brighter(luma: Bytes, by: "float | NDArray[np.float32] | NDArray[np.int16]") -> Bytes:
    """Lifted by so many steps of 255, in whole or by place, kept within what a byte holds."""
    return np.asarray(np.clip(luma + np.asarray(by, np.int16), 0, 255), np.uint8)
