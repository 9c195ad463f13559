"""A file that holds space back: on a disk without a free byte it is given up, so that the box starts and speaks."""

import contextlib
import logging
import os
import shutil
import sqlite3
from functools import partial
from pathlib import Path

from edge.core.errors import TransientError
from edge.kernel.clock import Clock
from edge.store.journal import Journal
from edge.store.outbox_room import database_bytes, make_room

log = logging.getLogger(__name__)

BALLAST_BYTES = 16 * 1024 * 1024
"""Room for some 50,000 orders, reports and events: days, in which somebody can come."""
SHARE = 4
"""It is put aside only where four times as much is free."""
NAME = "ballast"
AT_QUOTA = 0.99


async def open_journal(path: Path, clock: Clock) -> Journal:
    """The journal; a full disk first gets back what was held back beside the database, once.

    Raises TransientError when that does not help either.
    """
    rescue = partial(rescued, folder=path.parent, clock=clock)
    try:
        journal = await Journal.open(path, clock, rescue)
    except TransientError:
        if not drop_ballast(path.parent):
            raise
        journal = await Journal.open(path, clock, rescue)
    keep_ballast(path.parent)
    return journal


def rescued(connection: sqlite3.Connection, folder: Path, clock: Clock) -> bool:
    """A commit found no room: give up what is worth least, once; whether there is room now.

    A database at its own quota drops rows of its outbox; on a full disk the ballast goes.
    """
    held, most = database_bytes(connection)
    if held < most * AT_QUOTA:
        return drop_ballast(folder)
    log.error("the database is at its quota of %d MB: what is worth least is dropped", most // 1024 // 1024)
    connection.execute("BEGIN IMMEDIATE")
    try:
        made = make_room(connection, clock.now())
        connection.execute("COMMIT")
    except sqlite3.Error:
        if connection.in_transaction:
            connection.rollback()
        return drop_ballast(folder)
    return made


def keep_ballast(folder: Path) -> bool:
    """Put the space aside if there is plenty; True when it lies there."""
    path = folder / NAME
    if path.exists():
        return True
    if shutil.disk_usage(folder).free < BALLAST_BYTES * SHARE:
        return False
    try:
        with path.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, BALLAST_BYTES)
    except OSError as error:
        with contextlib.suppress(OSError):
            path.unlink()
        log.warning("no ballast: %s", error)
        return False
    return True


def drop_ballast(folder: Path) -> bool:
    """Give the space up; False when there was none to give."""
    try:
        (folder / NAME).unlink()
    except FileNotFoundError:
        return False
    log.error("the disk is full: %d MB held back are given up", BALLAST_BYTES // 1024 // 1024)
    return True
