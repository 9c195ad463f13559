"""The recorded voice bank: a commune's own speaker, put together from words and phrases that were recorded once."""

from __future__ import annotations

from models.backends.voice_bank.settings import Recorded, Settings
from models.base import Voice

__all__ = ["Recorded", "Settings", "setup"]


def setup(settings: Settings) -> Voice:
    """The bank as it is now. Raises VoiceError if nothing was recorded."""
    from models.backends.voice_bank.voice import BankVoice  # noqa: PLC0415 - numpy loads when it is used

    return BankVoice(settings)
