"""What looking at regions is worth on real footage: things found, and what it costs, beside the whole picture.

Two films, each at its own size in a 640x360 picture and at half of it, as if everybody stood twice as far away. The
truth is what the same network finds at twice the input on the film's own, larger pictures: not what a person would
say, but the same for every way of looking. Motion, regions and tracks are the product's; pictures that it would not
look at, because nothing moves and nobody is followed, count for none.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from edge.core.vision import Box
from edge.kernel.clock import SystemClock
from edge.kernel.wire.vision import CameraSetup
from edge.workers.vision.decode.motion import Motion
from edge.workers.vision.detect.analysis import Analysis
from edge.workers.vision.detect.found import Found, overlap
from edge.workers.vision.detect.joining import joined
from edge.workers.vision.detect.mailbox import Look
from edge.workers.vision.detect.regions import Region, whole
from edge.workers.vision.detect.scout import Scout
from edge.workers.vision.pulse import Pulse
from edge.workers.vision.stills import Stills
from hil.bench.outcome import BenchUnavailableError, Case, Outcome, Ratio, Round, Say, ratio
from hil.clips import SHARED
from models.assets import locate
from models.base import Detector, Frame
from models.detectors import ensure_detector
from models.errors import ModelError
from models.registry import open_detector

WIDTH, HEIGHT, LOOKS_S = 640, 360, 5
MOST_PICTURES = 150
LABELS = ("person", "bicycle", "car")
SCORE, TRUE_SCORE, FOUND = 0.4, 0.5, 0.4
EVERYTHING = whole(WIDTH, HEIGHT)
TILES = (Region(0, 0, HEIGHT, HEIGHT), Region(WIDTH - HEIGHT, 0, WIDTH, HEIGHT))
BEFORE_S = 100.0
"""The first picture's time."""

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """One picture of a camera, and what is on it."""

    at_s: float
    bgr: Pixels
    truth: Sequence[Found]


@dataclass(slots=True)
class Count:
    """Of one way of looking."""

    pictures: int = 0
    truth: int = 0
    hits: int = 0
    extra: int = 0
    regions: int = 0

    def add(self, truth: Sequence[Found], found: Sequence[Found], regions: int) -> None:
        """One more picture."""
        hits = _hits(truth, found)
        self.pictures, self.truth = self.pictures + 1, self.truth + len(truth)
        self.hits, self.extra, self.regions = self.hits + hits, self.extra + len(found) - hits, self.regions + regions

    def figures(self) -> Round:
        """Share of the truth that was found; the rest per picture."""
        return {
            "recall": self.hits / max(1, self.truth),
            "extra_per_picture": self.extra / self.pictures,
            "regions_per_picture": self.regions / self.pictures,
        }


def measure(quick: bool, say: Say) -> Outcome:
    """Every film at both sizes, looked at in three ways."""
    try:
        films = [locate("bikes.mp4"), *sorted(SHARED.glob("one-by-one*.mp4"))]
        small, large = (_detector(size, score) for size, score in ((320, SCORE), (640, TRUE_SCORE)))
    except ModelError as error:
        raise BenchUnavailableError(f"{error} (molang assets pull)") from error
    cases = []
    for film, size in itertools.product(films, (1.0, 0.5)):
        say(f"{film.stem}, {size:g}")
        pictures = itertools.islice(_pictures(film, size, large), 20 if quick else MOST_PICTURES)
        cases += [
            Case(f"{way}, {film.stem}, size {size:g}", (count.figures(),))
            for way, count in _looked(pictures, small).items()
        ]
    settings = {"input_px": 320, "score": SCORE}
    return Outcome(tuple(cases), tuple(_ratios(cases)), ("recall", "regions_per_picture"), settings)


def _ratios(cases: Sequence[Case]) -> Iterator[Ratio]:
    """What looking closely brings, film by film."""
    known = {case.name: case for case in cases}
    for name, case in known.items():
        way, _, film = name.partition(", ")
        if way == "regions":
            yield ratio(f"recall: regions to the whole picture, {film}", "recall", case, known[f"whole, {film}"])


