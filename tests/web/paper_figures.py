"""Indicators with a year of figures, over the real desk, the real table child and a real store."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from edge.config.indicators import known_indicator
from edge.control.handlers.indicators import indicator_handlers
from edge.core.moment import AtMs, ClockState, Moment, Steady
from edge.indicators.desk import IndicatorDesk
from edge.indicators.tables import Tables
from edge.kernel.bus import Bus
from edge.store.journal import Journal
from hil.figures import keep_history, settings
from tests.sensing.bench import SetClock
from tests.web.scenery import quiet
from tests.web.stage import Stage, stage

KNOWN = tuple(known_indicator(one) for one in settings())


@contextlib.asynccontextmanager
async def paper_figures(folder: Path, now: int) -> AsyncIterator[Stage]:
    """Pages over a real desk and store."""
    clock = SetClock(Moment(AtMs(now), Steady(100.0), ClockState.SYNCED))
    journal = await Journal.open(folder / "molang.db", clock)
    await journal.record(lambda tx: keep_history(tx, {one.id: one for one in KNOWN}, now))
    spool = folder / "table-spool"
    spool.mkdir()
    desk, tables = IndicatorDesk(KNOWN, journal, Bus()), Tables(spool, KNOWN, journal, Bus())
    try:
        async with stage(folder, quiet(now), {}, indicator_handlers(desk, tables), indicators=KNOWN) as running:
            yield running
    finally:
        journal.close()
