"""The YOLOv8 detection network, written from the checkpoint's own list of modules.

Layer by layer what Ultralytics' modules compute at inference, and in the end the same output as their exporter's:
1 x (4 + classes) x anchors, boxes as centre and size in input pixels, scores after the sigmoid. A module, an
attribute or a shape that the published network does not have raises UnsupportedGraphError: nothing is guessed.
Source: ultralytics/nn/modules/{conv,block,head}.py at 8.4; DFL: https://arxiv.org/abs/2006.04388.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray

from models.errors import UnsupportedGraphError
from models.export.graph import Graph
from models.export.unpickle import Record

INPUT: Final = "images"
OUTPUT: Final = "output0"

Weights = NDArray[np.float32]


def build(model: Record, size_px: int, notes: Mapping[str, str]) -> onnx.ModelProto:
    """The network for square pictures of `size_px`. Raises UnsupportedGraphError naming the layer."""
    if size_px < 32 or size_px % 32:
        raise UnsupportedGraphError(f"Cạnh ảnh {size_px} phải là bội số của 32.")
    graph = Graph()
    layers = list(_child(model, "model").children().values())
    head = _walk(graph, layers)
    anchors = _detect(graph, layers[-1], head, size_px)
    rows = 4 + int(layers[-1].fields["nc"])
    return graph.finish((INPUT, (1, 3, size_px, size_px)), (OUTPUT, (1, rows, anchors)), notes)


def _walk(graph: Graph, layers: Sequence[Record]) -> list[str]:
    """Every layer but the head; gives the head's inputs."""
    if not layers or layers[-1].kind != DETECT:
        raise UnsupportedGraphError("Lớp cuối của mô hình không phải Detect.")
    made: list[str] = []
    for layer in layers[:-1]:
        made.append(_layer(graph, layer, _inputs(layer, made)))
    return _inputs(layers[-1], made)


def _inputs(layer: Record, made: Sequence[str]) -> list[str]:
    origin = layer.fields.get("f", -1)
    origins = origin if isinstance(origin, list) else [origin]
    return [_earlier(index, made) for index in origins]


def _earlier(index: object, made: Sequence[str]) -> str:
    if not isinstance(index, int) or not -1 <= index < len(made):
        raise UnsupportedGraphError(f"Lớp {len(made)} lấy đầu vào lạ: {index}.")
    if index == -1:
        return made[-1] if made else INPUT
    return made[index]


def _layer(graph: Graph, layer: Record, inputs: Sequence[str]) -> str:
    if layer.kind == CONCAT:
        _demand(layer, d=1)
        return graph.add("Concat", inputs, axis=1)
    if layer.kind not in _LAYERS or len(inputs) != 1:
        raise UnsupportedGraphError(f"Không biết lớp {layer.kind} với {len(inputs)} đầu vào.")
    return _LAYERS[layer.kind](graph, layer, inputs[0])


def _conv(graph: Graph, block: Record, value: str) -> str:
    """Convolution with its batch normalisation folded in, then SiLU."""
    if _child(block, "act").kind != SILU:
        raise UnsupportedGraphError(f"Hàm kích hoạt {_child(block, 'act').kind} không phải SiLU.")
    convolution = _child(block, "conv")
    made = _convolve(graph, convolution, value, *fused(convolution, _child(block, "bn")))
    return graph.add("Mul", [made, graph.add("Sigmoid", [made])])


def fused(convolution: Record, norm: Record) -> tuple[Weights, Weights]:
    """Weights and bias that do convolution and batch normalisation at once, in float32 as torch does it."""
    weights = _weights(convolution, "weight")
    scale = _weights(norm, "weight") / np.sqrt(np.float32(norm.fields["eps"]) + _weights(norm, "running_var"))
    bias = _weights(norm, "bias") - _weights(norm, "running_mean") * scale
    if convolution.tensor("bias") is not None:
        bias = bias + _weights(convolution, "bias") * scale
    return weights * scale.reshape(-1, 1, 1, 1), bias


