"""Writes ONNX graphs node by node: names, constants, and the checks of the finished model. Knows no network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

# Understood by every ONNX Runtime since 1.13, by OpenVINO and by ncnn's converter; nothing later is needed.
OPSET: Final = 17
IR_VERSION: Final = 8


class Graph:
    """A graph under construction. Values are known by name; `add` gives the name of what a node makes."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def add(self, operator: str, inputs: Sequence[str], **attributes: object) -> str:
        """One node with one output."""
        return self.add_many(operator, inputs, 1, **attributes)[0]

    def add_many(self, operator: str, inputs: Sequence[str], outputs: int, **attributes: object) -> list[str]:
        """One node with several outputs."""
        name = f"{operator.lower()}_{len(self._nodes)}"
        made = [f"{name}.{index}" for index in range(outputs)]
        self._nodes.append(helper.make_node(operator, list(inputs), made, name=name, **attributes))
        return made

    def constant(self, values: NDArray[Any]) -> str:
        """A tensor stored in the model."""
        name = f"constant_{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def rename(self, value: str, name: str) -> None:
        """Give an existing value the name under which the world knows it."""
        self._nodes.append(helper.make_node("Identity", [value], [name], name=name))

    def finish(
        self, source: tuple[str, Sequence[int]], result: tuple[str, Sequence[int]], notes: Mapping[str, str]
    ) -> onnx.ModelProto:
        """The checked model with one float input and one float output. Raises onnx.checker.ValidationError."""
        inputs = [helper.make_tensor_value_info(source[0], TensorProto.FLOAT, list(source[1]))]
        outputs = [helper.make_tensor_value_info(result[0], TensorProto.FLOAT, list(result[1]))]
        graph = helper.make_graph(self._nodes, "detector", inputs, outputs, self._constants)
        model = helper.make_model(
            graph, producer_name="molang", opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION
        )
        helper.set_model_props(model, dict(notes))
        onnx.checker.check_model(model, full_check=True)
        return model
