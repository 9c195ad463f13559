"""Asks every gauge and every feed at its own period, for as long as the box runs."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from drivers.base import DriverError, GaugeReading, Station
from edge.config.schema import DeviceSettings, Feed, Gauge
from edge.config.schema.sensing import HAND
from edge.core.errors import TransientError
from edge.core.news import ServiceChanged
from edge.kernel.bus import Bus
from edge.kernel.device import open_as
from edge.kernel.keep_running import describe, keep_running, run_apart
from edge.sensing.desk import ReadingDesk
from edge.store.journal import Journal

log = logging.getLogger(__name__)

READ_DEADLINE_S = 30.0
"""A page of a province over a bad line; a gauge on a wire has a shorter deadline of its own."""
LONGEST_WAIT_S = 10.0
"""In a flood the next reading counts: a gauge is never left alone for longer after a failure."""
MOST_STRANGE = 50
"""Stations of a feed that no gauge names are logged once each, up to so many."""
SETTLE_S = 1.0
"""Whoever decides on readings listens by then."""


@dataclass(frozen=True, slots=True)
class Line:
    """One device that is asked: a gauge of its own, or a feed. ``gauges``: by the name that the device gives them."""

    id: str
    name: str
    kind: str
    settings: DeviceSettings
    period_s: float
    gauges: tuple[tuple[str, str], ...]

    def gauge_of(self, told: GaugeReading) -> str | None:
        """Whose reading that is; None for a station that nobody asked for."""
        return next((gauge for station, gauge in self.gauges if station in ("", told.station)), None)


class SensingService:
    """One task a device."""

    def __init__(
        self,
        gauges: Sequence[Gauge],
        journal: Journal,
        bus: Bus,
        feeds: Sequence[Feed] = (),
    ) -> None:
        self._bus = bus
        self.lines = _lines(gauges, feeds)
        self.desk = ReadingDesk(gauges, feeds, journal, bus)
        self._strange: set[str] = set()

    async def check(self) -> None:
        """Raise MisconfiguredError when a gauge is no gauge: at the start, not in the flood. Touches no wire."""
        for line in self.lines:
            await (await _open(line)).close()

    async def resume(self) -> None:
        """What was known before the restart is known."""
        await self.desk.resume()

    async def run(self) -> None:
        """Ask every device at its own period until cancelled."""
        await self.resume()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._retell())
            for line in self.lines:
                group.create_task(self._keep(line))

    async def take(self, line: Line, station: Station) -> None:
        """Ask once, and take all that it tells."""
        async with asyncio.timeout(READ_DEADLINE_S):
            values = await station.read()
        for value in values:
            gauge = line.gauge_of(value)
            if gauge is not None:
                await self.desk.take(gauge, value)
            elif value.station not in self._strange and len(self._strange) < MOST_STRANGE:
                self._strange.add(value.station)
                log.info("feed %s tells of station %.80s, which no gauge names", line.id, value.station)

    async def _retell(self) -> None:
        await asyncio.sleep(SETTLE_S)
        await run_apart("retelling the newest readings", self.desk.retell)

    async def _keep(self, line: Line) -> None:
        def failed(error: BaseException) -> None:
            self._bus.publish(ServiceChanged(line.id, "down", describe(error), 0))

        station = await _open(line)
        try:
            await keep_running(
                line.id, lambda: self._ask_for_ever(line, station), longest_wait_s=LONGEST_WAIT_S, failed=failed
            )
        finally:
            await station.close()

    async def _ask_for_ever(self, line: Line, station: Station) -> None:
        """A station stays open over its failures: it knows what it told already, and mends its wire itself."""
        told = False
        try:
            while True:
                await self.take(line, station)
                if not told:
                    self._bus.publish(ServiceChanged(line.id, "up", "", 0))
                    told = True
                await asyncio.sleep(line.period_s)
        except (DriverError, TimeoutError) as error:
            raise TransientError(f"{line.name}: {error or 'không trả lời'}") from error


def _lines(gauges: Sequence[Gauge], feeds: Sequence[Feed]) -> tuple[Line, ...]:
    own = [
        Line(
            f"gauge-{gauge.id}", f"Trạm {gauge.name}", gauge.kind, gauge.settings, gauge.period_s,
            ((gauge.station, gauge.id),),
        )
        for gauge in gauges
        if gauge.feed is None and gauge.kind != HAND
    ]  # fmt: skip
    fed = [
        Line(
            f"feed-{feed.id}", f"Nguồn số đo {feed.id}", feed.kind, feed.settings, feed.period_s,
            tuple((gauge.station, gauge.id) for gauge in gauges if gauge.feed == feed.id),
        )
        for feed in feeds
    ]  # fmt: skip
    return (*own, *fed)


async def _open(line: Line) -> Station:
    return await open_as(Station, f"{line.name} ({line.id})", line.kind, line.settings)
