"""Motion that leads to nothing: a tree, a flag, rain. Such wakes are few by construction."""

MOST_TOGETHER = 2
EACH_S = 900.0
"""Two wakes for nothing at once and one more each quarter of an hour: six in any hour."""
FRUITLESS_S = 8.0
"""Motion for so long without a track is nothing that a rule could want: key frames and glances are enough."""


class Wakes:
    """One camera's wakes, and whether the detector found anything in them. The camera's thread owns it.

    A camera that has used up its wakes for nothing is not blind: each key frame that moves still gets a glance, and
    what the detector finds in a glance wakes it at any time.
    """

    def __init__(self) -> None:
        self._credit = float(MOST_TOGETHER)
        self._counted: float | None = None
        self._began: float | None = None
        self._found = False

    def allowed(self, steady: float) -> bool:
        """Whether motion alone may wake now."""
        if self._counted is not None:
            self._credit = min(MOST_TOGETHER, self._credit + max(0.0, steady - self._counted) / EACH_S)
        self._counted = steady
        return self._credit >= 1.0

    def begin(self, steady: float) -> None:
        """Motion woke the camera; without a track until `end` it was for nothing."""
        if self._began is None:
            self._began, self._found = steady, False

    def found(self) -> None:
        """There is a track: motion was right, and may go on for as long as it likes."""
        self._found = True

    def fruitless(self, steady: float) -> bool:
        """Whether things moved for so long without any track that full decoding is not worth it."""
        return self._began is not None and not self._found and steady - self._began > FRUITLESS_S

    def end(self) -> None:
        """The camera is calm again."""
        if self._began is not None and not self._found:
            self._credit -= 1.0
        self._began = None
