"""The thresholds of Ultralytics' own `val`: precision is a curve, so nearly every box is wanted."""

from __future__ import annotations

from typing import Final

CONFIDENCE: Final = 0.001
MAX_OVERLAP: Final = 0.7