def _plain_conv(graph: Graph, convolution: Record, value: str) -> str:
    return _convolve(graph, convolution, value, _weights(convolution, "weight"), _weights(convolution, "bias"))


def _convolve(graph: Graph, convolution: Record, value: str, weights: Weights, bias: Weights) -> str:
    _demand(convolution, transposed=False, padding_mode="zeros")
    top, left = convolution.fields["padding"]
    return graph.add(
        "Conv",
        [value, graph.constant(weights), graph.constant(bias)],
        kernel_shape=list(weights.shape[2:]),
        strides=list(convolution.fields["stride"]),
        dilations=list(convolution.fields["dilation"]),
        pads=[top, left, top, left],
        group=int(convolution.fields["groups"]),
    )


def _bottleneck(graph: Graph, block: Record, value: str) -> str:
    made = _conv(graph, _child(block, "cv2"), _conv(graph, _child(block, "cv1"), value))
    return graph.add("Add", [value, made]) if block.fields["add"] else made


def _c2f(graph: Graph, block: Record, value: str) -> str:
    """One half passes by; the other goes through the bottlenecks, each of whose results is kept."""
    halves = graph.constant(np.full(2, block.fields["c"], np.int64))
    kept = graph.add_many("Split", [_conv(graph, _child(block, "cv1"), value), halves], 2, axis=1)
    for inner in _child(block, "m").children().values():
        kept.append(_bottleneck(graph, inner, kept[-1]))
    return _conv(graph, _child(block, "cv2"), graph.add("Concat", kept, axis=1))


def _sppf(graph: Graph, block: Record, value: str) -> str:
    """Three poolings in a row, all four stages side by side."""
    kept = [_conv(graph, _child(block, "cv1"), value)]
    pool = _child(block, "m")
    _demand(pool, stride=1, dilation=1, ceil_mode=False)
    kernel, pad = int(pool.fields["kernel_size"]), int(pool.fields["padding"])
    for _ in range(3):
        kept.append(graph.add("MaxPool", kept[-1:], kernel_shape=[kernel] * 2, pads=[pad] * 4, strides=[1, 1]))
    return _conv(graph, _child(block, "cv2"), graph.add("Concat", kept, axis=1))


def _upsample(graph: Graph, layer: Record, value: str) -> str:
    _demand(layer, mode="nearest", size=None)
    factor = float(layer.fields["scale_factor"])
    scales = graph.constant(np.array([1, 1, factor, factor], np.float32))
    # Nearest with floor on asymmetric coordinates repeats each pixel, as torch does for whole factors.
    return graph.add(
        "Resize",
        [value, "", scales],
        mode="nearest",
        nearest_mode="floor",
        coordinate_transformation_mode="asymmetric",
    )


def _sequence(graph: Graph, sequence: Record, value: str) -> str:
    for layer in sequence.children().values():
        value = _layer(graph, layer, [value])
    return value


def _detect(graph: Graph, head: Record, inputs: Sequence[str], size_px: int) -> int:
    """Both branches of every level, side by side; decodes boxes and names the output. Gives the anchors' number."""
    bins, strides = int(head.fields["reg_max"]), _strides(head, len(inputs))
    distances = _levels(graph, _child(head, "cv2"), inputs, 4 * bins)
    scores = graph.add("Sigmoid", [_levels(graph, _child(head, "cv3"), inputs, int(head.fields["nc"]))])
    points, scales = anchors_of(size_px, strides)
    boxes = _decode(graph, _expected_distances(graph, head, distances, bins), points)
    in_pixels = graph.add("Mul", [boxes, graph.constant(scales)])
    graph.rename(graph.add("Concat", [in_pixels, scores], axis=1), OUTPUT)
    return int(points.shape[2])


