"""A YOLOv8 detector on ONNX Runtime."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from models.backends.detect_onnx.letterbox import Letterbox
from models.backends.detect_onnx.nms import keep_best
from models.backends.detect_onnx.settings import Settings
from models.backends.onnx_errors import LOAD_ERRORS
from models.base import Boxes, Detections, Frame
from models.errors import BadModelError
from models.manifest import refuse_private_labels

# Ultralytics' own limit on boxes in one picture.
MOST_BOXES: Final = 300


class OnnxDetector:
    """See models.base.Detector. Not for several threads: the input buffer is its own."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._session: Any = open_session(settings)
        self.labels = labels_in(self._session, settings.path)
        size_px = _square_input(self._session, settings.path)
        self.input_size = (size_px, size_px)
        self._input = self._session.get_inputs()[0].name
        self._letterbox = Letterbox(size_px)
        self._wanted = wanted_classes(self.labels, settings)

    def detect(self, frame: Frame) -> Detections:
        """Everything found, best score first, boxes in the frame's own pixels. Raises BadModelError when closed."""
        if self._session is None:
            raise BadModelError("Mô hình phát hiện đã đóng.")
        (rows,) = self._session.run(None, {self._input: self._letterbox.fit(frame.bgr)})
        return self._choose(rows[0], frame)

    def close(self) -> None:
        """Give the network's memory back; nothing happens the second time."""
        self._session = None

    def _choose(self, rows: NDArray[np.float32], frame: Frame) -> Detections:
        """`rows` is (4 + classes) x anchors: centre, size and a score per class."""
        best = rows[4:].max(axis=0)
        columns = np.flatnonzero(best >= self._settings.confidence)
        classes = rows[4:, columns].argmax(axis=0)
        wanted = self._wanted[classes]
        columns, classes = columns[wanted], classes[wanted].astype(np.int32)
        boxes, scores = _corners(rows[:4, columns]), best[columns]
        kept = keep_best(boxes, scores, classes, self._settings.max_overlap, MOST_BOXES)
        in_source = self._letterbox.back(boxes[kept], frame.height_px, frame.width_px)
        return Detections(in_source, np.clip(scores[kept], 0, 1), classes[kept])


def _corners(centre_and_size: NDArray[np.float32]) -> Boxes:
    """4 x N centre x, y, width, height to N x 4 left, top, right, bottom."""
    middle, half = centre_and_size[:2], centre_and_size[2:] * np.float32(0.5)
    corners: Boxes = np.concatenate((middle - half, middle + half)).T
    return corners


def open_session(settings: Settings) -> Any:  # noqa: ANN401 - onnxruntime ships no types
    """The loaded network. Raises BadModelError."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = settings.threads
    options.inter_op_num_threads = 1
    # Spinning threads are a little quicker and eat the cores that decode the other cameras.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(str(settings.path), options, providers=list(settings.providers))
    except LOAD_ERRORS as error:
        raise BadModelError(f"Không nạp được mô hình {settings.path}: {error}") from error


def labels_in(session: Any, path: Path) -> tuple[str, ...]:  # noqa: ANN401 - onnxruntime ships no types
    """The class names that the exporter wrote into the model. Raises BadModelError, BadManifestError."""
    try:
        names = ast.literal_eval(session.get_modelmeta().custom_metadata_map["names"])
        labels = tuple(str(names[index]) for index in range(len(names)))
    except (KeyError, ValueError, SyntaxError, TypeError) as error:
        raise BadModelError(f"{path.name} không ghi bảng nhãn của nó.") from error
    refuse_private_labels(labels, path.name)
    return labels


def _square_input(session: Any, path: Path) -> int:  # noqa: ANN401 - onnxruntime ships no types
    match (session.get_inputs()[0].shape, len(session.get_outputs())):
        case ([1, 3, int(height), int(width)], 1) if height == width:
            return height
        case (shape, outputs):
            raise BadModelError(f"{path.name} có đầu vào {shape} và {outputs} đầu ra; cần [1, 3, n, n] và một.")


def wanted_classes(labels: tuple[str, ...], settings: Settings) -> NDArray[np.bool_]:
    """For each class whether it is reported. Raises BadModelError for a class that the model does not know."""
    unknown = set(settings.classes) - set(labels)
    if unknown:
        raise BadModelError(f"{settings.path.name} không biết lớp {', '.join(sorted(unknown))}.")
    return np.array([not settings.classes or label in settings.classes for label in labels], np.bool_)
