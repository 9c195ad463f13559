"""The one place where an incident is opened, whoever noticed it."""

import logging
from collections.abc import Callable, Mapping, Sequence

from edge.core.alert import Person
from edge.core.incident import Incident, IncidentId
from edge.core.local_time import local
from edge.core.news import IncidentChanged, IncidentOpened
from edge.core.place import EVERYWHERE
from edge.core.policy.alerting import recipients, sms_text
from edge.kernel.bus import Bus
from edge.store.incidents import Consequences, close_incident, keep_still, open_incident, open_subjects, take_incident
from edge.store.journal import Journal, Tx

log = logging.getLogger(__name__)

WHOLE_COMMUNE = "toàn xã"
Also = Callable[[Tx], None]
"""More to write in the transaction of an incident."""


def _nothing(_: Tx) -> None:
    """Most incidents bring nothing more."""


class IncidentDesk:
    """Stores incidents with their consequences, then tells the others."""

    def __init__(self, journal: Journal, bus: Bus, roster: Sequence[Person], hamlets: Mapping[str, str]) -> None:
        self._journal = journal
        self._bus = bus
        self._roster = roster
        self._hamlets = {EVERYWHERE: WHOLE_COMMUNE, **hamlets}

    def new_id(self) -> IncidentId:
        """An id for the next incident."""
        return IncidentId(self._journal.new_id())

    async def open(
        self,
        incident: Incident,
        template: str | None,
        hamlets: Sequence[str],
        also: Also = _nothing,
        **blanks: str,
    ) -> None:
        """Store it with alerts, announcement and whatever ``also`` writes in one transaction, then nudge those who act.

        It takes the place of an open incident of the same subject: there is never more than one.
        """
        here = local(incident.began_at_ms)
        hamlet = self._hamlets.get(incident.hamlet, incident.hamlet)
        then = Consequences(
            people=recipients({incident.hamlet, *hamlets}, self._roster),
            sms=sms_text(incident, here.hour, here.minute, hamlet),
            template=template,
            blanks={"place": incident.place, "hamlet": hamlet, "time": f"{here.hour}h{here.minute:02d}"} | blanks,
            hamlets=hamlets,
        )

        def work(tx: Tx) -> None:
            close_incident(tx, incident.subject)
            open_incident(tx, incident, then)
            also(tx)

        await self._journal.record(work)
        log.info("incident %s opened: %s", incident.id, incident.subject)
        self._bus.publish(IncidentOpened(incident.id))

    async def close(self, subject: str, also: Also = _nothing) -> None:
        """End the open incident of this subject, if there is one; ``also`` is written in the same transaction."""

        def work(tx: Tx) -> str | None:
            also(tx)
            return close_incident(tx, subject)

        closed = await self._journal.record(work)
        if closed:
            log.info("incident %s closed: %s", closed, subject)
            self._bus.publish(IncidentChanged())

    async def open_subjects(self) -> dict[str, str]:
        """Subjects whose incident was open when the box stopped."""
        return await self._journal.record(open_subjects)

    async def take(self, incident: str, user: str, role: str) -> bool:
        """Somebody takes care; False when somebody else was first or it is unknown."""
        taken = await self._journal.record(lambda tx: take_incident(tx, incident, user, role))
        self._bus.publish(IncidentChanged())
        return taken

    async def keep_still(self, incident: str, path: str, sha256: str) -> None:
        """Its picture lies on the disk; tried until that is written down."""
        await self._journal.record_surely(lambda tx: keep_still(tx, incident, path, sha256))
        self._bus.publish(IncidentChanged())
