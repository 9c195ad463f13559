"""Line ``gauge_faults``: a gauge that is stuck, spikes, drops to zero, is a year off or silent decides nothing alone.

A Modbus gauge on a PTY (and for the clock a feed with times of its own) is read by the real sensing service into a real
store, on a clock that runs as fast as the readings. Each fault is tried below báo động 1 (nothing may be raised) and
above báo động 2 (nothing may be cleared). Whoever decides, decides on good readings: so beside the service's own
decision, every level is decided again from what was told over the bus. Afterwards the gauge is healthy and the river
really rises, or falls: a gauge that is merely ignored would fail here.
"""

import asyncio
import random
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from msgspec.structs import replace as replace_in

from drivers.base import DriverError, GaugeReading, Station
from drivers.devices.gauge_modbus.fake import FakeGauge
from drivers.registry import open_device
from drivers.transport.fake_pty import Fault
from edge.config.schema import Gauge
from edge.core.alert import Person
from edge.core.news import ReadingTaken
from edge.core.policy.flood.levels import HYSTERESIS_M
from edge.core.policy.flood.limits import HOUR_MS, MINUTE_MS
from edge.core.policy.flood.trust import Trust, trust
from edge.core.sensing import LEVEL, Quality, Reading
from edge.flood.service import FloodService, Ports
from edge.incidents.desk import IncidentDesk
from edge.kernel.bus import Bus, Mailbox
from edge.replay.clock import ReplayClock
from edge.replay.commune import small_commune
from edge.replay.engine import QuietHorns
from edge.sensing.service import SensingService
from edge.store.journal import Journal
from edge.store.readings import last_readings
from hil.links import Figure, Link

ROUNDS = 10
SEED = 4
TOLD = 1000
T0 = 1_790_000_000_000
LEVELS = (3.0, 4.0, 5.0)
LOW_M, HIGH_M = 2.6, 4.5
YEAR_MS = 365 * 24 * HOUR_MS
PERSON = Person("an", "An", "0900000001", "", "trực")


class SecondJudge(Bus):
    """A bus that decides on every level that is told: whoever decides, decides so."""

    def __init__(self) -> None:
        super().__init__()
        self.level = 0

    def publish(self, message: object) -> None:
        """Tell it, and decide on it."""
        if isinstance(message, ReadingTaken):
            self.level = _decided(self.level, message.reading)
        super().publish(message)


def _decided(level: int, reading: Reading) -> int:
    """The rule of the levels once more, in its simplest form."""
    if reading.quality is not Quality.GOOD or reading.quantity != LEVEL:
        return level
    risen = sum(reading.value >= threshold for threshold in LEVELS)
    held = sum(reading.value >= threshold - HYSTERESIS_M for threshold in LEVELS)
    return max(risen, min(level, held))


@dataclass
class Village:
    """One gauge on its wire, the service that reads it, and its store."""

    clock: ReplayClock
    fake: FakeGauge
    station: Station
    service: SensingService
    flood: FloodService
    told: Mailbox[ReadingTaken]
    journal: Journal
    judge: SecondJudge
    chance: random.Random
    level_m: float = LOW_M

    def goes_on(self, minutes: float) -> None:
        """Let time pass."""
        self.clock.move_to(self.clock.at_ms + round(minutes * MINUTE_MS))

    async def read(self, *levels: float, every_min: float = 1.0) -> None:
        """Ask the gauge once for each of these levels; it may not answer."""
        for level in levels:
            self.level_m = level
            self.goes_on(every_min)
            try:
                await self.service.take(self.service.lines[0], self.station)
            except DriverError:
                continue
            for news in self.told.waiting():
                await self.flood.take(news)

    async def flows(self, level: float, count: int) -> None:
        """A healthy gauge: the water there moves a little."""
        await self.read(*(level + 0.005 * (n % 3) for n in range(count)))

    async def stands(self) -> tuple[int, int]:
        """The level that the service keeps, and that of the second judge."""
        kept = await self.journal.record(lambda tx: tx.row("SELECT level FROM flood_level"))
        return (int(kept[0]) if kept else 0, self.judge.level)

    async def readings(self) -> list[Reading]:
        """All that is kept, oldest first."""
        return await self.journal.record(lambda tx: last_readings(tx, "song", "level", 100_000))

    async def marked(self) -> set[str]:
        """The marks that a person sees."""
        return {reading.quality.value for reading in await self.readings()}

    async def trust_now(self) -> Trust:
        """What a person is told of the station now."""
        newest = (await self.readings())[-1]
        return trust(newest.quality, newest.source, self.clock.at_ms - newest.at_ms, 60.0)


async def _stuck(village: Village, level: float) -> str:
    """It tells one value for a day and a half, whatever the river does."""
    await village.read(*[level + 0.01] * 220, every_min=10)
    return _sees("stuck", await village.marked())


async def _spike(village: Village, level: float) -> str:
    """Values from anywhere, one to four at a time, and one that stands like a post for half an hour."""
    for _ in range(8):
        wild = village.chance.choice([village.chance.uniform(-1, level - 0.6), village.chance.uniform(level + 0.6, 11)])
        await village.read(*[wild] * village.chance.randint(1, 4))
        await village.flows(level, village.chance.randint(1, 3))
    await village.read(*[village.chance.uniform(5.5, 11)] * 30)
    return _sees("jump", await village.marked())


