"""One process of the backlog bench: a bare loop of the engine, or a shard's detector with more pictures than it can do.

    python -m hil.bench.backlog_child '{"work": "shard", "film": "bikes.mp4", …}'

Writes `ready`, waits for a line, works, and writes its figures as one line of JSON. The shard's pictures come from
threads that decode the film beside the detector, as its cameras do.
"""

import itertools
import json
import os
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import numpy as np
from numpy.typing import NDArray

from edge.kernel.clock import SystemClock
from edge.kernel.wire.vision import CameraSetup
from edge.workers.vision.detect.analysis import Analysis
from edge.workers.vision.detect.detecting import DetectorThread
from edge.workers.vision.detect.mailbox import Look, Mailbox, Shares
from edge.workers.vision.pulse import Pulse
from edge.workers.vision.stills import Stills
from models.base import Answer, Detections, Detector, Frame, Prepared
from models.registry import open_detector

FILM_FPS = 15
SETTLE_S = 1.0
WIDTH, HEIGHT = 640, 360
MOVES: Shares = (0.4, 0.45, 0.5, 0.75)
"""What moves in every picture: each look is one crop at the camera's own resolution, and now and then all of it."""


@dataclass(frozen=True, slots=True)
class Task:
    """What this process does, for how long."""

    work: str
    backend: str
    model: str
    film: str
    threads: int
    cameras: int
    busy: int
    seconds: float


@dataclass(slots=True)
class Figures:
    """What was measured. Between two turns of a camera: the longest time of any one, and the slowest camera's mean."""

    regions_s: float
    engine_share: float
    longest_to_median: float = 0.0
    slowest_to_median: float = 0.0


class Timed:
    """The detector itself, and how long its engine ran."""

    def __init__(self, detector: Detector) -> None:
        self._detector = detector
        self.labels, self.input_size = detector.labels, detector.input_size
        self.most_at_once = detector.most_at_once
        self.regions = 0
        self.inside_s = 0.0

    def prepare(self, frame: Frame) -> Prepared:
        """See Detector."""
        return self._detector.prepare(frame)

    def infer(self, inputs: Sequence[Prepared]) -> list[Answer]:
        """See Detector."""
        began = time.perf_counter()
        answers = self._detector.infer(inputs)
        self.inside_s += time.perf_counter() - began
        self.regions += len(inputs)
        return answers

    def read(self, prepared: Prepared, answer: Answer) -> Detections:
        """See Detector."""
        return self._detector.read(prepared, answer)

    def detect(self, frame: Frame) -> Detections:
        """See Detector."""
        return self._detector.detect(frame)

    def close(self) -> None:
        """See Detector."""
        self._detector.close()


class TimedMailbox(Mailbox):
    """The mailbox itself, never empty of a camera once it was fed, and when each camera had its turn."""

    def __init__(self) -> None:
        super().__init__()
        self.turns: dict[str, list[float]] = {}

    def take(self, timeout_s: float) -> Look | None:
        """See Mailbox."""
        look = super().take(timeout_s)
        if look is not None:
            self.turns.setdefault(look.camera, []).append(time.perf_counter())
            self.put(replace(look, steady=time.monotonic()))
        return look


def main() -> None:
    """Do the task given on the command line."""
    task = Task(**json.loads(sys.argv[1]))
    settings = {"path": Path(task.model), "threads": task.threads, "classes": ("person", "bicycle", "car")}
    detector = Timed(open_detector(task.backend, settings))
    figures = bare(detector, task) if task.work == "bare" else shard(detector, task)
    print(json.dumps(asdict(figures)), flush=True)  # noqa: T201 - its interface
    os._exit(0)  # the threads of a shard never end, and the engine's own must not outlive the interpreter


def bare(detector: Timed, task: Task) -> Figures:
    """The engine alone, on inputs that lie ready."""
    inputs = [detector.prepare(Frame(next(pictures(task.film))))] * detector.most_at_once
    _until(time.perf_counter() + SETTLE_S, detector, inputs)
    _wait_for_start()
    began, regions, inside_s = time.perf_counter(), detector.regions, detector.inside_s
    _until(began + task.seconds, detector, inputs)
    passed_s = time.perf_counter() - began
    return Figures((detector.regions - regions) / passed_s, (detector.inside_s - inside_s) / passed_s)


def _until(end: float, detector: Timed, inputs: Sequence[Prepared]) -> None:
    while time.perf_counter() < end:
        detector.infer(inputs)


def shard(detector: Timed, task: Task) -> Figures:
    """The detector's threads of a shard, fed by cameras that decode beside them."""
    clock, mailbox = SystemClock(), TimedMailbox()
    pulse, ids = Pulse(clock), itertools.count(1)
    with TemporaryDirectory() as folder:
        stills = Stills(Path(folder), _unsent, pulse)
        names = [f"cam-{number}" for number in range(task.cameras)]
        analyses = {name: Analysis(CameraSetup(name, ""), ids, _unsent, stills, 0.4) for name in names}
        DetectorThread("bench", lambda: detector, mailbox, analyses, _unsent, pulse, clock).start()
        for number, name in enumerate(names[: task.busy]):
            threading.Thread(target=_feed, args=(name, mailbox, task.film, number / FILM_FPS), daemon=True).start()
        time.sleep(SETTLE_S)
        _wait_for_start()
        return _watched(detector, mailbox, task.seconds)


def _watched(detector: Timed, mailbox: TimedMailbox, seconds: float) -> Figures:
    began, regions, inside_s = time.perf_counter(), detector.regions, detector.inside_s
    time.sleep(seconds)
    passed_s = time.perf_counter() - began
    gaps = [np.diff([at for at in turns if at >= began]) for turns in mailbox.turns.values()]
    median = float(np.median(np.concatenate(gaps)))
    return Figures(
        (detector.regions - regions) / passed_s,
        (detector.inside_s - inside_s) / passed_s,
        max(float(one.max()) for one in gaps) / median,
        max(float(one.mean()) for one in gaps) / median,
    )


def _feed(camera: str, mailbox: Mailbox, film: str, offset_s: float) -> None:
    due = time.perf_counter() + offset_s
    for picture in pictures(film):
        due += 1 / FILM_FPS
        time.sleep(max(0.0, due - time.perf_counter()))
        mailbox.put(Look(camera, picture, 0, time.monotonic(), (MOVES,)))


def pictures(film: str) -> Iterator[NDArray[np.uint8]]:
    """The film's pictures again and again, as small as a sub stream's."""
    while True:
        with av.open(film) as container:
            container.streams.video[0].codec_context.thread_count = 1
            for frame in container.decode(video=0):
                yield frame.to_ndarray(format="bgr24", width=WIDTH, height=HEIGHT)


def _wait_for_start() -> None:
    print("ready", flush=True)  # noqa: T201 - its interface
    sys.stdin.readline()


def _unsent(_: object) -> None:
    """Nobody listens to this shard."""


if __name__ == "__main__":
    main()
