"""A river that rises and falls: a synthetic flood wave on a tide, made by the project and of no real place."""

import math
from dataclasses import dataclass

TIDE_H = 12.42
"""The moon's half day (M2)."""


@dataclass(frozen=True, slots=True)
class Hydrograph:
    """Levels in metres. The wave stands `peak_m` above the base `rise_h` hours after it began; it ebbs more slowly."""

    base_m: float = 0.62
    tide_m: float = 0.03
    peak_m: float = 2.3
    rise_h: float = 9.0
    steepness: float = 2.0

    def level_m(self, hours: float, since_flood_h: float | None) -> float:
        """The level at this hour; `since_flood_h` is the age of the wave, None as long as there is none."""
        tide = self.tide_m * math.sin(2 * math.pi * hours / TIDE_H)
        return self.base_m + tide + (0.0 if since_flood_h is None else self.wave_m(since_flood_h))

    def wave_m(self, since_flood_h: float) -> float:
        """What the wave alone adds."""
        return self.peak_m * gamma(since_flood_h, self.rise_h, self.steepness)


def gamma(hours: float, rise_h: float, steepness: float = 2.0) -> float:
    """A gamma curve, the usual shape of a unit hydrograph: 0 up to its beginning, 1 at ``rise_h``."""
    share = max(hours, 0.0) / rise_h
    return float((share * math.exp(1 - share)) ** steepness)
