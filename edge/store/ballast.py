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
FIRST_BYTES = 8 * 1024 * 1024
"""Apart from that, for whoever else of the box needs room to speak: two hundred clips. No commit has to fail for it,
and whoever fills the disk cannot take the store's part with it."""
LOW_BYTES = 2 * 1024 * 1024
SHARE = 4
"""It is put aside only where four times as much is free."""
NAME, FIRST = "ballast", "ballast-first"
AT_QUOTA = 0.9
"""Of it, the database is what is full and not the disk: one group of transactions is never a tenth of it."""


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
        return False
    return made


def keep_ballast(folder: Path) -> bool:
    """Put the space aside if there is plenty; True when all of it lies there."""
    return all([_keep(folder / NAME, BALLAST_BYTES), _keep(folder / FIRST, FIRST_BYTES)])


def is_kept(folder: Path) -> bool:
    """Whether all of it lies there."""
    return (folder / NAME).exists() and (folder / FIRST).exists()


def give_first(folder: Path) -> bool:
    """The disk is all but full: other programs of the box, which speak and play, get the first part; whether it did."""
    if shutil.disk_usage(folder).free >= LOW_BYTES:
        return False
    return _drop(folder / FIRST, FIRST_BYTES)


def _keep(path: Path, size: int) -> bool:
    if path.exists():
        return True
    if shutil.disk_usage(path.parent).free < size * SHARE:
        return False
    try:
        with path.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, size)
    except OSError as error:
        with contextlib.suppress(OSError):
            path.unlink()
        log.warning("no ballast: %s", error)
        return False
    return True


def drop_ballast(folder: Path) -> bool:
    """Give the store's part up, or what is left of the other; False when there was none to give."""
    return _drop(folder / NAME, BALLAST_BYTES) or _drop(folder / FIRST, FIRST_BYTES)


def _drop(path: Path, size: int) -> bool:
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    log.error("the disk is full: %d MB held back are given up", size // 1024 // 1024)
    return True
