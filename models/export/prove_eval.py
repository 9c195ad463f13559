"""Judges one checkpoint with Ultralytics' own `val` on a COCO folder, to compare with `molang models eval`.

Never run on the box: it needs torch, so it belongs to the export environment; docs/guide/models.md gives the command.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import json
import platform
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from models.assets import sha256_of
from models.evaluation.coco_folder import CocoFolder, open_folder
from models.evaluation.scoring import judge
from models.evaluation.thresholds import CONFIDENCE, MAX_OVERLAP
from models.export.stand_in import stand_in_for_torchvision


def main() -> None:
    """Print and write Ultralytics' figures."""
    arguments = _arguments()
    data = open_folder(arguments.folder)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        stand_in_for_torchvision(work / "stand-in")
        figures = [_val(weights, data, size_px, work) for weights in arguments.weights for size_px in arguments.size]
    report = {"environment": _environment(), "annotations_sha256": sha256_of(data.annotations), "figures": figures}
    arguments.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, required=True, action="append", help=".pt or .onnx, several times")
    parser.add_argument("--folder", type=Path, required=True, help="in the COCO form")
    parser.add_argument("--size", type=int, required=True, action="append", help="several times")
    parser.add_argument("--json", type=Path, required=True)
    return parser.parse_args()


def _val(weights: Path, data: CocoFolder, size_px: int, work: Path) -> dict[str, Any]:
    from ultralytics import YOLO  # type: ignore[import-not-found] # noqa: PLC0415 - only in the export environment

    importlib.import_module("torchvision.ops")
    copy = Path(shutil.copy(weights, work))
    model = YOLO(copy, task="detect")
    described = _as_yolo(data, dict(model.names), work / f"{weights.name}-{size_px}")
    thresholds = {"conf": CONFIDENCE, "iou": MAX_OVERLAP}
    options = {"imgsz": size_px, "rect": False, "batch": 1, "device": "cpu", "plots": False, "verbose": False}
    metrics = model.val(data=str(described), project=str(work), save_json=True, **options, **thresholds)
    theirs = {"ap": metrics.box.map, "ap50": metrics.box.map50, "ap75": metrics.box.map75}
    boxes = json.loads((Path(metrics.save_dir) / "predictions.json").read_bytes())
    return {
        "weights": weights.name,
        "sha256": sha256_of(weights),
        "size_px": size_px,
        "ultralytics_own_formula": _rounded(theirs),
        "ultralytics_boxes_judged_as_coco": _rounded(judge(data, *_as_coco(boxes, data, model.names))),
    }


def _as_coco(
    boxes: Iterable[Mapping[str, Any]], data: CocoFolder, names: Mapping[int, str]
) -> tuple[list[dict[str, Any]], list[int]]:
    """Ultralytics' predictions with the folder's own ids; it numbers unknown data's classes from 1."""
    categories = {name: id_ for id_, name in data.categories.items() if name in names.values()}
    images = {path.name: id_ for id_, path in data.pictures.items()}
    found = [
        {
            "image_id": images[one["file_name"]],
            "category_id": categories[name],
            "bbox": one["bbox"],
            "score": one["score"],
        }
        for one in boxes
        if (name := names[one["category_id"] - 1]) in categories
    ]
    return found, sorted(categories.values())


def _rounded(figures: Mapping[str, float | None]) -> dict[str, float | None]:
    return {name: None if figure is None else round(float(figure), 4) for name, figure in figures.items()}


def _as_yolo(data: CocoFolder, names: Mapping[int, str], folder: Path) -> Path:
    """The same pictures and boxes in Ultralytics' own form; classes that the model does not know are left out."""
    (folder / "images").mkdir(parents=True)
    (folder / "labels").mkdir()
    for image in data.document["images"]:
        name = Path(image["file_name"]).name
        shutil.copy(data.pictures[image["id"]], folder / "images" / name)
        rows = _rows(data, image, {label: index for index, label in names.items()})
        (folder / "labels" / name).with_suffix(".txt").write_text("\n".join(rows))
    described = folder / "data.yaml"
    described.write_text(json.dumps({"path": str(folder), "train": "images", "val": "images", "names": names}))
    return described


def _rows(data: CocoFolder, image: Mapping[str, Any], classes: Mapping[str, int]) -> Iterator[str]:
    for one in data.document["annotations"]:
        name = data.categories[one["category_id"]]
        if one["image_id"] == image["id"] and name in classes:
            left, top, width, height = one["bbox"]
            across, down = image["width"], image["height"]
            middle = ((left + width / 2) / across, (top + height / 2) / down)
            yield " ".join(map(str, (classes[name], *middle, width / across, height / down)))


def _environment() -> dict[str, str]:
    packages = ("torch", "ultralytics", "onnx", "onnxruntime", "numpy")
    versions = {name: importlib.metadata.version(name) for name in packages}
    return {"python": platform.python_version(), "machine": platform.machine(), **versions}


if __name__ == "__main__":
    main()
