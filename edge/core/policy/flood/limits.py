"""What each quantity can do: its range, how fast it moves, how long it stands still.

Measured on the hourly levels of the three stations of the assets' floods of 2010 and 2020 (docs/design/water.md): water
rose by at most 2.35 m and fell by at most 1.11 m in an hour.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from edge.core.sensing import LEVEL

HOUR_MS = 3_600_000
MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds for one quantity of one station, in its own unit. None: not judged.

    ``step`` is what may happen between two readings however close: waves, rounding, a boat. ``leap`` bounds a change
    however long the gap was. ``zero`` is the height from which a drop to exactly 0 is a fault. ``lively`` is a value
    from which it never stands still for long (báo động 1 for a level).
    """

    low: float
    high: float
    step: float | None = None
    rise_h: float = 0.0
    fall_h: float = 0.0
    leap: float = 0.0
    moved: float = 0.0
    zero: float | None = None
    still_ms: int | None = None
    lively: float | None = None
    lively_still_ms: int | None = None
    late_ms: int = 3 * HOUR_MS
    ahead_ms: int = 5 * MINUTE_MS
    planned: bool = False

    def allowed(self, change: float, elapsed_ms: int) -> bool:
        """Whether water can do that in this time."""
        if self.step is None:
            return True
        rate = self.rise_h if change > 0 else self.fall_h
        return abs(change) <= min(self.step + rate * max(0, elapsed_ms) / HOUR_MS, self.leap)


LEVEL_LIMITS = Limits(
    low=-5.0,
    high=60.0,
    step=0.30,
    rise_h=3.0,
    fall_h=1.5,
    leap=3.5,
    moved=0.02,
    zero=0.30,
    still_ms=24 * HOUR_MS,
    lively_still_ms=2 * HOUR_MS,
)
"""A range is of the gauge (``range_m``), the lively value is its báo động 1."""

MOST_MM_H = 310.0
"""The most rain that was ever measured in one hour anywhere was 305 mm (WMO archive of extremes)."""
STEP_MM = 20.0
_DAYS_AHEAD_MS = 15 * 24 * HOUR_MS
KNOWN: Mapping[str, Limits] = {
    LEVEL: LEVEL_LIMITS,
    # A counter may go back to nothing at any time: it was reset.
    "rain_counter": Limits(low=0.0, high=1e7, step=STEP_MM, rise_h=MOST_MM_H, fall_h=1e9, leap=1e9),
    "rain": Limits(low=0.0, high=MOST_MM_H, late_ms=24 * HOUR_MS),
    "wind": Limits(low=0.0, high=120.0),
    "salinity": Limits(low=0.0, high=60.0, step=4.0, rise_h=12.0, fall_h=12.0, leap=40.0, moved=0.1),
    "water_temp": Limits(low=-2.0, high=60.0, step=3.0, rise_h=6.0, fall_h=6.0, leap=20.0, moved=0.1),
    "battery": Limits(low=0.0, high=60.0),
    "release": Limits(low=0.0, high=40_000.0),
    # An announcement tells of the future: its time is when it begins, and that is no fault of a clock.
    "release_planned": Limits(low=0.0, high=40_000.0, ahead_ms=_DAYS_AHEAD_MS, late_ms=24 * HOUR_MS, planned=True),
}
ANY = Limits(low=-1e9, high=1e9)
"""Whatever else a device may tell: only what is not a number is refused."""


def limits_of(quantity: str, range_m: tuple[float, float], lively_m: float | None) -> Limits:
    """The bounds of a quantity at a gauge with this range and this báo động 1."""
    known = KNOWN.get(quantity, ANY)
    return replace(known, low=range_m[0], high=range_m[1], lively=lively_m) if quantity == LEVEL else known
