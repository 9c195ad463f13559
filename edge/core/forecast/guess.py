"""One guess of a fit: the change, and the band around it."""

from collections.abc import Mapping
from dataclasses import dataclass

from edge.core.forecast.features import TURN
from edge.core.forecast.linear import Vector, dot
from edge.core.forecast.model import Fit

CALM = 2.0
"""The training's usual error counts like this many recent ones."""

DAMPING = 0.8
"""The band grows with this power of the unrest: each measure is itself uncertain, so large values are partly chance."""

LEAST_HALF_M = 0.01
"""No band is narrower than one step of a gauge to each side."""

EDGE_M = 1e-9
"""Readings are whole centimetres: one that lies on the edge is inside, whatever floating point makes of it."""

UNREST = ("one_cm", "bend", "up_1", "up_turn", "rain_3", "recent", "change")


@dataclass(frozen=True, slots=True)
class Guess:
    """The change of the level over the horizon of its fit, metres; both opinions it was mixed from; and its unrest.

    ``recent_m``, ``recent_n``: the sum of the recent errors and how many they were, both fading. ``stretch``: how much
    wider than in training the band must be in this flood.
    """

    change_m: float
    learned_m: float
    line_m: float
    recent_m: float
    recent_n: float
    unrest: tuple[float, ...]
    stretch: float

    def measures(self, usual_m: float) -> Vector:
        """All measures of unrest in the order of UNREST, metres."""
        recent_m = (CALM * usual_m + self.recent_m) / (CALM + self.recent_n)
        return [*self.unrest, recent_m, abs(self.change_m)]

    def feared_m(self, fit: Fit) -> float:
        """The mean absolute error that the training lets expect here."""
        return float(dot(fit.band, self.measures(fit.usual_m)) ** DAMPING)

    def band_m(self, fit: Fit) -> tuple[float, float]:
        """The least and the greatest change that the band takes in."""
        spread_m = self.stretch * self.feared_m(fit)
        low_m, high_m = min(fit.low * spread_m, -LEAST_HALF_M), max(fit.high * spread_m, LEAST_HALF_M)
        return self.change_m + low_m, self.change_m + high_m

    def holds(self, fit: Fit, change_m: float) -> bool:
        """Whether this change lies in the band."""
        low_m, high_m = self.band_m(fit)
        return low_m - EDGE_M <= change_m <= high_m + EDGE_M


def unrest(seen: Mapping[str, float], fit: Fit) -> tuple[float, ...]:
    """The measures that can be seen: how sharply the level bends, and what is on its way from upstream and the sky."""
    upstream, rain = "up_1" in fit.names, "rain_3" in fit.names
    return (
        0.01,
        abs(seen["bend"]) * fit.horizon_h,
        abs(seen["up_1"]) if upstream else 0.0,
        seen[TURN] if upstream else 0.0,
        seen["rain_3"] / 20 if rain else 0.0,
    )
