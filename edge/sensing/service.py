"""Reads the gauges, judges each reading, and lets the flood policy decide what it means."""

import asyncio
import logging
import math
from collections.abc import Sequence
from functools import partial

from drivers.base import DriverError, GaugeReading, MisconfiguredDriverError, Station
from drivers.registry import open_device
from edge.config.schema import Gauge
from edge.core.errors import MisconfiguredError, TransientError
from edge.core.incident import Incident, IncidentKind, Severity
from edge.core.moment import AtMs
from edge.core.news import ReadingTaken, ServiceChanged
from edge.core.place import StationId
from edge.core.policy.flood import LevelChanged, decide, judge
from edge.core.sensing import FloodLevels, Quality, Reading
from edge.incidents.desk import IncidentDesk
from edge.kernel.bus import Bus
from edge.kernel.keep_running import describe, keep_running
from edge.store.ids import get_meta, put_meta
from edge.store.journal import Journal, Tx
from edge.store.readings import add_reading

log = logging.getLogger(__name__)

LEAP_M = 2.0
"""A river does not rise by more between two readings of one gauge; a broken sensor does."""
READ_DEADLINE_S = 10.0
LONGEST_WAIT_S = 10.0
"""In a flood the next reading counts: a gauge is never left alone for longer after a failure."""
LEVEL = "level"
_SEVERITY = {1: Severity.MODERATE, 2: Severity.SEVERE, 3: Severity.EXTREME}


class GaugeWatch:
    """One gauge: its device, its last good value and the level that stands."""

    def __init__(self, gauge: Gauge, desk: IncidentDesk, journal: Journal, bus: Bus) -> None:
        self.gauge = gauge
        self._desk = desk
        self._journal = journal
        self._bus = bus
        self._previous: float | None = None
        self.level = 0

    @property
    def _subject(self) -> str:
        return f"gauge/{self.gauge.id}/bao-dong"

    async def take(self, station: Station) -> None:
        """Read once, keep what was read, and act on it."""
        async with asyncio.timeout(READ_DEADLINE_S):
            values = await station.read()
        for value in values:
            now = self._journal.clock.now()
            quality = self._judged(value)
            reading = Reading(StationId(self.gauge.id), value.quantity, value.value, value.unit, now.at_ms, quality)
            await self._journal.record(partial(add_reading, reading=reading))
            await self._decide(reading)
            self._bus.publish(ReadingTaken(reading, self.level))

    def _judged(self, value: GaugeReading) -> Quality:
        """Only the level has a range and a last value; a counter of rain beside it must not look like its leap."""
        if value.quantity != LEVEL:
            return Quality.GOOD if math.isfinite(value.value) else Quality.OUT_OF_RANGE
        quality = judge(value.value, self.gauge.range_m, self._previous, LEAP_M)
        if quality is not Quality.OUT_OF_RANGE:
            self._previous = value.value  # after a leap the next reading decides which of the two was true
        return quality

    async def _decide(self, reading: Reading) -> None:
        gauge = self.gauge
        if gauge.bao_dong_m is None:
            return
        levels = FloodLevels(StationId(gauge.id), gauge.name, gauge.bao_dong_m, gauge.datum, gauge.source)
        level, change = decide(self.level, reading, levels)
        if change:
            await self._carry_out(change)
            self.level = level  # only now: what could not be stored is decided again at the next reading

    async def resume(self) -> None:
        """After a restart the level that was announced stands; it is not announced again."""
        kept = await self._journal.record(lambda tx: get_meta(tx.connection, self._subject, "0"))
        self.level = int(kept)

    async def _carry_out(self, change: LevelChanged) -> None:
        """The incident and the level that stands are one transaction: after a kill neither is there twice."""

        def keep_level(tx: Tx) -> None:
            put_meta(tx.connection, self._subject, str(change.after))

        if change.after < change.before:
            await self._desk.close(self._subject, keep_level)
            log.info("gauge %s fell to level %d", self.gauge.id, change.after)
            return
        value = f"{change.reading.value:.2f}".replace(".", ",")
        await self._desk.open(
            self._incident(change, value),
            self.gauge.template,
            self.gauge.hamlets,
            keep_level,
            level=str(change.after),
            value=f"{value} m",
            station=self.gauge.name,
        )

    def _incident(self, change: LevelChanged, value: str) -> Incident:
        return Incident(
            id=self._desk.new_id(),
            kind=IncidentKind.FLOOD_LEVEL,
            severity=_SEVERITY[change.after],
            subject=self._subject,
            place=self.gauge.name,
            hamlet=self.gauge.hamlets[0],
            title=f"BÁO ĐỘNG {change.after}: {self.gauge.name} {value}m",
            began_at_ms=AtMs(change.reading.at_ms),
        )


class SensingService:
    """One task a gauge."""

    def __init__(self, gauges: Sequence[Gauge], desk: IncidentDesk, journal: Journal, bus: Bus) -> None:
        self._watches = [GaugeWatch(gauge, desk, journal, bus) for gauge in gauges]
        self._bus = bus

    async def check(self) -> None:
        """Raise MisconfiguredError when a gauge is no gauge: at the start, not in the flood. Touches no wire."""
        for watch in self._watches:
            await (await _open(watch.gauge)).close()

    async def run(self) -> None:
        """Read every gauge at its own period until cancelled."""
        async with asyncio.TaskGroup() as group:
            for watch in self._watches:
                group.create_task(self._keep(watch))

    async def _keep(self, watch: GaugeWatch) -> None:
        name = f"gauge-{watch.gauge.id}"

        def failed(error: BaseException) -> None:
            self._bus.publish(ServiceChanged(name, "down", describe(error), 0))

        await keep_running(name, lambda: self._read_for_ever(watch), longest_wait_s=LONGEST_WAIT_S, failed=failed)

    async def _read_for_ever(self, watch: GaugeWatch) -> None:
        await watch.resume()
        station = await _open(watch.gauge)
        try:
            told = False
            while True:
                await watch.take(station)
                if not told:
                    self._bus.publish(ServiceChanged(f"gauge-{watch.gauge.id}", "up", "", 0))
                    told = True
                await asyncio.sleep(watch.gauge.period_s)
        except (DriverError, TimeoutError) as error:
            raise TransientError(f"Trạm {watch.gauge.name}: {error or 'không trả lời'}") from error
        finally:
            await station.close()


async def _open(gauge: Gauge) -> Station:
    try:
        device = await open_device(gauge.kind, gauge.settings)
    except MisconfiguredDriverError as error:
        raise MisconfiguredError(f"Trạm {gauge.id}: {error}") from error
    if not isinstance(device, Station):
        raise MisconfiguredError(f"Trạm {gauge.id}: thiết bị {gauge.kind} không phải trạm đo.")
    return device
