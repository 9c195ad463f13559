from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from click.testing import CliRunner

from models.base import Answer, Detections, Frame, Prepared
from models.cli.models import models
from models.errors import BadDataError
from models.evaluation.coco_folder import open_folder
from models.evaluation.scoring import FIGURES, score
from tests.models.tiny_coco import tiny_document, write_tiny_coco

if importlib.util.find_spec("faster_coco_eval") is None:
    pytest.skip("faster-coco-eval is not installed here (extra `eval`)", allow_module_level=True)

Box = tuple[float, float, float, float]


class Scripted:
    """A detector that sees what it was told, whatever the picture."""

    labels = ("boat", "person")
    input_size = (32, 32)
    most_at_once = 1

    def __init__(self, *seen: tuple[Box, float]) -> None:
        self._seen = seen

    def prepare(self, frame: Frame) -> Prepared:
        return Prepared(np.zeros((3, 32, 32), np.float32), 1, 0, 0, frame.width_px, frame.height_px)

    def infer(self, inputs: Sequence[Prepared]) -> list[Answer]:
        return [np.zeros((1, 1), np.float32) for _ in inputs]

    def read(self, prepared: Prepared, answer: Answer) -> Detections:
        boxes = np.array([box for box, _ in self._seen], np.float32).reshape(-1, 4)
        scores = np.array([sure for _, sure in self._seen], np.float32)
        return Detections(boxes, scores, np.ones(len(scores), np.int32))

    def detect(self, frame: Frame) -> Detections:
        prepared = self.prepare(frame)
        return self.read(prepared, self.infer((prepared,))[0])

    def close(self) -> None:
        pass


def _one_picture(folder: Path) -> Path:
    """Two people of 100 x 100 pixels each in one picture of 400 x 300."""
    cv2.imwrite(str(folder / "a.png"), np.zeros((300, 400, 3), np.uint8))
    document = {
        "images": [{"id": 7, "file_name": "a.png", "width": 400, "height": 300}],
        "categories": [{"id": 3, "name": "Person"}, {"id": 4, "name": "buffalo"}],
        "annotations": [
            {"id": 0, "image_id": 7, "category_id": 3, "bbox": [0, 0, 100, 100]},
            {"id": 1, "image_id": 7, "category_id": 3, "bbox": [200, 100, 100, 100]},
        ],
    }
    (folder / "a.json").write_text(json.dumps(document))
    return folder


def test_the_score_is_the_one_computed_by_hand(tmp_path: Path) -> None:
    """One exact box, then a wrong one, then one that covers 82 % of its truth.

    Up to an overlap of 0.8 (seven of the ten thresholds) precision is 1 up to recall 0.5 (51 of 101 points) and 2/3
    after it (50 points); above, the third box is wrong too and recall ends at 0.5.
    """
    detector = Scripted(((0, 0, 100, 100), 0.9), ((0, 200, 100, 300), 0.8), ((200, 100, 282, 200), 0.7))
    scores = score(detector, open_folder(_one_picture(tmp_path)), lambda: None)
    covered, not_covered = (51 + 50 * 2 / 3) / 101, 51 / 101
    assert scores.figures["ap50"] == pytest.approx(covered)
    assert scores.figures["ap75"] == pytest.approx(covered)
    assert scores.figures["ap"] == pytest.approx((7 * covered + 3 * not_covered) / 10)
    assert scores.figures["ap_large"] == scores.figures["ap"]
    assert scores.figures["ap_small"] is None
    assert scores.figures["ap_medium"] is None
    assert (scores.judged, scores.left_out) == (("Person",), ("buffalo",))
    assert (scores.pictures, scores.boxes) == (1, 2)


def test_a_detector_that_sees_nothing_scores_nothing(tmp_path: Path) -> None:
    scores = score(Scripted(), open_folder(_one_picture(tmp_path)), lambda: None)
    assert scores.figures == dict.fromkeys(FIGURES, 0.0)


