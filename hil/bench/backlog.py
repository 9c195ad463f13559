"""The detector under backlog: how much of its time the engine computes, against a bare loop of the same engine.

Each case runs in child processes of its own, one or two at a time, and all cases in turns: a busy minute of the
machine does not fall on one alone. Every look is a crop of a 640x360 picture that is decoded beside the detector.
"""

import json
import subprocess
from collections.abc import Mapping, Sequence
from functools import partial

from hil.bench.outcome import BenchUnavailableError, Case, Outcome, Ratio, Round, Say, in_turns, ratio
from hil.harness import python
from models.assets import locate
from models.detectors import ensure_detector
from models.errors import ModelError
from models.quickest import quickest_detector

CAMERAS, BUSY = 29, 8
MODEL, SIZE_PX = "yolov8n", 320
LAYOUTS = {"1 process, 1 thread": (1, 1), "1 process, 2 threads": (1, 2), "2 processes, 1 thread each": (2, 1)}
DEADLINE_S = 60.0


def measure(quick: bool, say: Say, backend: str = "") -> Outcome:
    """Each layout of processes and threads, bare and as shards, in turns; by the engine that suits this machine."""
    backend = backend or quickest_detector()
    rounds, seconds = (1, 3.0) if quick else (3, 8.0)
    try:
        model, film = ensure_detector(MODEL, SIZE_PX), locate("bikes.mp4")
    except ModelError as error:
        raise BenchUnavailableError(f"{error} (molang assets pull)") from error
    files = {"backend": backend, "model": str(model), "film": str(film)}
    measures = {
        f"{work}, {layout}": partial(_together, work, processes, {**files, "threads": threads}, seconds)
        for layout, (processes, threads) in LAYOUTS.items()
        for work in ("bare", "shard")
    }
    cases = in_turns(rounds, measures, say)
    settings: Mapping[str, str | int | float] = {
        "backend": backend,
        "model": f"{MODEL} {SIZE_PX}",
        "cameras": CAMERAS,
        "busy": BUSY,
        "seconds": seconds,
    }
    return Outcome(tuple(cases.values()), tuple(_ratios(cases)), ("regions_s", "engine_share"), settings)


def _ratios(cases: Mapping[str, Case]) -> list[Ratio]:
    return [
        ratio(f"regions/s, shard to bare: {layout}", "regions_s", cases[f"shard, {layout}"], cases[f"bare, {layout}"])
        for layout in LAYOUTS
    ]


def _together(work: str, processes: int, task: Mapping[str, str | int], seconds: float) -> Round:
    """Start so many processes, which share the cameras, let them work at the same time, and add up."""
    shared = {"cameras": CAMERAS // processes, "busy": BUSY // processes, "seconds": seconds}
    children = [_start({"work": work, **task, **shared}) for _ in range(processes)]
    try:
        _release(children)
        found = [json.loads(child.communicate(timeout=DEADLINE_S)[0]) for child in children]
    finally:
        for child in children:
            child.kill()
            child.wait()
    figures = {
        "regions_s": sum(one["regions_s"] for one in found),
        "engine_share": min(one["engine_share"] for one in found),
    }
    turns = ("longest_to_median", "slowest_to_median") if work == "shard" else ()
    return figures | {name: max(one[name] for one in found) for name in turns}


def _start(task: Mapping[str, str | int | float]) -> subprocess.Popen[str]:
    command = python("hil.bench.backlog_child", json.dumps(task))
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _release(children: Sequence[subprocess.Popen[str]]) -> None:
    """Let them all begin to measure once they are all warm."""
    for child in children:
        assert child.stdout is not None
        if child.stdout.readline() != "ready\n":
            raise BenchUnavailableError("a child of the backlog bench did not start")
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
