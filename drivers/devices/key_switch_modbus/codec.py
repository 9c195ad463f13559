"""What the board's inputs mean. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from drivers.base import SwitchState

MOST_INPUTS = 32


@dataclass(frozen=True, slots=True)
class Inputs:
    """Which input is which, counted from 1, and whether its contact opens instead of closing when it is used."""

    key: int
    stop: int | None
    key_opens: bool = False
    stop_opens: bool = False

    @property
    def count(self) -> int:
        """How many inputs must be read, from the first on."""
        return max(self.key, self.stop or 0)

    def state(self, closed: Sequence[bool]) -> SwitchState:
        """How both stand, of the inputs from the first on."""
        stop = self.stop is not None and closed[self.stop - 1] is not self.stop_opens
        return SwitchState(closed[self.key - 1] is not self.key_opens, stop)

    def closed(self, state: SwitchState, count: int) -> list[bool]:
        """The other way round, for so many inputs of a board."""
        found = [False] * count
        found[self.key - 1] = state.key_turned is not self.key_opens
        if self.stop is not None:
            found[self.stop - 1] = state.stop_pressed is not self.stop_opens
        return found
