"""Decides what the water means, and has done what the commune wanted: opens incidents, never touches a wire.

It listens to readings that are stored already. What stands is written in the transaction of what was done because of
it, so that a kill at any step leaves nothing half done, nothing done twice and nothing forgotten: at the start the
levels that nobody judged yet are read again from the store.
"""

import asyncio
import contextlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from edge.config.gauges import pairs
from edge.config.schema import Config
from edge.config.water import flood_rules
from edge.core.moment import AtMs
from edge.core.news import FloodChanged, LevelCrossed, ReadingTaken
from edge.core.place import StationId
from edge.core.policy.flood.levels import DWELL_MS, Crossing, Standing, follow
from edge.core.policy.flood.rain import AMOUNT, COUNTER
from edge.core.policy.flood.response import Response, Stand, Turn, decide, expire
from edge.core.policy.flood.rule import Fact, FloodRule, LevelFact, RainFact, ReleaseFact, When
from edge.core.sensing import LEVEL, Quality, Reading
from edge.flood.carrying import ALL_CLEAR, Carrier
from edge.flood.drill import Drills
from edge.flood.levels_desk import LevelsDesk
from edge.flood.ports import Foresight, Horns, NoForesight
from edge.flood.storms import Storms
from edge.incidents.desk import IncidentDesk
from edge.kernel.bus import Bus, Mailbox
from edge.store.flood import (
    keep_standing,
    keep_stands,
    levels_standing,
    old_all_clears,
    releases_planned,
    stands,
    unjudged_levels,
)
from edge.store.journal import Journal, Tx

log = logging.getLogger(__name__)

TICK_S = 5.0
LOOK_AHEAD_S = 60.0
RELEASE_SINCE_MS = 24 * 3_600_000
NEWS_SIZE = 4_096
"""A burst of a feed after an outage; if it is longer still, its oldest readings are found in the store."""
AHEAD_MS = 5 * 60_000
"""As far as the clock of a station may be ahead of ours."""
ALL_CLEAR_STANDS_MS = 2 * 3_600_000
"""So long the wall says that it is over."""
PLANNED = "release_planned"


@dataclass(frozen=True, slots=True)
class Ports:
    """Whom the service asks."""

    horns: Horns
    foresight: Foresight = NoForesight()


