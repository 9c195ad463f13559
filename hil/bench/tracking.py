"""Trackers by MOTA, IDF1 and switched numbers (motmetrics): the product's own and those of the library `trackers`.

Each sees the same detections of the same seeds, and is told when each picture was taken.
"""

import importlib
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import supervision
import trackers

from edge.core.vision import Box
from edge.workers.vision.detect.found import Found
from edge.workers.vision.detect.tracker import Tracker
from hil.bench.outcome import BenchUnavailableError, Case, Outcome, Ratio, Round, Say, ratio
from hil.bench.tracking_scenes import HEIGHT, SEQUENCES, WIDTH, Numbers, Picture, Scene, pictures, street

SCENES = (Scene(25, 0), Scene(25, 1), Scene(5, 0), Scene(5, 1), Scene(5, 2))
STREETS = (Scene(5, widths=0.7), Scene(5, widths=1.2), Scene(5, widths=1.5))
SURE, LOST_S, LIBRARY_FPS = 0.4, 2.5, 30
LEAST_OVERLAP = 0.5
"""Of a tracked box with a person's, below which it is somebody else: motmetrics' usual bound."""

Seen = Sequence[tuple[int, Numbers]]
Follow = Callable[[float, Numbers], Seen]
"""Time and detections of a picture to the numbers and boxes that the tracker reports for it."""

COMMON = {"lost_track_buffer": round(LOST_S * LIBRARY_FPS), "minimum_consecutive_frames": 1}
TWO_STAGES = {"track_activation_threshold": SURE, "high_conf_det_threshold": SURE}
LIBRARY: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "SORT": ("SORTTracker", {"track_activation_threshold": SURE}),
    "OC-SORT": ("OCSORTTracker", {"high_conf_det_threshold": SURE}),
    "BoT-SORT": ("BoTSORTTracker", {**TWO_STAGES, "enable_cmc": False}),
    "C-BIoU": ("CBIoUTracker", TWO_STAGES),
    "ByteTrack": ("ByteTrackTracker", TWO_STAGES),
}


def measure(quick: bool, say: Say) -> Outcome:
    """Every tracker on every scene, once per seed; a round is both sequences together."""
    if find_spec("motmetrics") is None:
        raise BenchUnavailableError("motmetrics is not installed: ./run setup")
    seeds = 2 if quick else 10
    makers: dict[str, Callable[[Scene], Follow]] = {"product": _product}
    makers |= {name: partial(_of_library, *choice) for name, choice in LIBRARY.items()}
    cases = []
    for scene, (name, make) in itertools.product((*SCENES, *STREETS), makers.items()):
        say(f"{scene.name}: {name}")
        cases.append(Case(f"{name}, {scene.name}", tuple(_round(scene, make, seed) for seed in range(seeds))))
    settings: Mapping[str, str | int | float] = {
        "sequences": ", ".join(SEQUENCES),
        "seeds": seeds,
        "sure": SURE,
        "lost_s": LOST_S,
    }
    return Outcome(tuple(cases), tuple(_ratios(cases)), ("idf1", "mota", "switches"), settings)


def _ratios(cases: Iterable[Case]) -> Iterator[Ratio]:
    """The product to the plainest of the trackers, scene by scene."""
    known = {case.name: case for case in cases}
    for scene in (*SCENES, *STREETS):
        product, plain = (known[f"{name}, {scene.name}"] for name in ("product", "SORT"))
        yield ratio(f"IDF1: product to SORT, {scene.name}", "idf1", product, plain)


def _round(scene: Scene, make: Callable[[Scene], Follow], seed: int) -> Round:
    metrics: Any = importlib.import_module("motmetrics")
    data = Path(metrics.__file__).parent / "data"
    films = [street(scene, seed)] if scene.widths else [pictures(data / name, scene, seed) for name in SEQUENCES]
    accounts = [_account(metrics, film, make(scene)) for film in films]
    names = [str(number) for number in range(len(films))]
    wanted = ["mota", "idf1", "num_switches"]
    table = metrics.metrics.create().compute_many(accounts, names=names, metrics=wanted, generate_overall=True)
    overall = table.loc["OVERALL"]
    return {"mota": float(overall.mota), "idf1": float(overall.idf1), "switches": float(overall.num_switches)}


def _account(metrics: Any, seen: Iterable[Picture], follow: Follow) -> Any:  # noqa: ANN401 - motmetrics ships no types
    account = metrics.MOTAccumulator(auto_id=True)
    for picture in seen:
        reported = follow(picture.at_s, picture.detections)
        distances = _distances(list(picture.truth.values()), [box for _, box in reported])
        account.update(list(picture.truth), [number for number, _ in reported], distances)
    return account


def _distances(truth: Sequence[Numbers], reported: Sequence[Numbers]) -> Numbers:
    """1 - overlap, and not a number where they are not the same person (motmetrics' own does not run on numpy 2)."""
    one, other = np.array(truth).reshape(-1, 1, 4), np.array(reported).reshape(1, -1, 4)
    sides = np.minimum(one[..., 2:], other[..., 2:]) - np.maximum(one[..., :2], other[..., :2])
    common = np.prod(np.maximum(sides, 0), axis=2)
    areas = np.prod(one[..., 2:] - one[..., :2], axis=2) + np.prod(other[..., 2:] - other[..., :2], axis=2)
    distances = 1 - common / (areas - common)
    return np.where(distances <= 1 - LEAST_OVERLAP, distances, np.nan)


def _product(_scene: Scene) -> Follow:
    tracker = Tracker(itertools.count(1), SURE)
    scale = np.array((WIDTH, HEIGHT, WIDTH, HEIGHT))

    def follow(at_s: float, detections: Numbers) -> Seen:
        things = [Found("person", float(row[4]), Box(*(row[:4] / scale).tolist())) for row in detections]
        tracks = [track for track in tracker.update(things, at_s) if not track.misses]
        return [(track.id, _corners(track.box) * scale) for track in tracks]

    return follow


def _corners(box: Box) -> Numbers:
    return np.array((box.left, box.top, box.right, box.bottom))


def _of_library(name: str, settings: Mapping[str, object], scene: Scene) -> Follow:
    tracker = getattr(trackers, name)(frame_rate=float(scene.fps), **COMMON, **settings)

    def follow(at_s: float, detections: Numbers) -> Seen:
        given = supervision.Detections(xyxy=detections[:, :4], confidence=detections[:, 4])
        seen = tracker.update(given, timestamp=at_s)
        return [(int(number), box) for number, box in zip(seen.tracker_id, seen.xyxy, strict=True) if number >= 0]

    return follow
