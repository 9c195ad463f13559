"""How the box is kept: its newest backup, the version that runs, how full it is."""

import asyncio
import shutil
import sqlite3
import sys
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import msgspec

from edge.control.protocol import GetUpkeep
from edge.kernel.backup_note import BACKUP_NOTE, BackupNote
from edge.office.releases import USUAL, ReleasePlaces, refused_now, releases_of
from edge.store.journal import Journal

_HOUR_MS = 3_600_000


class Upkeep:
    """``data`` is the box's data folder; ``sections`` are those of the wall: they say what an update would disturb."""

    def __init__(
        self,
        data: Path,
        journal: Journal,
        sections: Mapping[str, Callable[[], Any]],
        places: ReleasePlaces = USUAL,
    ) -> None:
        self._data = data
        self._journal = journal
        self._sections = sections
        self._places = places
        self._started_at_ms = journal.clock.now().at_ms

    async def state(self, request: GetUpkeep) -> dict[str, Any]:
        """For the page."""
        now_ms = self._journal.clock.now().at_ms
        return {
            "started_at_ms": self._started_at_ms,
            "version": _version(),
            "refused": refused_now(self._sections),
            **await asyncio.to_thread(releases_of, self._places),
            **await asyncio.to_thread(_on_disk, self._data, now_ms),
            **await self._journal.with_connection(_in_store),
        }


def _version() -> str:
    try:
        return version("molang")
    except PackageNotFoundError:  # run out of a checkout
        return "–"


def _on_disk(data: Path, now_ms: int) -> dict[str, Any]:
    disk = shutil.disk_usage(data)
    return {
        "installed": str(Path(sys.prefix).resolve()),
        "backup": _backup(data / BACKUP_NOTE, now_ms),
        "database_bytes": sum(path.stat().st_size for path in data.glob("molang.db*")),
        "free_bytes": disk.free,
        "disk_bytes": disk.total,
    }


def _backup(note: Path, now_ms: int) -> dict[str, Any] | None:
    try:
        found = msgspec.json.decode(note.read_bytes(), type=BackupNote)
    except (OSError, msgspec.DecodeError):
        return None
    age_h = max(0, (now_ms - found.made_at_ms) // _HOUR_MS)
    return {**msgspec.to_builtins(found), "age_h": age_h, "there": _is_there(Path(found.folder) / found.file)}


def _is_there(copy: Path) -> bool:
    """False also for a stick that was pulled out, or that this process may not look into."""
    try:
        return copy.is_file()
    except OSError:
        return False


def _in_store(connection: sqlite3.Connection) -> dict[str, int]:
    def one(sql: str) -> int:
        return int(connection.execute(sql).fetchone()[0])

    return {
        "schema": one("PRAGMA user_version"),
        "audit_lines": one("SELECT coalesce(max(seq), 0) FROM audit"),
        "settings_versions": one("SELECT count(*) FROM settings_version"),
    }
