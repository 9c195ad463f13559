"""Average precision of one detector on one COCO folder, computed by faster-coco-eval (the extra `eval`)."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from models.base import Detector, Frame
from models.errors import BadDataError, BadModelError
from models.evaluation.coco_folder import CocoFolder
from models.evaluation.thresholds import CONFIDENCE, MAX_OVERLAP
from models.registry import open_detector

# The first six figures of the COCO table, in its order.
FIGURES: Final = ("ap", "ap50", "ap75", "ap_small", "ap_medium", "ap_large")


@dataclass(frozen=True, slots=True)
class Scores:
    """0..1, None where the folder has nothing of that size. `judged` are the classes that both sides know."""

    figures: Mapping[str, float | None]
    judged: tuple[str, ...]
    left_out: tuple[str, ...]
    pictures: int
    boxes: int


def open_for_judging(backend: str, path: Path) -> Detector:
    """A detector that reports nearly every box. Raises ModelError."""
    return open_detector(backend, {"path": path, "confidence": CONFIDENCE, "max_overlap": MAX_OVERLAP})


def score(detector: Detector, data: CocoFolder, done: Callable[[], None]) -> Scores:
    """Look at every picture and judge. `done` is called after each. Raises BadDataError, ModelError.

    Only classes that the model knows are judged, by name, whatever their case: the others say nothing about it.
    """
    known = {label.casefold(): index for index, label in enumerate(detector.labels)}
    classes = {known[name.casefold()]: id_ for id_, name in data.categories.items() if name.casefold() in known}
    if not classes:
        raise BadDataError(
            f"{data.annotations}: mô hình không biết lớp nào trong {', '.join(data.categories.values())}."
        )
    found = [row for id_, path in data.pictures.items() for row in _look(detector, id_, str(path), classes, done)]
    judged = sorted(classes.values())
    return Scores(
        judge(data, found, judged),
        tuple(data.categories[id_] for id_ in judged),
        tuple(name for id_, name in data.categories.items() if id_ not in judged),
        len(data.pictures),
        sum(one["category_id"] in judged for one in data.document["annotations"]),
    )


def _look(
    detector: Detector, image: int, path: str, classes: Mapping[int, int], done: Callable[[], None]
) -> Iterator[dict[str, Any]]:
    picture = cv2.imread(path)
    if picture is None:
        raise BadDataError(f"{path}: không phải ảnh đọc được.")
    seen = detector.detect(Frame(np.asarray(picture, np.uint8)))
    done()
    for (left, top, right, bottom), sure, kind in zip(seen.boxes, seen.scores, seen.classes, strict=True):
        if int(kind) in classes:
            box = [float(left), float(top), float(right - left), float(bottom - top)]
            yield {"image_id": image, "category_id": classes[int(kind)], "bbox": box, "score": float(sure)}


def judge(data: CocoFolder, found: list[dict[str, Any]], judged: list[int]) -> dict[str, float | None]:
    """The figures of the COCO table for these boxes and these category ids."""
    if not found:
        return dict.fromkeys(FIGURES, 0.0)
    coco, evaluator = _library()
    # The library speaks to whoever stands at the terminal; we say the same in one table.
    with contextlib.redirect_stdout(io.StringIO()):
        truth = coco(_completed(data.document))
        bench = evaluator(truth, truth.loadRes(found), "bbox")
        bench.params.catIds = judged
        bench.run()
    figures = zip(FIGURES, (float(one) for one in bench.stats), strict=False)
    # The library says -1 where there is nothing to judge.
    return {name: figure if figure >= 0 else None for name, figure in figures}


def _library() -> tuple[Any, Any]:
    try:
        from faster_coco_eval import COCO, COCOeval_faster  # noqa: PLC0415 - an optional package
    except ModuleNotFoundError as error:
        raise BadModelError(f"Máy chưa cài phần thêm “eval”: {error}.") from error
    return COCO, COCOeval_faster


def _completed(document: Mapping[str, Any]) -> dict[str, Any]:
    """With the fields that some exporters leave out, and ids from 1: the library takes 0 for "no match"."""
    rows = [
        {"iscrowd": 0, "area": one["bbox"][2] * one["bbox"][3], **one, "id": number}
        for number, one in enumerate(document["annotations"], start=1)
    ]
    return {"info": {}, **document, "annotations": rows}
