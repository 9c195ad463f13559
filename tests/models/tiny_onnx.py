"""ONNX networks that always give the same answer: enough to see how an answer is read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

SIZE_PX = 64


def write_tiny_onnx(
    path: Path, answer: NDArray[np.float32], notes: dict[str, str] | None = None, shape: tuple[object, ...] = ()
) -> Path:
    """A network for pictures of 64 x 64 that answers `answer` plus nothing of the picture."""
    wanted = shape or (1, 3, SIZE_PX, SIZE_PX)
    nodes = [
        helper.make_node("ReduceMax", ["images"], ["most"], keepdims=0),
        helper.make_node("Mul", ["most", "zero"], ["nothing"]),
        helper.make_node("Add", ["answer", "nothing"], ["output0"]),
    ]
    constants = [
        numpy_helper.from_array(answer[np.newaxis], "answer"),
        numpy_helper.from_array(np.zeros((), np.float32), "zero"),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, wanted)],
        [helper.make_tensor_value_info("output0", TensorProto.FLOAT, (1, *answer.shape))],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(model, notes or {})
    onnx.save(model, path)
    return path
