"""Notices from approved templates: their blanks are filled, they air at once, a leader signs them off afterwards.

Only the blanks are rendered, when somebody looks at what will be said or presses the button. What will sound is
written down, clip by clip, before PLAY (law 10). A notice that is repeated has a cap and an end (L9), and a STOP ends
its repeats.
"""

import asyncio
import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from edge.broadcast.arbiter import Arbiter
from edge.broadcast.clip_watch import ClipWatch
from edge.broadcast.drafts import Drafts
from edge.broadcast.template_shelf import TemplateShelf
from edge.config.ready import words_of
from edge.config.schema import Template
from edge.core.errors import FinalError, MolangError
from edge.core.moment import AtMs
from edge.core.news import BulletinChanged
from edge.core.policy.rights import is_same_name
from edge.core.speech import Recording, RecordingId, Sha256
from edge.core.template import Piece, fill, whole
from edge.kernel.bus import Bus
from edge.store.bulletins import BulletinRow, add_bulletin, add_recording, get_bulletin, set_state
from edge.store.journal import Journal, Tx
from edge.store.templates import FixedClip, Repeats, due_repeats, mark_template, sign_off, use_repeat

log = logging.getLogger(__name__)

LOOK_EVERY_S = 2.0
REPEATS_END_MS = 12 * 3_600_000
"""No template is repeated for longer than half a day, whatever its settings say."""
LATE_MS = 60_000
"""So much later than its time the last repeat may still begin, when the horns are busy."""
MOST_KEPT = 200
"""Blanks that were rendered lately; the one used longest ago goes first."""


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


@dataclass(frozen=True, slots=True)
class Said:
    """A filled template as it will sound: a clip for each piece. ``approver`` is the leader who heard the template."""

    pieces: tuple[Piece, ...]
    parts: tuple[FixedClip, ...]
    approver: str

    @property
    def text(self) -> str:
        """As people read it."""
        return whole(self.pieces)

    @property
    def blanks(self) -> list[str]:
        """Names of the clips that fill its blanks."""
        return [part.clip.sha256 for piece, part in zip(self.pieces, self.parts, strict=True) if piece.blank]


class TemplateDesk:
    """Owns the airing of templates and their repeats."""

    def __init__(
        self,
        shelf: TemplateShelf,
        drafts: Drafts,
        arbiter: Arbiter,
        clips: ClipWatch,
        journal: Journal,
        bus: Bus,
    ) -> None:
        self._shelf = shelf
        self._drafts = drafts
        self._arbiter = arbiter
        self._clips = clips
        self._journal = journal
        self._bus = bus
        self._lately: dict[tuple[int, str], FixedClip] = {}

    async def run(self) -> None:
        """Say again what is to be said again, until cancelled."""
        while True:
            for row, left in await self._journal.record_surely(due_repeats):
                await self._again(row, left)
            await asyncio.sleep(LOOK_EVERY_S)

    async def preview(self, template: str, values: Mapping[str, str]) -> Said:
        """Exactly what would sound; pressed afterwards, it sounds with these very clips.

        Raises FinalError for a blank out of its bounds, and for a template that no leader approved.
        """
        pieces = fill(words_of(self._shelf.the(template)), values)
        approval = await self._shelf.approved(template)
        filled = iter(await asyncio.gather(*(self._blank(piece.text) for piece in pieces if piece.blank)))
        fixed = iter(approval.parts)
        parts = tuple(next(filled) if piece.blank else next(fixed) for piece in pieces)
        return Said(pieces, parts, approval.approver)

    async def air(self, wish: Wish) -> str:
        """Say it now: ``airing`` or ``queued``. The same id again is the same notice.

        Raises FinalError as ``preview`` does, and for more repeats than the template allows.
        """
        template = self._shelf.the(wish.template)
        if not 1 <= wish.times <= template.most_times:
            raise FinalError(f"Mẫu tin này chỉ được phát nhiều nhất {template.most_times} lần.")
        self._drafts.check_hamlets(wish.hamlets)
        text = whole(fill(words_of(template), wish.values))
        known = await self._journal.record(partial(_known, bulletin=wish.id))
        if known is None:
            await self._keep(wish, template, await self.preview(wish.template, wish.values))
        elif known.text != text:
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

    async def _keep(self, wish: Wish, template: Template, said: Said) -> None:
        """The notice, its clips and the deed that names the blanks' hashes: one transaction, before anybody hears."""
        row = _row(wish, template, said)
        recording = self._recording(row, said.parts)

        def work(tx: Tx) -> None:
            if add_bulletin(tx, row):
                add_recording(tx, recording, row.id)
                set_state(tx, row.id, "approved")
                mark_template(tx, row.id, template.id, _repeats(wish, template, tx.now.at_ms))
                tx.deed(wish.user, wish.role, "template.air", f"{row.id} {template.id} {' '.join(said.blanks)}")

        await self._journal.record(work)
        self._bus.publish(BulletinChanged())

    def _recording(self, row: BulletinRow, parts: Sequence[FixedClip]) -> Recording:
        return Recording(
            id=RecordingId(self._journal.new_id()),
            text=row.text,
            spoken=row.spoken,
            text_sha256=Sha256(hashlib.sha256(row.text.encode()).hexdigest()),
            normaliser=self._drafts.reader_version,
            voice=" + ".join(dict.fromkeys(part.voice for part in parts)),
            model_sha256=Sha256(" ".join(dict.fromkeys(part.model_sha256 for part in parts))),
            clips=tuple(part.clip for part in parts),
        )

    async def _blank(self, text: str) -> FixedClip:
        """What fills a blank: as it was heard a moment ago, or rendered now."""
        spoken = self._drafts.must_read(text)
        key = (self._shelf.spoken_anew, spoken)
        kept = self._lately.pop(key, None)
        if kept is None or not await self._clips.are_whole([kept.clip]):
            clip, voice, model = await self._drafts.render_part(spoken)
            kept = FixedClip(spoken, clip, voice, Sha256(model))
        self._lately[key] = kept
        while len(self._lately) > MOST_KEPT:
            del self._lately[next(iter(self._lately))]
        return kept

    async def _again(self, row: BulletinRow, left: int) -> None:
        """Counted before it sounds: a kill between the two loses one time, and never adds one."""
        await self._journal.record_surely(partial(use_repeat, bulletin=row.id))
        try:
            if not await self._clips.check(row.id):
                await self._arbiter.air(row.id, row.author, "template", press=f"{row.id}+{left}")
        except MolangError as error:
            log.warning("bulletin %s is not repeated: %s", row.id, error)


def _repeats(wish: Wish, template: Template, now: AtMs) -> Repeats:
    every_ms = template.every_min * 60_000
    ends_ms = min(every_ms * (wish.times - 1) + LATE_MS, REPEATS_END_MS)
    return Repeats(wish.times - 1, every_ms, AtMs(now + every_ms), AtMs(now + ends_ms))


def _row(wish: Wish, template: Template, said: Said) -> BulletinRow:
    return BulletinRow(
        id=wish.id,
        text=said.text,
        spoken=" ".join(part.spoken for part in said.parts),
        priority=template.priority,
        hamlets=wish.hamlets,
        state="rendering",
        author=wish.user,
        approver=said.approver,
        recording=None,
        incident=None,
    )


def _known(tx: Tx, bulletin: str) -> BulletinRow | None:
    try:
        return get_bulletin(tx, bulletin)
    except FinalError:
        return None
