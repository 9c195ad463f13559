"""The fixed words of templates: rendered once, heard and approved by a leader, and from then on never again.

A template that lost a clip, or whose words or bounds were changed in the settings, waits for a leader anew (law 10).
Once the commune recorded its own voice the fixed words are spoken by it too; what was approved airs until a leader has
heard and approved the newer ones.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

from edge.broadcast.clip_watch import ClipWatch
from edge.broadcast.drafts import Drafts
from edge.config.ready import is_for_people, words_of
from edge.config.schema import Template
from edge.core.broadcast import MediaRef
from edge.core.errors import FinalError, TransientError
from edge.core.news import BankChanged, BulletinChanged
from edge.core.plan import MOST_TEMPLATES, StandBy
from edge.core.policy.approval import Shown, seal_of
from edge.core.speech import Sha256
from edge.core.template import fixed_pieces
from edge.kernel.bus import Bus, Mailbox
from edge.store.journal import Journal, Tx
from edge.store.pieces import PRIORITIES
from edge.store.template_approvals import Approval, approvals, keep_approval, void_approval
from edge.store.templates import FixedClip, fixed_clip, forget_fixed_clips, keep_fixed_clip

log = logging.getLogger(__name__)

Parts = tuple[FixedClip, ...]
NOT_YET_S = 30.0
"""Until the voice is tried again that could not speak now."""
CHECK_EVERY_S = 3_600.0
RECORDED_S = 60.0
"""Somebody who records prompts is done, or pauses, when none came for so long."""
BREATH_S = 1.0
"""Between two rounds: a disk that spoils every file must not keep the voice busy."""
PARTS = "parts:"
"""Before the name of a template with blanks in the plan: nodes keep its clips, and no key switch can be set to it."""
NOT_APPROVED = "Mẫu tin “{}” chưa được lãnh đạo nghe và duyệt: mở trang Mẫu tin, nghe rồi bấm Duyệt."
LOST = "Mẫu tin “{}” mất tệp âm thanh đã duyệt: lãnh đạo nghe và duyệt lại trên trang Mẫu tin."


class TemplateShelf:
    """Owns the fixed clips of templates and their approvals. ``changed`` is called when what may air is another.

    ``spoken_anew`` counts how often another voice came: what older ones said may be forgotten.
    """

    def __init__(
        self,
        templates: Sequence[Template],
        drafts: Drafts,
        clips: ClipWatch,
        journal: Journal,
        bus: Bus,
        changed: Callable[[], None],
    ) -> None:
        self.templates = {template.id: template for template in templates if is_for_people(template)}
        self._drafts = drafts
        self._clips = clips
        self._journal = journal
        self._bus = bus
        self._changed = changed
        self._wake = asyncio.Event()
        self._rendered: dict[str, Parts] = {}
        self.spoken_anew = 0
        self._approvals: Mapping[str, Approval] = {}

    async def run(self) -> None:
        """Render what is new, then look after what was approved, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._follow_bank())
            group.create_task(self._look())

    async def _follow_bank(self) -> None:
        """What the commune's own speaker can say by now is spoken anew."""
        with self._bus.listen(BankChanged) as recorded:
            while True:
                await self.speak_anew()
                await recorded.get()
                await _silence(recorded)

    async def speak_anew(self) -> None:
        """Forget the fixed words that are older than the newest recording of the commune's voice."""
        if forgotten := await self._journal.record_surely(forget_fixed_clips):
            log.info("%d fixed words are spoken anew: the commune's voice was recorded", forgotten)
            self._rendered.clear()
            self.spoken_anew += 1
            self._wake.set()

    async def _look(self) -> None:
        while True:
            self._wake.clear()
            wait_s = CHECK_EVERY_S if await self.look_over() else NOT_YET_S
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await self._wake.wait()
            await asyncio.sleep(BREATH_S)

    async def look_over(self) -> bool:
        """Once: render what no leader could hear yet, and see that every file is whole; False: some voice failed."""
        await self._read()
        done = await self._render_all()
        for template in self.templates.values():
            parts = self._parts(template)
            if parts is not None and not await self._are_whole(parts):
                await self._void(template.id)
        return done

    async def approve(self, template: str, seal: str, user: str, role: str) -> None:
        """A leader heard these fixed words; raises FinalError when they are not what stands here now."""
        known = self.the(template)
        offered = [parts for parts in (self._parts(known), self._newer(known)) if parts is not None]
        if not offered:
            raise FinalError("Máy chưa đọc xong mẫu tin này: xin chờ ít phút.")
        parts = next((parts for parts in offered if seal == _seal(known, _names(parts))), None)
        if parts is None:
            raise FinalError("Mẫu tin đã đổi sau khi bạn nghe: hãy tải lại trang và nghe lại.")
        clips = _names(parts)
        if not await self._are_whole(parts):
            await self._void(template)
            raise FinalError(LOST.format(_title(known)))

        def work(tx: Tx) -> None:
            keep_approval(tx, template, seal, parts, user)
            tx.deed(user, role, "template.approve", f"{template} {seal} {' '.join(clips)}")

        await self._journal.record(work)
        await self._read()
        self._changed()

    async def approved(self, template: str) -> Approval:
        """Its fixed clips, whole and as they were approved; raises FinalError with what a person can do."""
        known = self.the(template)
        approval = self._approval(known, self._approvals)
        if approval is None:
            raise FinalError(NOT_APPROVED.format(_title(known)))
        if not await self._are_whole(approval.parts):
            await self._void(template)
            raise FinalError(LOST.format(_title(known)))
        return approval

    def the(self, template: str) -> Template:
        """The template of this name; raises FinalError."""
        known = self.templates.get(template)
        if known is None:
            raise FinalError("Không có mẫu tin này.")
        return known

    def rows(self) -> list[dict[str, Any]]:
        """What a person may hear, approve, fill and air (docs/ref/state.md)."""
        return [self._row(template) for template in self.templates.values()]

    def stand_by(self, tx: Tx) -> tuple[StandBy, ...]:
        """What the plans of nodes carry: whole templates for their key switch, and the clips of those with blanks."""
        kept = approvals(tx)
        ready = [(one, approval) for one in self.templates.values() if (approval := self._approval(one, kept))]
        return tuple(_stand_by(template, approval.parts) for template, approval in ready[:MOST_TEMPLATES])

    def _row(self, template: Template) -> dict[str, Any]:
        parts = self._parts(template)
        newer = self._newer(template)
        approval = self._approval(template, self._approvals)
        return {
            "id": template.id,
            "title": _title(template),
            "text": template.text,
            "priority": template.priority,
            "words_by": template.approved_by,
            "words_on": template.approved_on.isoformat(),
            "most_times": template.most_times,
            "every_min": template.every_min,
            "blanks": [asdict(blank) for blank in words_of(template).blanks],
            "state": self._state(template, approval, parts),
            "approved_by": approval.approver if approval else None,
            "approved_at_ms": approval.at_ms if approval else None,
            **_to_hear(template, parts),
            "newer": {**_to_hear(template, newer), "voice": _voices(newer)} if newer else None,
        }

    def _state(self, template: Template, approval: Approval | None, parts: Parts | None) -> str:
        if approval:
            return "approved"
        if parts is None:
            return "rendering"
        return "reapprove" if template.id in self._approvals else "ready"

    def _approval(self, template: Template, kept: Mapping[str, Approval]) -> Approval | None:
        """The approval that holds: it is still word for word and bound for bound what was approved."""
        found = kept.get(template.id)
        return found if found and found.seal == _seal(template, found.clips) else None

    def _parts(self, template: Template) -> Parts | None:
        """What is to be heard: as approved, else as rendered last; None while the voice is at it."""
        approval = self._approval(template, self._approvals)
        return approval.parts if approval else self._rendered.get(template.id)

    def _newer(self, template: Template) -> Parts | None:
        """What may take the place of what is approved: spoken since by another voice."""
        approval, fresh = self._approval(template, self._approvals), self._rendered.get(template.id)
        return fresh if approval and fresh and _voices(fresh) != _voices(approval.parts) else None

    async def _read(self) -> None:
        self._approvals = await self._journal.record_surely(approvals)
        self._bus.publish(BulletinChanged())

    async def _render_all(self) -> bool:
        """False when a voice must be tried again."""
        done = True
        for template in self.templates.values():
            try:
                if template.id not in self._rendered:
                    self._rendered[template.id] = await self._render(template)
                    self._bus.publish(BulletinChanged())
            except TransientError as error:
                log.warning("template %s waits for its voice: %s", template.id, error)
                done = False
            except FinalError as error:
                log.error("template %s cannot be spoken: %s", template.id, error)  # noqa: TRY400 - the sentence says it
        return done

    async def _render(self, template: Template) -> Parts:
        return tuple([await self._piece(text) for text in fixed_pieces(words_of(template))])

    async def _piece(self, text: str) -> FixedClip:
        spoken = self._drafts.must_read(text)
        kept = await self._journal.record(partial(fixed_clip, spoken=spoken))
        if kept is not None and await self._are_whole((kept,)):
            return kept
        clip, voice, model = await self._drafts.render_part(spoken)
        fresh = FixedClip(spoken, clip, voice, Sha256(model))
        await self._journal.record(partial(keep_fixed_clip, fixed=fresh))
        return fresh

    async def _are_whole(self, parts: Parts) -> bool:
        return await self._clips.are_whole([part.clip for part in parts])

    async def _void(self, template: str) -> None:
        """A clip is gone: a leader must hear what is rendered in its place."""

        def work(tx: Tx) -> None:
            if void_approval(tx, template):
                tx.deed("hộp", "box", "template.void", template)

        log.error("template %s has lost a clip and must be approved again", template)
        await self._journal.record_surely(work)
        self._rendered.pop(template, None)
        await self._read()
        self._changed()
        self._wake.set()


