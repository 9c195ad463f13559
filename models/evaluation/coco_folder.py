"""A folder in the COCO form: one JSON file of annotations, and the pictures that it names.

Source: cocodataset.org, "Data format", object detection. Everything is checked before the first picture is opened.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from models.errors import BadDataError

# Where exporters put their pictures, beside the annotations or one folder up.
_PICTURES: Final = ("", "images", "train", "val", "valid", "test", "train2017", "val2017", "test2017")


@dataclass(frozen=True, slots=True)
class CocoFolder:
    """`pictures` by image id; `categories` by category id; `document` is the annotation file as it was read."""

    annotations: Path
    pictures: Mapping[int, Path]
    categories: Mapping[int, str]
    document: Mapping[str, Any]


def open_folder(folder: Path, annotations: Path | None = None) -> CocoFolder:
    """The folder, checked. Raises BadDataError naming the file and what is wrong with it."""
    path = annotations or _find_annotations(folder)
    document = _read(path)
    try:
        categories = {int(one["id"]): str(one["name"]) for one in document["categories"]}
        names = {int(one["id"]): str(one["file_name"]) for one in document["images"]}
        _check_annotations(document["annotations"], names, categories, path)
    except (KeyError, TypeError, ValueError) as error:
        raise BadDataError(f"{path}: thiếu hoặc sai mục {error}; cần images, annotations, categories.") from error
    places = _places(folder, path)
    pictures = {image: _find_picture(name, places, path) for image, name in names.items()}
    return CocoFolder(path, pictures, categories, document)


def _find_annotations(folder: Path) -> Path:
    found = sorted([*folder.glob("*.json"), *folder.glob("annotations/*.json")])
    if not found:
        raise BadDataError(f"{folder}: không có tệp chú giải .json nào, cũng không có trong annotations/.")
    if len(found) > 1:
        names = ", ".join(path.name for path in found)
        raise BadDataError(f"{folder}: có nhiều tệp chú giải ({names}); hãy chỉ rõ bằng --annotations.")
    return found[0]


def _read(path: Path) -> Mapping[str, Any]:
    try:
        document = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise BadDataError(f"{path}: không đọc được: {error}.") from error
    if not isinstance(document, dict):
        raise BadDataError(f"{path}: không phải một đối tượng JSON.")
    return document


def _check_annotations(
    annotations: Iterable[Mapping[str, Any]], names: Mapping[int, str], categories: Mapping[int, str], path: Path
) -> None:
    if not names or not categories:
        raise BadDataError(f"{path}: không kê ảnh hoặc lớp nào.")
    for number, one in enumerate(annotations):
        fault = _fault(one, names, categories)
        if fault:
            raise BadDataError(f"{path}: annotations[{number}] {fault}.")


def _fault(one: Mapping[str, Any], names: Mapping[int, str], categories: Mapping[int, str]) -> str | None:
    if one["image_id"] not in names:
        return f"chỉ tới ảnh {one['image_id']} không có trong images"
    if one["category_id"] not in categories:
        return f"có lớp {one['category_id']} không có trong categories"
    left, top, width, height = (float(side) for side in one["bbox"])
    if width <= 0 or height <= 0:
        return f"có khung rỗng {[left, top, width, height]}"
    return None


def _places(folder: Path, annotations: Path) -> Sequence[Path]:
    return [root / name for root in (folder, annotations.parent) for name in _PICTURES]


def _find_picture(name: str, places: Sequence[Path], annotations: Path) -> Path:
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise BadDataError(f"{annotations}: tên ảnh “{name}” chỉ ra ngoài thư mục.")
    for place in places:
        if (place / name).is_file():
            return place / name
    raise BadDataError(f"{annotations}: không tìm thấy ảnh {name} trong {places[0]} và các thư mục con thường dùng.")
