"""Notices from pre-approved templates: their blanks are filled, they air at once, a leader signs them off afterwards.

The fixed words of every template are rendered when the station starts, once for good, so that nodes have them; only
the blanks are rendered when somebody presses the button. What will sound is written down, clip by clip, before PLAY
(law 10). A notice that is repeated has a cap and an end (L9), and a STOP ends its repeats.
"""

import asyncio
import contextlib
import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from edge.broadcast.arbiter import Arbiter
from edge.broadcast.clip_watch import ClipWatch
from edge.broadcast.drafts import Drafts
from edge.config.ready import is_for_people, words_of
from edge.config.schema import Template
from edge.core.errors import FinalError, MolangError, TransientError
from edge.core.moment import AtMs
from edge.core.news import BankChanged, BulletinChanged
from edge.core.policy.rights import is_same_name
from edge.core.speech import Recording, RecordingId, Sha256
from edge.core.template import Piece, fill, fixed_pieces, whole
from edge.kernel.bus import Bus, Mailbox
from edge.store.bulletins import BulletinRow, add_bulletin, add_recording, get_bulletin
from edge.store.journal import Journal, Tx
from edge.store.templates import (
    FixedClip,
    Repeats,
    due_repeats,
    fixed_clip,
    forget_fixed_clips,
    keep_fixed_clip,
    mark_template,
    sign_off,
    use_repeat,
)

log = logging.getLogger(__name__)

LOOK_EVERY_S = 2.0
REPEATS_END_MS = 12 * 3_600_000
"""No template is repeated for longer than half a day, whatever its settings say."""
NOT_YET_S = 30.0
RECORDED_S = 60.0
"""Somebody who records prompts is done, or pauses, when none came for so long."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to say with a template. ``times`` counts the first time too."""

    id: str
    template: str
    values: Mapping[str, str]
    hamlets: tuple[str, ...]
    times: int
    press: str
    user: str
    role: str


