"""From a text to an approved recording: normalise, render, check, keep; then a second person approves (law 10)."""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial

from edge.broadcast.dictionary import Dictionary
from edge.core.errors import FinalError, MolangError, TransientError
from edge.core.news import BulletinChanged
from edge.core.normalise_vi import SpokenText
from edge.core.place import EVERYWHERE
from edge.core.policy.approval import wrote
from edge.core.speech import Clip, Recording, RecordingId, Sha256, Style
from edge.kernel.bus import Bus
from edge.store.bulletins import (
    BulletinRow,
    add_bulletin,
    add_recording,
    add_writer,
    change_bulletin,
    get_bulletin,
    get_recording,
    is_from_template,
    seal_now,
    set_state,
    set_submitted,
    speak_again,
    writers_of,
)
from edge.store.journal import Journal, Tx

log = logging.getLogger(__name__)

MAX_TEXT = 20_000
RENDER_WAITS_S = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
"""Half a minute: a speech child that was killed loads its voice again; one that dies of this very text is given up."""


Render = Callable[[str, Style], Awaitable[tuple[Clip, str, str]]]
"""Words and style in; a checked clip, the voice's name and the sha256 of its model out."""


WHOLE = Style()
PART = Style(chime=False, joined=True)
MAY_CHANGE = frozenset({"rendering", "unread", "failed", "draft", "ready", "returned", "approved", "reapprove"})
SPEAK_AGAIN = frozenset({"reapprove", "failed"})
"""Sent again as it stands, it is rendered anew: its clips are gone, or never were."""


