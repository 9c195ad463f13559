"""The one place where an incident is opened, whoever noticed it; and where people act on it."""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from edge.core.alert import Person
from edge.core.incident import Incident, IncidentId, Severity, Verdict
from edge.core.local_time import clock, local
from edge.core.news import IncidentChanged, IncidentOpened
from edge.core.place import EVERYWHERE
from edge.core.policy.alerting import brief_of, recipients, sms_text, until_of
from edge.core.policy.ladder.duty import local_now, told_now
from edge.core.vision import Box
from edge.kernel.bus import Bus
from edge.store.incidents import (
    Closed,
    Consequences,
    Growth,
    close_by_hand,
    close_incident,
    keep_still,
    open_incident,
    open_subjects,
    take_incident,
    update_incident,
)
from edge.store.journal import Journal, Tx
from edge.store.stories import judge_incident, see_incident

log = logging.getLogger(__name__)

WHOLE_COMMUNE = "toàn xã"
LONGEST_CLIP_MS = 120_000
"""Of a long incident its beginning is cut; the rest lies in the recording."""
JUDGED_FALSE = "Báo nhầm."
Also = Callable[[Tx], None]
"""More to write in the transaction of an incident."""


def _nothing(_: Tx) -> None:
    """Most incidents bring nothing more."""


class Clips(Protocol):
    """Who cuts the film of an incident out of the recording."""

    async def cut(self, incident: str, camera: str, since_ms: int, until_ms: int) -> None:
        """Cut it once ``until_ms`` has passed and its segments are there, and store it by ``keep_clip``.

        Returns at once; what cannot be cut is told in the log, never raised.
        """
        ...


class NoClips:
    """A box that records nothing."""

    async def cut(self, incident: str, camera: str, since_ms: int, until_ms: int) -> None:
        """There is nothing to cut from."""


