"""Keeps the settings: answers the forms, keeps versions, and applies them by a restart between two announcements."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

from edge.control.protocol import (
    ApplySettings,
    CancelSettings,
    GetSettings,
    GetSettingsForm,
    PreviewSettings,
    PreviewUndo,
    UndoSettings,
)
from edge.core.errors import FinalError, TransientError
from edge.settings_book.drafting import Check, Draft, Wish, compared, draft_of, sha_of
from edge.settings_book.files import SettingsFiles
from edge.settings_book.forms import form, outline
from edge.settings_book.settling import settle
from edge.settings_book.trial import Bench
from edge.store.journal import Journal
from edge.store.settings_versions import (
    APPLIED,
    CANCELLED,
    FORM,
    IN_EFFECT,
    KEPT,
    UNDO,
    NewVersion,
    Version,
    add_version,
    get_version,
    move_version,
    waiting_version,
)

log = logging.getLogger(__name__)

NOTICE_S = 5.0
"""Between "it will restart" on the screens and the restart."""
LOOK_S = 0.5
KEEP_AFTER_S = 30.0
"""So long the box must have run with new settings before they stay."""
STALE = "Có người vừa đổi cấu hình. Hãy tải lại trang rồi làm lại."
BUSY = "Loa đang phát, đang có bão, mức lũ hoặc mất điện lưới; hộp khởi động lại ngay khi yên."
SOON = f"Hộp khởi động lại trong {NOTICE_S:.0f} giây."


class SettingsBook:
    """One for a box. ``horns_rest`` says whether no horn sounds; ``restart`` ends this start of the box.

    Texts are worked on in a thread: the loop that feeds the horns must not wait for them.
    """

    def __init__(
        self,
        files: SettingsFiles,
        journal: Journal,
        checks: Sequence[Check],
        horns_rest: Callable[[], bool],
        restart: Callable[[], None],
    ) -> None:
        self._files = files
        self._bench = Bench(files.file)
        self._journal = journal
        self._checks = checks
        self._horns_rest = horns_rest
        self._restart = restart
        self._turn = asyncio.Lock()
        self._wake = asyncio.Event()

    async def run(self) -> None:
        """Settle what the last start left, keep what runs well, apply what waits, until cancelled."""
        await settle(self._files, self._bench, self._journal)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep())
            group.create_task(self._apply())

    async def listed(self, request: GetSettings) -> dict[str, Any]:
        """All tables, and what waits."""
        found = await asyncio.to_thread(lambda: outline(self._files.text(), request.role))
        waiting = await self._journal.with_connection(waiting_version)
        why = SOON if self._horns_rest() else BUSY
        return {**found, "waiting": {"seq": waiting.seq, "why": why} if waiting else None}

    async def form(self, request: GetSettingsForm) -> dict[str, Any]:
        """One table with its values."""
        return await asyncio.to_thread(lambda: form(self._files.text(), request.table, request.row, request.role))

    async def preview(self, request: PreviewSettings) -> dict[str, Any]:
        """What a change would do; nothing is kept."""
        return (await self._draft(request))[1].shown()

    async def apply(self, request: ApplySettings) -> dict[str, Any]:
        """Keep the change as a version; it is applied once no horn sounds. Raises FinalError when it is no good."""
        async with self._turn:
            before, draft = await self._draft(request)
            return await self._add(before, draft, FORM, request.note, request)

    async def preview_undo(self, request: PreviewUndo) -> dict[str, Any]:
        """What going back to before a version would do."""
        text, draft = await self._back(request)
        return {**draft.shown(), "base": sha_of(text)}

    async def undo(self, request: UndoSettings) -> dict[str, Any]:
        """Go back to before a version, by a version of its own."""
        async with self._turn:
            before, draft = await self._back(request)
            if sha_of(before) != request.base:
                raise FinalError(STALE)
            return await self._add(before, draft, UNDO, f"quay về trước bản {request.version}", request)

    async def cancel(self, request: CancelSettings) -> dict[str, Any]:
        """What waits is not applied; raises FinalError when nothing waits any more."""
        async with self._turn:
            version = await self._journal.with_connection(waiting_version)
            if version is None:
                raise FinalError("Không còn thay đổi nào đang chờ.")
            await self._move(version, CANCELLED, request.user, request.role)
        return {}

    async def _draft(self, request: PreviewSettings) -> tuple[str, Draft]:
        text = self._files.text()
        if sha_of(text) != request.base:
            raise FinalError(STALE)
        wish = Wish(request.table, request.row, request.value)
        return text, await asyncio.to_thread(draft_of, text, wish, request.role, self._checks)

    async def _back(self, request: PreviewUndo) -> tuple[str, Draft]:
        version = await self._journal.with_connection(partial(get_version, seq=request.version))
        if version.state not in IN_EFFECT:
            raise FinalError("Bản cấu hình này không được áp dụng, nên không có gì để hoàn tác.")
        text, old = self._files.text(), self._files.kept(version.before_sha)
        return text, await asyncio.to_thread(compared, text, old, request.role, self._checks)

    async def _add(
        self, before: str, draft: Draft, kind: str, note: str, request: ApplySettings | UndoSettings
    ) -> dict[str, Any]:
        if draft.problem is not None:
            raise FinalError(f"{draft.problem['path']}: {draft.problem['sentence']}".lstrip(": "))
        if not draft.changes:
            raise FinalError("Không có gì khác với cấu hình đang dùng.")
        old = await asyncio.to_thread(self._files.keep, before)
        now = await asyncio.to_thread(self._files.keep, draft.text)
        rows = [asdict(change) for change in draft.changes]
        new = NewVersion(request.id, kind, draft.title, note, old, now, rows, draft.lines)
        version = await self._journal.record(partial(add_version, new=new, user=request.user, role=request.role))
        self._wake.set()
        return {"version": version.seq, "state": version.state, "why": SOON if self._horns_rest() else BUSY}

    async def _apply(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            if await self._quiet():
                await self._apply_waiting()

    async def _quiet(self) -> bool:
        """Until no horn has sounded for the time that the notice says; False: nothing waits any more."""
        rested_s = 0.0
        while rested_s < NOTICE_S:
            await asyncio.sleep(LOOK_S)
            rested_s = rested_s + LOOK_S if self._horns_rest() else 0.0
            if await self._journal.with_connection(waiting_version) is None:
                return False
        return True

    async def _apply_waiting(self) -> None:
        """Write the file and restart; the next start says that it was applied (``settling``)."""
        async with self._turn:
            version = await self._journal.with_connection(waiting_version)
            if version is None:
                return
            try:
                await asyncio.to_thread(self._write, version)
            except (OSError, FinalError, TransientError) as error:
                log.error("settings version %d is not applied: %s", version.seq, error)  # noqa: TRY400 - a sentence
                self._bench.passed()
                await self._move(version, CANCELLED, "hộp", "", str(error))
                return
            log.info("settings version %d: the box restarts with it", version.seq)
            self._restart()

    def _write(self, version: Version) -> None:
        before = self._files.text()
        if sha_of(before) != version.before_sha:
            raise FinalError(STALE)
        self._bench.begin(version.seq, before)
        self._files.write(self._files.kept(version.after_sha))

    async def _keep(self) -> None:
        """Settings with which the box ran for a while are on trial no more."""
        await asyncio.sleep(KEEP_AFTER_S)
        seq = await asyncio.to_thread(self._bench.passed)
        if seq is not None:
            version = await self._journal.with_connection(partial(get_version, seq=seq))
            if version.state == APPLIED:
                await self._move(version, KEPT, "hộp", "")

    async def _move(self, version: Version, state: str, user: str, role: str, reason: str = "") -> None:
        await self._journal.record(
            partial(move_version, seq=version.seq, state=state, user=user, role=role, reason=reason)
        )
