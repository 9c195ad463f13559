"""The detector thread with detectors that are slow, broken or hung, and what the shard's pulse says of them."""

import itertools
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from edge.core.moment import AtMs, ClockState, Moment, Steady
from edge.kernel.clock import SystemClock
from edge.kernel.wire.vision import CameraSetup, DetectorHealth, FromShard, Tracks
from edge.workers.vision.detect.analysis import DARK_S, Analysis
from edge.workers.vision.detect.detecting import HUNG_S, DetectorThread
from edge.workers.vision.detect.mailbox import Look, Mailbox
from edge.workers.vision.pulse import Pulse
from edge.workers.vision.stills import Stills
from models.base import Answer, Detections, Frame, Prepared
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
    most_at_once = 1
    takes_s = 0.0

    def __init__(self) -> None:
        self.seen = 0
        self.fails = False
        self.goes_on = threading.Event()
        self.goes_on.set()

    def prepare(self, frame: Frame) -> Prepared:
        return Prepared(np.empty((3, 1, 1), np.float32), 1.0, 0.0, 0.0, frame.width_px, frame.height_px)

    def infer(self, inputs: Sequence[Prepared]) -> list[Answer]:
        self.goes_on.wait(10)
        time.sleep(self.takes_s)
        if self.fails:
            raise BadModelError("Mô hình hỏng.")
        self.seen += len(inputs)
        return [np.empty((0, 0), np.float32)] * len(inputs)

    def read(self, prepared: Prepared, answer: Answer) -> Detections:
        boxes = np.array([[80, 20, 120, prepared.height_px + 3]], np.float32)
        return Detections(boxes, np.array([0.9], np.float32), np.array([0], np.int32))

    def detect(self, frame: Frame) -> Detections:
        prepared = self.prepare(frame)
        return self.read(prepared, self.infer([prepared])[0])

    def close(self) -> None:
        self.goes_on.set()


class Room:
    """A detector thread and everything around it, in this process."""

    def __init__(self, folder: Path, error: ModelError | None = None, most_busy: float = 1.0) -> None:
        self.said: list[FromShard] = []
        self.detector = FakeDetector()
        self.mailbox = Mailbox()
        self.clock = StepClock()
        self.pulse = Pulse(self.clock)
        self.stills = Stills(folder, self.said.append, self.pulse)
        self.analysis = Analysis(CAMERA, itertools.count(1), self.said.append, self.stills, 0.4)
        self._error = error
        self.thread = DetectorThread(
            "may",
            self._load,
            self.mailbox,
            {"cong": self.analysis},
            self.said.append,
            self.pulse,
            SystemClock(),
            most_busy,
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
        time.sleep(0.1)
    room.detector.fails = False
    room.look(time.monotonic())
    wait_for(lambda: room.health() == [True, False, True], 5, f"three changes, not {room.health()}")


def test_engine_computes_no_more_than_its_share_of_the_time(tmp_path: Path) -> None:
    room = Room(tmp_path, most_busy=0.25)
    room.detector.takes_s = 0.02
    wait_for(lambda: room.health() == [True], 5, "the detector works")
    until = time.monotonic() + 1.6
    while time.monotonic() < until:
        room.look(time.monotonic())
        time.sleep(0.005)
    assert 0.6 * 20 <= room.detector.seen <= 20 + 2


def test_feet_at_the_pictures_edge_are_in_the_zone_and_dark_camera_ends_its_tracks(tmp_path: Path) -> None:
    room = Room(tmp_path)
    seen = time.monotonic()
    room.look(seen - 0.2)
    wait_for(lambda: room.detector.seen == 1, 5, "a first look")
    room.look(seen)
    wait_for(lambda: any(isinstance(each, Tracks) for each in room.said), 5, "tracks")
    (tracks,) = (each for each in room.said if isinstance(each, Tracks))
    assert tracks.tracks[0].box == pytest.approx((0.4, 0.2, 0.6, 1.0))
    assert room.analysis.wants(seen)
    room.analysis.end_when_dark(7, seen + DARK_S + 1)
    assert room.said[-1] == Tracks("cong", 7, seen + DARK_S + 1, ())
    assert not room.analysis.wants(seen)
