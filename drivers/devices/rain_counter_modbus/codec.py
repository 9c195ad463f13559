"""What a counter of tips means. Pure."""

from __future__ import annotations

from dataclasses import dataclass

DIGITS = 3
NEAR_THE_TOP_MM = 200.0
"""A counter that falls while it stood closer to its end than this has gone past it; no hour in Vietnam brings more."""


@dataclass(frozen=True, slots=True)
class Counter:
    """Counts tips of `mm_per_tip` up to 2 to the power of `bits`, then from 0 again."""

    bits: int
    mm_per_tip: float
    low_word_first: bool = False

    @property
    def words(self) -> int:
        """How many registers it takes."""
        return self.bits // 16

    def tips_of(self, registers: tuple[int, ...]) -> int:
        """The count."""
        high, low = (0, *registers)[-2:]
        return low << 16 | high if self.low_word_first and self.words == 2 else high << 16 | low

    def registers(self, tips: int) -> tuple[int, ...]:
        """The other way round."""
        tips %= 1 << self.bits
        high, low = tips >> 16, tips & 0xFFFF
        if self.words == 1:
            return (low,)
        return (low, high) if self.low_word_first else (high, low)

    def rain_mm(self, before: int, now: int) -> float:
        """Rain between two counts, never negative.

        A count that fell has gone past its end, if it stood near it; else the device lost its power and counts from 0:
        what it counted since then is what fell at least.
        """
        if now >= before:
            tips = now - before
        elif ((1 << self.bits) - before) * self.mm_per_tip <= NEAR_THE_TOP_MM:
            tips = now - before + (1 << self.bits)
        else:
            tips = now
        return round(tips * self.mm_per_tip, DIGITS)
