"""Takes every reading, of a device or of a person: judges it, lets two gauges of a place vote, stores, and tells.

What is stored is told again after a start, so that a kill between storing and deciding loses nothing (law 1).
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from drivers.base import GaugeReading
from edge.config.gauges import pairs
from edge.config.schema import Feed, Gauge
from edge.core.moment import AtMs, Moment
from edge.core.news import ReadingTaken
from edge.core.place import StationId
from edge.core.policy.flood.quality import Fact, Judged, State, confirm, is_held
from edge.core.policy.flood.vote import Verdict, vote
from edge.core.sensing import LEVEL, Quality, Reading, Source
from edge.kernel.bus import Bus
from edge.sensing.spot import LEAPS, Series, Spot, voice_of
from edge.store.journal import Journal, Tx
from edge.store.readings import HandNote, add_reading, last_readings, quantities_of

log = logging.getLogger(__name__)

REMEMBERED = 1600
"""Readings of a quantity that are looked at after a start: a day of one a minute, the time until a calm river is
suspected to be a stuck gauge."""
_UNHEARD = (Quality.LATE, Quality.CLOCK)
"""What says nothing of now says nothing to the other gauge either."""


@dataclass(slots=True)
class Place:
    """Two gauges in the same water; the first has the levels. ``standing`` is what the place said last."""

    id: StationId
    first: Spot
    second: Spot
    standing: float | None = None

    def beside(self, spot: Spot) -> Spot:
        """The other one."""
        return self.second if spot is self.first else self.first


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a reading came to: what is kept of it, and what the place says by it (None: nothing new)."""

    state: State
    judged: Judged
    quality: Quality
    place: float | None = None


