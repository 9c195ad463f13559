from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from models.backends.detect_onnx import Settings, setup
from models.base import Detector, Frame
from models.errors import BadModelError, ModelError
from models.registry import open_detector

# Ultralytics' own pre- and post-processing on their own export; made by models/export/prove_ultralytics.py.
REFERENCE: dict[str, Any] = json.loads((Path(__file__).parent / "reference" / "yolov8n-ultralytics.json").read_text())
FRAME = Frame(np.zeros((360, 640, 3), np.uint8))


def _frame(path: Path) -> Frame:
    picture = cv2.imread(str(path))
    assert picture is not None
    return Frame(np.asarray(picture, np.uint8))


@pytest.mark.parametrize("expected", REFERENCE["seen"], ids=lambda case: f"{case['image']}-{case['size_px']}")
def test_boxes_and_scores_equal_those_of_ultralytics(
    detector_at: Callable[[int], Path], pictures: Path, expected: dict[str, Any]
) -> None:
    settings = Settings(
        path=detector_at(expected["size_px"]),
        confidence=REFERENCE["confidence"],
        max_overlap=REFERENCE["max_overlap"],
    )
    seen = setup(settings).detect(_frame(pictures / expected["image"]))
    assert seen.classes.tolist() == expected["classes"]
    # The networks agree to 1e-3 of a network pixel; bus.jpg is 3.4 times larger than 320.
    np.testing.assert_allclose(seen.boxes, expected["boxes"], atol=0.01)
    np.testing.assert_allclose(seen.scores, expected["scores"], atol=1e-4)


def test_only_wanted_classes_are_reported(detector_at: Callable[[int], Path], pictures: Path) -> None:
    detector = setup(Settings(path=detector_at(320), classes=("bus",)))
    seen = detector.detect(_frame(pictures / "bus.jpg"))
    assert [detector.labels[index] for index in seen.classes] == ["bus"]


def test_an_empty_picture_shows_nothing(detector_at: Callable[[int], Path]) -> None:
    assert len(setup(Settings(path=detector_at(320))).detect(FRAME)) == 0


def test_the_detector_keeps_the_promise_of_the_protocol(detector_at: Callable[[int], Path]) -> None:
    detector = setup(Settings(path=detector_at(416)))
    assert isinstance(detector, Detector)
    assert detector.input_size == (416, 416)
    assert len(detector.labels) == 80


def test_a_closed_detector_says_so(detector_at: Callable[[int], Path]) -> None:
    detector = setup(Settings(path=detector_at(320)))
    detector.close()
    detector.close()
    with pytest.raises(BadModelError, match="đã đóng"):
        detector.detect(FRAME)


def test_a_picture_is_no_model(pictures: Path) -> None:
    with pytest.raises(BadModelError, match="bus.jpg"):
        setup(Settings(path=pictures / "bus.jpg"))


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadModelError, match=r"none\.onnx"):
        setup(Settings(path=tmp_path / "none.onnx"))


def test_a_class_that_the_model_does_not_know_is_refused(detector_at: Callable[[int], Path]) -> None:
    with pytest.raises(BadModelError, match="trâu"):
        setup(Settings(path=detector_at(320), classes=("person", "trâu")))


@pytest.mark.parametrize(
    ("name", "value"), [("confidence", 0), ("confidence", 1.0), ("max_overlap", 0), ("threads", 0), ("threads", 65)]
)
def test_a_setting_out_of_range_is_refused_by_name(name: str, value: float) -> None:
    with pytest.raises(ModelError, match=name):
        open_detector("detect_onnx", {"path": Path("x.onnx"), name: value})


@pytest.mark.parametrize("providers", ["", " , ", 5, "CrystalExecutionProvider"])
def test_wrong_providers_are_refused(detector_at: Callable[[int], Path], providers: object) -> None:
    with pytest.raises(ModelError):
        open_detector("detect_onnx", {"path": detector_at(320), "providers": providers})


def test_the_first_provider_that_is_there_computes(detector_at: Callable[[int], Path]) -> None:
    wanted = "CUDAExecutionProvider, CPUExecutionProvider"
    assert len(open_detector("detect_onnx", {"path": detector_at(320), "providers": wanted}).detect(FRAME)) == 0


def test_an_unknown_setting_or_kind_is_refused_by_name() -> None:
    with pytest.raises(ModelError, match="gpu"):
        open_detector("detect_onnx", {"path": Path("x.onnx"), "gpu": True})
    with pytest.raises(ModelError, match="detect_crystal"):
        open_detector("detect_crystal", {})
    with pytest.raises(ModelError, match="không phải mô hình phát hiện"):
        open_detector("voice_espeak", {})


def test_several_inputs_at_once_are_answered_in_their_order(detector_at: Callable[[int], Path], pictures: Path) -> None:
    detector = setup(Settings(path=detector_at(320), threads=2))
    assert detector.most_at_once == 2
    prepared = [detector.prepare(_frame(pictures / name)) for name in ("bus.jpg", "zidane.jpg")]
    together = detector.infer(prepared)
    for one, answer in zip(prepared, together, strict=True):
        np.testing.assert_array_equal(answer, detector.infer([one])[0])
    detector.close()