def _title(template: Template) -> str:
    return template.title or template.id


def _names(parts: Parts) -> list[Sha256]:
    return [part.clip.sha256 for part in parts]


def _seal(template: Template, clips: Sequence[str]) -> Sha256:
    bounds = f"{template.most_times} x {template.every_min} {words_of(template).blanks!r}"
    return seal_of(Shown(template.text, template.priority, (), clips, bounds))


def _to_hear(template: Template, parts: Parts | None) -> dict[str, Any]:
    """The fixed words as files in their order, and the seal under which they are approved; None: not spoken yet."""
    clips = _names(parts or ())
    seal = None if parts is None else _seal(template, clips)
    return {"seal": seal, "clips": clips, "ms": sum(part.clip.ms for part in parts or ())}


def _voices(parts: Parts) -> str:
    return ", ".join(dict.fromkeys(part.voice for part in parts))


async def _silence(recorded: Mailbox[BankChanged]) -> None:
    """Until nothing was recorded for a while: not every word of a session is worth speaking all templates anew."""
    with contextlib.suppress(TimeoutError):
        while True:
            async with asyncio.timeout(RECORDED_S):
                await recorded.get()


def _stand_by(template: Template, parts: Parts) -> StandBy:
    media = tuple(MediaRef(part.clip.sha256, part.clip.bytes, part.clip.ms) for part in parts)
    name = f"{PARTS}{template.id}" if template.blank else template.id
    return StandBy(name, _title(template), PRIORITIES[template.priority], media)