class ReadingDesk:
    """Every station of the commune, and what is known of it."""

    def __init__(
        self,
        gauges: Iterable[Gauge],
        feeds: Iterable[Feed],
        journal: Journal,
        bus: Bus,
    ) -> None:
        known = {feed.id: feed for feed in feeds}
        self.spots = {gauge.id: Spot(gauge, known.get(gauge.feed or "")) for gauge in gauges}
        self.places = _places(self.spots)
        self._journal = journal
        self._bus = bus
        self._turn = asyncio.Lock()

    async def resume(self) -> None:
        """What is known, from the store."""
        for spot in self.spots.values():
            for quantity in await self._journal.record(partial(quantities_of, station=spot.id)):
                readings = await self._last(spot.id, quantity, REMEMBERED)
                spot.of(quantity).resume(readings)
        for place in self.places.values():
            await self._resume_place(place)

    async def retell(self) -> None:
        """Tell the newest good reading of everything again: who decides may not have heard of it."""
        for spot in self.spots.values():
            for series in spot.series.values():
                if series.last is not None and series.last.quality is Quality.GOOD:
                    self._tell(spot, series, series.last)

    async def take(self, gauge: str, told: GaugeReading) -> Reading | None:
        """Judge, keep and tell one value of a device; None for one that is known already."""
        spot = self.spots[gauge]
        fact = Fact(told.value, told.at_ms, spot.source)
        async with self._turn:
            return await self._taken(spot, told.quantity, told.unit, fact)

    async def give(
        self, gauge: str, quantity: str, unit: str, fact: Fact, by: str, note: HandNote, audit: Callable[[Tx], None]
    ) -> Quality:
        """Keep what a person read; JUMP, with nothing kept, asks whether it is really so."""
        spot = self.spots[gauge]
        async with self._turn:
            series, now = spot.of(quantity), self._journal.clock.now()
            state, judged = series.judge(fact, now)
            if judged.quality in (Quality.JUMP, Quality.OUT_OF_RANGE, Quality.CLOCK):
                return judged.quality
            reading = _reading(spot, quantity, unit, fact, judged.at_ms, judged.quality, now, by)
            kept = await self._journal.record(partial(_kept_by_hand, reading=reading, note=note, audit=audit))
            if kept is None:
                return judged.quality
            series.remember(state, kept, kept.at_ms)
            if judged.quality is Quality.GOOD:
                await self._person_says(spot, quantity, fact, kept, now)
            return judged.quality

    async def _person_says(self, spot: Spot, quantity: str, fact: Fact, kept: Reading, now: Moment) -> None:
        """A person outweighs both gauges of a place, and speaks of now: the walk from the staff is no delay."""
        place = self.places.get(spot.id) if quantity == LEVEL else None
        lead = place.first if place else spot
        if place:
            place.standing = fact.value
            other = place.beside(spot).of(quantity)
            other.state, _ = other.judge(replace(fact, sure=True), now)
        self._tell(lead, lead.of(quantity), replace(kept, station=lead.id, at_ms=now.at_ms))

    async def _taken(self, spot: Spot, quantity: str, unit: str, fact: Fact) -> Reading | None:
        series, now = spot.of(quantity), self._journal.clock.now()
        state, judged = series.judge(fact, now)
        if judged.duplicate:
            return None
        outcome = self._voted(spot, state, judged, fact, now) if quantity == LEVEL else None
        outcome = outcome or Outcome(state, judged, judged.quality)
        reading = _reading(spot, quantity, unit, fact, judged.at_ms, outcome.quality, now, "")
        kept = await self._journal.record(partial(_kept, reading=reading, says=self._place_row(spot, reading, outcome)))
        if kept is None:
            return None
        series.remember(outcome.state, kept, fact.at_ms)
        await self._announce(spot, series, kept, outcome, now)
        return kept

    def _voted(self, spot: Spot, state: State, judged: Judged, fact: Fact, now: Moment) -> Outcome | None:
        place = self.places.get(spot.id)
        if place is None or judged.quality in _UNHEARD:
            return None
        if judged.quality in LEAPS and is_held(state, judged.at_ms):
            return None  # two sensors together confirm nothing against a person
        other = place.beside(spot)
        verdict = vote(voice_of(fact.value, judged), other.voice_at(now.steady), place.standing)
        mine, theirs = verdict.confirms
        if theirs:
            series = other.of(LEVEL)
            series.state = confirm(series.state)
        says = None if self._first_speaks(place, spot, verdict, now) else verdict.place
        return Outcome(confirm(state) if mine else state, judged, verdict.quality, says)

    def _first_speaks(self, place: Place, spot: Spot, verdict: Verdict, now: Moment) -> bool:
        """Where they agree the first gauge alone moves the place: two sensors a hand apart must not ring in turn."""
        first = place.first.voice_at(now.steady)
        agreed = verdict.quality is Quality.GOOD and not any(verdict.confirms)
        heard = first is not None and first.fresh and first.quality is Quality.GOOD and not first.still
        return spot is place.second and agreed and heard

    def _place_row(self, spot: Spot, reading: Reading, outcome: Outcome) -> Reading | None:
        place = self.places.get(spot.id)
        if place is None or outcome.place is None:
            return None
        return replace(reading, station=place.id, value=outcome.place, quality=Quality.GOOD)

    async def _announce(self, spot: Spot, series: Series, kept: Reading, outcome: Outcome, now: Moment) -> None:
        """First what the place says, then the reading itself with its mark: the wall shows the mark."""
        place = self.places.get(spot.id) if kept.quantity == LEVEL else None
        if place is not None and outcome.judged.quality not in _UNHEARD:
            voice = voice_of(kept.value, outcome.judged)
            spot.hear(replace(voice, quality=outcome.quality), now.steady)
        if place is not None and outcome.place is not None:
            place.standing = outcome.place
            if spot is place.second or outcome.quality is not Quality.GOOD:
                said = replace(kept, station=place.first.id, value=outcome.place, quality=Quality.GOOD)
                self._tell(place.first, series, said)
        self._tell(spot, series, kept)

    def _tell(self, spot: Spot, series: Series, reading: Reading) -> None:
        self._bus.publish(ReadingTaken(reading, series.fallen(reading.at_ms, spot.gauge.rain_mm)))

    async def _resume_place(self, place: Place) -> None:
        said = await self._last(place.id, LEVEL, 1)
        if not said:
            return
        place.standing = said[-1].value
        for spot in (place.first, place.second):  # a leap that the other gauge confirmed is kept with its old mark
            series = spot.of(LEVEL)
            doubt = series.state.doubt
            if doubt and series.limits.allowed(doubt.last.value - place.standing, 0):
                series.state = confirm(series.state)

    async def _last(self, station: str, quantity: str, most: int) -> list[Reading]:
        return await self._journal.record(
            lambda tx: last_readings(tx, station, quantity, most),
        )


def _places(spots: Mapping[str, Spot]) -> dict[str, Place]:
    """By gauge: the place that it shares with another."""
    found = pairs(spot.gauge for spot in spots.values())
    places = [Place(StationId(name), spots[first.id], spots[second.id]) for name, (first, second) in found.items()]
    return {spot.id: place for place in places for spot in (place.first, place.second)}


def _reading(
    spot: Spot, quantity: str, unit: str, fact: Fact, at_ms: AtMs, quality: Quality, now: Moment, by: str
) -> Reading:
    source = Source.HAND if by else spot.source
    return Reading(spot.id, quantity, fact.value, unit, at_ms, quality, now.at_ms, source, by)


def _kept(tx: Tx, reading: Reading, says: Reading | None) -> Reading | None:
    kept = add_reading(tx, reading)
    if kept is not None and says is not None:
        add_reading(tx, replace(says, at_ms=kept.at_ms))
    return kept


def _kept_by_hand(tx: Tx, reading: Reading, note: HandNote, audit: Callable[[Tx], None]) -> Reading | None:
    kept = add_reading(tx, reading, note)
    if kept is not None:
        audit(tx)
    return kept
