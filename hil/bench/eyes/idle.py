"""What 29 cameras cost where nothing happens: ours, every picture decoded, the reference, mere reading."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from hil.bench.eyes.box import WatchedBox, watched_box
from hil.bench.eyes.contenders import Contender, demux_only, reference
from hil.bench.eyes.settings import Watching
from hil.bench.films.description import Description
from hil.bench.films.library import Film, loop_films
from hil.bench.outcome import BenchUnavailableError, Case, Ratio, Round, Say, in_turns, ratio
from hil.cameras import Cameras, serve

OURS, ALWAYS, RECORDING = "ours, quiet", "ours, every picture decoded", "ours, quiet, main streams recorded"
REFERENCE, DEMUX = "reference: an ffmpeg each", "packets read, nothing else"
TO_REFERENCE, TO_RECORDING = "CPU: the reference to ours", "CPU: recording 29 main streams to not recording"
CPU = "cpu_pct"
COUNT = 29


@dataclass(frozen=True, slots=True)
class Timing:
    """How often and how long is measured: `settle_s` from the last camera's first picture to the window."""

    rounds: int
    settle_s: float
    window_s: float


QUICK, WHOLE = Timing(1, 4.0, 5.0), Timing(3, 20.0, 20.0)


@dataclass(frozen=True, slots=True)
class Idle:
    """What was found: cases by name, and how rich the streams were."""

    cases: Mapping[str, Case]
    ratios: tuple[Ratio, ...]
    settings: Mapping[str, str | int | float]


def measure(about: Description, timing: Timing, say: Say, only_ours: bool = False) -> Idle:
    """CPU of each contender, in turns; memory of our box with all its processes."""
    quiet, main = loop_films(about.quiet, say), loop_films(about.main, say)
    with serve(_mounts(quiet, main)) as cameras:
        measures = _measures(cameras, about.shards, timing)
        if only_ours:
            measures = {OURS: measures[OURS]}
        cases = in_turns(timing.rounds, measures, say)
    return Idle(cases, () if only_ours else _ratios(cases), _settings(quiet, main, timing))


def _mounts(quiet: tuple[Film, ...], main: tuple[Film, ...]) -> dict[str, Path]:
    films = {name: quiet[number % len(quiet)].path for number, name in enumerate(names())}
    return films | {main_of(name): main[number % len(main)].path for number, name in enumerate(names())}


def names() -> list[str]:
    """The cameras."""
    return [f"cam-{number + 1:02d}" for number in range(COUNT)]


def main_of(name: str) -> str:
    """The main stream of a camera."""
    return f"{name}-main"


def _measures(cameras: Cameras, shards: int, timing: Timing) -> dict[str, Callable[[], Round]]:
    watch = {name: cameras.url(name) for name in names()}
    record = {name: cameras.url(main_of(name)) for name in names()}
    ours = partial(_ours, timing=timing)
    return {
        OURS: partial(ours, Watching(watch, {}, shards)),
        ALWAYS: partial(ours, Watching(watch, {}, shards, decode="always")),
        RECORDING: partial(ours, Watching(watch, record, shards)),
        REFERENCE: lambda: _other(reference, list(watch.values()), timing),
        DEMUX: lambda: _other(demux_only, list(watch.values()), timing),
    }


def _ours(watching: Watching, timing: Timing) -> Round:
    with watched_box(watching) as box:
        online_s = box.wait_online(len(watching.watch))
        time.sleep(timing.settle_s)
        box.tree.restart()
        time.sleep(timing.window_s)
        used = box.tree.read()
        incidents = box.ask("SELECT count(*) FROM incident")[0][0]
        figures = {CPU: used.cpu_pct, "pss_mb": box.tree.pss_mb(), "online_s": online_s, "incidents": float(incidents)}
        if watching.record:
            figures["recorded_mb"] = _recorded_mb(box)
    return figures


def _recorded_mb(box: WatchedBox) -> float:
    """Since its start. Raises BenchUnavailableError when nothing was: recording that does not record costs nothing."""
    written = sum(path.stat().st_size for path in box.recordings.rglob("*") if path.is_file())
    if written == 0:
        raise BenchUnavailableError(f"nothing is recorded: {box.cameras()[names()[0]]}")
    return written / 1e6


def _other(start: "Callable[..., object]", urls: list[str], timing: Timing) -> Round:
    with start(urls) as running:  # type: ignore[attr-defined]
        assert isinstance(running, Contender)
        running.wait_for_pictures(len(urls))
        time.sleep(timing.settle_s)
        running.tree.restart()
        before = running.pictures()
        time.sleep(timing.window_s)
        used, pictures = running.tree.read(), running.pictures() - before
        return {CPU: used.cpu_pct, "pss_mb": running.tree.pss_mb(), "pictures_per_s": pictures / used.window_s}


def _ratios(cases: Mapping[str, Case]) -> tuple[Ratio, ...]:
    return (
        ratio(TO_REFERENCE, CPU, cases[REFERENCE], cases[OURS]),
        ratio(TO_RECORDING, CPU, cases[RECORDING], cases[OURS]),
        ratio("CPU: every picture decoded to ours", CPU, cases[ALWAYS], cases[OURS]),
        ratio("CPU: ours to mere reading", CPU, cases[OURS], cases[DEMUX]),
    )


def _settings(quiet: tuple[Film, ...], main: tuple[Film, ...], timing: Timing) -> dict[str, str | int | float]:
    return {
        "window_s": timing.window_s,
        "quiet_kbit_s": " ".join(f"{film.kbit_s:.0f}" for film in quiet),
        "main_kbit_s": " ".join(f"{film.kbit_s:.0f}" for film in main),
    }
