"""How many of the pasted people the box's own model finds at all, when it is shown where to look.

A visit that no detector could see says nothing about who decodes what; so this share is told beside the recall.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from hil.bench.films.library import Film
from hil.bench.films.scene import box_of
from hil.bench.films.script import Visit
from models.base import Detector, Frame
from models.detectors import ensure_detector
from models.registry import open_detector

SIZE_PX = 320
MIN_SCORE = 0.4
LOOKS = (0.25, 0.5, 0.75)
"""Shares of a visit's time at which it is looked at."""
ROOM = 1.4
"""The part that is looked at is so many times the person's height, square: as a region around motion is."""


def legible_share(films: Sequence[Film]) -> float:
    """Of three pictures of each visit, the share on which the person is found; kept beside each film."""
    detector = open_detector("detect_onnx", {"path": ensure_detector("yolov8n", SIZE_PX), "threads": 1})
    try:
        found = [seen for film in films for seen in _kept(film, detector)]
    finally:
        detector.close()
    return sum(found) / len(found)


def _kept(film: Film, detector: Detector) -> list[bool]:
    note = film.path.with_suffix(".legible.json")
    stamp = film.path.stat().st_mtime_ns
    if note.exists() and (kept := json.loads(note.read_text()))["film"] == stamp:
        return list(kept["found"])
    found = list(_looks(film, detector))
    note.write_text(json.dumps({"film": stamp, "found": found}))
    return found


def _looks(film: Film, detector: Detector) -> Iterator[bool]:
    moments = [(visit, into * visit.lasts_s) for visit in film.script.visits for into in LOOKS]
    for (visit, into_s), picture in zip(moments, _pictures(film.path, moments), strict=True):
        yield _is_found(picture, box_of(visit, film.look, into_s), detector)


def _pictures(path: Path, moments: Sequence[tuple[Visit, float]]) -> Iterator[NDArray[np.uint8]]:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        for visit, into_s in moments:
            at_s = visit.onset_s + into_s
            container.seek(int(at_s / stream.time_base), stream=stream)
            frames = (frame for frame in container.decode(stream) if frame.time >= at_s)
            yield next(frames).to_ndarray(format="bgr24")


def _is_found(picture: NDArray[np.uint8], box: tuple[float, float, float, float], detector: Detector) -> bool:
    rows, columns = picture.shape[:2]
    left, top, right, bottom = box[0] * columns, box[1] * rows, box[2] * columns, box[3] * rows
    side = min(round((bottom - top) * ROOM), rows, columns)
    x = min(max(0, round((left + right - side) / 2)), columns - side)
    y = min(max(0, round((top + bottom - side) / 2)), rows - side)
    prepared = detector.prepare(Frame(np.ascontiguousarray(picture[y : y + side, x : x + side])))
    seen = detector.read(prepared, detector.infer([prepared])[0])
    person = detector.labels.index("person")
    return bool(np.any((seen.classes == person) & (seen.scores >= MIN_SCORE)))
