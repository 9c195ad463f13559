"""Stations that say what they are told to, a clock that a test moves, a real store, and whoever listens."""

from dataclasses import replace
from pathlib import Path

from drivers.base import GaugeReading
from edge.config.schema import Feed, Gauge
from edge.core.alert import Person
from edge.core.moment import Steady
from edge.core.news import ReadingTaken
from edge.core.sensing import Quality
from edge.flood.service import FloodService, Ports
from edge.incidents.desk import IncidentDesk
from edge.kernel.bus import Bus
from edge.sensing.service import SensingService
from edge.store.journal import Journal
from tests.flood.bench import DeafHorns, a_config
from tests.sensing.clock import T0, SetClock

__all__ = ["T0", "Box", "SetClock"]
ROSTER = [Person("an", "An", "0900000001", "", "trực")]
LEVELS = (3.0, 4.0, 5.0)
RIVER = Gauge(id="song", name="Sông Minh", bao_dong_m=LEVELS, source="QĐ 05", template="lu", range_m=(-1.0, 12.0))
FIRST = Gauge(id="cau", name="Cầu", place="cau-minh", bao_dong_m=LEVELS, source="QĐ 05", range_m=(-1.0, 12.0))
SECOND = Gauge(id="cau-2", name="Cầu 2", place="cau-minh", range_m=(-1.0, 12.0))
FED = Gauge(id="kg", name="Kiến Giang", feed="tinh", station="KG-01", rain_mm=(20.0, 30.0, 40.0, 50.0, 60.0))
FEED = Feed(id="tinh", kind="gauge_modbus", settings={"device": "/dev/null"})


class Box:
    """The real service over a real store; ``told`` is what went over the bus."""

    def __init__(self, path: Path, journal: Journal, clock: SetClock, gauges: tuple[Gauge, ...]) -> None:
        self.path, self.journal, self.clock, self.gauges = path, journal, clock, gauges
        self.bus = Bus()
        self.incident_desk = IncidentDesk(journal, self.bus, ROSTER, {"dong": "Thôn Đông"})
        self.service = SensingService(gauges, journal, self.bus, (FEED,))
        self.flood = FloodService(a_config(*gauges), self.incident_desk, Ports(DeafHorns()), journal, self.bus)
        self._judged = self.bus.listen(ReadingTaken)
        self._unjudged = self._judged.__enter__()
        self.desk = self.service.desk
        self._mailbox = self.bus.listen(ReadingTaken)
        self._told = self._mailbox.__enter__()

    @classmethod
    async def open(cls, path: Path, *gauges: Gauge, clock: SetClock | None = None) -> "Box":
        clock = clock or SetClock()
        box = cls(path, await Journal.open(path, clock), clock, gauges)
        await box.flood.resume()
        await box.service.resume()
        return box

    async def restarted(self) -> "Box":
        """Killed and started again: nothing but the store is left."""
        self.journal.close()
        self.clock.moment = replace(self.clock.moment, steady=Steady(5.0))
        return await Box.open(self.path, *self.gauges, clock=self.clock)

    async def says(self, gauge: str, *levels: float, every_min: float = 1.0) -> list[Quality | None]:
        """A gauge tells one level after the other; what each was worth, None for one that was known."""
        worth: list[Quality | None] = []
        for level in levels:
            self.clock.goes_on(every_min)
            kept = await self.desk.take(gauge, GaugeReading("level", level, "m"))
            await self.judge()
            worth.append(kept.quality if kept else None)
        return worth

    def told(self) -> list[ReadingTaken]:
        """What was published since the last call."""
        return self._told.waiting()

    async def judge(self) -> None:
        """The flood service hears what was told since."""
        for news in self._unjudged.waiting():
            await self.flood.take(news)

    async def rows(self, sql: str) -> list[tuple[object, ...]]:
        return await self.journal.record(lambda tx: tx.run(sql).fetchall())

    async def incidents(self) -> list[tuple[object, ...]]:
        """Floods that were opened; what tells that one is over is none."""
        await self.judge()
        return await self.rows("SELECT severity, state FROM incident WHERE subject NOT LIKE '%/het' ORDER BY rowid")

    def close(self) -> None:
        self._mailbox.__exit__(None, None, None)
        self._judged.__exit__(None, None, None)
        self.journal.close()
