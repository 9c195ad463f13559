"""A unit that gave up becomes one incident, whenever the supervisor next looks."""

import asyncio
from pathlib import Path

import pytest

from edge.core.errors import MisconfiguredError
from edge.incidents.desk import IncidentDesk
from edge.incidents.unit_failures import UnitFailures, note_failure
from edge.kernel.bus import Bus
from edge.kernel.clock import SystemClock
from edge.store.journal import Journal


async def watched(folder: Path, notes: Path, seconds: float) -> list[tuple[str, str]]:
    journal = await Journal.open(folder / "molang.db", SystemClock())
    try:
        desk = IncidentDesk(journal, Bus(), (), {})
        task = asyncio.create_task(UnitFailures(notes, desk, journal).run())
        await asyncio.sleep(seconds)
        task.cancel()
        return await journal.record(lambda tx: tx.run("SELECT subject, title FROM incident ORDER BY id").fetchall())
    finally:
        journal.close()


async def test_a_note_becomes_one_incident_and_is_gone(tmp_path: Path) -> None:
    notes = tmp_path / "failed-units"
    note_failure(notes, "molang-web.service")
    note_failure(notes, "molang-web.service")
    told = await watched(tmp_path, notes, 0.3)
    assert told == [("unit/molang-web.service", "Trang web đã dừng hẳn, cần kỹ thuật viên.")]
    assert list(notes.iterdir()) == []
    assert await watched(tmp_path, notes, 0.3) == told


async def test_without_a_folder_nothing_is_told(tmp_path: Path) -> None:
    assert await watched(tmp_path, tmp_path / "none", 0.2) == []


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "a/b.service", "-x", "x" * 200])
def test_what_is_no_name_of_a_unit_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(MisconfiguredError):
        note_failure(tmp_path, name)
    assert list(tmp_path.iterdir()) == []
