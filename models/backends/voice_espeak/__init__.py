"""espeak-ng: Vietnamese with no model at all. The voice of last resort, and always there."""

from __future__ import annotations

from models.backends.voice_espeak.settings import Settings, Variant
from models.base import Voice

__all__ = ["Settings", "Variant", "setup"]


def setup(settings: Settings) -> Voice:
    """Ask the engine for its version and a first word. Raises VoiceError if espeak-ng is not installed."""
    from models.backends.voice_espeak.voice import EspeakVoice  # noqa: PLC0415 - numpy loads when it is used

    return EspeakVoice(settings)
