"""The whole chain over a file of readings: judged, decided, told, by the box's own parts and a clock of its own."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from drivers.base import GaugeReading
from edge.alerts.book import setup_of
from edge.config.people import roster_of
from edge.config.schema import Config
from edge.core.news import LevelCrossed, ReadingTaken
from edge.core.sensing import LEVEL, Quality
from edge.core.storm import StormWish
from edge.flood.foresight import RiverForesight
from edge.flood.service import FloodService, Ports
from edge.incidents.desk import IncidentDesk
from edge.kernel.bus import Bus, Mailbox
from edge.replay.clock import ReplayClock
from edge.replay.phones import Phones
from edge.replay.rows import Row
from edge.sensing.service import SensingService
from edge.store.journal import Journal

STEP_MS = 10_000
"""While somebody still waits to be told, the clock goes on in such steps."""
LADDER_ENDS_MS = 3_600_000
"""After the last row the last ladder is climbed to its end."""
Progress = Callable[[int, str], None]


class Telling(Protocol):
    """Who tells people, step by step, on the rows of the store."""

    async def tick(self) -> bool:
        """Do what is due now; whether anything is still to come."""
        ...


class QuietHorns:
    """Horns of a replay make no sound: what they would be told stands in the store."""

    async def start_storm(self, wish: StormWish) -> None:
        """Nobody hears it."""

    async def end_storm(self, name: str, user: str) -> None:
        """Nobody hears it."""

    async def silence(self, hamlets: Sequence[str], user: str, role: str) -> None:
        """It is silent."""


@dataclass
class Seen:
    """What was noticed on the way."""

    crossings: list[dict[str, Any]] = field(default_factory=list)
    qualities: Counter[str] = field(default_factory=Counter)
    peak: tuple[float, str] = (float("-inf"), "")
    readings: int = 0


class Engine:
    """Everything of a box that a river needs, over a scratch store."""

    def __init__(self, config: Config, gauge: str, speed: float, journal: Journal, clock: ReplayClock) -> None:
        self._gauge = gauge
        self._speed = speed
        self._clock = clock
        self._journal = journal
        self.bus = Bus()
        hamlets = {hamlet.id: hamlet.name for hamlet in config.hamlet}
        self._desk = IncidentDesk(journal, self.bus, roster_of(config), hamlets)
        self._sensing = SensingService(config.gauge, journal, self.bus)
        ports = Ports(QuietHorns(), RiverForesight(config.gauge, journal))
        self._flood = FloodService(config, self._desk, ports, journal, self.bus)
        self._telling: Telling = Phones(setup_of(config), journal, self.bus)
        self.seen = Seen()

    async def play(self, rows: Sequence[Row], told: Progress) -> None:
        """Every row at its time; between rows only what somebody waits for."""
        await self._flood.resume()
        await self._sensing.resume()
        with self._boxes() as (readings, crossings):
            for number, row in enumerate(rows):
                await self._pass_time(row.at_ms)
                await self._take(row, readings, crossings)
                told(number + 1, row.time)
            await self._pass_time(rows[-1].at_ms + LADDER_ENDS_MS)

    @contextmanager
    def _boxes(self) -> Iterator[tuple[Mailbox[ReadingTaken], Mailbox[LevelCrossed]]]:
        with self.bus.listen(ReadingTaken) as readings, self.bus.listen(LevelCrossed) as crossings:
            yield readings, crossings

    async def _take(self, row: Row, readings: Mailbox[ReadingTaken], crossings: Mailbox[LevelCrossed]) -> None:
        self._clock.move_to(row.at_ms)
        reading = GaugeReading(row.quantity, row.value, row.unit, at_ms=row.at_ms)
        kept = await self._sensing.desk.take(self._gauge, reading)
        if row.quantity == LEVEL and kept is not None:
            self._note(row, kept.quality)
        for news in readings.waiting():
            await self._flood.take(news)
        for crossed in crossings.waiting():
            found = {"time": row.time, "level": crossed.level, "direction": str(crossed.direction)}
            self.seen.crossings.append(found)
        if row.quantity == LEVEL:
            await self._flood.tick()

    def _note(self, row: Row, quality: Quality) -> None:
        self.seen.readings += 1
        self.seen.qualities[quality] += 1
        if quality is Quality.GOOD:
            self.seen.peak = max(self.seen.peak, (row.value, row.time), key=lambda peak: peak[0])

    async def _pass_time(self, until_ms: int) -> None:
        """Quiet time is skipped; where somebody waits, time runs, at most so many times faster than it is."""
        while await self._telling.tick() and self._clock.at_ms < until_ms:
            step_ms = min(STEP_MS, until_ms - self._clock.at_ms)
            self._clock.move_to(self._clock.at_ms + step_ms)
            await asyncio.sleep(step_ms / 1000 / self._speed)


async def replay(
    config: Config, gauge: str, rows: Sequence[Row], speed: float, folder: Path, told: Progress
) -> tuple[Seen, Path]:
    """Play the rows; what was seen, and the store that was made."""
    clock = ReplayClock(rows[0].at_ms - STEP_MS)
    path = folder / "replay.db"
    journal = await Journal.open(path, clock)
    try:
        engine = Engine(config, gauge, speed, journal, clock)
        await engine.play(rows, told)
        return engine.seen, path
    finally:
        journal.close()
