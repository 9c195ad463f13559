"""A store, a clock that is set, and the real desk over them."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from edge.config.schema import Config, Indicator
from edge.core.indicator.reading import day_of
from edge.core.moment import AtMs, ClockState, Moment, Steady
from edge.indicators.service import IndicatorService
from edge.kernel.bus import Bus
from edge.store.journal import Journal
from hil.prove.province.report_village import village
from tests.sensing.bench import SetClock

NOW_MS = day_of("28/11/2026")
CASHLESS = Indicator(id="khong-tien-mat", name="Hộ không dùng tiền mặt", unit="hộ", total=2115.0, target_pct=80.0)
SIGNED = Indicator(id="ky-so", name="Văn bản ký số", unit="%", digits=1, target=98.0, range=(0.0, 100.0))
RESIDENTS = Indicator(id="phan-anh", name="Phản ánh đã trả lời", kind="residents", unit="phản ánh")


@dataclass
class Bench:
    """What a test moves and looks at."""

    config: Config
    journal: Journal
    service: IndicatorService
    clock: SetClock
    bus: Bus
    spool: Path

    async def ask(self, sql: str) -> list[tuple[Any, ...]]:
        return await self.journal.record(lambda tx: tx.run(sql).fetchall())

    def at(self, now_ms: int) -> None:
        self.clock.moment = Moment(AtMs(now_ms), Steady(now_ms / 1000), ClockState.SYNCED)


@contextlib.asynccontextmanager
async def bench(folder: Path, *indicators: Indicator) -> AsyncIterator[Bench]:
    spool = folder / "table-spool"
    spool.mkdir()
    config = msgspec.structs.replace(village(folder), indicator=indicators)
    clock = SetClock(Moment(AtMs(NOW_MS), Steady(100.0), ClockState.SYNCED))
    journal, bus = await Journal.open(folder / "molang.db", clock), Bus()
    try:
        yield Bench(config, journal, IndicatorService(config, spool, journal, bus), clock, bus, spool)
    finally:
        journal.close()
