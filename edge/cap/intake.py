"""Warnings that come in: a draft for a leader, a template that the commune approved before, or nothing."""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from functools import partial
from typing import Any

from edge.cap.inbox import Dropped, Inbox
from edge.config.schema import Cap as CapSettings
from edge.config.schema import CapSource
from edge.control.protocol import DraftBulletin
from edge.core.cap import Cap, CapSeverity, Info, Reference
from edge.core.cap_xml import read_cap
from edge.core.errors import FinalError
from edge.core.incident import Incident, IncidentKind, Severity
from edge.core.news import BulletinChanged, BulletinWithdrawn, IncidentChanged
from edge.core.place import EVERYWHERE
from edge.core.policy.cap_intake import Effect, Trust, Verdict, judge
from edge.incidents.desk import IncidentDesk
from edge.kernel.bus import Bus
from edge.kernel.statement import are_signed
from edge.store.cap import Taken, Withdrawn, keep_received, received, run_out, withdraw
from edge.store.journal import Journal, Tx

log = logging.getLogger(__name__)

LOOK_S = 2.0
Draft = Callable[[DraftBulletin], Awaitable[dict[str, Any]]]
_SEVERITY = {
    CapSeverity.EXTREME: Severity.EXTREME,
    CapSeverity.SEVERE: Severity.SEVERE,
    CapSeverity.MODERATE: Severity.MODERATE,
}


class Intake:
    """Looks into the folder every two seconds, and takes back what has expired."""

    def __init__(
        self,
        inbox: Inbox,
        settings: CapSettings,
        hamlets: Collection[str],
        draft: Draft,
        desk: IncidentDesk,
        journal: Journal,
        bus: Bus,
    ) -> None:
        """``hamlets`` are the commune's; ``draft`` keeps a notice and has it rendered: approving it is a person's."""
        self._inbox = inbox
        self._sources = {source.sender: source for source in settings.source}
        self._drill = settings.drill
        self._hamlets = hamlets
        self._draft = draft
        self._desk = desk
        self._journal = journal
        self._bus = bus

    async def run(self) -> None:
        """Take in until cancelled."""
        while True:
            for one in await asyncio.to_thread(self._inbox.waiting):
                await self.take(one)
            if over := await self._journal.record(run_out):
                await self._withdraw(over, "Bản tin cảnh báo đã hết hạn.")
            await asyncio.sleep(LOOK_S)

    async def take(self, one: Dropped) -> Verdict:
        """Read, judge, act, then put the file away. Raises a MolangError of the store: the file stays for later."""
        try:
            cap = read_cap(one.data)
        except FinalError as error:
            verdict = Verdict(Effect.REFUSE, str(error))
        else:
            verdict = await self._judged(cap, one)
            verdict = await self._carried_out(cap, verdict)
        log.info("CAP %s: %s %s", one.path.name, verdict.effect, verdict.reason)
        refused = verdict.effect is Effect.REFUSE
        await asyncio.to_thread(self._inbox.put_away, one, refused=refused, why=verdict.reason)
        return verdict

    async def _judged(self, cap: Cap, one: Dropped) -> Verdict:
        before = await self._journal.record(received)
        now_ms = self._journal.clock.now().at_ms
        trust = trust_in(self._sources.get(cap.sender), one)
        return judge(cap, trust, self._hamlets, before, now_ms, drill=self._drill)

    async def _carried_out(self, cap: Cap, verdict: Verdict) -> Verdict:
        """What was decided; a draft that the station refuses is a refusal with the station's words."""
        try:
            if verdict.effect is Effect.DRAFT:
                await self._drafted(cap, verdict)
            elif verdict.effect is Effect.ALARM:
                await self._alarmed(cap, verdict)
            else:
                taken = Taken(verdict.effect, verdict.reason)
                await self._journal.record(partial(keep_received, cap=cap, taken=taken))
        except FinalError as error:
            return Verdict(Effect.REFUSE, str(error))
        if verdict.replaces:
            why = "bị hủy" if verdict.effect is Effect.CANCEL else "được thay"
            await self._withdraw(verdict.replaces, f"Bản tin cảnh báo đã {why} bởi {cap.sender}.")
        return verdict

    async def _drafted(self, cap: Cap, verdict: Verdict) -> None:
        """First the draft, whose id is that of the message, so that a crash between the two makes no second one."""
        source = self._sources.get(cap.sender)
        bulletin = f"cap-{_digest(cap)}"
        await self._draft(
            DraftBulletin(
                user=f"CAP {source.name if source else cap.sender}"[:80],
                role="operator",
                id=bulletin,
                text=verdict.text,
                priority="khan_cap" if verdict.priority == "khan_cap" else "uu_tien",
                hamlets=verdict.hamlets,
            )
        )
        title = f"Cảnh báo chờ duyệt phát: {_head(cap)}"
        taken = Taken(verdict.effect, verdict.reason, bulletin, _subject(cap))
        await self._open(cap, verdict, title, taken, None, quiet=source is None)

    async def _alarmed(self, cap: Cap, verdict: Verdict) -> None:
        template = self._sources[cap.sender].template
        taken = Taken(verdict.effect, verdict.reason, None, _subject(cap))
        await self._open(cap, verdict, f"Cảnh báo: {_head(cap)}", taken, template, quiet=False)

    async def _open(
        self, cap: Cap, verdict: Verdict, title: str, taken: Taken, template: str | None, *, quiet: bool
    ) -> None:
        info = cap.info
        assert info is not None, "only a message with words is drafted or aired"
        incident = Incident(
            id=self._desk.new_id(),
            kind=IncidentKind.WARNING,
            severity=_SEVERITY.get(info.severity, Severity.MINOR),
            subject=_subject(cap),
            place=_area(info),
            hamlet=verdict.hamlets[0] if verdict.hamlets else EVERYWHERE,
            title=title[:200],
            began_at_ms=self._journal.clock.now().at_ms,
        )
        also = partial(keep_received, cap=cap, taken=taken)
        await self._desk.open(incident, template, verdict.hamlets, also, quiet=quiet)

    async def _withdraw(self, references: Sequence[Reference], why: str) -> None:
        def work(tx: Tx) -> Withdrawn:
            return withdraw(tx, references, why)

        gone = await self._journal.record(work)
        for bulletin in gone.bulletins:
            self._bus.publish(BulletinWithdrawn(bulletin))
        self._bus.publish(BulletinChanged())
        self._bus.publish(IncidentChanged())


def trust_in(source: CapSource | None, one: Dropped) -> Trust:
    """What the box knows of the sender that a file names."""
    if source is None:
        return Trust()
    signed = source.key is not None and are_signed(one.data, one.signature, source.key)
    return Trust(known=True, signed=signed, template=source.template or "")


def _head(cap: Cap) -> str:
    info = cap.info
    return (info.headline or info.event) if info else cap.identifier


def _area(info: Info) -> str:
    return ", ".join(area.desc for area in info.areas)[:80] or "toàn xã"


def _subject(cap: Cap) -> str:
    return f"cap/{_digest(cap)}"


def _digest(cap: Cap) -> str:
    return hashlib.sha256(f"{cap.sender},{cap.identifier},{cap.sent_ms}".encode()).hexdigest()[:24]
