"""A river that has been rising for hours when the box starts: its day is in the box's database, its gauge goes on.

A demo hurries the river so much that no forecast can believe it. Here it moves as rivers do, and reaches báo động 1
soon after the start.
"""

import asyncio
import time
from pathlib import Path

from edge.core.moment import AtMs
from edge.core.place import StationId
from edge.core.sensing import LEVEL, Quality, Reading
from edge.kernel.clock import SystemClock
from edge.store.journal import Journal, Tx
from edge.store.readings import add_reading
from hil import place
from hil.hydrograph import Hydrograph

GAUGE = "song-minh"
HOUR_MS = 3_600_000
BEHIND_H = 24.0
EVERY_MIN = 10
REAL_HOURS_PER_S = 1 / 3600
_STEP_H = 1 / 3600


def wave_age_h(reaches_s: float, river: Hydrograph | None = None) -> float:
    """How old the wave is that lifts the river to báo động 1 in so many seconds."""
    river = river or Hydrograph()
    hours = 0.0
    while river.base_m + river.wave_m(hours) < place.BAO_DONG_M[0]:
        hours += _STEP_H
    return hours - reaches_s / 3600


def keep_the_day(database: Path, age_h: float) -> None:
    """Put the readings of the day behind us into the box's database, before the box starts."""
    asyncio.run(_keep(database, age_h, time.time_ns() // 1_000_000))


async def _keep(database: Path, age_h: float, now_ms: int) -> None:
    journal = await Journal.open(database, SystemClock())
    try:
        await journal.record(lambda tx: _add(tx, age_h, now_ms))
    finally:
        journal.close()


def _add(tx: Tx, age_h: float, now_ms: int) -> None:
    river = Hydrograph()
    for minutes in range(int(BEHIND_H * 60), EVERY_MIN - 1, -EVERY_MIN):
        age = age_h - minutes / 60
        level_m = river.level_m(-minutes / 60, age if age > 0 else None)
        at_ms = AtMs(now_ms - minutes * 60_000)
        add_reading(tx, Reading(StationId(GAUGE), LEVEL, round(level_m, 3), "m", at_ms, Quality.GOOD, came_at_ms=at_ms))