def _detector(size_px: int, score: float) -> Detector:
    settings = {"path": ensure_detector("yolov8n", size_px), "classes": LABELS, "confidence": score, "threads": 2}
    return open_detector("detect_onnx", settings)


def _pictures(film: Path, size: float, large: Detector) -> Iterator[Picture]:
    """LOOKS_S pictures a second; a film that is made smaller stands in the middle of a grey picture."""
    with av.open(str(film)) as container:
        rate = container.streams.video[0].average_rate
        for frame in itertools.islice(container.decode(video=0), 0, None, max(1, round(rate / LOOKS_S))):
            full = np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
            yield Picture(BEFORE_S + frame.time, *_placed(full, size, _found(large, full, [whole(*_size(full))])))


def _placed(full: Pixels, size: float, truth: Sequence[Found]) -> tuple[Pixels, Sequence[Found]]:
    width_px, height_px = _size(full)
    scale = size * min(WIDTH / width_px, HEIGHT / height_px)
    small = cv2.resize(full, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    wide, high = _size(np.asarray(small, np.uint8))
    left, top = (WIDTH - wide) // 2, (HEIGHT - high) // 2
    canvas = np.full((HEIGHT, WIDTH, 3), 110, np.uint8)
    canvas[top : top + high, left : left + wide] = small
    return canvas, [Found(one.label, one.score, _moved(one.box, left, top, wide, high)) for one in truth]


def _moved(box: Box, left: int, top: int, wide: int, high: int) -> Box:
    return Box(
        (left + box.left * wide) / WIDTH,
        (top + box.top * high) / HEIGHT,
        (left + box.right * wide) / WIDTH,
        (top + box.bottom * high) / HEIGHT,
    )


def _looked(pictures: Iterator[Picture], detector: Detector) -> dict[str, Count]:
    counts = {"whole": Count(), "regions": Count(), "two tiles": Count()}
    with TemporaryDirectory() as folder:
        stills = Stills(Path(folder), lambda _: None, Pulse(SystemClock()))
        analysis = Analysis(CameraSetup("film", ""), itertools.count(1), lambda _: None, stills, SCORE)
        product = partial(_product_looks, Motion(), Scout(analysis, 320), analysis)
        for picture in pictures:
            look = Look("film", picture.bgr, 0, picture.at_s)
            chosen = product(look)
            if chosen:
                for name, regions in (("whole", (EVERYTHING,)), ("two tiles", TILES), ("regions", chosen)):
                    found = _found(detector, picture.bgr, regions)
                    counts[name].add(picture.truth, found, len(regions))
                analysis.add(look, found)
    return counts


def _product_looks(motion: Motion, scout: Scout, analysis: Analysis, look: Look) -> Sequence[Region]:
    """Where the shard would look; nowhere when nothing moves and nothing is followed."""
    grey = np.asarray(cv2.cvtColor(look.bgr, cv2.COLOR_BGR2GRAY), np.uint8)
    boxes = motion.moving(grey, known=analysis.expected(look.steady))
    if not boxes and not motion.light_changed and not analysis.wants(look.steady):
        return ()
    return scout.regions(Look(look.camera, look.bgr, 0, look.steady, boxes), 0)


def _found(detector: Detector, bgr: Pixels, regions: Sequence[Region]) -> list[Found]:
    crops = ((at, bgr[at.top : at.bottom, at.left : at.right]) for at in regions)
    return joined([(at, detector.detect(Frame(crop))) for at, crop in crops], detector.labels, *_size(bgr))


def _size(bgr: Pixels) -> tuple[int, int]:
    return int(bgr.shape[1]), int(bgr.shape[0])


def _hits(truth: Sequence[Found], found: Sequence[Found]) -> int:
    """How many of the truth were found, each by another box."""
    left = list(found)
    for thing in truth:
        near = [one for one in left if one.label == thing.label and overlap(one.box, thing.box) >= FOUND]
        if near:
            left.remove(max(near, key=lambda one: overlap(one.box, thing.box)))
    return len(found) - len(left)
