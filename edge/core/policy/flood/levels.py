"""Which báo động stands at a station, with hysteresis so that a wave does not ring twice."""

from dataclasses import dataclass

from edge.core.sensing import FloodLevels, Quality, Reading

HYSTERESIS_M = 0.10


@dataclass(frozen=True, slots=True)
class LevelChanged:
    """The standing level went from ``before`` to ``after`` (0: below báo động 1) at this reading."""

    before: int
    after: int
    reading: Reading


def decide(level: int, reading: Reading, levels: FloodLevels) -> tuple[int, LevelChanged | None]:
    """The level that stands after this reading. A bad reading decides nothing."""
    if reading.quality is not Quality.GOOD or reading.quantity != "level":
        return level, None
    risen = sum(reading.value >= threshold for threshold in levels.bao_dong_m)
    held = sum(reading.value >= threshold - HYSTERESIS_M for threshold in levels.bao_dong_m)
    after = risen if risen > level else min(level, held)
    return after, (LevelChanged(level, after, reading) if after != level else None)
