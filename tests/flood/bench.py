"""A commune at a river: settings, horns that remember what they were told, a clock that a test moves, a real store."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from edge.config.schema import Broker, Commune, Config, Drill, FloodRule, Gauge, Hamlet, Media, Person, Shelter, Web
from edge.core.alert import Person as Official
from edge.core.moment import AtMs
from edge.core.news import ReadingTaken
from edge.core.place import StationId
from edge.core.sensing import Quality, Reading
from edge.core.storm import StormWish
from edge.flood.desk import FloodDesk
from edge.flood.service import FloodService, Ports
from edge.incidents.desk import IncidentDesk
from edge.kernel.bus import Bus
from edge.store.journal import Journal
from edge.store.readings import add_reading
from tests.sensing.clock import SetClock

HAMLETS = (
    Hamlet(id="dong", name="Thôn Đông", people=120),
    Hamlet(id="tay", name="Thôn Tây", people=80),
    Hamlet(id="cao", name="Thôn Cao"),
)
LEVELS = (1.2, 2.2, 2.7)
RIVER = Gauge(
    id="song",
    name="sông Minh",
    bao_dong_m=LEVELS,
    source="QĐ 05",
    template="lu",
    all_clear="yen",
    hamlets=("dong", "tay"),
)
PEOPLE = (
    Person(id="an", name="An", phone="0900000001", duty="Chủ tịch"),
    Person(id="binh", name="Bình", phone="0900000002", duty="trưởng thôn", hamlet="dong"),
    Person(id="chi", name="Chi", phone="0900000003", duty="trưởng thôn", hamlet="cao"),
)


def a_config(*gauges: Gauge, rules: Sequence[FloodRule] = (), drill: Drill | None = None) -> Config:
    """A commune with these gauges and nothing that this part does not need."""
    return Config(
        commune=Commune(id="xa", name="Xã Thử", data="/tmp/xa"),
        web=Web(wall_token="0123456789abcdef"),
        broker=Broker(ca="ca", cert="cert", key="key"),
        media=Media(ca="ca", cert="cert", key="key", url="https://hop:8443"),
        hamlet=HAMLETS,
        gauge=gauges or (RIVER,),
        person=PEOPLE,
        flood_rule=tuple(rules),
        drill=drill or Drill(people=("an",), hamlets=("dong",)),
        shelter=(Shelter(id="truong", name="Trường học", hamlets=("dong",), capacity=300, where="đồi Minh"),),
    )


class DeafHorns:
    """A station that only remembers what it was told."""

    def __init__(self) -> None:
        self.storms: dict[str, StormWish] = {}
        self.ended: list[tuple[str, str]] = []
        self.silenced: list[tuple[tuple[str, ...], str]] = []

    async def start_storm(self, wish: StormWish) -> None:
        self.storms[wish.id] = wish

    async def end_storm(self, name: str, user: str) -> None:
        self.ended.append((name, user))

    async def silence(self, hamlets: Sequence[str], user: str, role: str) -> None:
        self.silenced.append((tuple(hamlets), user))


class Village:
    """The real flood service over a real store."""

    def __init__(self, path: Path, config: Config, journal: Journal, clock: SetClock) -> None:
        self.path, self.config, self.journal, self.clock = path, config, journal, clock
        self.bus = Bus()
        self.horns = DeafHorns()
        roster = [Official(who.id, who.name, who.phone, who.hamlet or "", who.duty) for who in config.person]
        desk = IncidentDesk(journal, self.bus, roster, {hamlet.id: hamlet.name for hamlet in config.hamlet})
        self.service = FloodService(config, desk, Ports(self.horns), journal, self.bus)
        self.desk = FloodDesk(config, self.service, self.horns, journal, self.bus)

    @classmethod
    async def open(cls, path: Path, config: Config | None = None, clock: SetClock | None = None) -> "Village":
        clock = clock or SetClock()
        village = cls(path, config or a_config(), await Journal.open(path, clock), clock)
        await village.service.resume()
        return village

    async def restarted(self, config: Config | None = None) -> "Village":
        """Killed and started again: nothing but the store is left."""
        self.journal.close()
        return await Village.open(self.path, config or self.config, self.clock)

    async def stored(self, *levels: float, every_min: float = 60, quality: Quality = Quality.GOOD) -> list[Reading]:
        """Readings that lie in the store, and that nobody was told of."""
        readings = []
        for level in levels:
            self.clock.goes_on(every_min)
            reading = Reading(StationId("song"), "level", level, "m", AtMs(self.clock.now().at_ms), quality)
            await self.journal.record(partial(add_reading, reading=reading))
            readings.append(reading)
        return readings

    async def rises(self, *levels: float, every_min: float = 60, quality: Quality = Quality.GOOD) -> None:
        """Readings one after the other, each an hour later."""
        for level in levels:
            for reading in await self.stored(level, every_min=every_min, quality=quality):
                await self.service.take(ReadingTaken(reading))

    async def rows(self, sql: str) -> list[tuple[object, ...]]:
        return await self.journal.record(lambda tx: tx.run(sql).fetchall())

    async def told(self) -> list[object]:
        """The words of the messages, each once."""
        return [text for (text,) in await self.rows("SELECT DISTINCT text FROM alert ORDER BY rowid")]

    async def aired(self) -> list[tuple[object, ...]]:
        return await self.rows("SELECT template, hamlets FROM announcement ORDER BY made_at_ms, rowid")

    async def open_incidents(self) -> list[tuple[object, ...]]:
        return await self.rows("SELECT subject, severity FROM incident WHERE state = 'open' ORDER BY rowid")

    def close(self) -> None:
        self.journal.close()
