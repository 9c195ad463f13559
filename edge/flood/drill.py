"""Drills: the whole of it with a river that is not real, marked DIỄN TẬP, told only to whom it should be told.

The readings of a drill are never stored and never published: nothing can take them for real ones. A real alarm ends a
drill at once, and so does a restart of the box.
"""

import asyncio
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from edge.config.schema import Config
from edge.core.errors import FinalError, MolangError
from edge.core.moment import AtMs
from edge.core.news import FloodChanged, IncidentChanged
from edge.core.place import StationId
from edge.core.policy.flood.levels import Standing, follow
from edge.core.policy.flood.response import Stand, decide
from edge.core.policy.flood.rule import FloodRule, LevelFact
from edge.core.policy.flood.wave import wave
from edge.core.sensing import LEVEL, Quality, Reading
from edge.flood.carrying import Carrier, Only
from edge.flood.levels_desk import LevelsDesk
from edge.flood.ports import Horns
from edge.incidents.desk import IncidentDesk
from edge.kernel.bus import Bus
from edge.store.drills import DrillRow, begin_drill, end_drill, known_drill, open_drill
from edge.store.journal import Journal, Tx

log = logging.getLogger(__name__)

REAL_ALARM = "Có báo động thật."
RESTART = "Hộp khởi động lại."
OVER = "Hết bài."
BY_BOX = "hộp"
GIVE_WAY_S = 2.0
ROLE = "technician"


@dataclass(frozen=True, slots=True)
class DrillWish:
    """Somebody wants a drill at this gauge: up to báo động ``level`` and down again within so many minutes."""

    id: str
    station: str
    level: int
    minutes: int
    user: str
    role: str


class Drills:
    """Plays a wave through the same policy and the same desk, apart from everything that is real."""

    def __init__(
        self,
        config: Config,
        rules: Sequence[FloodRule],
        levels: LevelsDesk,
        desk: IncidentDesk,
        horns: Horns,
        journal: Journal,
        bus: Bus,
    ) -> None:
        self._rules = tuple(rules)
        self._levels = levels
        self._names = {gauge.id: gauge.name for gauge in config.gauge}
        hamlets = {hamlet.id: hamlet.name for hamlet in config.hamlet}
        only = Only(frozenset(config.drill.people), config.drill.hamlets)
        self._reaches_nobody = not (only.people or only.hamlets)
        self._carrier = Carrier(desk, hamlets, only)
        self._horns = horns
        self._journal = journal
        self._bus = bus
        self._wanted: asyncio.Queue[tuple[DrillRow, int]] = asyncio.Queue(1)
        self._playing: asyncio.Task[None] | None = None
        self.running: DrillRow | None = None

    async def resume(self) -> None:
        """A drill that a restart cut is over."""
        await self._end(BY_BOX, RESTART)

    async def run(self) -> None:
        """Play what is wanted until cancelled."""
        while True:
            row, level = await self._wanted.get()
            if self.running != row:
                continue
            self._playing = asyncio.create_task(self._play(row, level))
            await asyncio.wait({self._playing})
            if self._playing.cancelled():
                continue
            if error := self._playing.exception():
                log.error("drill %s failed: %s", row.id, error)
            await self._end(BY_BOX, OVER)

    async def start(self, wish: DrillWish) -> dict[str, Any]:
        """Begin one; raises FinalError when none may begin now. The same press is the same drill."""
        if not self._levels.thresholds(wish.station):
            raise FinalError("Trạm này chưa có mức báo động nên không diễn tập được.")
        if self._reaches_nobody:
            raise FinalError("Tệp cấu hình chưa ghi diễn tập với ai: thêm people và hamlets ở [drill].")

        def work(tx: Tx) -> DrillRow | None:
            if known_drill(tx, wish.id):
                return None
            if open_drill(tx):
                raise FinalError("Đang có một cuộc diễn tập.")
            if level_stands(tx):
                raise FinalError("Đang có báo động thật: không diễn tập.")
            row = DrillRow(wish.id, wish.station, tx.now.at_ms, wish.minutes, wish.user)
            begin_drill(tx, row)
            tx.deed(wish.user, wish.role, "drill.start", f"{wish.station}, {wish.minutes} phút")
            return row

        row = await self._journal.record(work)
        if row is not None:
            self.running = row
            self._wanted.put_nowait((row, wish.level))
            self._bus.publish(FloodChanged())
        return {"id": wish.id}

    async def end(self, user: str, role: str) -> None:
        """Somebody ends it."""
        if not await self._end(user, "Người trực kết thúc.", role):
            raise FinalError("Không có cuộc diễn tập nào.")

    async def give_way(self) -> None:
        """A real alarm wins, and is not held up by horns that do not answer."""
        if self.running is None:
            return
        try:
            async with asyncio.timeout(GIVE_WAY_S):
                await self._end(BY_BOX, REAL_ALARM)
        except (MolangError, TimeoutError) as error:
            log.error("the drill did not end cleanly before a real alarm: %s", error)  # noqa: TRY400 - one line is enough

    async def stop_short(self) -> None:
        """The service stops: nothing of a drill goes on by itself."""
        if self._playing is not None:
            self._playing.cancel()

    async def _end(self, by: str, why: str, role: str = ROLE) -> bool:
        def work(tx: Tx) -> tuple[DrillRow | None, list[tuple[str, str]]]:
            row = open_drill(tx)
            sounding = end_drill(tx, by, why)
            if row:
                tx.deed(by, role, "drill.end", f"{row.station}: {why}")
            return row, sounding

        row, sounding = await self._journal.record(work)
        self.running = None
        if row is None:
            return False
        if self._playing is not None:
            self._playing.cancel()
        log.info("drill %s ended: %s", row.id, why)
        self._bus.publish(FloodChanged())
        self._bus.publish(IncidentChanged())
        if why != OVER:  # what says that it is over may be heard to its end
            for _, hamlets in sounding:
                await self._horns.silence(json.loads(hamlets), by, role)
        return True

    async def _play(self, row: DrillRow, level: int) -> None:
        """Every level up and down again, at even steps."""
        standing: Standing = Standing()
        stands: dict[str, Stand] = {}
        thresholds = self._levels.thresholds(row.station)
        heights = wave(thresholds, level)
        for number, height in enumerate(heights):
            at_ms = self._journal.clock.now().at_ms
            reading = Reading(StationId(row.station), LEVEL, height, "m", AtMs(at_ms), Quality.GOOD)
            before = standing.level
            standing, crossings = follow(standing, reading, thresholds, dwell_ms=0)
            if crossings:
                name = self._names.get(row.station, row.station)
                fact = LevelFact(row.station, name, before, standing.level, height, reading.at_ms)
                current, responses = decide(stands, fact, self._rules, reading.at_ms)
                stands = dict(current)
                for response in responses:
                    await self._carrier.carry_out(response, partial(_must_last, drill=row.id))
                self._bus.publish(FloodChanged())
            if number + 1 < len(heights):
                await asyncio.sleep(row.minutes * 60 / (len(heights) - 1))


def _must_last(tx: Tx, drill: str) -> None:
    """A drill that was ended meanwhile does nothing more."""
    row = open_drill(tx)
    if row is None or row.id != drill:
        raise FinalError("Cuộc diễn tập đã kết thúc.")


def level_stands(tx: Tx) -> bool:
    """Whether any gauge stands at a báo động now."""
    return tx.row("SELECT 1 FROM flood_level WHERE level > 0") is not None
