"""Every kept event is told on over NATS JetStream: at least once, with an id by which JetStream drops the second.

The cursor of a box moves only after JetStream has confirmed. Batches of one box are committed one after the other, so
within a box no event appears behind the cursor. Instances share the boxes: whoever holds a box's row tells its events.
"""

import asyncio
import logging
from typing import Any

import nats
import nats.errors
from nats.js import JetStreamContext
from nats.js.api import RetentionPolicy, StorageType, StreamConfig
from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from edge.core.errors import TransientError
from edge.hub.database import Database
from edge.hub.tables.events import box, event
from edge.hub.tables.fanout import fanout

log = logging.getLogger(__name__)

STREAM = "MOLANG"
SUBJECTS = "xa.>"
SWEEP_S = 10.0
"""Whatever an instance that died left is found within this."""
MOST_AT_ONCE = 500
ACK_S = 5.0
CONNECT_S = 3.0
REMEMBERS_S = 600.0
"""So long JetStream knows an id again; a cursor that was not moved is told again within seconds."""
KEEPS_S = 7 * 86_400.0


class FanOut:
    """Run it with ``run``; ``nudge`` says that a box has something new."""

    def __init__(self, database: Database, url: str) -> None:
        self._database = database
        self._url = url
        self._nudged: set[str] = set()
        self._wake = asyncio.Event()

    def nudge(self, source: str) -> None:
        """A batch of this box was just kept."""
        self._nudged.add(source)
        self._wake.set()

    async def run(self) -> None:
        """Until cancelled; raises TransientError when NATS or the record is gone, and is then started again."""
        try:
            async with asyncio.timeout(CONNECT_S):
                connection = await nats.connect(self._url, allow_reconnect=False)
        except (OSError, nats.errors.Error, TimeoutError) as cause:
            raise TransientError(f"NATS ở {self._url} không trả lời: {cause}.") from cause
        try:
            stream = connection.jetstream(timeout=ACK_S)
            await _make_stream(stream)
            while True:
                for source in await self._due():
                    while await self._tell(stream, source):
                        continue
        except (nats.errors.Error, TimeoutError) as cause:
            raise TransientError(f"NATS không nhận: {type(cause).__name__} {cause}.") from cause
        finally:
            await connection.close()

    async def _due(self) -> list[str]:
        """Boxes with news; every so often all of them."""
        try:
            async with asyncio.timeout(SWEEP_S):
                await self._wake.wait()
        except TimeoutError:
            async with self._database.change() as connection:
                return list((await connection.execute(select(box.c.source))).scalars())
        self._wake.clear()
        nudged, self._nudged = sorted(self._nudged), set()
        return nudged

    async def _tell(self, stream: JetStreamContext, source: str) -> bool:
        """Some events of a box; True when there may be more. A box that another instance holds is left to it."""
        async with self._database.change() as connection:
            after = await _cursor(connection, source)
            if after is None:
                return False
            asked = select(event).where(event.c.source == source, event.c.arrival > after)
            rows = (await connection.execute(asked.order_by(event.c.arrival).limit(MOST_AT_ONCE))).mappings().all()
            if not rows:
                return False
            await asyncio.gather(*(_publish(stream, row) for row in rows))
            moved = update(fanout).where(fanout.c.source == source).values(arrival=rows[-1]["arrival"])
            await connection.execute(moved)
        return len(rows) == MOST_AT_ONCE


async def _cursor(connection: AsyncConnection, source: str) -> int | None:
    """Where the telling of this box stands, its row held; None while another instance holds it."""
    upsert: Any = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    await connection.execute(upsert(fanout).values(source=source).on_conflict_do_nothing())
    asked = select(fanout.c.arrival).where(fanout.c.source == source).with_for_update(skip_locked=True)
    found: int | None = (await connection.execute(asked)).scalar_one_or_none()
    return found


async def _make_stream(stream: JetStreamContext) -> None:
    """Kept on the disk; the server's ``sync_interval: always`` makes that outlive a power cut."""
    config = StreamConfig(
        name=STREAM,
        subjects=[SUBJECTS],
        storage=StorageType.FILE,
        retention=RetentionPolicy.LIMITS,
        duplicate_window=REMEMBERS_S,
        max_age=KEEPS_S,
    )
    await stream.add_stream(config)


async def _publish(stream: JetStreamContext, row: Any) -> None:
    headers = {"Nats-Msg-Id": f"{row['source']}/{row['id']}", "Molang-Source": row["source"], "Molang-Id": row["id"]}
    await stream.publish(subject_of(row["source"], row["lane"], row["type"]), row["data"].encode(), headers=headers)


def subject_of(source: str, lane: int, kind: str) -> str:
    """``/xa/dong-son/box/1``, 0, ``vn.molang.incident.opened.v1`` -> ``xa.dong-son.1.0.incident.opened.v1``."""
    _, _, commune, _, number = source.split("/")
    return f"xa.{commune}.{number}.{lane}.{kind.removeprefix('vn.molang.')}"
