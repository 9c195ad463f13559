"""The province's record: PostgreSQL, or SQLite for a trial, asked in one way (SQLAlchemy Core)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from edge.hub.tables import metadata

BUSY_MS = 5_000
SQLITE_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_MS}")


class Database:
    """Transactions of the hub. ``url`` is SQLAlchemy's: ``sqlite+aiosqlite:///…`` or ``postgresql+asyncpg://…``."""

    def __init__(self, url: str) -> None:
        self.is_postgres = url.startswith("postgresql")
        if self.is_postgres:
            self._engine = create_async_engine(url, pool_size=8, max_overflow=0, pool_pre_ping=True)
        else:
            self._engine = create_async_engine(url, poolclass=NullPool)
            event.listen(self._engine.sync_engine, "connect", _set_up_sqlite)
            event.listen(self._engine.sync_engine, "begin", _begin_at_once)

    async def make_tables(self) -> None:
        """Make what is not there yet; several instances may do it at once."""
        async with self.change() as connection:
            await connection.run_sync(metadata.create_all)

    @asynccontextmanager
    async def change(self) -> AsyncIterator[AsyncConnection]:
        """One transaction: committed, and on the disk, when the block ends without an error."""
        async with self._engine.begin() as connection:
            yield connection

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()


def _set_up_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None  # SQLAlchemy's own BEGIN below, not the module's
    cursor = connection.cursor()
    for pragma in SQLITE_PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_at_once(connection: Any) -> None:
    """A transaction that reads first and writes then would otherwise fail as soon as another writes."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")
