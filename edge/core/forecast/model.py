"""What was learned, as numbers that fit in a file of JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from edge.core.errors import MisconfiguredError
from edge.core.forecast.features import OWN, RAIN, RELEASE, UPSTREAM

VERSION = 1
HORIZONS_H = (1.0, 3.0, 6.0, 9.0)
"""Six hours is what is shown; nine is learned because the newest reading may be three hours old."""


@dataclass(frozen=True, slots=True)
class Fit:
    """The model for one horizon and one set of features.

    ``weights[k]``: metres of rise until then per unit of ``names[k]``. ``drift[k]``: how far a weight may stand off in
    a river that it never saw (variance). ``band``: metres of error per metre of each measure of unrest, in the order of
    ``guess.UNREST``; the band reaches from ``low`` to ``high`` times their sum to the power ``guess.DAMPING``.
    ``usual_m``: the mean absolute error in training. ``n``: from how many pairs of readings.
    """

    horizon_h: float
    names: tuple[str, ...]
    weights: tuple[float, ...]
    drift: tuple[float, ...]
    band: tuple[float, ...]
    low: float
    high: float
    usual_m: float
    n: int

    @property
    def has_band(self) -> bool:
        """Whether its band was measured yet."""
        return self.high > self.low


@dataclass(frozen=True, slots=True)
class Model:
    """A forecaster of one station.

    ``floods`` and ``source`` say what it learned from; ``fastest_m_h`` is the steepest hour that it saw.
    """

    station: str
    upstream: str
    source: str
    floods: int
    release_lag_h: float
    fastest_m_h: float
    fits: tuple[Fit, ...]

    def sets(self, known: frozenset[str]) -> tuple[Fit, ...]:
        """One fit for each horizon, of the richest set of features that are all known; () if there is none."""
        usable = [fit for fit in self.fits if known.issuperset(fit.names)]
        if not usable:
            return ()
        richest = max((fit.names for fit in usable), key=len)
        return tuple(sorted((fit for fit in usable if fit.names == richest), key=lambda fit: fit.horizon_h))

    @property
    def knows_releases(self) -> bool:
        """Whether a release was among what it learned from."""
        return any("release" in fit.names for fit in self.fits)

    @property
    def knows_upstream(self) -> bool:
        """Whether it learned from a station upstream."""
        return any("up_1" in fit.names for fit in self.fits)


def feature_sets(upstream: bool, rain: bool, release: bool) -> tuple[tuple[str, ...], ...]:
    """The sets to learn, so that a station that falls silent leaves a smaller set and not no forecast."""
    tail = RELEASE if release else ()
    found = [OWN + tail]
    if rain:
        found.append(OWN + RAIN + tail)
    if upstream:
        found.append(OWN + UPSTREAM + tail)
    if upstream and rain:
        found.append(OWN + UPSTREAM + RAIN + tail)
    return tuple(found)


def to_json(model: Model) -> dict[str, Any]:
    """Plain numbers and words."""
    return {"version": VERSION, **asdict(model)}


def from_json(found: Mapping[str, Any]) -> Model:
    """The model back again. Raises MisconfiguredError on a file of another version or with a part missing."""
    if found.get("version") != VERSION:
        raise MisconfiguredError(f"mô hình dự báo phải có version = {VERSION}, không phải {found.get('version')!r}")
    try:
        fits = tuple(_fit(one) for one in found["fits"])
        return Model(**{key: found[key] for key in Model.__slots__ if key != "fits"}, fits=fits)
    except (KeyError, TypeError, ValueError) as error:
        raise MisconfiguredError(f"mô hình dự báo thiếu hoặc sai một phần: {error}") from error


def _fit(one: Mapping[str, Any]) -> Fit:
    return Fit(
        float(one["horizon_h"]),
        tuple(map(str, one["names"])),
        _numbers(one["weights"]),
        _numbers(one["drift"]),
        _numbers(one["band"]),
        float(one["low"]),
        float(one["high"]),
        float(one["usual_m"]),
        int(one["n"]),
    )


def _numbers(values: Sequence[Any]) -> tuple[float, ...]:
    return tuple(map(float, values))
