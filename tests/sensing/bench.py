"""Stations that say what they are told to, a clock that a test moves, a real store, and whoever listens."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from drivers.base import GaugeReading
from edge.config.schema import Feed, Gauge
from edge.core.alert import Person
from edge.core.moment import AtMs, ClockState, Moment, Steady
from edge.core.news import ReadingTaken
from edge.core.policy.flood.limits import MINUTE_MS
from edge.core.sensing import Quality
from edge.incidents.desk import IncidentDesk
from edge.kernel.bus import Bus
from edge.sensing.service import SensingService
from edge.store.journal import Journal

T0 = 1_790_000_000_000
ROSTER = [Person("an", "An", "0900000001", "", "trực")]
LEVELS = (3.0, 4.0, 5.0)
RIVER = Gauge(id="song", name="Sông Minh", bao_dong_m=LEVELS, source="QĐ 05", template="lu", range_m=(-1.0, 12.0))
FIRST = Gauge(id="cau", name="Cầu", place="cau-minh", bao_dong_m=LEVELS, source="QĐ 05", range_m=(-1.0, 12.0))
SECOND = Gauge(id="cau-2", name="Cầu 2", place="cau-minh", range_m=(-1.0, 12.0))
FED = Gauge(id="kg", name="Kiến Giang", feed="tinh", station="KG-01", rain_mm=(20.0, 30.0, 40.0, 50.0, 60.0))
FEED = Feed(id="tinh", kind="gauge_modbus", settings={"device": "/dev/null"})


@dataclass
class SetClock:
    """Stands still until a test moves it."""

    moment: Moment = field(default_factory=lambda: Moment(AtMs(T0), Steady(1000.0), ClockState.SYNCED))

    def now(self) -> Moment:
        return self.moment

    def steady(self) -> Steady:
        return self.moment.steady

    def goes_on(self, minutes: float) -> None:
        gone_ms = round(minutes * MINUTE_MS)
        self.moment = replace(
            self.moment,
            at_ms=AtMs(self.moment.at_ms + gone_ms),
            steady=Steady(self.moment.steady + gone_ms / 1000),
        )


class Box:
    """The real service over a real store; ``told`` is what went over the bus."""

    def __init__(self, path: Path, journal: Journal, clock: SetClock, gauges: tuple[Gauge, ...]) -> None:
        self.path, self.journal, self.clock, self.gauges = path, journal, clock, gauges
        self.bus = Bus()
        self.incident_desk = IncidentDesk(journal, self.bus, ROSTER, {"dong": "Thôn Đông"})
        self.service = SensingService(gauges, self.incident_desk, journal, self.bus, (FEED,))
        self.desk = self.service.desk
        self._mailbox = self.bus.listen(ReadingTaken)
        self._told = self._mailbox.__enter__()

    @classmethod
    async def open(cls, path: Path, *gauges: Gauge, clock: SetClock | None = None) -> "Box":
        clock = clock or SetClock()
        box = cls(path, await Journal.open(path, clock), clock, gauges)
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
            worth.append(kept.quality if kept else None)
        return worth

    def told(self) -> list[ReadingTaken]:
        """What was published since the last call."""
        found = []
        while not self._told._queue.empty():
            found.append(self._told._queue.get_nowait())
        return found

    async def rows(self, sql: str) -> list[tuple[object, ...]]:
        return await self.journal.record(lambda tx: tx.run(sql).fetchall())

    async def incidents(self) -> list[tuple[object, ...]]:
        return await self.rows("SELECT severity, state FROM incident ORDER BY rowid")

    def close(self) -> None:
        self._mailbox.__exit__(None, None, None)
        self.journal.close()
