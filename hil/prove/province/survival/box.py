"""A box in a process of its own: its real store under load, and its real uplink to a real hub."""

import asyncio
import logging
import os
from contextlib import suppress
from pathlib import Path

import msgspec

from edge.config.schema import Hub
from edge.core.errors import TransientError
from edge.kernel.bus import Bus
from edge.kernel.clock import SystemClock
from edge.store.journal import Journal
from edge.store.outbox import backlog
from edge.sync.service import SyncService
from hil.prove.province.survival.load import write_for_ever

AT_ONCE = 6
LOOK_S = 0.05
DRAINED = "drained"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What this life of the box is for: to write until it dies, or (``drain``) to send what waits and end.

    ``said`` is a FIFO: the name of each promise goes there as a line, and ``DRAINED`` at such an end.
    """

    database: Path
    source: str
    hub: Hub
    said: Path
    drain: bool = False


def live(asked: Asked) -> None:
    """Until killed, or drained."""
    logging.disable(logging.CRITICAL)  # a disk that dies two hundred times would tell it each time
    said = os.open(asked.said, os.O_WRONLY)
    asyncio.run(_send_the_rest(asked, said) if asked.drain else _write_and_send(asked, said))


async def _write_and_send(asked: Asked, said: int) -> None:
    journal = await Journal.open(asked.database, SystemClock())
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(SyncService(asked.hub, asked.source, journal, Bus()).run())
        for lane in range(AT_ONCE):
            tasks.create_task(_write(journal, lane, said))


async def _send_the_rest(asked: Asked, said: int) -> None:
    journal = await Journal.open(asked.database, SystemClock())
    uplink = asyncio.create_task(SyncService(asked.hub, asked.source, journal, Bus()).run())
    while (await journal.with_connection(backlog)).waiting:  # noqa: ASYNC110 - a table sets no event
        await asyncio.sleep(LOOK_S)
    uplink.cancel()
    await asyncio.gather(uplink, return_exceptions=True)
    journal.close()
    os.write(said, f"{DRAINED}\n".encode())


async def _write(journal: Journal, lane: int, said: int) -> None:
    """Promises, and word of them only afterwards; with a dead disk it falls silent and waits for its own end."""
    with suppress(TransientError):
        async for promise in write_for_ever(journal, lane, AT_ONCE):
            os.write(said, f"{promise}\n".encode())
    await asyncio.Event().wait()
