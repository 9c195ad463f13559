"""The official `.pt` to ONNX, in one call, on the box itself."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import onnx

from models.assets import replacing, sha256_of
from models.errors import UnsupportedGraphError
from models.export import CONVERTER
from models.export.graph import OPSET
from models.export.unpickle import Record, load_checkpoint
from models.export.yolov8_onnx import build
from models.private import refuse_private

# What reading attributes ends in where a module is not the one that its name says.
_NOT_YOLOV8: Final = (
    onnx.checker.ValidationError,
    onnx.shape_inference.InferenceError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)


def convert(pt_path: Path, onnx_path: Path, size_px: int) -> tuple[str, ...]:
    """Write the ONNX network for square pictures of `size_px`; gives its labels.

    `onnx_path` appears whole or not at all. The same checkpoint gives the same bytes with the same onnx package.
    Raises RefusedCheckpointError, UnsupportedGraphError, BadManifestError (labels of faces or plates).
    """
    checkpoint = load_checkpoint(pt_path)
    try:
        model = _network(checkpoint)
        labels = labels_of(model)
        network = build(model, size_px, _notes(labels, size_px, sha256_of(pt_path)))
    except _NOT_YOLOV8 as error:
        raise UnsupportedGraphError(f"{pt_path.name} không phải mạng YOLOv8 phát hiện vật thể: {error}.") from error
    refuse_private(labels, pt_path.name)
    with replacing(onnx_path) as stream:
        stream.write(network.SerializeToString(deterministic=True))
    return labels


def _network(checkpoint: Mapping[str, object]) -> Record:
    # Ultralytics keeps the averaged weights in `ema` during training and in `model` in published files.
    averaged = checkpoint.get("ema")
    model = averaged if averaged is not None else checkpoint.get("model")
    if not isinstance(model, Record):
        raise UnsupportedGraphError("Tệp mô hình không chứa mạng nào.")
    return model


def labels_of(model: Record) -> tuple[str, ...]:
    """The class names in the order of the output's rows. Raises UnsupportedGraphError."""
    names = model.fields.get("names")
    if not isinstance(names, dict) or list(names) != list(range(len(names))):
        raise UnsupportedGraphError("Mô hình không có bảng nhãn đánh số từ 0.")
    return tuple(str(name) for name in names.values())


def _notes(labels: tuple[str, ...], size_px: int, source_sha256: str) -> dict[str, str]:
    """The keys that Ultralytics' exporter writes, in its own spelling, and ours."""
    return {
        "task": "detect",
        "stride": "32",
        "imgsz": str([size_px, size_px]),
        "names": str(dict(enumerate(labels))),
        "license": "AGPL-3.0",
        "molang.source_sha256": source_sha256,
        "molang.converter": str(CONVERTER),
        "molang.opset": str(OPSET),
    }
