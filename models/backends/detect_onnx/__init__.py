"""Detectors on ONNX Runtime, CPU by default."""

from __future__ import annotations

from models.backends.detect_onnx.settings import Settings
from models.base import Detector
from models.detection.network import NetworkDetector

__all__ = ["Settings", "setup"]


def setup(settings: Settings) -> Detector:
    """Load the network (some 50 ms). Raises BadModelError; BadManifestError for labels of faces or plates."""
    from models.backends.detect_onnx.engine import OnnxEngine  # noqa: PLC0415 - the runtime loads when it is used

    return NetworkDetector(OnnxEngine(settings), settings)
