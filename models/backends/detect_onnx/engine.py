"""A network on ONNX Runtime."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import onnxruntime

from models.backends.detect_onnx.settings import Settings
from models.backends.onnx_errors import LOAD_ERRORS, RUN_ERRORS
from models.base import Answer, Blob
from models.detection.network import Shape
from models.errors import BadModelError


class OnnxEngine:
    """See models.detection.network.Engine.

    With more than one thread each has an input of its own: two inputs side by side on two cores give a third more
    pictures a second than two threads on one input, and a batch of two gives nothing (docs/guide/models.md).
    """

    def __init__(self, settings: Settings) -> None:
        self._session = _opened(settings)
        self._input = self._session.get_inputs()[0].name
        # The caller's thread takes the first input itself; helpers start when there is a second.
        self._helpers = ThreadPoolExecutor(max(1, settings.threads - 1), "onnx")
        self.most_at_once = settings.threads
        self.notes: Mapping[str, str] = self._session.get_modelmeta().custom_metadata_map
        self.inputs = tuple(_shape(one) for one in self._session.get_inputs())
        self.outputs = tuple(_shape(one) for one in self._session.get_outputs())

    def run(self, blobs: Sequence[Blob]) -> list[Answer]:
        """See models.detection.network.Engine."""
        try:
            others = [self._helpers.submit(self._answer, blob) for blob in blobs[1:]]
            return [self._answer(blobs[0]), *(other.result() for other in others)]
        except RUN_ERRORS as error:
            raise BadModelError(f"Mô hình phát hiện không chạy được: {error}") from error

    def close(self) -> None:
        """See models.detection.network.Engine."""
        self._helpers.shutdown()

    def _answer(self, blob: Blob) -> Answer:
        (rows,) = self._session.run(None, {self._input: blob[np.newaxis]})
        answer: Answer = rows[0]
        return answer


def _opened(settings: Settings) -> Any:  # noqa: ANN401 - onnxruntime ships no types
    """The loaded network. Raises BadModelError."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    try:
        return onnxruntime.InferenceSession(str(settings.path), options, providers=_providers(settings))
    except LOAD_ERRORS as error:
        raise BadModelError(f"Không nạp được mô hình {settings.path}: {error}") from error


def _providers(settings: Settings) -> list[str]:
    """Those of the wanted ones that this machine has. A name that nobody knows is an error, not the processor."""
    unknown = set(settings.provider_names) - set(onnxruntime.get_all_providers())
    here = onnxruntime.get_available_providers()
    usable = [name for name in settings.provider_names if name in here]
    if unknown or not usable:
        wrong = ", ".join(sorted(unknown)) or settings.providers
        raise BadModelError(f"ONNX Runtime ở máy này không có {wrong}; có: {', '.join(here)}.")
    return usable


def _shape(value: Any) -> Shape:  # noqa: ANN401 - onnxruntime ships no types
    """A named or unknown length is -1."""
    return tuple(length if isinstance(length, int) else -1 for length in value.shape)