class TemplateDesk:
    """Owns the fixed clips, the airing of templates and their repeats."""

    def __init__(
        self,
        templates: Sequence[Template],
        drafts: Drafts,
        arbiter: Arbiter,
        clips: ClipWatch,
        journal: Journal,
        bus: Bus,
    ) -> None:
        self.templates = {template.id: template for template in templates if is_for_people(template)}
        self._drafts = drafts
        self._arbiter = arbiter
        self._clips = clips
        self._journal = journal
        self._bus = bus

    async def run(self) -> None:
        """Render the fixed words, then say again what is to be said again."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep_warm())
            group.create_task(self._repeat())

    async def air(self, wish: Wish) -> str:
        """Say it now: ``airing`` or ``queued``. The same id again is the same notice.

        Raises FinalError for a blank that is out of its bounds.
        """
        template = self._template(wish)
        pieces = fill(words_of(template), wish.values)
        known = await self._journal.record(partial(_known, bulletin=wish.id))
        if known is None:
            spoken = await self._said(pieces)
            await self._keep(wish, template, pieces, spoken)
        elif known.text != whole(pieces):
            raise FinalError("Mã bản tin này đã dùng cho một bản tin khác.")
        return await self._arbiter.air(wish.id, wish.user, wish.role, wish.press)

    async def sign_off(self, bulletin: str, user: str, role: str) -> None:
        """A leader who did not air it himself confirms what was said."""

        def work(tx: Tx) -> None:
            row = sign_off(tx, bulletin, user)
            if is_same_name(row.author, user):
                raise FinalError("Người phát không được tự ký xác nhận bản tin của mình.")
            tx.deed(user, role, "bulletin.sign_off", bulletin)

        await self._journal.record(work)
        self._bus.publish(BulletinChanged())

    def _template(self, wish: Wish) -> Template:
        template = self.templates.get(wish.template)
        if template is None:
            raise FinalError("Không có mẫu tin này.")
        if not 1 <= wish.times <= template.most_times:
            raise FinalError(f"Mẫu tin này chỉ được phát nhiều nhất {template.most_times} lần.")
        self._drafts.check_hamlets(wish.hamlets)
        return template

    async def _keep(self, wish: Wish, template: Template, pieces: Sequence[Piece], spoken: Sequence[FixedClip]) -> None:
        """The notice, its clips and the deed that names the blanks' hashes: one transaction, before anybody hears."""
        row = _row(wish, template, pieces, spoken)
        recording = self._recording(row, spoken)
        filled = [fixed.clip.sha256 for piece, fixed in zip(pieces, spoken, strict=True) if piece.blank]

        def work(tx: Tx) -> None:
            if add_bulletin(tx, row):
                add_recording(tx, recording, row.id)
                mark_template(tx, row.id, template.id, self._repeats(wish, template, tx.now.at_ms))
                tx.deed(wish.user, wish.role, "template.air", f"{row.id} {template.id} {' '.join(filled)}")

        await self._journal.record(work)
        self._bus.publish(BulletinChanged())

    def _repeats(self, wish: Wish, template: Template, now: AtMs) -> Repeats:
        every_ms = template.every_min * 60_000
        ends_ms = min(every_ms * wish.times + 60_000, REPEATS_END_MS)
        return Repeats(wish.times - 1, every_ms, AtMs(now + every_ms), AtMs(now + ends_ms))

    def _recording(self, row: BulletinRow, spoken: Sequence[FixedClip]) -> Recording:
        models = " ".join(dict.fromkeys(fixed.model_sha256 for fixed in spoken))
        return Recording(
            id=RecordingId(self._journal.new_id()),
            text=row.text,
            spoken=row.spoken,
            text_sha256=Sha256(hashlib.sha256(row.text.encode()).hexdigest()),
            normaliser=self._drafts.reader_version,
            voice=" + ".join(dict.fromkeys(fixed.voice for fixed in spoken)),
            model_sha256=Sha256(models),
            clips=tuple(fixed.clip for fixed in spoken),
        )

    async def _said(self, pieces: Sequence[Piece]) -> list[FixedClip]:
        """A clip for each piece; the blanks are rendered at the same time."""
        return list(await asyncio.gather(*(self._piece(piece) for piece in pieces)))

    async def _piece(self, piece: Piece) -> FixedClip:
        reading = self._drafts.read(piece.text)
        if not reading.complete:
            words = ", ".join(bad.token for bad in reading.unread)
            raise FinalError(f"Không đọc được: {words}.")
        spoken = reading.spoken
        if piece.blank:
            return await self._rendered(spoken)
        return await self._fixed(spoken)

    async def _fixed(self, spoken: str) -> FixedClip:
        kept = await self._journal.record(partial(fixed_clip, spoken=spoken))
        if kept is not None and await self._clips.are_whole([kept.clip]):
            return kept
        fresh = await self._rendered(spoken)
        await self._journal.record(partial(keep_fixed_clip, fixed=fresh))
        return fresh

    async def _rendered(self, spoken: str) -> FixedClip:
        clip, voice, model = await self._drafts.render_part(spoken)
        return FixedClip(spoken, clip, voice, Sha256(model))

    async def _keep_warm(self) -> None:
        """The fixed words, and those again that the commune's own speaker can say by now."""
        with self._bus.listen(BankChanged) as recorded:
            while True:
                if forgotten := await self._journal.record_surely(forget_fixed_clips):
                    log.info("%d fixed words are spoken anew by the recorded voice", forgotten)
                await self._warm()
                await recorded.get()
                await _silence(recorded)

    async def _warm(self) -> None:
        """One that cannot be rendered now is rendered when it is needed."""
        texts = {text for template in self.templates.values() for text in fixed_pieces(words_of(template))}
        waiting = sorted(texts)
        while waiting:
            late = [text for text in waiting if not await self._is_warm(text)]
            if late:
                await asyncio.sleep(NOT_YET_S)
            waiting = late

    async def _is_warm(self, text: str) -> bool:
        try:
            await self._piece(Piece(text))
        except TransientError as error:
            log.warning("fixed words of a template wait: %s", error)
            return False
        except FinalError as error:
            log.error("fixed words of a template cannot be spoken: %s", error)  # noqa: TRY400 - the sentence says it
        return True

    async def _repeat(self) -> None:
        while True:
            for row, left in await self._journal.record_surely(due_repeats):
                await self._again(row, left)
            await asyncio.sleep(LOOK_EVERY_S)

    async def _again(self, row: BulletinRow, left: int) -> None:
        """Counted before it sounds: a kill between the two loses one time, and never adds one."""
        await self._journal.record_surely(partial(use_repeat, bulletin=row.id))
        try:
            await self._arbiter.air(row.id, row.author, "template", press=f"{row.id}+{left}")
        except MolangError as error:
            log.warning("bulletin %s is not repeated: %s", row.id, error)


async def _silence(recorded: Mailbox[BankChanged]) -> None:
    """Until nothing was recorded for a while: not every word of a session is worth speaking all templates anew."""
    with contextlib.suppress(TimeoutError):
        while True:
            async with asyncio.timeout(RECORDED_S):
                await recorded.get()


def _row(wish: Wish, template: Template, pieces: Sequence[Piece], spoken: Sequence[FixedClip]) -> BulletinRow:
    return BulletinRow(
        id=wish.id,
        text=whole(pieces),
        spoken=" ".join(fixed.spoken for fixed in spoken),
        priority=template.priority,
        hamlets=wish.hamlets,
        state="approved",
        author=wish.user,
        approver=template.approved_by,
        recording=None,
        incident=None,
    )


def _known(tx: Tx, bulletin: str) -> BulletinRow | None:
    try:
        return get_bulletin(tx, bulletin)
    except FinalError:
        return None
