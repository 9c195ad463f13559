"""Units that systemd gave up on: a note in a folder becomes an incident as soon as the supervisor lives."""

import asyncio
import re
from pathlib import Path

from edge.core.errors import MisconfiguredError
from edge.core.incident import Incident, IncidentKind, Severity
from edge.incidents.desk import IncidentDesk
from edge.store.journal import Journal

LOOK_S = 5.0
MOST_NOTES = 50
NAMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9@._-]{0,99}")
_KNOWN = {
    "molang.service": "Bộ điều khiển",
    "molang-web.service": "Trang web",
    "molang-nginx.service": "Cửa vào trang web",
    "molang-node.service": "Nút loa",
    "molang-kiosk.service": "Màn hình tường",
    "molang-gate.service": "Bản cập nhật không khỏe, hộp đã quay về bản cũ; nó",
    "mosquitto.service": "Đường truyền lệnh tới loa (mosquitto)",
}


def note_failure(folder: Path, unit: str) -> None:
    """Leave the note; raises MisconfiguredError for what is no name of a unit.

    It touches no database: the supervisor may be the one that failed, and the store has one writer.
    """
    if not NAMED.fullmatch(unit):
        raise MisconfiguredError(f"{unit!r} không phải tên dịch vụ của systemd.")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / unit).touch()


class UnitFailures:
    """Opens one incident a unit; a person closes it when it was looked after."""

    def __init__(self, folder: Path, desk: IncidentDesk, journal: Journal) -> None:
        self._folder = folder
        self._desk = desk
        self._journal = journal

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            for note in await asyncio.to_thread(self._notes):
                await self._desk.open(self._incident(note.name), None, ())
                await asyncio.to_thread(note.unlink, missing_ok=True)  # only now: a kill before tells it again
            await asyncio.sleep(LOOK_S)

    def _notes(self) -> list[Path]:
        if not self._folder.is_dir():
            return []
        return [path for path in sorted(self._folder.iterdir())[:MOST_NOTES] if NAMED.fullmatch(path.name)]

    def _incident(self, unit: str) -> Incident:
        name = _KNOWN.get(unit, f"Dịch vụ {unit}")
        return Incident(
            id=self._desk.new_id(),
            kind=IncidentKind.DEVICE,
            severity=Severity.MODERATE,
            subject=f"unit/{unit}",
            place="",
            hamlet="",
            title=f"{name} đã dừng hẳn, cần kỹ thuật viên.",
            began_at_ms=self._journal.clock.now().at_ms,
        )
