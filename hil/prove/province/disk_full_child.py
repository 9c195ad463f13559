"""The box, `molang run`, on a disk that is full from one commit on: ``python -m … CONFIG DISK ORDERS``.

The number in the file ORDERS/at says before which commit that changes anything, counted from when it was written;
0 means never. What was about to be written then is noted in ORDERS/hit as ``{"at": number, "tables": [...]}``. Only the
disk is touched: the program is the product's own.
"""

import asyncio
import contextlib
import json
import os
import re
import sqlite3
import sys
from pathlib import Path

from edge.app import run_box
from edge.config import load
from edge.kernel.log import start_logging
from edge.kernel.process import keep_files_private
from edge.store import writer
from edge.store.schema import MIGRATIONS, open_writer

FILLER = "filler"
_WRITES = re.compile(r"^\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM) (\w+)", re.IGNORECASE)


class FullAtACommit:
    """Hears of every statement before it is run, in the writing thread."""

    def __init__(self, connection: sqlite3.Connection, disk: Path, orders: Path) -> None:
        self._connection = connection
        self._disk = disk
        self._orders = orders
        self._order = (0, 0)
        self._count = 0
        self._changes = connection.total_changes
        self._tables: set[str] = set()

    def __call__(self, statement: str) -> None:
        """Fill the disk if this is the commit."""
        if found := _WRITES.match(statement):
            self._tables.add(found[1])
        if statement != "COMMIT":
            return
        changed = self._connection.total_changes > self._changes
        self._changes = self._connection.total_changes
        tables, self._tables = sorted(self._tables), set()
        if changed and self._is_it():
            fill(self._disk)
            (self._orders / "hit").write_text(json.dumps({"at": self._count, "tables": tables}))

    def _is_it(self) -> bool:
        path = self._orders / "at"
        try:
            order = (path.stat().st_mtime_ns, int(path.read_text() or 0))
        except (FileNotFoundError, ValueError):
            return False
        if order != self._order:
            self._order, self._count = order, 0
        self._count += 1
        return self._count == order[1]


def fill(disk: Path) -> None:
    """Leave not one free byte."""
    with (disk / FILLER).open("ab", buffering=0) as file:
        free = os.statvfs(disk)
        with contextlib.suppress(OSError):
            os.posix_fallocate(file.fileno(), os.fstat(file.fileno()).st_size, free.f_bavail * free.f_bsize)
        file.seek(0, os.SEEK_END)
        with contextlib.suppress(OSError):
            while True:
                file.write(bytes(4096))


def main(config: Path, disk: Path, orders: Path) -> None:
    """Run until a signal."""

    def watched(path: Path, migrations: Path = MIGRATIONS) -> sqlite3.Connection:
        connection = open_writer(path, migrations)
        connection.set_trace_callback(FullAtACommit(connection, disk, orders))
        return connection

    writer.open_writer = watched  # type: ignore[attr-defined]  # the proof has its own hand on the switch
    start_logging("molang")
    keep_files_private()
    asyncio.run(run_box(load(config), config))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
