"""The pages of technician, leader and admin with the real services behind them: settings, shifts, requests, audit."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from edge.config.airtime import national_holidays
from edge.control.handlers.office import office_handlers
from edge.control.handlers.settings import settings_handlers
from edge.control.server import Handler
from edge.kernel.clock import SystemClock
from edge.kernel.statement import StatementKey
from edge.office.audit import AuditReader
from edge.office.requests import PersonRequests
from edge.office.shifts import Sections, Shifts
from edge.office.upkeep import Upkeep
from edge.settings_book.book import SettingsBook
from edge.settings_book.files import SettingsFiles
from edge.store.journal import Journal

_NONE: Sections = MappingProxyType({})
EXAMPLE = Path(__file__).parents[2] / "docs" / "ref" / "example.toml"


@dataclass
class AdminOffice:
    """Services and the handlers of their requests. ``restarts`` counts what a restart of the box would be."""

    journal: Journal
    file: Path
    book: SettingsBook
    handlers: dict[type, Handler]
    restarts: list[str]


def _settings_in(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "molang.toml"
    (folder / "keys").mkdir(exist_ok=True)
    StatementKey.load_or_make(folder / "keys" / "audit.pem")
    file.write_text(EXAMPLE.read_text().replace('data = "/var/lib/molang"', f'data = "{folder}"'))
    return file


@contextlib.asynccontextmanager
async def admin_office(folder: Path, sections: Sections = _NONE) -> AsyncIterator[AdminOffice]:
    """On the database of ``folder``; give its ``handlers`` to the stage."""
    file = _settings_in(folder)
    restarts: list[str] = []
    journal = await Journal.open(folder / "molang.db", SystemClock())
    files = SettingsFiles(file, folder / "settings")
    book = SettingsBook(files, journal, (), lambda: True, lambda: restarts.append("again"))
    requests = PersonRequests(national_holidays(), journal)
    handlers = settings_handlers(book) | office_handlers(
        Shifts(sections, journal), requests, AuditReader(file), Upkeep(folder, journal, sections)
    )
    try:
        yield AdminOffice(journal, file, book, handlers, restarts)
    finally:
        journal.close()