class IncidentDesk:
    """Stores incidents with their consequences, then tells the others.

    ``clips`` gets every ended incident of a camera with ``around_ms`` before and after it.
    """

    def __init__(
        self,
        journal: Journal,
        bus: Bus,
        roster: Sequence[Person],
        hamlets: Mapping[str, str],
        clips: Clips | None = None,
        around_ms: tuple[int, int] = (5_000, 5_000),
    ) -> None:
        self._journal = journal
        self._bus = bus
        self._roster = roster
        self._hamlets = {EVERYWHERE: WHOLE_COMMUNE, **hamlets}
        self._clips: Clips = clips or NoClips()
        self._around_ms = around_ms

    def new_id(self) -> IncidentId:
        """An id for the next incident."""
        return IncidentId(self._journal.new_id())

    async def open(
        self,
        incident: Incident,
        template: str | None,
        hamlets: Sequence[str],
        also: Also = _nothing,
        *,
        quiet: bool = False,
        sms: str = "",
        only: Collection[str] | None = None,
        calm: bool = False,
        **blanks: str,
    ) -> None:
        """Store it with alerts, announcement and whatever ``also`` writes in one transaction, then nudge those who act.

        It takes the place of an open incident of the same subject: there is never more than one. A ``quiet`` one is
        shown on the wall and told to nobody. ``sms`` are own words of the message, of at most 70 characters; ``only``
        these people are told; ``calm``: it is good news, nobody is woken for it.
        """
        told = replace(incident, severity=Severity.MINOR) if calm else incident
        then = self._consequences(told, template, hamlets, blanks)
        people = [person for person in then.people if only is None or person.id in only]
        then = replace(then, people=people, sms=sms or then.sms, limited=only is not None, urgency=told.severity)
        if quiet:
            then = Consequences((), "", None, {}, ())

        def work(tx: Tx) -> None:
            close_incident(tx, incident.subject)
            open_incident(tx, incident, then)
            also(tx)

        await self._journal.record(work)
        log.info("incident %s opened: %s", incident.id, incident.subject)
        self._bus.publish(IncidentOpened(incident.id))

    def _consequences(
        self, incident: Incident, template: str | None, hamlets: Sequence[str], blanks: Mapping[str, str]
    ) -> Consequences:
        here = local(incident.began_at_ms)
        hamlet = self._hamlets.get(incident.hamlet, incident.hamlet)
        usual: dict[str, str] = {"place": incident.place, "hamlet": hamlet, "time": clock(incident.began_at_ms)}
        concerned = recipients(incident.kind, incident.severity, {incident.hamlet, *hamlets}, self._roster)
        return Consequences(
            people=told_now(concerned, incident.severity, local_now(self._journal.clock.now())),
            sms=sms_text(incident, here.hour, here.minute, hamlet),
            template=template,
            blanks={**usual, **blanks},
            hamlets=hamlets,
            brief=brief_of(incident),
            until=until_of(incident.kind),
        )

    async def update(self, incident: Incident, template: str | None, *, tell: bool) -> str | None:
        """The open incident of this subject is now as given; its id, or None when it was closed meanwhile.

        With ``tell`` people get an alert once more, because it became graver, and hear the template.
        """
        seen = incident.evidence
        assert seen is not None, "only what a camera sees grows"
        growth = Growth(
            incident.title,
            incident.severity,
            seen.most,
            seen.score,
            seen.box,
            self._consequences(incident, template, (incident.hamlet,), {}) if tell else None,
        )
        changed = await self._journal.record(lambda tx: update_incident(tx, incident.subject, growth))
        if changed:
            self._bus.publish(IncidentOpened(IncidentId(changed)) if tell else IncidentChanged())
        return changed

    async def close(self, subject: str, also: Also = _nothing, *, most: int = 0, score: float | None = None) -> None:
        """End the open incident of this subject, if there is one; ``also`` is written in the same transaction."""

        def work(tx: Tx) -> Closed | None:
            also(tx)
            return close_incident(tx, subject, most, score)

        await self._over(await self._journal.record(work))

    async def close_by_hand(self, incident: str, how: str, user: str, role: str) -> bool:
        """Somebody says how it was settled; False when it is not open."""
        closed = await self._journal.record(lambda tx: close_by_hand(tx, incident, how, user, role))
        await self._over(closed)
        return closed is not None

    async def judge(self, incident: str, verdict: Verdict, user: str, role: str) -> bool:
        """Somebody says what it was after all; a false alarm is over. False when it is unknown."""

        def work(tx: Tx) -> tuple[bool, Closed | None]:
            known = judge_incident(tx, incident, verdict, user, role)
            false = known and verdict is Verdict.FALSE_ALARM
            return known, close_by_hand(tx, incident, JUDGED_FALSE, user, role) if false else None

        known, closed = await self._journal.record(work)
        await self._over(closed)
        self._bus.publish(IncidentChanged())
        return known

    async def _over(self, closed: Closed | None) -> None:
        if closed is None:
            return
        log.info("incident %s closed", closed.id)
        self._bus.publish(IncidentChanged())
        if closed.camera and not closed.filmed:
            await self.film(closed.id, closed.camera, closed.began_at_ms, closed.ended_at_ms)

    async def film(self, incident: str, camera: str, began_ms: int, ended_ms: int) -> None:
        """Have its film cut, from some seconds before to some seconds after it."""
        before_ms, after_ms = self._around_ms
        until_ms = min(ended_ms, began_ms + LONGEST_CLIP_MS) + after_ms
        await self._clips.cut(incident, camera, began_ms - before_ms, until_ms)

    async def see(self, incident: str, user: str) -> None:
        """Somebody looks at it."""
        if await self._journal.record(lambda tx: see_incident(tx, incident, user)):
            self._bus.publish(IncidentChanged())

    async def open_subjects(self) -> dict[str, str]:
        """Subjects whose incident was open when the box stopped."""
        return await self._journal.record(open_subjects)

    async def take(self, incident: str, user: str, role: str) -> bool:
        """Somebody takes care; False when somebody else was first or it is unknown."""
        taken = await self._journal.record(lambda tx: take_incident(tx, incident, user, role))
        self._bus.publish(IncidentChanged())
        return taken

    async def keep_still(self, incident: str, path: str, sha256: str, box: Box | None = None) -> None:
        """Its picture lies on the disk; tried until that is written down."""
        await self._journal.record_surely(lambda tx: keep_still(tx, incident, path, sha256, box))
        self._bus.publish(IncidentChanged())
