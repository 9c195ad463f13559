"""A COCO folder of two pictures whose boxes were drawn by hand on a grid of 50 pixels, to about 3 pixels."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

PERSON, TIE, BUS, KITE_RIDER = 1, 32, 6, 99

# xyxy: bus.jpg is 810 x 1080, zidane.jpg 1280 x 720. The man cut off at the left edge of bus.jpg is a person too.
BOXES = {
    "bus.jpg": [
        (PERSON, (52, 400, 245, 902)),
        (PERSON, (223, 407, 343, 858)),
        (PERSON, (668, 396, 810, 879)),
        (PERSON, (0, 560, 78, 872)),
        (BUS, (3, 232, 803, 737)),
    ],
    "zidane.jpg": [
        (PERSON, (122, 202, 1151, 720)),
        (PERSON, (750, 42, 1136, 720)),
        (TIE, (440, 435, 520, 720)),
    ],
}
SIZES = {"bus.jpg": (810, 1080), "zidane.jpg": (1280, 720)}


def tiny_document() -> dict[str, Any]:
    """The annotation file; one class of it no COCO model knows."""
    names = {PERSON: "person", TIE: "tie", BUS: "bus", KITE_RIDER: "kite rider"}
    images: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []
    for number, (name, boxes) in enumerate(BOXES.items(), start=1):
        width, height = SIZES[name]
        images.append({"id": number, "file_name": name, "width": width, "height": height})
        for kind, (left, top, right, bottom) in boxes:
            box = [left, top, right - left, bottom - top]
            rows.append({"image_id": number, "category_id": kind, "bbox": box})
    return {"images": images, "annotations": rows, "categories": [{"id": k, "name": v} for k, v in names.items()]}


def write_tiny_coco(folder: Path, pictures: Path) -> Path:
    """`folder` with annotations/tiny.json and images/."""
    (folder / "annotations").mkdir(parents=True)
    (folder / "images").mkdir()
    (folder / "annotations" / "tiny.json").write_text(json.dumps(tiny_document()))
    for name in BOXES:
        shutil.copy(pictures / name, folder / "images" / name)
    return folder