def _strides(head: Record, levels: int) -> list[int]:
    strides = [int(stride) for stride in np.asarray(head.fields["stride"]).tolist()]
    if len(strides) != levels or any(stride <= 0 or 32 % stride for stride in strides):
        raise UnsupportedGraphError(f"Detect có bước {strides} cho {levels} tầng.")
    return strides


def _levels(graph: Graph, branches: Record, inputs: Sequence[str], channels: int) -> str:
    flat = graph.constant(np.array([1, channels, -1], np.int64))
    made = [
        graph.add("Reshape", [_sequence(graph, branch, value), flat])
        for branch, value in zip(branches.children().values(), inputs, strict=True)
    ]
    return graph.add("Concat", made, axis=2)


def _expected_distances(graph: Graph, head: Record, distances: str, bins: int) -> str:
    """DFL: each side's distance is the mean of a distribution over `bins` whole strides. 1 x 4 x anchors."""
    split = graph.add("Reshape", [distances, graph.constant(np.array([1, 4, bins, -1], np.int64))])
    shares = graph.add("Softmax", [graph.add("Transpose", [split], perm=[0, 2, 1, 3])], axis=1)
    weights = graph.constant(_weights(_child(_child(head, "dfl"), "conv"), "weight"))
    means = graph.add("Conv", [shares, weights], kernel_shape=[1, 1])
    return graph.add("Reshape", [means, graph.constant(np.array([1, 4, -1], np.int64))])


def _decode(graph: Graph, distances: str, points: Weights) -> str:
    """Left, top, right, bottom around each anchor point become centre and size, still in strides."""
    centre = graph.constant(points)
    halves = graph.constant(np.full(2, 2, np.int64))
    before, after = graph.add_many("Split", [distances, halves], 2, axis=1)
    near, far = graph.add("Sub", [centre, before]), graph.add("Add", [centre, after])
    middle = graph.add("Div", [graph.add("Add", [near, far]), graph.constant(np.array(2, np.float32))])
    return graph.add("Concat", [middle, graph.add("Sub", [far, near])], axis=1)


def anchors_of(size_px: int, strides: Sequence[int]) -> tuple[Weights, Weights]:
    """Cell centres in strides (1 x 2 x anchors, x before y) and each anchor's stride (1 x 1 x anchors)."""
    points, scales = [], []
    for stride in strides:
        cells = size_px // stride
        rows, columns = np.mgrid[0:cells, 0:cells].astype(np.float32) + np.float32(0.5)
        points.append(np.stack((columns.ravel(), rows.ravel())))
        scales.append(np.full((1, cells * cells), stride, np.float32))
    return np.concatenate(points, 1)[None], np.concatenate(scales, 1)[None]


def _child(record: Record, name: str) -> Record:
    try:
        return record.children()[name]
    except KeyError:
        raise UnsupportedGraphError(f"{record.kind or 'Mô hình'} thiếu phần “{name}”.") from None


def _weights(record: Record, name: str) -> Weights:
    tensor = record.tensor(name)
    if tensor is None:
        raise UnsupportedGraphError(f"{record.kind} thiếu tham số “{name}”.")
    return tensor.astype(np.float32)


def _demand(record: Record, **expected: Any) -> None:  # noqa: ANN401 - attribute values of several kinds
    for name, value in expected.items():
        if record.fields.get(name) != value:
            raise UnsupportedGraphError(f"{record.kind}.{name} là {record.fields.get(name)}, phải là {value}.")


DETECT: Final = "ultralytics.nn.modules.head.Detect"
CONCAT: Final = "ultralytics.nn.modules.conv.Concat"
SILU: Final = "torch.nn.modules.activation.SiLU"
_LAYERS: Final[Mapping[str, Callable[[Graph, Record, str], str]]] = {
    "torch.nn.modules.conv.Conv2d": _plain_conv,
    "torch.nn.modules.upsampling.Upsample": _upsample,
    "ultralytics.nn.modules.conv.Conv": _conv,
    "ultralytics.nn.modules.block.C2f": _c2f,
    "ultralytics.nn.modules.block.SPPF": _sppf,
}
