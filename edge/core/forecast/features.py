"""What the model looks at: a few differences, each of them a thing that a hydrologist would name.

All of them are differences, so that the datum of a gauge does not matter; all are zero on a river that stands still.
"""

from edge.core.forecast.history import HOUR_MS, History, Series

OWN = ("rate", "bend", "trend")
UPSTREAM = ("up_1", "up_3", "up_6")
RAIN = ("rain_3",)
RELEASE = ("release",)
TURN = "up_turn"
"""How sharply the river upstream turns (m): no weight of its own in the forecast, it only widens the band."""

LOOK_BACK_H = 12
"""No feature looks further back than six hours before the newest reading, which may be three hours old; and the reading
before those is needed to draw the line."""

UPSTREAM_STALE_H = 4.0
"""An upstream reading older than this says nothing of the wave that is on its way: the model goes on without it."""

RAIN_STALE_H = 2.0
"""Rain is told every hour; older than two and nothing is known of it."""


def features(known: History, release_lag_h: float, horizon_h: float) -> dict[str, float]:
    """The features as of the newest level reading of what was known. What is not known is left out.

    rate: rise of the last hour (m/h) · bend: rate minus the rate of the last 3 h (m/h) · trend: rate of the last 6 h
    (m/h) · up_1, up_3, up_6: rise upstream in the last hour, in the last three and in the three before these (m) ·
    up_turn: see TURN · rain_3: rain of the last 3 h (cm) · release: change of the announced discharge felt until then
    (100 m³/s)
    """
    at_ms = known.level.last.at_ms
    found = _own(known.level, at_ms)
    if _fresh(known.upstream, at_ms, UPSTREAM_STALE_H):
        found |= _upstream(known.upstream, at_ms)
    if _fresh(known.rain, at_ms, RAIN_STALE_H):
        found["rain_3"] = sum(point.value for point in known.rain.between(at_ms - 3 * HOUR_MS, at_ms)) / 10
    found["release"] = release_step(known, at_ms, release_lag_h, horizon_h)
    return found


def _own(level: Series, at_ms: int) -> dict[str, float]:
    now = level.last.value
    rate = now - level.at(at_ms - HOUR_MS)
    rate_3 = (now - level.at(at_ms - 3 * HOUR_MS)) / 3
    rate_6 = (now - level.at(at_ms - 6 * HOUR_MS)) / 6
    return {"rate": rate, "bend": rate - rate_3, "trend": rate_6}


def _upstream(upstream: Series, at_ms: int) -> dict[str, float]:
    now, one, two, three, six = (upstream.at(at_ms - hours * HOUR_MS) for hours in (0, 1, 2, 3, 6))
    return {"up_1": now - one, "up_3": now - three, "up_6": three - six, TURN: abs(now - 2 * one + two)}


def release_step(known: History, at_ms: int, lag_h: float, horizon_h: float) -> float:
    """By how much the announced discharge that is felt here changes until then, in 100 m³/s."""
    if not known.releases:
        return 0.0
    from_ms = at_ms - lag_h * HOUR_MS
    return (_discharge(known, from_ms + horizon_h * HOUR_MS) - _discharge(known, from_ms)) / 100


def _discharge(known: History, at_ms: float) -> float:
    begun = [release for release in known.releases if release.from_ms <= at_ms]
    return max(begun, key=lambda release: (release.from_ms, release.known_ms)).discharge_m3s if begun else 0.0


def _fresh(found: Series, at_ms: int, stale_h: float) -> bool:
    return len(found.points) > 1 and at_ms - found.last.at_ms <= stale_h * HOUR_MS
