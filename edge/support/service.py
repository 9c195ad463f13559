"""Opens remote support for a while, watches it, ends it, and writes down who, why, what was typed and how it ended.

It starts nothing: it leaves a wish below /run, and a unit of root's takes it. The end does not need this process
either: `timeout` ends the tunnel and systemd every session of it, whatever has become of the supervisor.
"""

import asyncio
import contextlib
import logging
import sqlite3
from collections import deque
from functools import partial
from typing import Any

import msgspec

from edge.config.schema import Support as Settings
from edge.control.protocol import CloseSupport, GetSupport, OpenSupport
from edge.core.errors import FinalError, TransientError
from edge.core.news import SupportChanged
from edge.core.policy.supporting import MOST_NOTES, end_words, readable
from edge.kernel.bus import Bus
from edge.kernel.disk import SECRET, write_atomically
from edge.kernel.support_files import (
    BOX_KEY,
    GUESTS,
    MOST_LINE,
    NOTES,
    TERM,
    USUAL,
    WISH,
    SupportPlaces,
    Tunnel,
    Wish,
    sessions_in,
    tunnel_in,
    wish_in,
)
from edge.store.journal import Journal, Tx
from edge.support.notes import hearing

log = logging.getLogger(__name__)

LOOK_S = 1.0
TAKEN_S, ENDED_S = 20.0, 10.0
"""systemd takes a wish within a second; on a small machine the tunnel's program needs some more."""
BEGUN_S, WRITTEN_S = 10.0, 2.0
"""How long an opening waits for the disk, and a press of the button."""
GRACE_S = 30.0
"""So long after its end a wish may still lie there; then we take it away ourselves."""
OPENED, ENDED, TYPED = "support.begin", "support.end", "support.typed"
GUEST = "ho-tro"
Deed = tuple[str, str, str, str]


