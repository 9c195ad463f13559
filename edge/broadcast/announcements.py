"""Incidents that must be heard: the blanks of a pre-approved template are filled, spoken and aired at once."""

import asyncio
import contextlib
import json
import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from edge.broadcast.arbiter import Arbiter
from edge.broadcast.drafts import Drafts
from edge.config.schema import Template
from edge.core.errors import FinalError, TransientError
from edge.core.news import IncidentOpened
from edge.core.policy.cap_intake import DRILL
from edge.kernel.bus import Bus, Mailbox
from edge.store.bulletins import BulletinRow
from edge.store.journal import Journal, Tx

log = logging.getLogger(__name__)

AGAIN_S = 2.0
MOST_TRIES = 10
"""Each of them waits half a minute for a voice: what could not be said by then is shown as failed."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """One that waits to be spoken."""

    id: str
    incident: str
    template: str
    blanks: Mapping[str, str]
    hamlets: tuple[str, ...]
    drill: bool = False


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
        self._tries: Counter[str] = Counter()

    async def run(self) -> None:
        """Announce until cancelled."""
        with self._bus.listen(IncidentOpened) as mailbox:
            while True:
                for waiting in await self._journal.record_surely(_waiting):
                    await self._announce(waiting)
                await _nudged(mailbox, AGAIN_S if self._tries else None)

    async def _announce(self, waiting: Announcement) -> None:
        """Each ends aired, queued, or kept where people see why not; what only failed for now is tried again."""
        row = self._bulletin(waiting)
        try:
            state = await self._air(waiting, row)
        except TransientError as error:
            self._tries[waiting.id] += 1
            if self._tries[waiting.id] < MOST_TRIES:
                log.warning("announcement %s waits: %s", waiting.id, error)
                return
            state = await self._lost(row, str(error))
        except FinalError as error:
            state = await self._lost(row, str(error))
        self._tries.pop(waiting.id, None)
        log.info("announcement %s: %s", waiting.id, state)
        await self._journal.record_surely(partial(_settled, announcement=waiting.id, detail=state))

    async def _air(self, waiting: Announcement, row: BulletinRow) -> str:
        if waiting.template not in self._templates:
            raise FinalError(f"Mẫu tin {waiting.template} không còn trong cấu hình.")
        state = await self._drafts.announce(row)
        if state != "approved":
            return state
        return await self._arbiter.air(row.id, row.author, "template", press=row.id)

    async def _lost(self, row: BulletinRow, why: str) -> str:
        log.error("announcement %s will not sound: %s", row.id, why)
        await self._drafts.give_up(row, why)
        return f"failed: {why}"

    def _bulletin(self, waiting: Announcement) -> BulletinRow:
        template = self._templates.get(waiting.template)
        text = _filled(template, waiting.blanks)
        return BulletinRow(
            id=waiting.id,
            text=f"{DRILL} {text} {DRILL}" if waiting.drill else text,
            spoken="",
            priority=_priority(template, waiting),
            hamlets=waiting.hamlets,
            state="rendering",
            author=f"mẫu {waiting.template}",
            approver=template.approved_by if template else None,
            recording=None,
            incident=waiting.incident,
        )


def _priority(template: Template | None, waiting: Announcement) -> str:
    """A drill cuts nobody short, and a real alarm cuts it."""
    usual = template.priority if template else "khan_cap"
    return "uu_tien" if waiting.drill and usual == "khan_cap" else usual


def _filled(template: Template | None, blanks: Mapping[str, str]) -> str:
    """The words to say. A blank that nobody filled stays as it is: the reader cannot read it, and people see it."""
    return template.text.format_map(_Blanks(blanks)) if template else ", ".join(blanks.values())


class _Blanks(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


async def _nudged(mailbox: Mailbox[IncidentOpened], at_most_s: float | None) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(at_most_s):
            await mailbox.get()


def _waiting(tx: Tx) -> list[Announcement]:
    rows = tx.run(
        "SELECT a.id, a.incident, a.template, a.blanks, a.hamlets, i.drill FROM announcement a"
        " JOIN incident i ON i.id = a.incident WHERE a.state = 'waiting' ORDER BY i.drill, a.made_at_ms"
    )
    return [
        Announcement(row[0], row[1], row[2], json.loads(row[3]), tuple(json.loads(row[4])), bool(row[5]))
        for row in rows
    ]


def _settled(tx: Tx, announcement: str, detail: str) -> None:
    tx.run("UPDATE announcement SET state = 'settled', detail = ? WHERE id = ?", detail, announcement)
