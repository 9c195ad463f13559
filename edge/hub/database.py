"""The province's record: PostgreSQL, or SQLite for a trial, asked in one way (SQLAlchemy Core)."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import event, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from edge.core.errors import TransientError
from edge.hub.tables import metadata
from edge.hub.tables.events import make_partitions

BUSY_MS = 5_000
SQLITE_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_MS}")
POOL = 8
"""Batches that are written at once by one instance; the rest wait their turn."""
STATEMENT_S = 10.0
"""A statement that takes longer is given up, and the batch is sent again: nothing holds a box's row for ever."""
_LOCK = 0x6D6F6C616E67
"""Advisory lock of the making of tables: "molang"."""
_POSTGRES = {"statement_timeout": str(int(STATEMENT_S * 1000)), "synchronous_commit": "on", "jit": "off"}
_FAILED = (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)


def trial_url(folder: Path) -> str:
    """SQLite in this folder, made if it is not there: for a trial, and for a few boxes."""
    folder.mkdir(parents=True, exist_ok=True)
    return f"sqlite+aiosqlite:///{folder / 'hub.db'}"


class Database:
    """Transactions of the hub. ``url`` is SQLAlchemy's: ``sqlite+aiosqlite:///…`` or ``postgresql+asyncpg://…``."""

    def __init__(self, url: str) -> None:
        self.is_postgres = url.startswith("postgresql")
        if self.is_postgres:
            self._engine = create_async_engine(
                url,
                pool_size=POOL,
                max_overflow=0,
                pool_pre_ping=True,
                pool_timeout=STATEMENT_S,
                connect_args={"server_settings": _POSTGRES, "timeout": STATEMENT_S, "command_timeout": STATEMENT_S * 2},
            )
        else:
            self._engine = create_async_engine(url, pool_size=POOL)
            event.listen(self._engine.sync_engine, "connect", _set_up_sqlite)
            event.listen(self._engine.sync_engine, "begin", _begin_at_once)

    async def make_tables(self, today: dt.date) -> None:
        """Make what is not there yet, and the partitions of the next months; several instances may do it at once."""
        async with self.change() as connection:
            if self.is_postgres:
                await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            await connection.run_sync(metadata.create_all)
            if self.is_postgres:
                await make_partitions(connection, today)

    @asynccontextmanager
    async def change(self) -> AsyncIterator[AsyncConnection]:
        """One transaction: committed, and on the disk, when the block ends without an error.

        Raises TransientError when the database does not take it; then nobody knows whether it was committed, and
        whatever was to be written must be safe to write again.
        """
        try:
            async with self._engine.begin() as connection:
                yield connection
        except asyncio.CancelledError:
            raise
        except _FAILED as cause:
            raise TransientError(f"Kho dữ liệu của tỉnh không nhận: {type(cause).__name__}.") from cause

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
