"""How far what a station told last can be trusted now: by its worth and by its age."""

from enum import StrEnum

from edge.core.policy.flood.limits import HOUR_MS, MINUTE_MS
from edge.core.sensing import Quality, Source

PERIODS = 3
SHORTEST_MS = 10 * MINUTE_MS
FEED_MS = 2 * HOUR_MS
"""Stations of a province report once an hour, and the report is not there at once."""
SILENT_MS = 6 * HOUR_MS


class Trust(StrEnum):
    """What people are told about a station."""

    SURE = "sure"
    OLD = "old"
    DOUBTFUL = "doubtful"
    SILENT = "silent"


def fresh_ms(source: Source, period_s: float) -> int:
    """For how long a reading speaks for now."""
    return FEED_MS if source is not Source.GAUGE else max(round(PERIODS * period_s * 1000), SHORTEST_MS)


def trust(quality: Quality, source: Source, age_ms: int, period_s: float) -> Trust:
    """How far the newest reading of a station can be trusted, so old."""
    if age_ms > SILENT_MS:
        return Trust.SILENT
    if quality is not Quality.GOOD:
        return Trust.DOUBTFUL
    return Trust.SURE if age_ms <= fresh_ms(source, period_s) else Trust.OLD
