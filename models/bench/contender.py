"""One engine with one model, measured in a process of its own, so that its memory and its faults are its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import Final

import numpy as np

from models.base import Detector, Frame
from models.errors import ModelError
from models.registry import open_detector

# What a camera's sub stream gives. What is in it does not matter: noise costs the same.
HEIGHT_PX: Final = 360
WIDTH_PX: Final = 640


@dataclass(frozen=True, slots=True)
class Contender:
    """What is measured."""

    model: str
    size_px: int
    backend: str
    threads: int
    path: Path


@dataclass(frozen=True, slots=True)
class Started:
    """Loaded, and the first picture answered: engine's import included, Python's own start not."""

    start_s: float


@dataclass(frozen=True, slots=True)
class Refused:
    """It cannot run here, in words for people."""

    reason: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn: one picture after the other, then as many at once as the engine takes with profit.

    `cpu_ms` is the processor's time for each picture, all threads: what it takes from everybody else, and hardly
    touched by what else the machine does.
    """

    picture_ms: float
    pictures_per_s: float
    cpu_ms: float
    pss_mb: float


def serve(pipe: Connection, contender: Contender) -> None:
    """The child's life: start, then one Turn for every number of seconds that comes; None ends it."""
    frame = Frame(np.random.default_rng(7).integers(0, 256, (HEIGHT_PX, WIDTH_PX, 3), np.uint8))
    began = time.perf_counter()
    try:
        detector = open_detector(contender.backend, {"path": contender.path, "threads": contender.threads})
        detector.detect(frame)
    except ModelError as error:
        pipe.send(Refused(str(error)))
        return
    pipe.send(Started(time.perf_counter() - began))
    while (turn_s := pipe.recv()) is not None:
        pipe.send(_turn(detector, frame, turn_s))


def _turn(detector: Detector, frame: Frame, turn_s: float) -> Turn:
    together = detector.most_at_once
    one_s = median(_took(lambda: detector.detect(frame), turn_s / 2))
    cpu_before_s = time.process_time()
    all_s = _took(lambda: _detect_together(detector, frame, together), turn_s / 2)
    cpu_s = (time.process_time() - cpu_before_s) / (together * len(all_s))
    return Turn(1000 * one_s, together / median(all_s), 1000 * cpu_s, _pss_mb())


def _detect_together(detector: Detector, frame: Frame, how_many: int) -> None:
    prepared = [detector.prepare(frame) for _ in range(how_many)]
    for one, answer in zip(prepared, detector.infer(prepared), strict=True):
        detector.read(one, answer)


def _took(work: Callable[[], object], for_s: float) -> list[float]:
    """Seconds of each run, at least one."""
    took: list[float] = []
    while sum(took) < for_s:
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return took


def _pss_mb() -> float:
    """This process's share of memory, Python and OpenCV included."""
    (kilobytes,) = (
        line.split()[1] for line in Path("/proc/self/smaps_rollup").read_text().splitlines() if line.startswith("Pss:")
    )
    return int(kilobytes) / 1024
