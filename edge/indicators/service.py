"""Indicators: what people bring, what addresses and brokers tell, what the box counts itself."""

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path

from drivers.base import DriverError, GaugeReading, Station
from edge.config.indicators import is_asked, known_indicators
from edge.config.schema import Config, Indicator
from edge.config.schema.indicator import RESIDENTS, WATCH
from edge.core.errors import FinalError, TransientError
from edge.core.indicator.values import Indicator as Known
from edge.core.indicator.values import Measured, Origin
from edge.core.news import IndicatorsChanged, ServiceChanged
from edge.indicators.desk import IndicatorDesk
from edge.indicators.tables import Tables
from edge.kernel.bus import Bus
from edge.kernel.device import open_as
from edge.kernel.keep_running import describe, keep_running
from edge.store.indicators import residents_answered
from edge.store.journal import Journal

log = logging.getLogger(__name__)

READ_DEADLINE_S = 30.0
LONGEST_WAIT_S = 300.0
"""Between two tries of an address that fails: a figure of this month can wait for five minutes."""
COUNT_EVERY_S = 60.0
COUNTED_MS = 30 * 86_400_000
"""Reports of the last thirty days: older ones say nothing of how the office works now."""
AGES_EVERY_S = 600.0
"""A tile that grew too old says so within ten minutes, though nothing came."""
AHEAD_MS = 86_400_000
HostsUp = Callable[[str], tuple[int, int] | None]


def _no_hosts(_: str) -> None:
    """A box that watches no host."""


class IndicatorService:
    """One task for each address; ``desk`` keeps values, ``tables`` reads files that people bring."""

    def __init__(self, config: Config, spool: Path, journal: Journal, bus: Bus, hosts_up: HostsUp = _no_hosts) -> None:
        """``hosts_up`` counts the watched hosts of a group."""
        known = known_indicators(config)
        self.desk = IndicatorDesk(known, journal, bus)
        self.tables = Tables(spool, known, journal, bus)
        self._pairs = tuple(zip(config.indicator, known, strict=True))
        self._hosts_up = hosts_up
        self._journal = journal
        self._bus = bus

    async def check(self) -> None:
        """Raise MisconfiguredError when a device tells no values: at the start, not in the night. Touches no wire."""
        for one, _ in self._asked():
            await (await _open(one)).close()

    async def run(self) -> None:
        """Ask, count and tidy until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(keep_running("indicator tables", self.tables.run))
            group.create_task(keep_running("indicator counts", self._count_for_ever))
            group.create_task(self._tell_ages())
            for one, known in self._asked():
                group.create_task(self._keep(one, known))

    def _asked(self) -> list[tuple[Indicator, Known]]:
        return [(one, known) for one, known in self._pairs if is_asked(one)]

    async def _keep(self, one: Indicator, known: Known) -> None:
        def failed(error: BaseException) -> None:
            self._bus.publish(ServiceChanged(f"indicator-{one.id}", "down", describe(error), 0))

        station = await _open(one)
        try:
            ask = partial(self._ask_for_ever, one, known, station)
            await keep_running(f"indicator-{one.id}", ask, longest_wait_s=LONGEST_WAIT_S, failed=failed)
        finally:
            await station.close()

    async def _ask_for_ever(self, one: Indicator, known: Known, station: Station) -> None:
        try:
            while True:
                await self.ask(one, known, station)
                self._bus.publish(ServiceChanged(f"indicator-{one.id}", "up", "", 0))
                await asyncio.sleep(one.period_s)
        except (DriverError, TimeoutError) as error:
            raise TransientError(f"{one.name}: {error or 'không trả lời'}") from error

    async def ask(self, one: Indicator, known: Known, station: Station) -> None:
        """Ask once, and keep all that it tells of this indicator; raises TransientError for what cannot be a value."""
        async with asyncio.timeout(READ_DEADLINE_S):
            readings = await station.read()
        for reading in readings:
            if reading.quantity == one.quantity and one.station in ("", reading.station):
                await self._take(known, reading)

    async def _take(self, known: Known, reading: GaugeReading) -> None:
        now_ms = self._journal.clock.now().at_ms
        at_ms = now_ms if reading.at_ms is None else reading.at_ms
        if at_ms > now_ms + AHEAD_MS:
            raise TransientError(f"{known.name}: nguồn ghi giờ của ngày chưa tới.")
        value = round(reading.value, known.digits)
        try:
            await self.desk.take(known, Measured(value, at_ms, at_ms, None, Origin.ASKED))
        except FinalError as error:
            raise TransientError(str(error)) from error  # what an address says now may be right in an hour

    async def _count_for_ever(self) -> None:
        while True:
            await self.count()
            await asyncio.sleep(COUNT_EVERY_S)

    async def count(self) -> None:
        """What the box knows itself: residents' reports of the last thirty days, hosts that are up."""
        for one, known in self._pairs:
            found = await self._counted(one)
            if found is not None:
                now_ms = self._journal.clock.now().at_ms
                await self.desk.take(known, Measured(found[0], now_ms, now_ms, found[1], Origin.BOX))

    async def _counted(self, one: Indicator) -> tuple[int, int] | None:
        """How many, of how many; None for what others tell, and for what is not known yet."""
        if one.kind == WATCH:
            return self._hosts_up(one.station)
        if one.kind != RESIDENTS:
            return None
        since_ms = self._journal.clock.now().at_ms - COUNTED_MS
        return await self._journal.record(partial(residents_answered, since_ms=since_ms))

    async def _tell_ages(self) -> None:
        while True:
            await asyncio.sleep(AGES_EVERY_S)
            self._bus.publish(IndicatorsChanged())


async def _open(one: Indicator) -> Station:
    return await open_as(Station, f"indicator {one.id}", one.kind, one.settings)
