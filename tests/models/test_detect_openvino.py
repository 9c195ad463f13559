from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from models.base import Detections, Detector, Frame
from models.detection.nms import overlaps
from models.errors import BadModelError
from models.registry import open_detector

if importlib.util.find_spec("openvino") is None:
    pytest.skip("openvino is not installed here (extra `openvino`)", allow_module_level=True)

PICTURES = ("bus.jpg", "zidane.jpg")


def _frame(path: Path) -> Frame:
    picture = cv2.imread(str(path))
    assert picture is not None
    return Frame(np.asarray(picture, np.uint8))


def _seen(kind: str, path: Path, frame: Frame, **settings: object) -> Detections:
    detector = open_detector(kind, {"path": path, **settings})
    try:
        return detector.detect(frame)
    finally:
        detector.close()


@pytest.mark.parametrize("size_px", [320, 640])
@pytest.mark.parametrize("picture", PICTURES)
def test_with_full_width_both_backends_see_the_same(
    detector_at: Callable[[int], Path], pictures: Path, picture: str, size_px: int
) -> None:
    path, frame = detector_at(size_px), _frame(pictures / picture)
    theirs, ours = _seen("detect_onnx", path, frame), _seen("detect_openvino", path, frame, precision="f32")
    assert ours.classes.tolist() == theirs.classes.tolist()
    np.testing.assert_allclose(ours.boxes, theirs.boxes, atol=0.01)
    np.testing.assert_allclose(ours.scores, theirs.scores, atol=1e-4)


@pytest.mark.parametrize("size_px", [320, 640])
@pytest.mark.parametrize("picture", PICTURES)
def test_with_the_processors_own_width_the_same_things_are_seen_nearly_there(
    detector_at: Callable[[int], Path], pictures: Path, picture: str, size_px: int
) -> None:
    path, frame = detector_at(size_px), _frame(pictures / picture)
    theirs, ours = _seen("detect_onnx", path, frame), _seen("detect_openvino", path, frame)
    assert sorted(ours.classes) == sorted(theirs.classes)
    # Which box answers which: the one that covers it best. Order among equal scores may change.
    shared = overlaps(np.concatenate((ours.boxes, theirs.boxes)))[: len(ours), len(ours) :]
    partners = shared.argmax(axis=1)
    assert sorted(partners) == list(range(len(theirs)))
    assert (shared.max(axis=1) > 0.95).all()
    assert np.abs(ours.scores - theirs.scores[partners]).max() < 0.03


def test_several_inputs_at_once_are_answered_in_their_order(detector_at: Callable[[int], Path], pictures: Path) -> None:
    detector = open_detector("detect_openvino", {"path": detector_at(320), "threads": 2, "precision": "f32"})
    assert isinstance(detector, Detector)
    assert detector.most_at_once == 2
    prepared = [detector.prepare(_frame(pictures / name)) for name in PICTURES]
    together = detector.infer(prepared)
    for one, answer in zip(prepared, together, strict=True):
        np.testing.assert_allclose(answer, detector.infer([one])[0], atol=1e-3)


def test_a_picture_is_no_model_and_a_missing_file_is_named(pictures: Path, tmp_path: Path) -> None:
    with pytest.raises(BadModelError, match=r"bus\.jpg"):
        open_detector("detect_openvino", {"path": pictures / "bus.jpg"})
    with pytest.raises(BadModelError, match=r"none\.onnx"):
        open_detector("detect_openvino", {"path": tmp_path / "none.onnx"})


def test_an_unknown_precision_is_refused_by_name() -> None:
    with pytest.raises(Exception, match="precision"):
        open_detector("detect_openvino", {"path": Path("x.onnx"), "precision": "int1"})


def test_openvino_is_loaded_without_its_reporter() -> None:
    """A reporter that would fail loudly stands where openvino looks for one; it is never asked."""
    script = (
        "import models.backends.detect_openvino.engine, openvino.tools.ovc.telemetry_utils as told, sys;"
        "assert sys.modules['openvino_telemetry'] is None;"
        "print(told.tm.__name__)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "openvino.tools.ovc.telemetry_stub"
