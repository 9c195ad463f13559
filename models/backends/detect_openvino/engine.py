"""A network on OpenVINO, processor only."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from models.backends.detect_openvino.settings import Settings
from models.base import Answer, Blob
from models.detection.network import Shape
from models.errors import BadModelError

# Importing openvino reports to its maker over the network if this package is there. None in its place makes
# openvino take its own silent stand-in; a box calls nobody (docs/guide/models.md).
sys.modules["openvino_telemetry"] = None  # type: ignore[assignment] # the documented way to forbid an import

import openvino  # noqa: E402 - only now

DEVICE: Final = "CPU"


class OpenvinoEngine:
    """See models.detection.network.Engine. Each thread has an input of its own, as with ONNX Runtime."""

    def __init__(self, settings: Settings) -> None:
        core = openvino.Core()
        try:
            model = core.read_model(str(settings.path))
            compiled = core.compile_model(model, DEVICE, _options(settings))
        except RuntimeError as error:
            raise BadModelError(f"Không nạp được mô hình {settings.path}: {error}") from error
        self._requests: list[Any] = [compiled.create_infer_request() for _ in range(settings.threads)]
        self.most_at_once = settings.threads
        self.notes: Mapping[str, str] = _notes(model)
        self.inputs = tuple(_shape(one) for one in model.inputs)
        self.outputs = tuple(_shape(one) for one in model.outputs)

    def run(self, blobs: Sequence[Blob]) -> list[Answer]:
        """See models.detection.network.Engine."""
        busy = self._requests[: len(blobs)]
        try:
            for request, blob in zip(busy, blobs, strict=True):
                request.set_input_tensor(openvino.Tensor(blob[np.newaxis], shared_memory=True))
                request.start_async()
            return [_answer(request) for request in busy]
        except RuntimeError as error:
            raise BadModelError(f"Mô hình phát hiện không chạy được: {error}") from error

    def close(self) -> None:
        """See models.detection.network.Engine."""
        self._requests.clear()


def _options(settings: Settings) -> dict[str, object]:
    options: dict[str, object] = {
        "NUM_STREAMS": settings.threads,
        "INFERENCE_NUM_THREADS": settings.threads,
        # Pinned threads wait for their own core while the decoders of other cameras hold it.
        "ENABLE_CPU_PINNING": False,
    }
    if settings.precision != "native":
        options["INFERENCE_PRECISION_HINT"] = settings.precision
    return options


def _answer(request: Any) -> Answer:  # noqa: ANN401 - openvino is optional, its types may be absent
    request.wait()
    # The request's own memory is overwritten by the next run.
    answer: Answer = request.get_output_tensor(0).data[0].copy()
    return answer


def _notes(model: Any) -> dict[str, str]:  # noqa: ANN401 - see above
    """The metadata of the ONNX file, where openvino keeps it."""
    if not model.has_rt_info("framework"):
        return {}
    return {key: str(note) for key, note in model.get_rt_info("framework").value.items()}


def _shape(port: Any) -> Shape:  # noqa: ANN401 - see above
    """A length left open is -1."""
    shape = port.get_partial_shape()
    return tuple(-1 if length.is_dynamic else int(length.get_length()) for length in shape)
