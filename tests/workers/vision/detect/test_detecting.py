"""The detector thread with detectors that are slow, broken or hung, and what the shard's pulse says of them."""

import itertools
import threading
import time
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.core.moment import AtMs, ClockState, Moment, Steady
from edge.kernel.clock import SystemClock
from edge.kernel.wire.vision import CameraSetup, DetectorHealth, FromShard, KeepStill, StillKept, Tracks
from edge.workers.vision.decode.governor import DecodeGovernor
from edge.workers.vision.detect.analysis import DARK_S, Analysis
from edge.workers.vision.detect.detecting import HUNG_S, MOST_PER_S, DetectorThread
from edge.workers.vision.detect.mailbox import Look, Mailbox
from edge.workers.vision.ingest.backoff import CALM_S, FIRST_S, LONGEST_S, Backoff
from edge.workers.vision.pulse import Pulse
from edge.workers.vision.stills import Stills
from models.base import Detections, Frame
from models.errors import BadModelError, ModelError
from tests.workers.vision.bench import wait_for

CAMERA = CameraSetup("cong", "rtsp://x", (((0.0, 0.5), (1.0, 0.5), (1.0, 1.0), (0.0, 1.0)),))
PICTURE = np.zeros((100, 200, 3), np.uint8)


class StepClock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def now(self) -> Moment:
        return Moment(AtMs(round(self.seconds * 1000)), self.steady(), ClockState.SYNCED)

    def steady(self) -> Steady:
        return Steady(self.seconds)


class FakeDetector:
    """Sees one person whose feet are cut off by the lower edge; may hang, or fail on command."""

    labels = ("person",)
    input_size = (320, 320)

    def __init__(self) -> None:
        self.seen = 0
        self.fails = False
        self.goes_on = threading.Event()
        self.goes_on.set()

    def detect(self, frame: Frame) -> Detections:
        self.goes_on.wait(10)
        if self.fails:
            raise BadModelError("Mô hình hỏng.")
        self.seen += 1
        boxes = np.array([[80, 20, 120, frame.height_px + 3]], np.float32)
        return Detections(boxes, np.array([0.9], np.float32), np.array([0], np.int32))

    def close(self) -> None:
        self.goes_on.set()


class Room:
    """A detector thread and everything around it, in this process."""

    def __init__(self, folder: Path, error: ModelError | None = None) -> None:
        self.said: list[FromShard] = []
        self.detector = FakeDetector()
        self.mailbox = Mailbox()
        self.clock = StepClock()
        self.pulse = Pulse(self.clock)
        self.stills = Stills(folder, self.said.append, self.pulse)
        self.analysis = Analysis(CAMERA, itertools.count(1), self.said.append, self.stills)
        self._error = error
        self.thread = DetectorThread(
            "may", self._load, self.mailbox, {"cong": self.analysis}, self.said.append, self.pulse, SystemClock()
        )
        self.thread.start()

    def look(self, steady: float) -> None:
        self.mailbox.put(Look("cong", PICTURE, 0, steady))

    def health(self) -> list[bool]:
        return [each.ok for each in self.said if isinstance(each, DetectorHealth)]

    def _load(self) -> FakeDetector:
        if self._error:
            raise self._error
        return self.detector


def test_hung_detector_stops_the_beats_and_a_working_one_does_not(tmp_path: Path) -> None:
    room = Room(tmp_path)
    wait_for(lambda: room.health() == [True], 5, "the detector works")
    time.sleep(0.6)  # a turn of the idle thread
    assert room.pulse.late() == []
    room.detector.goes_on.clear()
    room.look(time.monotonic())
    time.sleep(0.6)
    room.clock.seconds += HUNG_S + 1
    assert room.pulse.late() == ["detector"]
    room.detector.goes_on.set()
    wait_for(lambda: room.pulse.late() == [], 5, "progress again")


def test_missing_model_is_said_once_and_is_no_hung_thread(tmp_path: Path) -> None:
    room = Room(tmp_path, BadModelError("Không có."))
    room.thread.join(5)
    assert room.said == [DetectorHealth(ok=False, detail="Không có.")]
    room.clock.seconds += 1000
    assert room.pulse.late() == []
    assert room.mailbox.closed


