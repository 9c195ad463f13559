"""A network on ONNX Runtime."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnxruntime

from models.backends.detect_onnx.settings import Settings
from models.backends.onnx_errors import LOAD_ERRORS, RUN_ERRORS
from models.base import Answer, Blob
from models.detection.network import Shape
from models.errors import BadModelError


class OnnxEngine:
    """See models.detection.network.Engine."""

    # Nothing is gained by two pictures in one run (docs/guide/models.md).
    most_at_once: int = 1

    def __init__(self, settings: Settings) -> None:
        self._session = _opened(settings)
        self._input = self._session.get_inputs()[0].name
        self.notes: Mapping[str, str] = self._session.get_modelmeta().custom_metadata_map
        self.inputs = tuple(_shape(one) for one in self._session.get_inputs())
        self.outputs = tuple(_shape(one) for one in self._session.get_outputs())

    def run(self, blobs: Sequence[Blob]) -> list[Answer]:
        """See models.detection.network.Engine."""
        try:
            return [self._session.run(None, {self._input: blob[np.newaxis]})[0][0] for blob in blobs]
        except RUN_ERRORS as error:
            raise BadModelError(f"Mô hình phát hiện không chạy được: {error}") from error


def _opened(settings: Settings) -> Any:  # noqa: ANN401 - onnxruntime ships no types
    """The loaded network. Raises BadModelError."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = settings.threads
    options.inter_op_num_threads = 1
    # Spinning threads are a little quicker and eat the cores that decode the other cameras.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(str(settings.path), options, providers=list(settings.providers))
    except LOAD_ERRORS as error:
        raise BadModelError(f"Không nạp được mô hình {settings.path}: {error}") from error


def _shape(value: Any) -> Shape:  # noqa: ANN401 - onnxruntime ships no types
    """A named or unknown length is -1."""
    return tuple(length if isinstance(length, int) else -1 for length in value.shape)
