"""Piper voices on ONNX Runtime, CPU."""

from __future__ import annotations

from models.backends.voice_piper.settings import Settings, from_manifest
from models.base import Voice

__all__ = ["Settings", "from_manifest", "setup"]


def setup(settings: Settings) -> Voice:
    """Load the voice (about a second). Raises BadModelError."""
    from models.backends.voice_piper.voice import PiperSpeaker  # noqa: PLC0415 - the runtime loads when it is used

    return PiperSpeaker(settings)
