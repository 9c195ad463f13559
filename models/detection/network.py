"""A detector, whatever engine runs its network and whatever form its answer has."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from models.base import Answer, Blob, Detections, Frame, Prepared
from models.detection.head import Head
from models.detection.letterbox import back, fit
from models.detection.nms import keep_best
from models.detection.reading import MANNERS, Candidates
from models.detection.settings import DetectorSettings
from models.errors import BadModelError
from models.private import refuse_private

# Ultralytics' own limit on boxes in one picture.
MOST_BOXES: Final = 300
HEAD_NOTE: Final = "molang.head"

Shape = tuple[int, ...]


class Engine(Protocol):
    """A loaded network: what it says of itself, and how it is run. Lengths it leaves open are -1."""

    notes: Mapping[str, str]
    inputs: tuple[Shape, ...]
    outputs: tuple[Shape, ...]
    most_at_once: int

    def run(self, blobs: Sequence[Blob]) -> list[Answer]:
        """One answer per blob, at most `most_at_once` of them. One thread at a time. Raises BadModelError."""

    def close(self) -> None:
        """Give back what does not go by itself. Called once."""


class NetworkDetector:
    """See models.base.Detector."""

    def __init__(self, engine: Engine, settings: DetectorSettings) -> None:
        name = settings.path.name
        self._settings = settings
        self._engine: Engine | None = engine
        self.labels = labels_of(engine.notes, name)
        head = head_of(engine.notes, name)
        self._size = checked_size(engine.inputs, engine.outputs, head, len(self.labels), name)
        self.input_size = (self._size, self._size)
        self.most_at_once = engine.most_at_once
        self._manner = MANNERS[head]
        self._wanted = _wanted_classes(self.labels, settings)

    def prepare(self, frame: Frame) -> Prepared:
        """See models.base.Detector."""
        return fit(frame, self._size, self._manner.style)

    def infer(self, inputs: Sequence[Prepared]) -> list[Answer]:
        """See models.base.Detector."""
        if self._engine is None:
            raise BadModelError("Mô hình phát hiện đã đóng.")
        return self._engine.run([one.blob for one in inputs])

    def read(self, prepared: Prepared, answer: Answer) -> Detections:
        """See models.base.Detector."""
        seen = self._manner.candidates(answer, self._settings.confidence, self._size)
        if not (np.isfinite(seen.boxes).all() and self._known(seen.classes)):
            raise BadModelError(f"Mô hình {self._settings.path.name} trả lời không có nghĩa.")
        wanted = self._wanted[seen.classes]
        chosen = self._choose(Candidates(seen.boxes[wanted], seen.scores[wanted], seen.classes[wanted]))
        return Detections(back(chosen.boxes, prepared), np.clip(chosen.scores, 0, 1), chosen.classes)

    def detect(self, frame: Frame) -> Detections:
        """See models.base.Detector."""
        prepared = self.prepare(frame)
        (answer,) = self.infer((prepared,))
        return self.read(prepared, answer)

    def close(self) -> None:
        """See models.base.Detector."""
        engine, self._engine = self._engine, None
        if engine is not None:
            engine.close()

    def _known(self, classes: NDArray[np.int32]) -> bool:
        return bool(((classes >= 0) & (classes < len(self.labels))).all())

    def _choose(self, seen: Candidates) -> Candidates:
        if self._manner.chosen:
            kept = np.argsort(-seen.scores, kind="stable")[:MOST_BOXES]
        else:
            kept = keep_best(seen.boxes, seen.scores, seen.classes, self._settings.max_overlap, MOST_BOXES)
        return Candidates(seen.boxes[kept], seen.scores[kept], seen.classes[kept])


def labels_of(notes: Mapping[str, str], name: str) -> tuple[str, ...]:
    """The class names written into the model `name`. Raises BadModelError, BadManifestError."""
    try:
        names = ast.literal_eval(notes["names"])
        labels = tuple(str(names[index]) for index in range(len(names)))
    except (KeyError, ValueError, SyntaxError, TypeError) as error:
        raise BadModelError(f"{name} không ghi bảng nhãn của nó.") from error
    refuse_private(labels, name)
    return labels


def head_of(notes: Mapping[str, str], name: str) -> Head:
    """The head written into the model; without our own note what Ultralytics' exporter says. Raises BadModelError."""
    said = notes.get(HEAD_NOTE) or ("end2end" if notes.get("end2end") == "True" else "yolov8")
    try:
        return Head(said)
    except ValueError as error:
        raise BadModelError(f"{name} ghi head “{said}”; chỉ đọc được: {', '.join(Head)}.") from error


def checked_size(inputs: tuple[Shape, ...], outputs: tuple[Shape, ...], head: Head, labels: int, name: str) -> int:
    """The side of the network's square input. Raises BadModelError if input or output is not what `head` needs."""
    match (inputs, outputs):
        case (((1, 3, height, width),), ((1, *answer),)) if height == width > 0 and len(answer) == 2:
            expected = MANNERS[head].output(labels, height)
            if all(there in (wanted, -1) or not wanted for there, wanted in zip(answer, expected, strict=True)):
                return height
    shapes = f"đầu vào {_shown(inputs)}, đầu ra {_shown(outputs)}"
    raise BadModelError(f"{name} có {shapes}; không hợp với head {head} và {labels} nhãn.")


def _shown(shapes: tuple[Shape, ...]) -> str:
    return ", ".join(str(list(shape)) for shape in shapes)


def _wanted_classes(labels: tuple[str, ...], settings: DetectorSettings) -> NDArray[np.bool_]:
    """For each class whether it is reported. Raises BadModelError for a class that the model does not know."""
    unknown = set(settings.classes) - set(labels)
    if unknown:
        raise BadModelError(f"{settings.path.name} không biết lớp {', '.join(sorted(unknown))}.")
    return np.array([not settings.classes or label in settings.classes for label in labels], np.bool_)