def test_detector_that_fails_is_told_once_and_once_when_it_works_again(tmp_path: Path) -> None:
    room = Room(tmp_path)
    room.detector.fails = True
    for _ in range(3):
        room.look(time.monotonic())
        time.sleep(1.5 / MOST_PER_S)
    room.detector.fails = False
    room.look(time.monotonic())
    wait_for(lambda: room.health() == [True, False, True], 5, f"three changes, not {room.health()}")


def test_detections_of_a_shard_are_capped(tmp_path: Path) -> None:
    room = Room(tmp_path)
    wait_for(lambda: room.health() == [True], 5, "the detector works")
    until = time.monotonic() + 1.5
    while time.monotonic() < until:
        room.look(time.monotonic())
        time.sleep(0.005)
    assert 0.6 * 1.5 * MOST_PER_S <= room.detector.seen <= 1.5 * MOST_PER_S + 2


def test_feet_at_the_pictures_edge_are_in_the_zone_and_dark_camera_ends_its_tracks(tmp_path: Path) -> None:
    room = Room(tmp_path)
    seen = time.monotonic()
    room.look(seen)
    wait_for(lambda: any(isinstance(each, Tracks) for each in room.said), 5, "tracks")
    (tracks,) = (each for each in room.said if isinstance(each, Tracks))
    assert tracks.tracks[0].box == pytest.approx((0.4, 0.2, 0.6, 1.0))
    assert room.analysis.wants(seen)
    room.analysis.end_when_dark(7, seen + DARK_S + 1)
    assert room.said[-1] == Tracks("cong", 7, seen + DARK_S + 1, ())
    assert not room.analysis.wants(seen)


def test_incident_gets_the_best_recent_picture_and_names_stay_in_their_folder(tmp_path: Path) -> None:
    room = Room(tmp_path)
    room.stills.start()
    room.stills.offer_newest("cong", PICTURE)
    for worth, grey in ((0.5, 50), (1.9, 200), (0.9, 90)):
        room.stills.offer_best(Look("cong", PICTURE + np.uint8(grey), 0, 100.0), worth)
    room.stills.wish(KeepStill("khong-co", "vu-0"))
    room.stills.wish(KeepStill("cong", "../vu-1"))
    wait_for(lambda: any(isinstance(each, StillKept) for each in room.said), 5, "the still")
    (kept,) = (each for each in room.said if isinstance(each, StillKept))
    assert kept.path == "stills/.._vu-1.jpg"
    picture = cv2.imread(str(tmp_path / kept.path))
    assert picture is not None
    assert abs(int(picture.mean()) - 200) < 3
    assert not list(tmp_path.rglob("*.part"))


def test_full_disk_costs_pictures_only(tmp_path: Path) -> None:
    room = Room(tmp_path)
    (tmp_path / "latest" / "cong.part").mkdir()  # no file can be made there, for root neither
    room.stills.start()
    room.stills.offer_newest("cong", PICTURE)
    time.sleep(0.3)
    assert room.stills.is_alive()
    (tmp_path / "latest" / "cong.part").rmdir()
    room.stills.offer_newest("cong", PICTURE)
    wait_for((tmp_path / "latest" / "cong.jpg").is_file, 5, "the still")


@pytest.mark.parametrize(("source_fps", "expected"), [(10, 5.0), (12.5, 5.0), (15, 5.0), (25, 5.0), (4, 4.0)])
def test_governor_keeps_its_pace_over_jittery_arrivals(source_fps: float, expected: float) -> None:
    governor = DecodeGovernor(5.0)
    jitter = np.random.default_rng(3).uniform(-0.02, 0.02, int(source_fps * 60))
    chosen = sum(governor.analyses(100 + number / source_fps + late) for number, late in enumerate(jitter))
    assert chosen / 60 == pytest.approx(expected, rel=0.05)


def test_governor_does_not_hurry_after_a_pause() -> None:
    governor = DecodeGovernor(5.0)
    assert [governor.analyses(steady) for steady in (100.0, 130.0, 130.05, 130.1, 130.2)] == [
        True, True, False, False, True,
    ]  # fmt: skip


def test_waits_grow_to_their_limit_and_start_again_after_calm() -> None:
    backoff = Backoff()
    waits = [backoff.next_s(0.0) for _ in range(200)]
    assert waits[0] <= FIRST_S
    assert LONGEST_S / 2 < max(waits) <= LONGEST_S
    assert backoff.next_s(CALM_S) <= FIRST_S
