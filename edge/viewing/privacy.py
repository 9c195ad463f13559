"""Privacy areas of every camera: kept here, hidden by the camera itself where ONVIF allows it, else by the box.

It fails closed: areas count as not hidden by the camera until it was asked again and confirmed every one of them.
"""

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from edge.config.cameras import OnvifDoor, onvif_of
from edge.config.schema import Config
from edge.core.errors import FinalError, MolangError, TransientError
from edge.core.news import PrivacyChanged
from edge.core.place import CameraId
from edge.core.privacy import Areas, check_change
from edge.core.recording import Who
from edge.kernel.bus import Bus
from edge.kernel.errand import run_errand
from edge.kernel.keep_running import keep_running
from edge.kernel.wire.masking import AreasRefused, FromMasking, PutAreas
from edge.store.journal import Journal
from edge.store.privacy import note_placed, set_privacy
from edge.store.privacy_rows import PrivacyRow

log = logging.getLogger(__name__)

CHECK_EVERY_S = 600.0
"""A camera that was reset forgets what it hid: for so long at most nobody notices."""
ERRAND_S = 60.0
BY_BOX = "Camera này chưa khai địa chỉ ONVIF: hộp che ảnh, video chỉ lãnh đạo xem được."


class Privacy:
    """What is private, and who hides it. ``rows`` are those of the store; ``areas`` and ``covered`` answer at once."""

    def __init__(self, config: Config, rows: Mapping[str, PrivacyRow], journal: Journal, bus: Bus) -> None:
        self._doors = {camera.id: onvif_of(camera, config) for camera in config.camera}
        self._rows = {camera: row for camera, row in rows.items() if camera in self._doors}
        self._journal = journal
        self._bus = bus
        self._wake = asyncio.Event()
        self._turn = asyncio.Lock()

    def areas(self, camera: str) -> Areas:
        """What of its picture is private."""
        return self._row(camera).areas

    def covered(self, camera: str) -> bool:
        """Whether something is private that the camera itself has not confirmed to hide."""
        return self._row(camera).covered

    def was_covered(self, camera: str, at_ms: int) -> bool:
        """The same for what was recorded at that moment: a mask in the camera hides nothing of the time before it."""
        return self._row(camera).was_covered(at_ms)

    def all_covered(self) -> tuple[str, ...]:
        """The cameras of which only masked stills may be seen."""
        return tuple(camera for camera in self._doors if self.covered(camera))

    def section(self, camera: str) -> dict[str, Any]:
        """For the state of the wall: shapes, who hides them, a word on it."""
        row = self._row(camera)
        hidden_by = "" if not row.areas else "box" if self.covered(camera) else "camera"
        word = row.word or (BY_BOX if hidden_by == "box" and self._doors[camera] is None else "")
        return {"areas": row.areas, "hidden_by": hidden_by, "word": word, "set_at_ms": row.set_at_ms}

    async def set(self, camera: str, areas: Areas, who: Who, why: str, known_at_ms: int) -> dict[str, Any]:
        """Keep these areas; the box hides them before this returns to whoever asked, the camera soon after."""
        if camera not in self._doors:
            raise FinalError("Không có camera này.")
        async with self._turn:
            row = self._row(camera)
            if row.set_at_ms != known_at_ms:
                raise FinalError("Người khác vừa đổi vùng riêng tư của camera này: hãy tải lại trang rồi vẽ tiếp.")
            check_change(who.role, row.areas, areas)
            await self._journal.record(lambda tx: set_privacy(tx, camera, areas, who, why))
            now_ms = self._journal.clock.now().at_ms
            self._rows[camera] = replace(row, areas=areas, set_at_ms=now_ms, word="", hidden_since_ms=None)
        self._bus.publish(PrivacyChanged(CameraId(camera)))
        self._wake.set()
        return self.section(camera)

    async def run(self) -> None:
        """Bring areas into cameras that take them, and look now and then whether they are still there."""
        await keep_running("privacy areas", self._place_all)

    async def _place_all(self) -> None:
        while True:
            self._wake.clear()
            for camera, door in self._doors.items():
                row = self._row(camera)
                if door is not None and (row.areas or row.ours):
                    await self._place(camera, door)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(CHECK_EVERY_S):
                    await self._wake.wait()

    async def _place(self, camera: str, door: OnvifDoor) -> None:
        row = self._row(camera)
        placed, word = await _ask(door, row)
        async with self._turn:
            now = self._row(camera)
            after = _after(now, row.areas, placed, word, self._journal.clock.now().at_ms)
            if after == now:
                return
            await self._journal.record(lambda tx: note_placed(tx, camera, after))
            self._rows[camera] = after
        log.info("camera %s hides %d of %d privacy areas itself. %s", camera, len(placed), len(now.areas), word)
        self._bus.publish(PrivacyChanged(CameraId(camera)))

    def _row(self, camera: str) -> PrivacyRow:
        return self._rows.get(camera, PrivacyRow())


def _after(now: PrivacyRow, asked: Areas, placed: Areas, word: str, at_ms: int) -> PrivacyRow:
    """What is known after an answer about the areas that were ``asked`` for; a failed one forgets nothing of ours."""
    whole = not word
    ours = asked if whole else tuple(dict.fromkeys((*now.ours, *now.placed, *asked)))
    hides = whole and bool(now.areas) and set(now.areas) <= set(placed)
    since_ms = (now.hidden_since_ms or at_ms) if hides else None
    return replace(now, placed=placed, ours=ours, word=word, hidden_since_ms=since_ms)


async def _ask(door: OnvifDoor, row: PrivacyRow) -> tuple[Areas, str]:
    """What the camera has confirmed, and a word when that is not all."""
    job = PutAreas(door.url, door.user, door.password, row.areas, tuple(dict.fromkeys((*row.ours, *row.placed))))
    kind: Any = FromMasking  # a union is a type to msgspec
    try:
        answer = await run_errand("edge.workers.masking", job, kind, ERRAND_S)
    except TransientError:
        return (), "Camera không trả lời khi hỏi vùng riêng tư; hộp che ảnh và hỏi lại."
    except MolangError as error:
        return (), str(error)
    return ((), answer.reason) if isinstance(answer, AreasRefused) else (row.areas, "")
