"""The converted detectors: made once per size from the verified checkpoint, then found."""

from __future__ import annotations

from pathlib import Path

from models.assets import default_cache_dir, is_stamped, locate, locked, write_stamp
from models.errors import AssetMissingError, BadManifestError
from models.export import CONVERTER
from models.manifest import AssetFile, Kind, Manifest, manifest


def ensure_detector(name: str = "yolov8n", size_px: int = 640, cache_dir: Path | None = None) -> Path:
    """The ONNX file `<name>-<size>.onnx`, converted now if it is not there yet (half a second).

    Fetches nothing: raises AssetMissingError if the checkpoint was not pulled; the errors of `convert` otherwise.
    """
    wanted = _detector(name, size_px)
    cache = cache_dir or default_cache_dir()
    target = cache / f"{name}-{size_px}.onnx"
    if not is_stamped(target, _identity(wanted.files[0])):
        _make(wanted, size_px, cache, target)
    return target


def _detector(name: str, size_px: int) -> Manifest:
    wanted = manifest(name)
    if wanted.kind is not Kind.DETECTOR:
        raise AssetMissingError(f"“{name}” không phải mô hình phát hiện.")
    if size_px not in wanted.convert_px:
        raise AssetMissingError(f"{name} được chuyển đổi cho các cạnh ảnh {wanted.convert_px}, không có {size_px}.")
    return wanted


def _make(wanted: Manifest, size_px: int, cache: Path, target: Path) -> None:
    from models.export.convert import convert  # noqa: PLC0415 - numpy and onnx stay out of who only asks for a path

    identity = _identity(wanted.files[0])
    with locked(target):
        if is_stamped(target, identity):
            return
        labels = convert(locate(wanted.files[0].name, cache), target, size_px)
        if labels != wanted.labels:
            target.unlink()
            raise BadManifestError(f"{wanted.name}: nhãn trong mô hình khác nhãn trong bảng kê.")
        write_stamp(target, identity)


def _identity(checkpoint: AssetFile) -> str:
    return f"converter {CONVERTER} of {checkpoint.sha256}"
