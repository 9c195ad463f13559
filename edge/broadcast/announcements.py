"""Incidents that must be heard: the blanks of a pre-approved template are filled, spoken and aired at once."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from edge.broadcast.arbiter import Arbiter
from edge.broadcast.drafts import Drafts
from edge.config.schema import Template
from edge.core.errors import MolangError
from edge.core.news import IncidentOpened
from edge.kernel.bus import Bus
from edge.store.bulletins import BulletinRow
from edge.store.journal import Journal, Tx

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Announcement:
    """One that waits to be spoken."""

    id: str
    incident: str
    template: str
    blanks: Mapping[str, str]
    hamlets: tuple[str, ...]


class Announcer:
    """Works off the waiting announcements, one after the other, after each nudge and at the start."""

    def __init__(
        self, templates: Mapping[str, Template], drafts: Drafts, arbiter: Arbiter, journal: Journal, bus: Bus
    ) -> None:
        self._templates = templates
        self._drafts = drafts
        self._arbiter = arbiter
        self._journal = journal
        self._bus = bus

    async def run(self) -> None:
        """Announce until cancelled."""
        with self._bus.listen(IncidentOpened) as mailbox:
            while True:
                for waiting in await self._journal.record(_waiting):
                    await self._announce(waiting)
                await mailbox.get()

    async def _announce(self, waiting: Announcement) -> None:
        template = self._templates[waiting.template]
        row = BulletinRow(
            id=waiting.id,
            text=template.text.format(**waiting.blanks),
            spoken="",
            priority=template.priority,
            hamlets=waiting.hamlets,
            state="rendering",
            author=f"mẫu {template.id}",
            approver=template.approved_by,
            recording=None,
            incident=waiting.incident,
        )
        try:
            state = await self._drafts.announce(row)
            if state == "approved":
                state = await self._arbiter.air(row.id, row.author, "template", press=row.id)
        except (MolangError, KeyError) as error:
            state = f"failed: {error}"
        log.info("announcement %s: %s", waiting.id, state)
        await self._journal.record(partial(_settled, announcement=waiting.id, detail=state))


def _waiting(tx: Tx) -> list[Announcement]:
    rows = tx.run(
        "SELECT id, incident, template, blanks, hamlets FROM announcement WHERE state = 'waiting' ORDER BY made_at_ms"
    )
    return [Announcement(row[0], row[1], row[2], json.loads(row[3]), tuple(json.loads(row[4]))) for row in rows]


def _settled(tx: Tx, announcement: str, detail: str) -> None:
    tx.run("UPDATE announcement SET state = 'settled', detail = ? WHERE id = ?", detail, announcement)
