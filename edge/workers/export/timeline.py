"""Times of pictures in a file that is cut from recordings: as they were taken, with the gaps closed."""

from fractions import Fraction

MILLISECOND = Fraction(1, 1000)
GAP_MS = 1500
"""A longer silence between two pictures is a gap of the recording; a shorter one is the camera's own rhythm."""
STEP_MS = 40
"""What stands for a gap, or for a clock that was set back."""


class Timeline:
    """Places pictures one after the other; ``gaps`` are the times that were closed."""

    def __init__(self) -> None:
        self.gaps: list[tuple[int, int]] = []
        self._shift_ms = 0
        self._last_ms: int | None = None

    def place(self, decode_ms: int) -> int:
        """How much earlier in the file than on the clock this picture lies, given its turn to be decoded."""
        if self._last_ms is None:
            self._shift_ms = decode_ms
        else:
            self._step(self._last_ms, decode_ms)
        self._last_ms = decode_ms
        return self._shift_ms

    def _step(self, last_ms: int, decode_ms: int) -> None:
        step = decode_ms - last_ms
        if step > GAP_MS:
            self.gaps.append((last_ms, decode_ms))
        if not 0 < step <= GAP_MS:
            self._shift_ms += step - STEP_MS
