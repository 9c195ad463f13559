"""Looks ahead at every gauge that has levels: what the store knows of the river, through a forecast model."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from edge.config.schema import Gauge
from edge.core.errors import FinalError, MisconfiguredError
from edge.core.forecast import WINDOW_MS, History, Model, Outlook, Point, Release, Silence, predict, series
from edge.core.forecast.default import default_model
from edge.core.moment import AtMs
from edge.core.policy.flood.rule import ForecastFact
from edge.flood.records import model_in
from edge.store.journal import Journal, Tx
from edge.store.readings import good_readings

RELEASES_MS = 96 * 3_600_000
"""What was let go before the two days that a forecast looks at still says from what the discharge changes."""


class RiverForesight:
    """Keeps the newest outlook of each gauge, for the pages; a level that is likely within the horizon is a fact."""

    def __init__(self, gauges: Sequence[Gauge], journal: Journal) -> None:
        """Raises MisconfiguredError on a model file that cannot be read: at the start, not in the flood."""
        self._gauges = {gauge.id: gauge for gauge in gauges}
        self._models = {gauge.id: _model(gauge) for gauge in gauges}
        self._journal = journal
        self.outlooks: dict[str, Outlook | Silence] = {}

    async def expected(self, station: str, thresholds: Sequence[float], now: AtMs) -> ForecastFact | None:
        """The next higher level that is likely within the horizon, not before when; ``eta_ms`` 0: none is.

        None when nobody can tell: then what an earlier forecast said runs out by itself.
        """
        gauge = self._gauges.get(station)
        if gauge is None or not thresholds:
            return None
        history = await self._journal.record(partial(_history, gauge=gauge, now=now))
        outlook = predict(self._models[station], history, now, levels_m=thresholds)
        self.outlooks[station] = outlook
        if isinstance(outlook, Silence):
            return None
        level, eta_ms = _next_level(outlook, thresholds)
        return ForecastFact(station, gauge.name, level, AtMs(eta_ms), now)


def _model(gauge: Gauge) -> Model:
    if gauge.forecast is None:
        return default_model()
    try:
        return model_in(Path(gauge.forecast))
    except FinalError as error:
        raise MisconfiguredError(f"Trạm {gauge.id}: {error}") from error


def _next_level(outlook: Outlook, thresholds: Sequence[float]) -> tuple[int, int]:
    """The báo động that the likely course reaches while it rises, and the earliest time of it; (0, 0) for none."""
    reached, first_ms = outlook.next_level, outlook.reach_from_ms
    if reached is None or first_ms is None or reached not in thresholds:
        return 0, 0
    rises = outlook.rate_m_h > 0 and outlook.level_m >= reached
    return (list(thresholds).index(reached) + 1, first_ms) if rises else (0, 0)


def _history(tx: Tx, gauge: Gauge, now: AtMs) -> History:
    def points(station: str | None, quantity: str, look_back_ms: int = WINDOW_MS) -> list[Point]:
        rows = good_readings(tx, station, quantity, now - look_back_ms) if station else []
        return [Point(at_ms, value, came_at_ms) for at_ms, value, came_at_ms in rows]

    above = gauge.upstream
    announced = [one for station in (gauge.id, above) for one in points(station, "release_planned", RELEASES_MS)]
    return History(
        series(points(gauge.id, "level")),
        series(points(above, "level")),
        series(points(gauge.id, "rain")),
        tuple(
            Release(one.at_ms if one.arrived_ms is None else one.arrived_ms, one.at_ms, one.value) for one in announced
        ),
    )
