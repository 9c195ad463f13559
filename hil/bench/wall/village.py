"""A commune of 29 cameras for the wall: a real box, real RTSP, films that tell their time."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hil.bench.eyes.box import WatchedBox, watched_box
from hil.bench.eyes.settings import Watching
from hil.bench.outcome import Say
from hil.bench.wall.clock_films import CLOCK_AREA, ClockFilm, clock_films
from hil.cameras import Cameras, serve
from hil.clips import make_clips
from hil.harness import ROOT

COUNT = 29
SHARDS = 1
"""As a box of two cores has it unless told otherwise."""
CLIPS = ROOT / "var" / "clips"


@dataclass(frozen=True, slots=True)
class Village:
    """The running commune; ``films`` are those of the cameras that carry a clock."""

    box: WatchedBox
    cameras: Cameras
    films: dict[str, ClockFilm]

    def behind_s(self, camera: str, number: int, at_ms: float) -> float | None:
        """How long ago the camera sent this picture, which the page showed at ``at_ms`` (UTC); None without a clock."""
        film, began = self.films.get(camera), self.cameras.began.get(camera)
        if film is None or not began:
            return None
        shown = at_ms / 1000 - (time.time() - time.monotonic())
        return (shown - began[-1] - number / film.fps) % film.length_s


@contextmanager
def village(say: Say, count: int = COUNT, busy: int = 0, *, restart: bool = False) -> Iterator[Village]:
    """``count`` cameras, all online; ``busy`` of them film people who come and go; ``restart`` as systemd does it.

    Raises BenchUnavailableError.
    """
    films = clock_films(say)
    quiet = {name: films[number % len(films)] for number, name in enumerate(_names(count)[busy:])}
    mounts = {name: film.path for name, film in quiet.items()} | _busy(count, busy)
    say("cameras and box")
    with serve(mounts, apart=True) as cameras:
        watch = {name: cameras.url(name) for name in _names(count)}
        with watched_box(Watching(watch, {}, shards=SHARDS, mask=CLOCK_AREA), restart=restart) as box:
            box.wait_online(count)
            yield Village(box, cameras, quiet)


def _names(count: int) -> list[str]:
    return [f"cam-{number + 1:02d}" for number in range(count)]


def _busy(count: int, busy: int) -> dict[str, Path]:
    if not busy:
        return {}
    clips = [clip for clip in make_clips(CLIPS) if clip.people_s]
    return {name: clips[number % len(clips)].path for number, name in enumerate(_names(count)[:busy])}
