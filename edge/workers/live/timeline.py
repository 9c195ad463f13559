"""Times of a camera, which jump and jitter, made into times a browser accepts."""

from dataclasses import dataclass
from fractions import Fraction

from edge.workers.live.fmp4 import TIMESCALE

_LONGEST_STEP = TIMESCALE
"""A camera silent for a second lost frames: what follows is a new beginning."""
_LONGEST_STEP_BACK = TIMESCALE // 2
"""FFmpeg guesses decode times at the beginning of RTSP and repeats one: no reason to drop a picture."""
_USUAL_STEP = TIMESCALE // 15
_MOST_SHOWN_LATER = 2 * TIMESCALE


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a frame lies, in ticks of TIMESCALE; ``broken`` means that frames before it are missing."""

    at: int
    duration: int
    show_later: int
    broken: bool


class Timeline:
    """Lays frames end to end from 0, through reconnects too.

    MSE throws frames away until the next key frame when a decode time jumps by over two frame durations, so every
    slot begins where the last one ended; a frame's duration is a guess (it is sent before the next one is known) that
    makes up for the error of the guesses before it.
    """

    def __init__(self) -> None:
        self._end = 0
        self._step = _USUAL_STEP
        self._last: int | None = None
        self._offset = 0

    def restart(self) -> None:
        """Another stream begins: its first frame follows the last one of the old stream."""
        self._last = None

    def place(self, pts: int, dts: int, duration: int, time_base: Fraction) -> Slot:
        """The slot of the next frame in decode order."""
        dts_ticks = _ticks(dts, time_base)
        broken = self._advance(dts_ticks, _ticks(duration, time_base))
        late = dts_ticks + self._offset - self._end
        length = min(max(self._step + late, self._step // 2, 1), 2 * self._step)
        slot = Slot(self._end, length, self._show_later(pts, dts, time_base), broken)
        self._end += length
        return slot

    def _advance(self, dts: int, duration: int) -> bool:
        step = None if self._last is None else dts - self._last
        unbroken = step is not None and -_LONGEST_STEP_BACK <= step <= _LONGEST_STEP
        if step is not None and unbroken:
            self._step = step if step > 0 else self._step
        else:
            self._step = duration if 0 < duration <= _LONGEST_STEP else self._step
            self._offset = self._end - dts
        self._last = dts
        return step is not None and not unbroken

    @staticmethod
    def _show_later(pts: int, dts: int, time_base: Fraction) -> int:
        later = _ticks(pts - dts, time_base)
        return later if 0 <= later <= _MOST_SHOWN_LATER else 0


def _ticks(time: int, base: Fraction) -> int:
    """The nearest tick. Whole numbers: with fractions this was a third of what a frame costs."""
    return (2 * time * base.numerator * TIMESCALE + base.denominator) // (2 * base.denominator)