class Drafts:
    """The bulletin desk up to approval."""

    def __init__(
        self,
        render: Render,
        journal: Journal,
        bus: Bus,
        dictionary: Dictionary,
        hamlets: Sequence[str],
        alarm_render: Render | None = None,
        *,
        speed: float = 1.0,
    ) -> None:
        """``alarm_render`` speaks alarms, so that none waits for a long notice; without it one voice does both."""
        self._render = render
        self._alarm_render = alarm_render or render
        self._journal = journal
        self._bus = bus
        self._dictionary = dictionary
        self._hamlets = frozenset(hamlets) | {EVERYWHERE}
        self.speed = speed
        self._wake = asyncio.Event()

    @property
    def reader_version(self) -> str:
        """What a recording keeps of how its text was read."""
        return self._dictionary.version_now

    def read(self, text: str) -> SpokenText:
        """How a text would be spoken; raises FinalError when it is too long."""
        if len(text) > MAX_TEXT:
            raise FinalError(f"Bản tin dài {len(text)} ký tự, tối đa {MAX_TEXT}.")
        return self._dictionary.read(text)

    def must_read(self, text: str) -> str:
        """The words to speak; raises FinalError naming what cannot be read."""
        reading = self.read(text)
        if not reading.complete:
            raise FinalError(f"{_unread_words(reading)}.")
        return reading.spoken

    async def draft(self, row: BulletinRow, role: str, *, submit: bool = True) -> SpokenText:
        """Keep a notice and have it rendered; ``submit`` sends it for approval as soon as it was spoken.

        The same id again is the same notice: nothing happens twice.

        A text with unread tokens is kept in state ``unread``. Raises FinalError for an unknown hamlet, and for an id
        that is another text's already.
        """
        spoken = self.read(row.text)
        self._check(row)
        state = "rendering" if spoken.complete else "unread"
        kept = replace(row, spoken=spoken.spoken, state=state)

        def work(tx: Tx) -> bool:
            added = add_bulletin(tx, kept)
            if added:
                set_submitted(tx, row.id, submitted=submit)
                tx.deed(row.author, role, "bulletin.draft", row.id)
            elif get_bulletin(tx, row.id).text != row.text:
                raise FinalError("Mã bản tin này đã dùng cho một bản tin khác.")
            return added

        await self._journal.record(work)
        self._wake.set()
        self._bus.publish(BulletinChanged())
        return spoken

    async def change(self, row: BulletinRow, role: str) -> SpokenText:
        """Another text, class or place for a notice that has not been aired: it is rendered anew, an approval is void.

        Raises FinalError when it was aired, when it came from a template, and for an unknown hamlet.
        """
        spoken = self.read(row.text)
        self._check(row)
        changed = replace(row, spoken=spoken.spoken, state="rendering" if spoken.complete else "unread")

        def work(tx: Tx) -> None:
            before = get_bulletin(tx, row.id)
            if before.state not in MAY_CHANGE or before.incident or is_from_template(tx, row.id):
                raise FinalError("Bản tin này không sửa được nữa: hãy chép lại thành tin mới.")
            add_writer(tx, row.id, row.author)
            change_bulletin(tx, changed)
            voided = " (duyệt trước đó hết giá trị)" if before.approver else ""
            tx.deed(row.author, role, "bulletin.change", f"{row.id}{voided}")

        await self._journal.record(work)
        self._wake.set()
        self._bus.publish(BulletinChanged())
        return spoken

    async def submit(self, bulletin: str, user: str, role: str) -> None:
        """Send a notice to those who approve; one that lost its clips is spoken anew first, never without this."""

        def work(tx: Tx) -> None:
            row = get_bulletin(tx, bulletin)
            if row.state == "draft":
                set_state(tx, bulletin, "ready")
            elif row.state in SPEAK_AGAIN and row.incident is None:
                if not row.spoken:
                    raise FinalError("Bản ghi này do người mang tới: hãy tải tệp lên lại.")
                speak_again(tx, row)
            else:
                raise FinalError("Bản tin này không chờ gửi duyệt.")
            tx.deed(user, role, "bulletin.submit", bulletin)

        await self._journal.record(work)
        self._wake.set()
        self._bus.publish(BulletinChanged())

    async def announce(self, row: BulletinRow) -> str:
        """Render the blanks of a pre-approved template: state ``approved``, or why not.

        A text that cannot be read is kept in state ``unread`` for people to see. After a restart the same announcement
        goes on from where it was. Raises TransientError while nothing can be spoken or stored.
        """
        spoken = self.read(row.text)
        kept = replace(row, spoken=spoken.spoken, state="rendering" if spoken.complete else "unread")

        def work(tx: Tx) -> BulletinRow:
            if add_bulletin(tx, kept) and not spoken.complete:
                set_state(tx, row.id, "unread", _unread_words(spoken))
            known = get_bulletin(tx, row.id)
            if known.incident != row.incident:  # somebody took this id first: his words were never approved
                raise FinalError("Mã của thông báo này đã dùng cho một bản tin khác.")
            return known

        stored = await self._journal.record(work)
        self._bus.publish(BulletinChanged())
        if stored.state != "rendering":
            return stored.state
        recording = await self._recording(stored.text, stored.spoken, self._alarm_render)
        return await self._keep(stored, recording, "approved")

    async def give_up(self, row: BulletinRow, why: str) -> None:
        """An announcement that will not sound: kept in state ``failed`` for people to see, unless it came further."""

        def work(tx: Tx) -> None:
            add_bulletin(tx, replace(row, state="rendering"))
            known = get_bulletin(tx, row.id)
            if known.state == "rendering" and known.incident == row.incident:
                set_state(tx, row.id, "failed", why)

        await self._journal.record_surely(work)
        self._bus.publish(BulletinChanged())

    async def run(self) -> None:
        """Render whatever waits for it, one after the other, also what a restart broke off."""
        while True:
            for row, submitted in await self._journal.record_surely(_waiting):
                await self._render_into(row, "ready" if submitted else "draft")
            await self._wake.wait()
            self._wake.clear()

    async def approve(self, bulletin: str, seal: str, user: str, role: str) -> None:
        """A leader approves what this seal names; raises FinalError when that is not what stands here now."""

        def work(tx: Tx) -> None:
            row = get_bulletin(tx, bulletin)
            if row.state != "ready" or row.recording is None:
                raise FinalError("Bản tin không ở trạng thái chờ duyệt.")
            if wrote(writers_of(tx, bulletin), user):
                raise FinalError("Người viết hoặc sửa bản tin không được tự duyệt bản tin đó.")
            if seal_now(tx, bulletin) != seal:
                raise FinalError("Bản tin đã đổi sau khi bạn nghe: hãy xem và nghe lại rồi duyệt.")
            tx.run("UPDATE bulletin SET approver = ? WHERE id = ?", user, bulletin)
            set_state(tx, bulletin, "approved")
            clips = _names(get_recording(tx, row.recording))
            tx.deed(user, role, "bulletin.approve", f"{bulletin} {seal} {clips}")

        await self._journal.record(work)
        self._bus.publish(BulletinChanged())

    async def give_back(self, bulletin: str, comment: str, user: str, role: str) -> None:
        """A leader returns a notice with a comment."""

        def work(tx: Tx) -> None:
            if get_bulletin(tx, bulletin).state not in ("ready", "unread"):
                raise FinalError("Bản tin không ở trạng thái chờ duyệt.")
            set_state(tx, bulletin, "returned", comment[:500])
            tx.deed(user, role, "bulletin.return", bulletin)

        await self._journal.record(work)
        self._bus.publish(BulletinChanged())

    async def recording_of(self, text: str) -> Recording:
        """A recording outside any bulletin (horn test)."""
        spoken = self.read(text)
        return await self._recording(text, spoken.spoken, self._render)

    async def render_part(self, spoken: str) -> tuple[Clip, str, str]:
        """A piece of a template, with the voice of alarms and without a chime."""
        return await _patiently(self._alarm_render, spoken, PART)

    def check_hamlets(self, hamlets: Sequence[str]) -> None:
        """Raises FinalError for none at all and for one that the commune does not have."""
        unknown = [hamlet for hamlet in hamlets if hamlet not in self._hamlets]
        if unknown:
            raise FinalError(f"Không có thôn {unknown[0][:40]!r}.")
        if not hamlets:
            raise FinalError("Chưa chọn thôn nào để phát.")

    def _check(self, row: BulletinRow) -> None:
        self.check_hamlets(row.hamlets)
        if not row.text.strip():
            raise FinalError("Bản tin chưa có chữ nào.")

    async def _render_into(self, row: BulletinRow, then: str) -> None:
        try:
            recording = await self._recording(row.text, row.spoken, self._render)
        except MolangError as error:
            log.warning("bulletin %s cannot be spoken: %s", row.id, error)
            await self._journal.record_surely(partial(set_state, bulletin=row.id, state="failed", comment=str(error)))
            self._bus.publish(BulletinChanged())
        else:
            await self._keep(row, recording, then)

    async def _keep(self, row: BulletinRow, recording: Recording, then: str) -> str:
        def work(tx: Tx) -> None:
            if get_bulletin(tx, row.id).spoken != row.spoken:
                return  # it was changed meanwhile, and waits to be rendered again
            add_recording(tx, recording, row.id)
            set_state(tx, row.id, then)
            if row.incident is not None:  # what fills an alarm's blanks stands in the log before it sounds (law 10)
                tx.deed(row.author, "template", "template.fill", f"{row.id} {_names(recording)}")

        await self._journal.record_surely(work)
        self._bus.publish(BulletinChanged())
        return then

    async def _recording(self, text: str, spoken: str, render: Render) -> Recording:
        clip, voice, model = await _patiently(render, spoken)
        return Recording(
            id=RecordingId(self._journal.new_id()),
            text=text,
            spoken=spoken,
            text_sha256=Sha256(hashlib.sha256(text.encode()).hexdigest()),
            normaliser=self._dictionary.version(text, spoken),
            voice=voice,
            model_sha256=Sha256(model),
            clips=(clip,),
        )


async def _patiently(render: Render, spoken: str, style: Style = WHOLE) -> tuple[Clip, str, str]:
    """Speech that was just killed is back within seconds: what was accepted is not given up for that."""
    for wait_s in RENDER_WAITS_S:
        try:
            return await render(spoken, style)
        except TransientError as error:
            log.warning("rendering again in %.1f s: %s", wait_s, error)
            await asyncio.sleep(wait_s)
    return await render(spoken, style)


def _names(recording: Recording) -> str:
    return " ".join(clip.sha256 for clip in recording.clips)


def _waiting(tx: Tx) -> list[tuple[BulletinRow, bool]]:
    """Notices of people that are kept but not spoken yet, and whether each was sent for approval already.

    Those of incidents have their own worker.
    """
    names = tx.run(
        "SELECT id, submitted FROM bulletin WHERE state = 'rendering' AND incident IS NULL"
        " ORDER BY priority = 'khan_cap' DESC, made_at_ms"
    ).fetchall()
    return [(get_bulletin(tx, name), bool(submitted)) for name, submitted in names]


def _unread_words(spoken: SpokenText) -> str:
    return "Không đọc được: " + ", ".join(bad.token for bad in spoken.unread)[:400]
