"""A river in flood over a real reading desk: a gauge with faults, a feed with rain, two gauges at one place."""

import contextlib
import math
import random
from collections.abc import AsyncIterator
from pathlib import Path

from drivers.base import GaugeReading
from edge.config.gauges import shown_gauge
from edge.config.schema import Feed, Gauge
from edge.control.handlers.water import water_handlers
from edge.control.protocol import GiveReading
from edge.core.moment import AtMs, ClockState, Moment, Steady
from edge.kernel.bus import Bus
from edge.sensing.desk import ReadingDesk
from edge.sensing.hand import HandReadings
from edge.store.journal import Journal
from tests.sensing.bench import SetClock
from tests.web.scenery import quiet
from tests.web.stage import Stage, stage

HOUR_MS = 3_600_000
LEVELS = (1.2, 2.2, 2.7)
DOCUMENT = "Quyết định 05/2020/QĐ-TTg, phụ lục"
FEED = Feed(id="tinh", kind="station_http")
GAUGES = (
    Gauge(id="cau-doai", name="sông Giang tại Cầu Đoài", bao_dong_m=LEVELS, datum="Hòn Dấu", source=DOCUMENT),
    Gauge(
        id="kien-giang", name="Kiến Giang", feed="tinh", station="KG", bao_dong_m=(6.0, 9.0, 13.0), source=DOCUMENT,
        rain_mm=(40.0, 60.0, 80.0, 100.0, 150.0),
    ),
    Gauge(id="ho", name="hồ Đầm Sen", place="dap", bao_dong_m=(21.0, 22.0, 22.8), source=DOCUMENT, range_m=(10, 30)),
    Gauge(id="ho-2", name="hồ Đầm Sen, thước nước", place="dap", kind="hand", range_m=(10, 30)),
    Gauge(id="suoi", name="suối Bùn tại đập tràn", bao_dong_m=None),
)  # fmt: skip
SHOWN = [shown_gauge(gauge, [FEED]) for gauge in GAUGES]


async def flood(desk: ReadingDesk, clock: SetClock, hours: int) -> None:
    """The hours until now, a reading every ten minutes; faults on the way."""
    end_ms, chance = clock.moment.at_ms, random.Random(4)
    for step in range(hours * 6 + 1):
        at_ms = end_ms - (hours * 6 - step) * HOUR_MS // 6
        clock.moment = Moment(AtMs(at_ms), Steady(100.0 + step * 600), ClockState.SYNCED)
        share = max(0.0, (step / 6 - hours + 14) / 9)
        level = 0.6 + 1.9 * (share * math.exp(1 - share)) ** 2 + chance.uniform(-0.01, 0.01)
        wild = {100: 7.4, 101: 0.0, 120: 0.0, 121: 0.0, 122: 0.0}.get(step - (hours - 24) * 6, level)
        await desk.take("cau-doai", GaugeReading("level", round(wild, 3), "m"))
        await desk.take("ho", GaugeReading("level", round(20.2 + level / 3, 2), "m"))
        if step % 6 == 0:
            mm = round(max(0.0, 22 * math.exp(-((step / 6 - hours + 9) ** 2) / 8)), 1)
            await desk.take("kien-giang", GaugeReading("level", round(4.5 + 3 * share, 2), "m", at_ms, "KG"))
            await desk.take("kien-giang", GaugeReading("rain", mm, "mm", at_ms, "KG"))
    await desk.take("kien-giang", GaugeReading("release_planned", 800, "m³/s", end_ms + 3 * HOUR_MS, "KG"))
    await desk.take("cau-doai", GaugeReading("battery", 12.4, "V"))


@contextlib.asynccontextmanager
async def paper_river(folder: Path, now: int, hours: int = 24) -> AsyncIterator[Stage]:
    """Pages over a real desk and store."""
    clock = SetClock(Moment(AtMs(now), Steady(100.0), ClockState.SYNCED))
    journal = await Journal.open(folder / "molang.db", clock)
    desk = ReadingDesk(GAUGES, [FEED], journal, Bus())
    photos = folder / "media" / "photos"

    async def take_photo(photo: str, of: str) -> None:
        (folder / "photo-spool" / photo).rename(photos / f"{photo}.jpg")

    hand = HandReadings(desk, journal, take_photo, photos)
    await flood(desk, clock, hours)
    clock.moment = Moment(AtMs(now - 40 * 60_000), clock.moment.steady, ClockState.SYNCED)
    note = GiveReading(
        user="Lê Thị Hoa", role="duty", id="00000000-0000-4000-8000-000000000001", station="ho-2", quantity="level",
        value=20.9, note="thước cột 2, nước đục",
    )  # fmt: skip
    await hand.give(note)
    clock.moment = Moment(AtMs(now), clock.moment.steady, ClockState.SYNCED)
    try:
        async with stage(folder, quiet(now), {}, water_handlers(hand), gauges=SHOWN) as running:
            yield running
    finally:
        journal.close()
