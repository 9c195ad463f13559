"""Empty places to film: stills from the registry's assets, and one hall where `../shared/assets` lies beside us."""

from collections.abc import Callable, Mapping

import cv2
import numpy as np

from hil import scenes
from hil.bench.films.planes import Bytes, Planes, planes_of
from hil.clips import SHARED, has_shared_footage
from models import assets

INSTEAD_OF_HALL = "yard"


def ground_of(name: str, size: tuple[int, int], *, mirrored: bool) -> Planes:
    """The place, filling this width and height (the middle is kept)."""
    picture = _PLACES[place_of(name)]()
    return planes_of(fill(picture[:, ::-1] if mirrored else picture, size))


def place_of(name: str) -> str:
    """The place that is really filmed: the hall needs footage that is not everywhere."""
    return INSTEAD_OF_HALL if name == "hall" and not has_shared_footage() else name


def fill(picture: Bytes, size: tuple[int, int]) -> Bytes:
    """The picture scaled and cut to a width and height, the middle kept."""
    width, height = size
    rows, columns = picture.shape[:2]
    scale = max(width / columns, height / rows)
    large = cv2.resize(picture, (max(width, round(columns * scale)), max(height, round(rows * scale))))
    top, left = (large.shape[0] - height) // 2, (large.shape[1] - width) // 2
    return np.ascontiguousarray(large[top : top + height, left : left + width], np.uint8)


def _bikes(number: int) -> Bytes:
    return scenes.film(assets.locate("bikes.mp4"), number, 1)[0]


def _house() -> Bytes:
    photo = np.asarray(cv2.imread(str(assets.locate("bus.jpg"))), np.uint8)
    return photo[0:228, 60:466]


def _hall() -> Bytes:
    pictures = scenes.film(SHARED / "one-by-one-person-detection.mp4", 0, 20)
    return np.asarray(np.median(np.stack(pictures), axis=0), np.uint8)


_PLACES: Mapping[str, Callable[[], Bytes]] = {
    "street": lambda: _bikes(165),
    "yard": lambda: _bikes(235),
    "roof": lambda: _bikes(2),
    "house": _house,
    "hall": _hall,
}
