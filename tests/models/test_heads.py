from __future__ import annotations

import importlib.util
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from models.base import Frame
from models.detection.head import Head
from models.errors import BadModelError
from models.export.adopt import adopt
from models.manifest import AssetFile, BundleSource, Kind, Manifest
from models.registry import open_detector
from tests.models.tiny_onnx import write_tiny_onnx

ENGINES = ["detect_onnx"] + ["detect_openvino"] * bool(importlib.util.find_spec("openvino"))
YOLOX = Path(__file__).parents[3] / "shared" / "assets" / "models" / "yolox_nano.onnx"
# Twice the network's 64 pixels: a frame pixel is half a network pixel, nothing is cut and nothing is padded.
FRAME = Frame(np.zeros((128, 128, 3), np.uint8))
LABELS = ("boat", "smoke")
PLACES = 84  # 8 x 8, 4 x 4 and 2 x 2 cells


def _yolov8() -> NDArray[np.float32]:
    rows = np.zeros((4 + len(LABELS), PLACES), np.float32)
    rows[:, 10] = (20, 30, 8, 4, 0.1, 0.9)
    rows[:, 11] = (20.5, 30, 8, 4, 0.2, 0.8)  # the same thing again
    rows[:, 50] = (50, 50, 10, 10, 0.6, 0.1)
    return rows


def _end2end() -> NDArray[np.float32]:
    rows = np.zeros((300, 6), np.float32)
    rows[3] = (16, 28, 24, 32, 0.9, 1)
    rows[7] = (45, 45, 55, 55, 0.6, 0)
    return rows


def _yolox() -> NDArray[np.float32]:
    rows = np.zeros((PLACES, 5 + len(LABELS)), np.float32)
    # Cell 26 of stride 8: column 2, row 3. Middle (2 + 0.5) * 8 = 20, (3 + 0.75) * 8 = 30; e^0 * 8 = 8, half of it 4.
    rows[26] = (0.5, 0.75, 0, np.log(0.5), 0.9, 0.1, 1)
    # The last cell of stride 32: column 1, row 1. (1 + 0.5625) * 32 = 50, e^log(10 / 32) * 32 = 10.
    rows[83] = (0.5625, 0.5625, np.log(10 / 32), np.log(10 / 32), 0.75, 0.8, 0)
    return rows


def _manifest(head: Head, file: str = "tiny.onnx", input_px: int = 64, labels: tuple[str, ...] = LABELS) -> Manifest:
    source = AssetFile(file, "0" * 64, 1, (BundleSource(),))
    return Manifest("tiny", "Thử", Kind.DETECTOR, "CC0", (source,), labels=labels, input_px=(input_px,), head=head)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("head", "answer"),
    [(Head.YOLOV8, _yolov8()), (Head.END2END, _end2end()), (Head.YOLOX, _yolox())],
    ids=[Head.YOLOV8, Head.END2END, Head.YOLOX],
)
def test_every_head_says_the_same_two_things(
    tmp_path: Path, head: Head, answer: NDArray[np.float32], engine: str
) -> None:
    source = write_tiny_onnx(tmp_path / "tiny.onnx", answer)
    adopt(source, tmp_path / "tiny-64.onnx", _manifest(head))
    seen = open_detector(engine, {"path": tmp_path / "tiny-64.onnx"}).detect(FRAME)
    assert seen.classes.tolist() == [1, 0]
    np.testing.assert_allclose(seen.scores, [0.9, 0.6], atol=0.01)
    np.testing.assert_allclose(seen.boxes, [[32, 56, 48, 64], [90, 90, 110, 110]], atol=0.5)


def test_ultralytics_own_note_tells_an_end_to_end_network(tmp_path: Path) -> None:
    notes = {"names": str(dict(enumerate(LABELS))), "end2end": "True"}
    path = write_tiny_onnx(tmp_path / "tiny.onnx", _end2end(), notes)
    assert len(open_detector("detect_onnx", {"path": path}).detect(FRAME)) == 2


@pytest.mark.parametrize("engine", ENGINES)
def test_a_network_that_answers_nonsense_is_an_error_not_a_crash(tmp_path: Path, engine: str) -> None:
    rows = _end2end()
    rows[7, 5] = 99
    adopt(write_tiny_onnx(tmp_path / "tiny.onnx", rows), tmp_path / "tiny-64.onnx", _manifest(Head.END2END))
    with pytest.raises(BadModelError, match="không có nghĩa"):
        open_detector(engine, {"path": tmp_path / "tiny-64.onnx"}).detect(FRAME)


def test_a_head_that_the_model_names_and_nobody_reads_is_refused(tmp_path: Path) -> None:
    notes = {"names": str(dict(enumerate(LABELS))), "molang.head": "hydra"}
    with pytest.raises(BadModelError, match="hydra"):
        open_detector("detect_onnx", {"path": write_tiny_onnx(tmp_path / "tiny.onnx", _yolov8(), notes)})


@pytest.mark.parametrize("engine", ENGINES)
def test_yolox_with_other_pictures_and_another_head_sees_bus_and_people(
    tmp_path: Path, pictures: Path, engine: str
) -> None:
    if not YOLOX.is_file():
        pytest.skip("../shared/assets/models/yolox_nano.onnx is not here")
    from models.manifest import manifest  # noqa: PLC0415 - only where the file is

    wanted = _manifest(Head.YOLOX, YOLOX.name, 416, manifest("yolov8n").labels)
    adopt(YOLOX, tmp_path / "yolox-416.onnx", wanted)
    detector = open_detector(engine, {"path": tmp_path / "yolox-416.onnx"})
    picture = cv2.imread(str(pictures / "bus.jpg"))
    assert picture is not None
    seen = detector.detect(Frame(np.asarray(picture, np.uint8)))
    names = [detector.labels[kind] for kind in seen.classes]
    assert names.count("bus") == 1
    assert names.count("person") >= 3
    # Drawn by hand, see tiny_coco.py.
    bus = seen.boxes[names.index("bus")]
    np.testing.assert_allclose(bus, (3, 232, 803, 737), atol=40)