def test_the_default_model_scores_well_on_boxes_drawn_by_hand(
    detector_at: Callable[[int], Path], pictures: Path, tmp_path: Path
) -> None:
    detector_at(640)
    folder = write_tiny_coco(tmp_path / "tiny", pictures)
    done = CliRunner().invoke(models, ["eval", "yolov8n", str(folder), "--imgsz", "640", "--json"])
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)
    assert report["judged"] == ["person", "bus", "tie"]
    assert report["left_out"] == ["kite rider"]
    assert (report["pictures"], report["boxes"]) == (2, 8)
    assert report["ap50"] > 0.8
    assert 0.5 < report["ap"] < report["ap50"]
    assert report["ap_small"] is None


def test_the_table_is_for_people(detector_at: Callable[[int], Path], pictures: Path, tmp_path: Path) -> None:
    detector_at(320)
    folder = write_tiny_coco(tmp_path / "tiny", pictures)
    done = CliRunner().invoke(models, ["eval", "yolov8n", str(folder), "--imgsz", "320"])
    assert done.exit_code == 0, done.output
    assert "AP75" in done.output
    assert "Mô hình không biết, không chấm: kite rider" in done.output


def _spoilt(change: Callable[[dict[str, Any]], object]) -> str:
    document = tiny_document()
    change(document)
    return json.dumps(document)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("{", "không đọc được"),
        ("[]", "JSON"),
        ("{}", "categories"),
        (_spoilt(lambda d: d.update(images=[])), "không kê ảnh"),
        (_spoilt(lambda d: d["annotations"][1].update(image_id=77)), r"annotations\[1\] chỉ tới ảnh 77"),
        (_spoilt(lambda d: d["annotations"][2].update(category_id=5)), r"annotations\[2\] có lớp 5"),
        (_spoilt(lambda d: d["annotations"][0].update(bbox=[1, 2, 0, 4])), "khung rỗng"),
        (_spoilt(lambda d: d["annotations"][0].update(bbox=[1, 2])), "thiếu hoặc sai"),
        (_spoilt(lambda d: d["annotations"][0].pop("bbox")), "bbox"),
        (_spoilt(lambda d: d["images"][0].update(file_name="../bus.jpg")), "ra ngoài"),
        (_spoilt(lambda d: d["images"][0].update(file_name="ox.jpg")), "không tìm thấy ảnh ox.jpg"),
    ],
)
def test_a_wrong_annotation_file_is_named_with_its_fault(tmp_path: Path, text: str, named: str) -> None:
    (tmp_path / "tiny.json").write_text(text)
    for name in ("bus.jpg", "zidane.jpg"):
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(BadDataError, match=named) as caught:
        open_folder(tmp_path)
    assert "tiny.json" in str(caught.value)


def test_a_folder_without_annotations_or_with_too_many_is_explained(tmp_path: Path) -> None:
    with pytest.raises(BadDataError, match=r"không có tệp chú giải"):
        open_folder(tmp_path)
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_text("{}")
    with pytest.raises(BadDataError, match=r"a\.json, b\.json.*--annotations"):
        open_folder(tmp_path)


def test_a_picture_that_is_none_is_named(tmp_path: Path) -> None:
    folder = _one_picture(tmp_path)
    (folder / "a.png").write_bytes(b"no picture")
    with pytest.raises(BadDataError, match=r"a\.png"):
        score(Scripted(), open_folder(folder), lambda: None)


def test_a_model_that_knows_none_of_the_classes_is_not_judged(tmp_path: Path) -> None:
    folder = _one_picture(tmp_path)
    document = json.loads((folder / "a.json").read_text())
    document["categories"][0]["name"] = "ox"
    (folder / "a.json").write_text(json.dumps(document))
    with pytest.raises(BadDataError, match="không biết lớp nào"):
        score(Scripted(), open_folder(folder), lambda: None)
