"""Horns that are incidents themselves: silent, unheard, amplifier dead or left on; and when each was online."""

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from edge.broadcast.horns import STATE_STALE_S, Horn
from edge.core.incident import Incident, IncidentKind
from edge.core.moment import Moment
from edge.core.news import HornReported
from edge.core.place import HornId
from edge.core.policy.horn_health import (
    Condition,
    Fact,
    Fault,
    Reported,
    Told,
    began,
    decide,
    may_tell,
    over,
    severity,
    title,
)
from edge.incidents.desk import IncidentDesk
from edge.kernel.bus import Bus, Mailbox
from edge.store.journal import Journal
from edge.store.presence import Presence, keep_presence, note_watch, resume_watch

LOOK_S = 2.0
NOTE_S = 300.0
_SUBJECT = "horn-health/{horn}/{fault}"


class HornWatch:
    """The condition of every horn, carried to the incident desk."""

    def __init__(self, horns: Mapping[HornId, Horn], desk: IncidentDesk, journal: Journal, bus: Bus) -> None:
        self._horns = horns
        self._desk = desk
        self._journal = journal
        self._bus = bus
        self._conditions = {horn: Condition() for horn in horns}
        self._presence: dict[HornId, Presence] = {}
        self._told: float | None = None
        self._noted = 0.0

    async def run(self) -> None:
        """Watch until cancelled. Raises a MolangError of the store; what was not stored is tried again."""
        started = self._journal.clock.steady()
        await self._resume()
        with self._bus.listen(HornReported) as mailbox:
            while True:
                await self._hear(mailbox)
                now = self._journal.clock.now()
                for horn in self._horns.values():
                    await self._look(horn, now, started)
                await self._note(now)

    async def _resume(self) -> None:
        """Open incidents of an earlier life still stand; those of horns that the config lost are closed."""
        for subject in await self._desk.open_subjects():
            prefix, _, rest = subject.partition("/")
            horn, _, fault = rest.rpartition("/")
            if prefix != "horn-health":
                continue
            if HornId(horn) not in self._conditions:
                await self._desk.close(subject)
                continue
            standing = frozenset({Fault(fault)})
            known = self._conditions[HornId(horn)]
            self._conditions[HornId(horn)] = replace(known, faults=known.faults | standing, open=known.open | standing)
        self._presence = await self._journal.record(partial(resume_watch, horns=tuple(self._horns)))

    async def _hear(self, mailbox: Mailbox[HornReported]) -> None:
        """News of plays as they come; and a look at everything every so often."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOK_S):
                while True:
                    news = await mailbox.get()
                    if news.horn in self._conditions:
                        self._learn(news.horn, Reported(news.outcome, news.broken_off))

    def _learn(self, horn: HornId, fact: Fact) -> None:
        self._conditions[horn] = decide(self._conditions[horn], fact, self._journal.clock.steady())

    async def _look(self, horn: Horn, now: Moment, started: float) -> None:
        online = horn.online(now.steady)
        state = horn.state
        told = Told(bool(state.amp_fault), state.amp_on and not state.playing) if online else None
        self._learn(horn.id, told)
        await self._act(horn, now)
        if online or horn.seen is not None or now.steady - started >= STATE_STALE_S:
            await self._keep_presence(horn.id, Presence.ONLINE if online else Presence.OFFLINE)

    async def _act(self, horn: Horn, now: Moment) -> None:
        for fault in over(self._conditions[horn.id]):
            await self._desk.close(_SUBJECT.format(horn=horn.id, fault=fault))
            self._settle(horn.id, fault)
        for fault in began(self._conditions[horn.id]):
            tell = may_tell(fault, self._told, now.steady)
            incident = self._incident(horn, fault, now)
            await self._desk.open(incident, None, (horn.hamlet,), quiet=not tell)
            self._settle(horn.id, fault)
            if tell:
                self._told = now.steady

    def _settle(self, horn: HornId, fault: Fault) -> None:
        condition = self._conditions[horn]
        self._conditions[horn] = replace(condition, open=condition.open ^ {fault})

    def _incident(self, horn: Horn, fault: Fault, now: Moment) -> Incident:
        return Incident(
            id=self._desk.new_id(),
            kind=IncidentKind.HORN,
            severity=severity(fault),
            subject=_SUBJECT.format(horn=horn.id, fault=fault),
            place=horn.name,
            hamlet=horn.hamlet,
            title=title(fault, horn.name),
            began_at_ms=now.at_ms,
        )

    async def _keep_presence(self, horn: HornId, presence: Presence) -> None:
        if self._presence.get(horn) is not presence:
            await self._journal.record(partial(keep_presence, horn=horn, presence=presence))
            self._presence[horn] = presence

    async def _note(self, now: Moment) -> None:
        """How far the watch came: what follows after a power cut was watched by nobody."""
        if now.steady - self._noted >= NOTE_S:
            await self._journal.record(note_watch)
            self._noted = now.steady
