"""The province's record: PostgreSQL, or SQLite for a trial, asked in one way (SQLAlchemy Core)."""

import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import Connection, Row, event, exc
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from edge.core.errors import MisconfiguredError, TransientError
from edge.hub.tables import metadata
from edge.hub.tables.events import OTHER_TIMES, TAKE_FUNCTION, arrivals

DRIVERS = ("sqlite+aiosqlite", "postgresql+asyncpg")
BUSY_MS = 5_000
SQLITE_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_MS}")
CONNECTIONS = 8
"""For one instance: one writes, the rest answer people; three instances stay below PostgreSQL's usual 100."""
CONNECT_S, COMMAND_S, POOL_S = 5.0, 30.0, 5.0
_SESSION = {
    "synchronous_commit": "on",  # a 200 is a promise, whatever the server's own default is
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "15s",  # an instance that lost its network must not hold the arrivals
    "tcp_keepalives_idle": "15",
    "application_name": "molang hub",
    "jit": "off",
}
_LOCK = 0x6D6F_6C61  # "mola": whoever makes tables and partitions
_NOT_THERE = (
    exc.OperationalError,
    exc.InterfaceError,
    exc.TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,  # it starts, it stops, somebody ended us
    asyncpg.InsufficientResourcesError,  # its disk is full, or all its connections are taken
    asyncpg.QueryCanceledError,
    asyncpg.TransactionRollbackError,  # deadlock
    asyncpg.LockNotAvailableError,
    asyncpg.InterfaceError,
    OSError,
    TimeoutError,
)
_TRANSIENT_STATES = ("08", "25P03", "40", "53", "55P03", "57")
"""SQLSTATE classes of the same, as SQLAlchemy wraps them (PostgreSQL 15, appendix A)."""


def trial_url(folder: Path) -> str:
    """SQLite in this folder, made if it is not there: for a trial, and for a few boxes."""
    folder.mkdir(parents=True, exist_ok=True)
    return f"sqlite+aiosqlite:///{folder / 'hub.db'}"


class Database:
    """Transactions of the hub. ``url`` is SQLAlchemy's: ``sqlite+aiosqlite:///…`` or ``postgresql+asyncpg://…``.

    Whatever passes by itself, as a server that is down or a full disk, is raised as TransientError.
    """

    def __init__(self, url: str) -> None:
        self.is_postgres = url.startswith("postgresql")
        self._url = _checked(url)
        if self.is_postgres:
            self._engine = create_async_engine(
                url,
                pool_size=CONNECTIONS,
                max_overflow=0,
                pool_timeout=POOL_S,
                connect_args={"timeout": CONNECT_S, "command_timeout": COMMAND_S, "server_settings": _SESSION},
            )
        else:
            self._engine = create_async_engine(url, poolclass=NullPool)
            event.listen(self._engine.sync_engine, "connect", _set_up_sqlite)
            event.listen(self._engine.sync_engine, "begin", _begin)

    @property
    def insert(self) -> Any:
        """``insert`` of this database, which knows ON CONFLICT."""
        return postgresql.insert if self.is_postgres else sqlite.insert

    async def make_tables(self) -> None:
        """Make what is not there yet; several instances may do it at once.

        Raises MisconfiguredError for the database of the first trial edition.
        """
        if not self.is_postgres:
            _refuse_old_trial(Path(str(self._url.database)))
        async with self.change() as connection:
            await self.be_alone(connection)
            await connection.run_sync(metadata.create_all)
            first = self.insert(arrivals).values(one=1, last=0)
            await connection.execute(first.on_conflict_do_nothing())
            if self.is_postgres:
                await connection.exec_driver_sql(OTHER_TIMES)
                await connection.exec_driver_sql(TAKE_FUNCTION)

    async def be_alone(self, connection: AsyncConnection) -> None:
        """Until the end of the transaction no other instance makes tables (SQLite has one writer anyway)."""
        if self.is_postgres:
            await connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")

    @asynccontextmanager
    async def change(self) -> AsyncIterator[AsyncConnection]:
        """One transaction: committed, and on the disk, when the block ends without an error."""
        with _named():
            async with self._engine.begin() as connection:
                yield connection

    @asynccontextmanager
    async def ask(self) -> AsyncIterator[AsyncConnection]:
        """Questions only: one moment of the record, and nobody who writes waits for it."""
        with _named():
            async with self._engine.connect() as connection:
                level = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
                await connection.execution_options(**(level if self.is_postgres else {"only_asks": True}))
                yield connection

    async def call(self, statement: str, values: tuple[Any, ...]) -> Sequence[Row[Any]]:
        """One statement of PostgreSQL that is its own transaction: one round trip, durable at the return."""
        with _named():
            async with self._engine.connect() as connection:
                await connection.execution_options(isolation_level="AUTOCOMMIT")
                return (await connection.exec_driver_sql(statement, values)).all()

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()


def _checked(url: str) -> Any:
    """Raises MisconfiguredError for an address that no driver of ours understands."""
    try:
        made = make_url(url)
    except exc.ArgumentError as cause:
        raise MisconfiguredError(f"--database không đọc được: {cause}.") from cause
    if made.drivername not in DRIVERS:
        raise MisconfiguredError(f"--database phải bắt đầu bằng {' hoặc '.join(DRIVERS)}.")
    return made


@contextmanager
def _named() -> Iterator[None]:
    """Our names for faults that pass by themselves."""
    try:
        yield
    except _NOT_THERE as cause:
        raise TransientError(f"Cơ sở dữ liệu của tỉnh chưa trả lời: {type(cause).__name__}.") from cause
    except exc.DBAPIError as cause:
        state = str(getattr(cause.orig, "sqlstate", "") or "")
        if not (cause.connection_invalidated or state.startswith(_TRANSIENT_STATES)):
            raise
        raise TransientError(f"Cơ sở dữ liệu của tỉnh chưa nhận: {state}.") from cause


def _refuse_old_trial(path: Path) -> None:
    if not path.exists():
        return
    with closing(sqlite3.connect(path)) as connection:
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if "event" in names and "event_key" not in names:
        raise MisconfiguredError(
            f"{path} là của bản dùng thử đầu tiên, bản này không đọc được."
            " Hãy chuyển tệp đó sang chỗ khác để giữ lại, rồi chạy lại; sự kiện mới sẽ vào tệp mới."
        )


def _set_up_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None  # SQLAlchemy's own BEGIN below, not the module's
    cursor = connection.cursor()
    for pragma in SQLITE_PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    """A transaction that reads first and writes then would otherwise fail as soon as another writes."""
    asks = connection.get_execution_options().get("only_asks", False)
    connection.exec_driver_sql("BEGIN" if asks else "BEGIN IMMEDIATE")