async def _zero(village: Village, level: float) -> str:
    """A pulled plug for a day; now and then a centimetre of noise."""
    await village.read(*(village.chance.choice([0.0, 0.0, 0.01]) for _ in range(150)), every_min=10)
    return _sees("zero", await village.marked())


async def _clock(village: Village, level: float) -> str:
    """The station's own clock is a year off, while it tells of a flood or of a dry bed."""
    wrong_ms = village.chance.choice([-YEAR_MS, YEAR_MS])
    far = 5.5 if level < LEVELS[0] else 0.5
    for step in range(30):
        village.goes_on(1.0)
        at_ms = village.clock.at_ms + wrong_ms
        await village.service.desk.take("song", GaugeReading("level", far + 0.02 * step, "m", at_ms))
    return _sees("clock", await village.marked())


async def _silent(village: Village, level: float) -> str:
    """No answer for seven hours, then one wild value."""
    village.fake.fault = Fault.SILENT
    await village.read(level, level, every_min=210)
    shown = await village.trust_now()
    village.fake.fault = Fault.NONE
    await village.read(9.0 if level < LEVELS[0] else 0.9)
    return "" if shown is Trust.SILENT else f"seven silent hours are told as {shown}"


FAULTS: Mapping[str, Callable[[Village, float], Awaitable[str]]] = {
    "stuck": _stuck,
    "spike": _spike,
    "zero": _zero,
    "clock": _clock,
    "silent": _silent,
}


@dataclass
class Found:
    """What the rounds of all faults came to."""

    raised: int = 0
    cleared: int = 0
    not_shown: int = 0
    missed_after: int = 0
    readings: int = 0
    examples: list[str] = field(default_factory=list)


def gauge_faults(rounds: int = ROUNDS) -> Link:
    """Every fault, ``rounds`` times below báo động 1 and above báo động 2."""
    found = asyncio.run(_all(rounds))
    figures: dict[str, Figure] = {
        "gauge_fault_kinds": len(FAULTS),
        "gauge_fault_rounds": rounds * len(FAULTS) * 2,
        "gauge_fault_readings": found.readings,
        "gauge_fault_raised": found.raised,
        "gauge_fault_cleared": found.cleared,
        "gauge_fault_not_shown": found.not_shown,
        "gauge_fault_real_flood_missed_after": found.missed_after,
    }
    bad = found.raised + found.cleared + found.not_shown + found.missed_after
    return Link("gauge_faults", bad == 0, figures, "; ".join(found.examples[:5]))


async def _all(rounds: int) -> Found:
    found = Found()
    for name in FAULTS:
        for number in range(rounds):
            for level in (LOW_M, HIGH_M):
                await _round(name, level, random.Random(f"{SEED} {name} {number} {level}"), found)
    return found


async def _round(name: str, level: float, chance: random.Random, found: Found) -> None:
    async with _village(chance) as village:
        await village.flows(level, 5)
        before = await village.stands()
        unseen = await FAULTS[name](village, level)
        after = await village.stands()
        found.raised += any(now > then for then, now in zip(before, after, strict=True))
        found.cleared += any(now < then for then, now in zip(before, after, strict=True))
        found.not_shown += bool(unseen)
        found.readings += len(await village.readings())
        missed = await _real_water(village, level)
        found.missed_after += bool(missed)
        found.examples += [f"{name} at {level} m: {words}" for words in (unseen, missed) if words]


async def _real_water(village: Village, level: float) -> str:
    """The gauge is mended; the river rises by three centimetres a minute to above the third level."""
    await village.flows(level, 5)
    await village.read(*(level + 0.03 * n for n in range(round((5.2 - level) / 0.03))))
    stands = await village.stands()
    return "" if stands == (3, 3) else f"a real flood afterwards came to {stands}"


@asynccontextmanager
async def _village(chance: random.Random) -> AsyncIterator[Village]:
    clock, judge = ReplayClock(T0), SecondJudge()
    fake = FakeGauge(lambda: village.level_m)
    await fake.start()
    settings: dict[str, str | int | float | bool] = {"device": str(fake.path), "unit": 1}
    gauge = Gauge(id="song", name="sông", bao_dong_m=LEVELS, source="giả định", range_m=(-1.0, 12.0), settings=settings)
    with tempfile.TemporaryDirectory(prefix="molang-gauge-") as folder:
        journal = await Journal.open(Path(folder) / "molang.db", clock)
        service = SensingService([gauge], journal, judge)
        config = replace_in(small_commune("song", LEVELS, folder), gauge=(gauge,), flood_rule=())
        desk = IncidentDesk(journal, judge, [PERSON], {})
        flood = FloodService(config, desk, Ports(QuietHorns()), journal, judge)
        station = await open_device(gauge.kind, settings)
        assert isinstance(station, Station)
        try:
            with judge.listen(ReadingTaken, TOLD) as told:
                village = Village(clock, fake, station, service, flood, told, journal, judge, chance)
                await flood.resume()
                await service.resume()
                yield village
        finally:
            await station.close()
            journal.close()
            await fake.close()


def _sees(mark: str, marks: set[str]) -> str:
    return "" if mark in marks else f"nobody sees that it is {mark}, only {sorted(marks)}"
