"""One thread writes the database; many callers share one fsync (group commit)."""

import asyncio
import contextlib
import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

from edge.core.errors import FinalError, MolangError, TransientError
from edge.store.schema import MIGRATIONS, open_writer

log = logging.getLogger(__name__)

QUEUE_SIZE = 2_048
GROUP = 256
T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]
Rescue = Callable[[sqlite3.Connection], bool]
"""Makes room, outside of any transaction; whether there is some now. Called in the writing thread."""
REFUSED = (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.InterfaceError, sqlite3.DataError)
"""The database works and does not take this: the job's own fault, and no trying again helps."""
WRONG = (LookupError, ValueError, TypeError, ArithmeticError, AttributeError, AssertionError, RuntimeError)
"""A bug in one job must not end the thread that writes for all."""


class _Job:
    """Work that waits for its turn, and the promise of its result."""

    def __init__(self, work: Work[Any]) -> None:
        self.work = work
        self.done: Future[Any] = Future()
        self.done.set_running_or_notify_cancel()  # from now on nobody can cancel it
        self.value: Any = None
        self.error: BaseException | None = None


class Writer:
    """Runs transactions one after the other in its own thread.

    What a caller wrote is on the disk when its await returns. A job that fails is rolled back alone; when the commit
    itself fails all of its group fail, and nobody was told otherwise. ``migrations`` is the folder of the schema: the
    box's own, or the hub's. ``rescue`` is asked once when there is no room for a group: where it made some, all of the
    group's work is done once more.
    """

    def __init__(self, path: Path, migrations: Path = MIGRATIONS, rescue: Rescue | None = None) -> None:
        self._path = path
        self._rescue = rescue
        self._jobs: queue.Queue[_Job | None] = queue.Queue(QUEUE_SIZE)
        self._over = False
        self.fault = ""
        """Why the last commit failed; empty once one that changed something came through."""
        self.wrote_s = float("-inf")
        """When, on the monotonic clock, something was last made durable."""
        self._connection = open_writer(path, migrations)
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    async def write(self, work: Work[T]) -> T:
        """Run ``work(connection)`` inside a transaction and return its value once it is durable.

        Raises TransientError when the store is overloaded or the disk fails, and whatever ``work`` raised.
        """
        job = _Job(work)
        if not self.alive:
            raise TransientError("Luồng ghi dữ liệu đã dừng.")
        try:
            self._jobs.put_nowait(job)
        except queue.Full as cause:
            raise TransientError("Kho dữ liệu đang quá tải, xin thử lại.") from cause
        if self._over:
            self._refuse_the_rest()  # the thread ended between the question above and the queue
        return await asyncio.shield(asyncio.wrap_future(job.done))

    @property
    def alive(self) -> bool:
        """Whether the writing thread lives; the watchdog asks."""
        return self._thread.is_alive() and not self._over

    def close(self) -> None:
        """Finish what is queued, then close the database."""
        if self.alive:
            self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        last = False
        group: list[_Job] = []
        try:
            while not last:
                group, last = self._next_group()
                if group:
                    self._commit(group)
        finally:
            self._over = True
            self._connection.close()
            for job in group:
                _settle_if_forgotten(job)
            self._refuse_the_rest()

    def _refuse_the_rest(self) -> None:
        """Nobody waits for ever for a thread that has ended."""
        with contextlib.suppress(queue.Empty):
            while True:
                job = self._jobs.get_nowait()
                if job is not None:
                    _settle_if_forgotten(job)

    def _next_group(self) -> tuple[list[_Job], bool]:
        group: list[_Job] = []
        job = self._jobs.get()
        while job is not None:
            group.append(job)
            if len(group) >= GROUP or self._jobs.empty():
                return group, False
            job = self._jobs.get_nowait()
        return group, True

    def _commit(self, group: list[_Job]) -> None:
        before = self._connection.total_changes
        try:
            self._try(group)
        except sqlite3.Error as cause:
            self._give_up(group, cause)
            return
        if self._connection.total_changes > before:  # a commit without changes touches no disk and proves nothing
            self.fault, self.wrote_s = "", time.monotonic()
        for job in group:
            _settle(job)

    def _try(self, group: list[_Job]) -> None:
        try:
            self._run_all(group)
        except sqlite3.OperationalError as cause:
            if cause.sqlite_errorcode != sqlite3.SQLITE_FULL or not self._rescued():
                raise
            self._run_all(group)

    def _run_all(self, group: list[_Job]) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        for job in group:
            _run_job(self._connection, job)
        self._connection.execute("COMMIT")

    def _rescued(self) -> bool:
        if self._connection.in_transaction:
            self._connection.rollback()
        return self._rescue is not None and self._rescue(self._connection)

    def _give_up(self, group: list[_Job], cause: sqlite3.Error) -> None:
        if not self.fault:
            log.error("commit of %d transactions failed: %s", len(group), cause)
        self.fault = str(cause)
        if self._connection.in_transaction:
            self._connection.rollback()
        for job in group:
            job.error = TransientError(f"Không ghi được vào đĩa: {cause}.")
            _settle(job)


def _run_job(connection: sqlite3.Connection, job: _Job) -> None:
    connection.execute("SAVEPOINT job")
    job.error = None
    try:
        job.value = job.work(connection)
    except (*REFUSED, *WRONG, MolangError) as error:
        connection.execute("ROLLBACK TO job")
        job.error = FinalError(f"Không lưu được: {error}.") if isinstance(error, REFUSED) else error
    connection.execute("RELEASE job")


def _settle(job: _Job) -> None:
    if job.error is not None:
        job.done.set_exception(job.error)
    else:
        job.done.set_result(job.value)


def _settle_if_forgotten(job: _Job) -> None:
    if not job.done.done():
        job.done.set_exception(TransientError("Luồng ghi dữ liệu đã dừng."))
