"""The pages of technician, leader and admin with the real services behind them: settings, shifts, requests, audit."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from edge.control.handlers.settings import settings_handlers
from edge.control.server import Handler
from edge.kernel.clock import SystemClock
from edge.settings_book.book import SettingsBook
from edge.settings_book.files import SettingsFiles
from edge.store.journal import Journal

EXAMPLE = Path(__file__).parents[2] / "docs" / "ref" / "example.toml"


@dataclass
class AdminOffice:
    """Services and the handlers of their requests. ``restarts`` counts what a restart of the box would be."""

    journal: Journal
    file: Path
    book: SettingsBook
    handlers: dict[type, Handler]
    restarts: list[str]


@contextlib.asynccontextmanager
async def admin_office(folder: Path) -> AsyncIterator[AdminOffice]:
    """On the database of ``folder``; give its ``handlers`` to the stage."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "molang.toml"
    file.write_bytes(EXAMPLE.read_bytes())
    restarts: list[str] = []
    journal = await Journal.open(folder / "molang.db", SystemClock())
    files = SettingsFiles(file, folder / "settings")
    book = SettingsBook(files, journal, (), lambda: True, lambda: restarts.append("again"))
    try:
        yield AdminOffice(journal, file, book, settings_handlers(book), restarts)
    finally:
        journal.close()
