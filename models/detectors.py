"""The detectors that engines open: made once per size from the verified file of their manifest, then found."""

from __future__ import annotations

import hashlib
from pathlib import Path

from models.assets import is_stamped, located, locked, write_stamp
from models.errors import AssetMissingError, BadManifestError
from models.export import CONVERTER
from models.folders import default_cache_dir
from models.manifest import MOST_PX, Kind, Manifest, manifest


def detector_path(name: str, size_px: int, cache_dir: Path | None = None) -> Path:
    """Where the detector of that name and size lies, or would lie."""
    return (cache_dir or default_cache_dir()) / f"{name}-{size_px}.onnx"


def ensure_detector(name: str = "yolov8n", size_px: int = 640, cache_dir: Path | None = None) -> Path:
    """The ONNX file `<name>-<size>.onnx`, made now if it is not there yet (half a second).

    Fetches nothing: raises AssetMissingError if its file was not pulled; the errors of `convert` and `adopt` otherwise.
    """
    wanted = _detector(name, size_px)
    target = detector_path(name, size_px, cache_dir)
    if not is_ready(wanted, size_px, cache_dir):
        with locked(target):
            if not is_ready(wanted, size_px, cache_dir):
                _make(wanted, size_px, target)
    return target


def is_ready(wanted: Manifest, size_px: int, cache_dir: Path | None = None) -> bool:
    """Whether that detector was made from the very file and facts of its manifest."""
    return is_stamped(detector_path(wanted.name, size_px, cache_dir), identity_of(wanted))


def _detector(name: str, size_px: int) -> Manifest:
    wanted = manifest(name)
    if wanted.kind is not Kind.DETECTOR:
        raise AssetMissingError(f"“{name}” không phải mô hình phát hiện.")
    if not _can_be_made(wanted, size_px):
        raise AssetMissingError(f"{name} có các cạnh ảnh {wanted.input_px}, không có {size_px}.")
    return wanted


def _can_be_made(wanted: Manifest, size_px: int) -> bool:
    """A checkpoint gives a network of any size that its strides divide; an exported network has the one it has."""
    free = wanted.files[0].name.endswith(".pt") and 32 <= size_px <= MOST_PX and size_px % 32 == 0
    return free or size_px in wanted.input_px


def _make(wanted: Manifest, size_px: int, target: Path) -> None:
    # numpy and onnx stay out of who only asks for a path.
    from models.export.adopt import adopt  # noqa: PLC0415
    from models.export.convert import convert  # noqa: PLC0415

    source = located(wanted.files[0], target.parent)
    if source.suffix == ".onnx":
        adopt(source, target, wanted)
    elif convert(source, target, size_px) != wanted.labels:
        target.unlink()
        raise BadManifestError(f"{wanted.name}: nhãn trong mô hình khác nhãn trong bảng kê.")
    write_stamp(target, identity_of(wanted))


def identity_of(wanted: Manifest) -> str:
    """What the detector was made from. A checkpoint of the converter's own family says the rest itself."""
    source = wanted.files[0]
    made = f"converter {CONVERTER} of {source.sha256}"
    if source.name.endswith(".pt"):
        return made
    facts = hashlib.sha256("\n".join((wanted.head, *wanted.labels)).encode()).hexdigest()
    return f"{made} as {facts}"