class Support:
    """Without the table [support] nothing can be opened; without the role of Ansible neither."""

    def __init__(self, settings: Settings | None, journal: Journal, bus: Bus, places: SupportPlaces = USUAL) -> None:
        self._settings = settings
        self._journal = journal
        self._bus = bus
        self._places = places
        self._wish: Wish | None = None
        self._tunnel: Tunnel | None = None
        self._sessions = 0
        self._shown: dict[str, Any] | None = None
        self._deeds: deque[Deed] = deque()
        self._typed_lines = 0
        self._turn = asyncio.Lock()
        self._pen = asyncio.Lock()
        self._woken = asyncio.Event()
        self._resumed = False

    async def run(self) -> None:
        """Watch until cancelled: also what an earlier life of ours opened, and what was taken out of the settings."""
        if not self._places.wishes.is_dir():  # no unit of systemd has made it: nothing can be opened here
            await asyncio.Event().wait()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep_writing())
            async with self._turn:
                await self._resume()
            async with hearing(self._places.wishes / NOTES, self.note):
                while True:
                    async with self._turn:
                        self._look()
                    await asyncio.sleep(LOOK_S)

    async def open(self, request: OpenSupport) -> dict[str, Any]:
        """Leave the wish and wait until the tunnel lives. Raises FinalError with what is missing, TransientError."""
        async with self._turn:
            await self._resume()
            settings = self.may_open()
            now_s, now_ms = self._journal.clock.steady(), self._journal.clock.now().at_ms
            told = msgspec.structs.asdict(settings)
            wish = Wish(request.user, request.reason, now_ms, now_s + 60 * request.minutes, **told)
            deed = f"{request.minutes} phút, tới {settings.host}: {request.reason}"
            await self._begin(request.user, request.role, deed)
            try:
                await asyncio.to_thread(self._leave, wish, 60 * request.minutes)
                await self._until(alive=True, deadline_s=TAKEN_S)
            except (OSError, TimeoutError) as cause:
                self._shut("không mở được")
                raise TransientError(
                    "Máy không mở được đường hầm. Hãy xem `journalctl -u molang-support`, rồi thử lại."
                ) from cause
            self._typed_lines, self._wish = 0, wish
            self._look()
        return self._state()

    async def close(self, request: CloseSupport) -> dict[str, Any]:
        """End it now, sessions too. Raises TransientError when the tunnel still lives after ten seconds."""
        async with self._turn:
            await self._resume()
            if self._wish is not None:
                self._shut("đóng bằng nút bấm", request.user, request.role)
            with contextlib.suppress(TimeoutError):  # a disk that takes nothing must not keep whoever presses waiting
                async with asyncio.timeout(WRITTEN_S):
                    await self._write()
            try:
                await self._until(alive=False, deadline_s=ENDED_S)
            except TimeoutError as cause:
                raise TransientError(
                    "Chưa thấy đường hầm dừng. Hãy rút dây mạng ra tỉnh, và báo kỹ thuật viên."
                ) from cause
        return self._state()

    async def state(self, request: GetSupport) -> dict[str, Any]:
        """For the page."""
        return self._state() | {"key": await asyncio.to_thread(self._key)}

    def section(self) -> dict[str, Any] | None:
        """For the wall (docs/ref/state.md); None while it is shut."""
        wish, tunnel, now = self._wish, self._tunnel, self._journal.clock.now()
        if wish is None:
            return None
        return {
            "by": wish.by,
            "reason": wish.reason,
            "opened_at_ms": wish.opened_at_ms,
            "until_ms": round((now.at_ms / 1000) + wish.ends_s - now.steady) * 1000,
            "state": tunnel.state if tunnel else "starting",
            "detail": tunnel.detail if tunnel else "",
            "sessions": self._sessions,
        }

    def _state(self) -> dict[str, Any]:
        settings = self._settings
        host = {"host": settings.host, "port": settings.port, "listen": settings.listen} if settings else None
        return {"host": host, "open": self.section()}

    def may_open(self) -> Settings:
        """Where to; raises FinalError with what is missing."""
        if self._settings is None:
            raise FinalError("Cấu hình chưa có bảng [support]: xã chưa chọn máy của tỉnh để mở đường hỗ trợ tới.")
        if not self._key() or not (self._places.keys / GUESTS).is_file():
            raise FinalError(
                "Máy này chưa được cài phần hỗ trợ từ xa: hãy nhờ kỹ thuật viên chạy lại playbook provision."
            )
        if self._wish is not None:
            raise FinalError("Hỗ trợ từ xa đang mở rồi. Muốn đổi thời hạn thì đóng lại trước.")
        return self._settings

    def _key(self) -> str:
        """The public half of the key by which the province knows this box; empty where the role was not played."""
        with contextlib.suppress(OSError):
            return (self._places.keys / BOX_KEY).read_text("utf-8").strip()
        return ""

    def _leave(self, wish: Wish, seconds: int) -> None:
        folder = self._places.wishes
        write_atomically(folder / WISH, msgspec.json.encode(wish), SECRET)
        write_atomically(folder / TERM, f"{seconds}\n".encode(), SECRET)  # the last: systemd waits for it

    async def _resume(self) -> None:
        """One of an earlier life goes on; one that ended meanwhile, or with the machine, gets its second line."""
        if self._resumed:
            return
        self._wish = wish_in(self._places.wishes)
        if self._wish is None and await self._journal.with_connection(_is_unended):
            self._end("hộp đã dừng giữa chừng")
        self._resumed = True

    def _look(self) -> None:
        self._tunnel = tunnel_in(self._places.tunnel)
        self._sessions = sessions_in(self._places.groups) if self._wish else 0
        if self._wish is not None:
            now_s = self._journal.clock.steady()
            if not (self._places.wishes / TERM).exists():
                self._shut(end_words(now_s, self._wish.ends_s))
            elif now_s > self._wish.ends_s + GRACE_S:
                self._shut("hết giờ")
        elif (self._places.wishes / TERM).exists():
            self._shut("mở không qua quản trị: đã đóng lại")
        self._tell()

    def _shut(self, why: str, user: str = GUEST, role: str = "") -> None:
        """Shut now, written as soon as the disk takes it: a full one keeps no door open."""
        for name in (TERM, WISH):
            (self._places.wishes / name).unlink(missing_ok=True)
        self._end(why, user, role)

    def _end(self, why: str, user: str = GUEST, role: str = "") -> None:
        self._wish = None
        self._put((user, role, ENDED, why))
        self._tell()

    def _tell(self) -> None:
        """The wall, if it does not show this yet."""
        if (section := self.section()) != self._shown:
            self._shown = section
            self._bus.publish(SupportChanged())

    def _put(self, deed: Deed) -> None:
        self._deeds.append(deed)
        self._woken.set()

    async def _begin(self, user: str, role: str, deed: str) -> None:
        """The first line, behind those of an earlier opening; raises TransientError where the disk takes none."""
        try:
            async with asyncio.timeout(BEGUN_S):
                await self._write()
        except TimeoutError as cause:
            raise TransientError("Hộp không ghi được nhật ký lúc này, nên không mở.") from cause
        await self._journal.record(partial(_deed, user, role, OPENED, deed))

    async def _keep_writing(self) -> None:
        while True:
            await self._woken.wait()
            self._woken.clear()
            await self._write()

    async def _write(self) -> None:
        async with self._pen:
            while self._deeds:
                await self._journal.record_surely(partial(_deed, *self._deeds[0]))
                self._deeds.popleft()

    def note(self, typed: bytes) -> None:
        """A line that somebody typed in a session, told by the shell; what comes while it is shut is not believed."""
        line = readable(typed[:MOST_LINE])
        if self._wish is None or not line:
            return
        self._typed_lines += 1
        if self._typed_lines > MOST_NOTES:
            self._shut(f"quá {MOST_NOTES} dòng gõ trong một lần mở")
        else:
            self._put((GUEST, "", TYPED, line))

    async def _until(self, *, alive: bool, deadline_s: float) -> None:
        """Raises TimeoutError unless the tunnel lives, or is gone, in time; it cannot live without a wish."""
        async with asyncio.timeout(deadline_s):
            while (tunnel_in(self._places.tunnel) is not None) is not alive:  # noqa: ASYNC110 - a file has no event
                if alive and not (self._places.wishes / TERM).exists():
                    raise TimeoutError("the unit took the wish and ended")
                await asyncio.sleep(0.1)


def _deed(user: str, role: str, action: str, detail: str, tx: Tx) -> None:
    tx.deed(user, role, action, detail)


def _is_unended(connection: sqlite3.Connection) -> bool:
    row = connection.execute(
        "SELECT action FROM audit WHERE action IN (?, ?) ORDER BY seq DESC LIMIT 1", (OPENED, ENDED)
    ).fetchone()
    return row is not None and row[0] == OPENED
