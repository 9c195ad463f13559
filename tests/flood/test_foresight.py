"""A box looks ahead with what its own store knows of the river, and says so when it cannot."""

from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace

from edge.core.errors import MisconfiguredError
from edge.core.forecast import Outlook, Silence
from edge.core.moment import AtMs
from edge.core.place import StationId
from edge.core.sensing import Quality, Reading
from edge.flood.foresight import RiverForesight
from edge.kernel.clock import SystemClock
from edge.store.journal import Journal
from edge.store.readings import add_reading
from tests.flood.bench import LEVELS, RIVER

HOUR_MS = 3_600_000


async def risen(journal: Journal, step_m: float, quality: Quality = Quality.GOOD) -> AtMs:
    """A day of hourly readings, the last six of them rising; the time of the last one."""
    now = journal.clock.now().at_ms
    for hour in range(25):
        level_m = 0.6 + step_m * max(0, hour - 18)
        at_ms = AtMs(now - (24 - hour) * HOUR_MS)
        reading = Reading(StationId("song"), "level", level_m, "m", at_ms, quality)
        await journal.record(partial(add_reading, reading=reading))
    return now


async def test_a_river_that_rises_fast_is_expected_at_its_next_level(tmp_path: Path) -> None:
    journal = await Journal.open(tmp_path / "a.db", SystemClock())
    now = await risen(journal, 0.09)
    foresight = RiverForesight([RIVER], journal)
    fact = await foresight.expected("song", LEVELS, now)
    outlook = foresight.outlooks["song"]
    assert isinstance(outlook, Outlook)
    assert outlook.low_m < outlook.level_m < outlook.high_m, "never without a band"
    assert fact is not None
    assert (fact.level, fact.eta_ms) == (1, outlook.reach_from_ms)
    assert now < fact.eta_ms <= now + 3 * HOUR_MS
    journal.close()


async def test_a_calm_river_is_expected_nowhere(tmp_path: Path) -> None:
    journal = await Journal.open(tmp_path / "a.db", SystemClock())
    now = await risen(journal, 0.0)
    fact = await RiverForesight([RIVER], journal).expected("song", LEVELS, now)
    assert fact is not None
    assert fact.eta_ms == 0
    journal.close()


@pytest.mark.parametrize(("quality", "later_h"), [(Quality.JUMP, 0), (Quality.GOOD, 8)])
async def test_what_is_not_believed_or_too_old_foretells_nothing(
    tmp_path: Path, quality: Quality, later_h: int
) -> None:
    journal = await Journal.open(tmp_path / "a.db", SystemClock())
    now = await risen(journal, 0.09, quality)
    foresight = RiverForesight([RIVER], journal)
    assert await foresight.expected("song", LEVELS, AtMs(now + later_h * HOUR_MS)) is None
    silence = foresight.outlooks["song"]
    assert isinstance(silence, Silence)
    assert silence.why.startswith("Chưa dự báo được")
    journal.close()


async def test_a_model_that_cannot_be_read_stops_the_start(tmp_path: Path) -> None:
    journal = await Journal.open(tmp_path / "a.db", SystemClock())
    broken = tmp_path / "song.json"
    broken.write_text("[]")
    with pytest.raises(MisconfiguredError, match="Trạm song"):
        RiverForesight([replace(RIVER, forecast=str(broken))], journal)
    journal.close()
