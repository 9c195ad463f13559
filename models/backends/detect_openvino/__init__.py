"""Detectors on OpenVINO, an optional package: quicker where the processor computes in half width."""

from __future__ import annotations

from models.backends.detect_openvino.settings import Settings
from models.base import Detector
from models.detection.network import NetworkDetector
from models.errors import BadModelError

__all__ = ["Settings", "setup"]


def setup(settings: Settings) -> Detector:
    """Load the network (some 400 ms). Raises BadModelError; BadManifestError for labels of faces or plates."""
    try:
        from models.backends.detect_openvino.engine import OpenvinoEngine  # noqa: PLC0415 - an optional package
    except ModuleNotFoundError as error:
        raise BadModelError(f"Máy chưa cài phần thêm “openvino”: {error}.") from error
    return NetworkDetector(OpenvinoEngine(settings), settings)
