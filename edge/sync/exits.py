"""The ways out to the hub: which one is used, how the others are, and what each has cost this month."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from types import TracebackType

from edge.config.schema import Hub, Way
from edge.core.moment import Steady
from edge.core.policy.shaping import Saver, saver_of
from edge.core.policy.ways import choose, heard, is_candidate, ways_of
from edge.kernel.tls_time import KnownTime
from edge.store.uplink import Use
from edge.sync.cloudevents import EMPTY
from edge.sync.post import HubLine, NoLinkError, RefusedError
from edge.sync.status import MEGABYTE, WayStatus

log = logging.getLogger(__name__)

ONLY_WAY = Way(name="mạng của hộp")
"""Without a [[way]]: the routes of the system decide."""
BETTER_EVERY_S = 10.0
"""So often a better way than the used one is tried, with a whole empty batch: it must carry what it is wanted for."""
RESERVE_EVERY_S, METERED_EVERY_S = 60.0, 600.0
"""So often the ways in reserve are knocked at: whoever finds the 4G card dead should find it before the flood."""
LOOK_S = 1.0
METERED_BETTER_EVERY_S = 60.0


class Exits:
    """All ways out. Open them with ``async with``; raises MisconfiguredError when the certificates cannot be used."""

    def __init__(self, hub: Hub, ways: Sequence[Way], known: KnownTime) -> None:
        self._rows = tuple(ways) or (ONLY_WAY,)
        self._lines = {way.name: HubLine(hub, way, known) for way in self._rows}
        self._ways = ways_of([way.name for way in self._rows])
        self._month: dict[str, int] = {}
        self._fresh: dict[str, Use] = {}
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> "Exits":
        for line in self._lines.values():
            await self._stack.enter_async_context(line)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    @property
    def line(self) -> HubLine:
        """The way that is used."""
        return self._lines[self._ways.name]

    @property
    def saver(self) -> Saver:
        """What the budget of the used way lets go."""
        return self._saver(self._rows[self._ways.used])

    def statuses(self) -> tuple[WayStatus, ...]:
        """Every way for people, best first."""
        return tuple(
            WayStatus(
                way.name,
                index == self._ways.used,
                self._ways.ways[index].works,
                way.metered,
                self._month.get(way.name, 0),
                way.budget_mb * MEGABYTE,
                self._saver(way),
            )
            for index, way in enumerate(self._rows)
        )

    def begin_month(self, used: Mapping[str, Use]) -> None:
        """What the store knows of this month already."""
        self._month = {name: use.all for name, use in used.items()}

    def count(self) -> int:
        """Take what all ways have cost since the last time; returns the bytes of the used one."""
        taken = {name: line.meter.take() for name, line in self._lines.items()}
        for name, use in taken.items():
            if use.all:
                kept = self._fresh.get(name, Use())
                self._fresh[name] = Use(kept.sent + use.sent, kept.received + use.received)
                self._month[name] = self._month.get(name, 0) + use.all
        return taken[self._ways.name].all

    def unsaved(self) -> dict[str, Use]:
        """What no store knows yet; from now on it is the caller's to keep."""
        fresh, self._fresh = self._fresh, {}
        return fresh

    def put_back(self, uses: Mapping[str, Use]) -> None:
        """It could not be kept after all."""
        for name, use in uses.items():
            kept = self._fresh.get(name, Use())
            self._fresh[name] = Use(kept.sent + use.sent, kept.received + use.received)

    def tell(self, line: HubLine, *, works: bool) -> None:
        """How a try on this line went; from here on another way may be used."""
        name = next(name for name, one in self._lines.items() if one is line)
        self._ways = heard(self._ways, name, _now(), works=works)
        self.choose()

    def choose(self) -> None:
        """Change over if there is reason to."""
        before = self._ways.name
        self._ways = choose(self._ways, _now())
        if self._ways.name != before:
            log.warning("uplink goes over %s now, not %s", self._ways.name, before)

    async def watch(self) -> None:
        """Try the ways that are not used, for ever."""
        while True:
            for way in self._rows:
                if way.name != self._ways.name and self._is_due(way):
                    await self._try(way)
            await asyncio.sleep(LOOK_S)

    def _is_due(self, way: Way) -> bool:
        tried = next(row.tried for row in self._ways.ways if row.name == way.name)
        if is_candidate(self._ways, way.name):
            every_s = METERED_BETTER_EVERY_S if way.metered else BETTER_EVERY_S
        else:
            every_s = METERED_EVERY_S if way.metered else RESERVE_EVERY_S
        return _now() - tried >= every_s

    async def _try(self, way: Way) -> None:
        line = self._lines[way.name]
        works = await self._carries(line) if is_candidate(self._ways, way.name) else await line.knock()
        self._ways = heard(self._ways, way.name, _now(), works=works)

    async def _carries(self, line: HubLine) -> bool:
        try:
            await line.post(EMPTY)
        except NoLinkError:
            return False
        except RefusedError:  # the line is well, whatever the hub says
            return True
        return True

    def _saver(self, way: Way) -> Saver:
        return saver_of(self._month.get(way.name, 0), way.budget_mb * MEGABYTE)


def _now() -> Steady:
    return Steady(asyncio.get_running_loop().time())
