"""Pictures on the disk: the best for an incident, and what a full disk costs."""

import time
from pathlib import Path

import cv2
import numpy as np

from edge.kernel.clock import SystemClock
from edge.kernel.wire.vision import FromShard, KeepStill, StillKept
from edge.workers.vision.detect.mailbox import Look
from edge.workers.vision.pulse import Pulse
from edge.workers.vision.stills import Stills
from edge.workers.vision.veil import Veil
from tests.workers.vision.bench import wait_for

PICTURE = np.zeros((100, 200, 3), np.uint8)


def started(folder: Path, said: list[FromShard], veils: dict[str, Veil] | None = None) -> Stills:
    stills = Stills(folder, said.append, Pulse(SystemClock()), veils)
    stills.start()
    return stills


def test_incident_gets_the_best_recent_picture_and_names_stay_in_their_folder(tmp_path: Path) -> None:
    said: list[FromShard] = []
    stills = started(tmp_path, said)
    stills.offer_newest("cong", PICTURE)
    for worth, grey in ((0.5, 50), (1.9, 200), (0.9, 90)):
        stills.offer_best(Look("cong", PICTURE + np.uint8(grey), 0, 100.0), worth)
    stills.wish(KeepStill("khong-co", "vu-0"))
    stills.wish(KeepStill("cong", "../vu-1"))
    wait_for(lambda: any(isinstance(each, StillKept) for each in said), 5, "the still")
    (kept,) = (each for each in said if isinstance(each, StillKept))
    assert kept.path == "stills/.._vu-1.jpg"
    picture = cv2.imread(str(tmp_path / kept.path))
    assert picture is not None
    assert abs(int(picture.mean()) - 200) < 3
    assert not list(tmp_path.rglob("*.part"))


def test_full_disk_costs_pictures_only(tmp_path: Path) -> None:
    (tmp_path / "latest").mkdir()
    (tmp_path / "latest" / "cong.part").mkdir()  # no file can be made there, for root neither
    stills = started(tmp_path, [])
    stills.offer_newest("cong", PICTURE)
    time.sleep(0.3)
    assert stills.is_alive()
    (tmp_path / "latest" / "cong.part").rmdir()
    stills.offer_newest("cong", PICTURE)
    wait_for((tmp_path / "latest" / "cong.jpg").is_file, 5, "the still")


LEFT_HALF = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))


def halves(path: Path) -> tuple[int, int]:
    """How light its left and its right half are."""
    picture = cv2.imread(str(path))
    assert picture is not None
    return round(float(picture[:, :95].mean())), round(float(picture[:, 105:].mean()))


def test_what_is_private_is_black_on_every_still_before_it_reaches_the_disk(tmp_path: Path) -> None:
    said: list[FromShard] = []
    stills = started(tmp_path, said, {"cong": Veil((LEFT_HALF,))})
    stills.offer_newest("cong", PICTURE + np.uint8(180))
    stills.offer_best(Look("cong", PICTURE + np.uint8(180), 0, 100.0), 1.0)
    stills.wish(KeepStill("cong", "vu-1"))
    wait_for(lambda: any(isinstance(each, StillKept) for each in said), 5, "the still")
    wait_for((tmp_path / "latest" / "cong.jpg").exists, 5, "the newest picture")
    for name in ("latest/cong.jpg", "stills/vu-1.jpg"):
        left, right = halves(tmp_path / name)
        assert left < 3
        assert abs(right - 180) < 3


def test_an_area_that_is_drawn_now_covers_the_picture_that_lies_there_already(tmp_path: Path) -> None:
    stills = started(tmp_path, [])
    newest = tmp_path / "latest" / "cong.jpg"
    stills.offer_newest("cong", PICTURE + np.uint8(180))
    wait_for(newest.exists, 5, "the newest picture")
    assert halves(newest)[0] > 170
    stills.hide("cong", (LEFT_HALF,))
    wait_for(lambda: halves(newest)[0] < 3, 5, "the covered picture")
