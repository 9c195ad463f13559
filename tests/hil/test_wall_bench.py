"""What the bench of the wall computes from what it saw."""

import time
from itertools import repeat
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from hil.bench.eyes.box import WatchedBox
from hil.bench.films.planes import Planes
from hil.bench.wall.browser import held_bytes
from hil.bench.wall.clock_films import BITS, BLOCK_PX, CLOCK_AREA, ClockFilm, numbered
from hil.bench.wall.memory import slope
from hil.bench.wall.village import Village
from hil.cameras import Cameras

SIZE = (360, 640)


def number_in(luma: np.ndarray) -> int:
    """As observer.js reads it from the screen."""
    row = luma[BLOCK_PX // 2]
    number = 0
    for place in range(BITS):
        number = number * 2 + int(row[int((place + 0.5) * BLOCK_PX)] > 128)
    return number


def test_every_picture_of_a_clock_film_carries_its_number_and_changes_nothing_else() -> None:
    grey = Planes(*(np.full(shape, 90, np.uint8) for shape in (SIZE, (180, 320), (180, 320))))
    for number, picture in zip(range(900), numbered(repeat(grey)), strict=False):
        assert number_in(picture.luma) == number
        assert (picture.luma[BLOCK_PX:] == 90).all()
    assert (grey.luma == 90).all()


def test_the_clock_lies_inside_the_part_that_the_box_does_not_look_at() -> None:
    right, bottom = CLOCK_AREA[2]
    assert right * SIZE[1] >= BITS * BLOCK_PX
    assert bottom * SIZE[0] >= BLOCK_PX


@pytest.mark.parametrize(("late_s", "number"), [(0.3, 0), (1.2, 899), (14.0, 450), (0.05, 17)])
def test_a_picture_is_as_old_as_the_time_since_its_camera_sent_it(late_s: float, number: int) -> None:
    began = time.monotonic() - 1000.0
    film = ClockFilm(Path("film.mp4"), 15, 900)
    cameras = Cameras(0, "", "", process=None, began={"cam-01": [1.0, began]})  # type: ignore[arg-type]  # no server
    commune = Village(cast(WatchedBox, None), cameras, {"cam-01": film})
    sent = time.time() - time.monotonic() + began + 5 * film.length_s + number / 15
    assert commune.behind_s("cam-01", number, (sent + late_s) * 1000) == pytest.approx(late_s, abs=0.01)
    assert commune.behind_s("cam-02", number, sent * 1000) is None


def test_slope_is_that_of_the_line_through_noisy_looks() -> None:
    noise = [0.2, -0.1, 0.0, -0.2, 0.1]
    assert slope([0, 1, 2, 3, 4], [3 + 2 * at + noise[at] for at in range(5)]) == pytest.approx(2, abs=0.1)
    assert slope([7], [3]) == 0.0


def test_what_the_tool_remembers_is_not_the_pages() -> None:
    snapshot = {
        "snapshot": {"meta": {"node_fields": ["type", "name", "self_size"]}},
        "nodes": [0, 0, 100, 0, 1, 4000, 0, 2, 30],
        "strings": ["Tile", "blink::NetworkResourcesData::ResourceData", "Array"],
    }
    assert held_bytes(snapshot) == 130