class FloodService:
    """Owns what stands at every gauge."""

    def __init__(self, config: Config, desk: IncidentDesk, ports: Ports, journal: Journal, bus: Bus) -> None:
        self.rules: tuple[FloodRule, ...] = flood_rules(config)
        self._names: dict[str, str] = {gauge.id: gauge.name for gauge in config.gauge}
        self._speaks_for = {first.id: place for place, (first, _) in pairs(config.gauge).items()}
        hamlets = {hamlet.id: hamlet.name for hamlet in config.hamlet}
        self._carrier = Carrier(desk, hamlets)
        self.levels = LevelsDesk(config.gauge, journal)
        self.storms = Storms(ports.horns, journal, bus)
        self.drills = Drills(config, self.rules, self.levels, desk, ports.horns, journal, bus)
        self._desk = desk
        self.foresight = ports.foresight
        self._journal = journal
        self._bus = bus
        self._standing: dict[str, Standing] = {}
        self._stands: dict[str, Stand] = {}
        self._looked_ahead = -LOOK_AHEAD_S

    def level_of(self, station: str) -> int:
        """The báo động that stands at a gauge."""
        return self._standing.get(station, Standing()).level

    async def run(self) -> None:
        """Take up what a restart left, then judge until cancelled."""
        with self._bus.listen(ReadingTaken, NEWS_SIZE) as mailbox:
            await self.resume()
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(self.drills.run())
                    while True:
                        for news in await _gathered(mailbox):
                            await self.take(news)
                        await self.tick()
            finally:
                await self.drills.stop_short()

    async def resume(self) -> None:
        """What stood before the restart stands; what was read since and never judged is judged now."""
        await self.levels.load()
        self._standing = await self._journal.record(levels_standing)
        self._stands = await self._journal.record(stands)
        await self.drills.resume()
        for station in filter(self.levels.thresholds, self._names):
            await self._catch_up(station, self._speaks_for.get(station, station))
        since_ms = self._journal.clock.now().at_ms - RELEASE_SINCE_MS
        for station, discharge, from_ms in await self._journal.record(
            partial(releases_planned, stations=self._names, since_ms=since_ms)
        ):
            await self._take_release(station, discharge, AtMs(from_ms))

    async def _catch_up(self, station: str, series: str) -> None:
        """More than one round: a box that was off for a day reads on where it stopped.

        ``series``: the station itself, or the place where two gauges vote and the first of them has the levels.
        """
        while True:
            after_ms = self._standing.get(station, Standing()).read_ms
            missed = await self._journal.record(partial(unjudged_levels, station=series, after_ms=after_ms))
            if not missed:
                return
            for reading in missed:
                await self._take_level(replace(reading, station=StationId(station)))

    async def take(self, news: ReadingTaken) -> None:
        """Judge one reading. A bad one decides nothing; the same one again changes nothing."""
        reading = news.reading
        if reading.quality is not Quality.GOOD:
            return
        if reading.quantity == LEVEL:
            await self._take_level(reading)
        elif reading.quantity == PLANNED:
            await self._take_release(reading.station, reading.value, reading.at_ms)
        elif reading.quantity in (COUNTER, AMOUNT) and news.rain:
            await self._take_rain(news)

    async def _take_level(self, reading: Reading) -> None:
        station = str(reading.station)
        thresholds = self.levels.thresholds(station)
        before = in_time(self._standing.get(station, Standing()), self._journal.clock.now().at_ms)
        after, crossings = follow(before, reading, thresholds)
        if after is before or not thresholds:
            return
        keep = partial(keep_standing, station=station, standing=after)
        if crossings:
            name = self._names.get(station, station)
            fact = LevelFact(station, name, before.level, after.level, reading.value, reading.at_ms)
            log.info("gauge %s: level %d after %d at %.2f m", station, after.level, before.level, reading.value)
            await self._respond(fact, keep)
            self.crossed(station, crossings)
        else:
            await self._journal.record(keep)
        self._standing[station] = after  # only now: what could not be stored is decided again at the next reading

    def crossed(self, station: str, crossings: Sequence[Crossing]) -> None:
        """Tell whoever listens; it is stored already."""
        for crossing in crossings:
            self._bus.publish(LevelCrossed(station, crossing.level, crossing.direction, crossing.value, crossing.at_ms))

    async def _take_release(self, station: str, discharge: float, from_ms: AtMs) -> None:
        now = self._journal.clock.now().at_ms
        name = self._names.get(station, station)
        await self._respond(ReleaseFact(station, name, discharge, from_ms, now))

    async def _take_rain(self, news: ReadingTaken) -> None:
        station = str(news.reading.station)
        amounts = {fallen.hours: fallen.mm for fallen in news.rain}
        await self._respond(RainFact(station, self._names.get(station, station), amounts, news.reading.at_ms))

    async def _respond(self, fact: Fact, keep: "partial[None] | None" = None) -> None:
        now = self._journal.clock.now().at_ms
        current, responses = decide(self._stands, fact, self.rules, now)
        await self._carry_out(dict(current), responses, keep)

    async def _carry_out(
        self, current: Mapping[str, Stand], responses: Sequence[Response], keep: "partial[None] | None" = None
    ) -> None:
        """One transaction a response, each with what stands after it; the reading counts as judged with the last.

        A kill in between leaves a state from which the same fact gives exactly the responses that are missing.
        """
        if not responses and current == self._stands and keep is None:
            return
        if any(response.turn is Turn.RISEN for response in responses):
            await self.drills.give_way()
        in_turn = sorted(responses, key=is_loud)
        for response in in_turn[:-1]:
            await self._one(self._with(current, response.subject), response)
        await self._one(current, in_turn[-1] if in_turn else None, keep)
        self._bus.publish(FloodChanged())

    async def _one(
        self, after: Mapping[str, Stand], response: Response | None, keep: "partial[None] | None" = None
    ) -> None:
        def also(tx: Tx) -> None:
            keep_stands(tx, list(after.values()))
            if keep:
                keep(tx)

        if response is None:
            await self._journal.record(also)
        else:
            await self._carrier.carry_out(response, also)
        self._stands = dict(after)

    def _with(self, current: Mapping[str, Stand], subject: str) -> dict[str, Stand]:
        """What stands, with this one subject as it will be."""
        others = {name: stand for name, stand in self._stands.items() if name != subject}
        return others | ({subject: current[subject]} if subject in current else {})

    async def tick(self) -> None:
        """What only time brings: storms that begin or end, what has lasted as long as it may, the look ahead."""
        now = self._journal.clock.now()
        current, responses = expire(self._stands, self.rules, now.at_ms)
        await self._carry_out(dict(current), responses)
        await self.storms.work()
        await self._put_away_all_clears(now.at_ms)
        if now.steady - self._looked_ahead >= LOOK_AHEAD_S:
            self._looked_ahead = now.steady
            await self._look_ahead(now.at_ms)

    async def _put_away_all_clears(self, now_ms: AtMs) -> None:
        before_ms = now_ms - ALL_CLEAR_STANDS_MS
        for subject in await self._journal.record(partial(old_all_clears, ending=ALL_CLEAR, before_ms=before_ms)):
            await self._desk.close(subject)

    async def _look_ahead(self, now_ms: AtMs) -> None:
        asked = {rule.station for rule in self.rules if rule.when is When.FORECAST}
        for station, levels in self.levels.in_force.items():
            expected = await self.foresight.expected(station, levels.bao_dong_m, now_ms)
            if expected is not None and station in asked:
                await self._respond(expected)
        self._bus.publish(FloodChanged())  # the pages show the outlook, also where no rule asks for it


def in_time(standing: Standing, now_ms: AtMs) -> Standing:
    """What was kept while the box thought that it was later than it is: nothing lies in the future now."""
    if standing.read_ms <= now_ms + AHEAD_MS:
        return standing
    return replace(standing, read_ms=AtMs(-1), since_ms=AtMs(min(standing.since_ms, now_ms - DWELL_MS)))


def is_loud(response: Response) -> bool:
    """Whether anybody hears of it: what only ends goes first."""
    return response.told or bool(response.says)


async def _gathered(mailbox: Mailbox[ReadingTaken]) -> list[ReadingTaken]:
    """The readings that came, or none when it is time to look at the clock: after a burst it is looked at once."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(TICK_S):
            return [await mailbox.get(), *mailbox.waiting()]
    return []
