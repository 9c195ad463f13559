"""An ONNX network that somebody else exported, made into one that the box can open: checked, and with its notes in it.

The file that runs says itself what its labels and its head are, so whoever opens it needs no manifest. Nothing of
the network is changed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import onnx
from google.protobuf.message import DecodeError

from models.assets import replacing, sha256_of
from models.detection.network import HEAD_NOTE, Shape, checked_size, labels_of
from models.errors import BadManifestError, BadModelError
from models.export import CONVERTER
from models.manifest import Manifest

# What onnx raises for a file that is none.
_NOT_ONNX: Final = (DecodeError, onnx.checker.ValidationError, ValueError)


def adopt(source: Path, target: Path, wanted: Manifest) -> None:
    """Write `target`: the network of `source` with the labels and the head of its manifest, whole or not at all.

    Raises BadModelError for a file that is no such network, BadManifestError where manifest and file disagree.
    """
    network = _loaded(source)
    graph = network.graph
    known = {one.name for one in graph.initializer}
    inputs = tuple(_shape(one) for one in graph.input if one.name not in known)
    outputs = tuple(_shape(one) for one in graph.output)
    size_px = checked_size(inputs, outputs, wanted.head, len(wanted.labels), source.name)
    if size_px not in wanted.input_px:
        raise BadManifestError(f"{wanted.name}: {source.name} nhận ảnh cạnh {size_px}, bảng kê ghi {wanted.input_px}.")
    _write_notes(network, source, wanted)
    with replacing(target) as stream:
        stream.write(network.SerializeToString(deterministic=True))


def _loaded(source: Path) -> Any:  # noqa: ANN401 - onnx ships no types
    """The network without anything that lies in other files: those were not checked."""
    try:
        network = onnx.load(source, load_external_data=False)
        onnx.checker.check_model(network)
    except _NOT_ONNX as error:
        raise BadModelError(f"{source.name} không phải mô hình ONNX trọn vẹn: {error}.") from error
    outside = [one.name for one in network.graph.initializer if one.data_location == onnx.TensorProto.EXTERNAL]
    if outside:
        raise BadModelError(f"{source.name} để trọng số ở tệp khác; hãy xuất lại thành một tệp duy nhất.")
    return network


def _shape(value: Any) -> Shape:  # noqa: ANN401 - onnx ships no types
    """A length left open is -1."""
    return tuple(one.dim_value or -1 for one in value.type.tensor_type.shape.dim)


def _write_notes(network: Any, source: Path, wanted: Manifest) -> None:  # noqa: ANN401 - onnx ships no types
    notes = {note.key: note.value for note in network.metadata_props}
    if "names" in notes and labels_of(notes, source.name) != wanted.labels:
        raise BadManifestError(f"{wanted.name}: nhãn trong {source.name} khác nhãn trong bảng kê.")
    ours = {
        "names": str(dict(enumerate(wanted.labels))),
        HEAD_NOTE: wanted.head.value,
        "molang.source_sha256": sha256_of(source),
        "molang.converter": str(CONVERTER),
    }
    onnx.helper.set_model_props(network, notes | ours)
