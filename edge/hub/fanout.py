"""Every event of the record to NATS JetStream, in the order of arrival, from where the last instance came to.

The record is the outbox: an event is published after its commit, and the cursor in the table ``fanout`` moves after
JetStream's own confirmation. Whoever dies between the two publishes the same again; ``Nats-Msg-Id`` lets JetStream
drop it. One instance at a time publishes, by a lease: no transaction stays open while NATS is slow.
"""

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import nats
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import NotFoundError
from sqlalchemy import or_, select, update

from edge.core.errors import TransientError
from edge.hub.database import Database
from edge.hub.message import Message, message_of
from edge.hub.tables.events import event, fanout
from edge.kernel.clock import Clock

log = logging.getLogger(__name__)
NAME = "nats"
STREAM, SUBJECTS = "MOLANG", "molang.>"
DEDUPE_S = 1_800.0
"""How long JetStream remembers ids: a lease changes hands within seconds, and each id costs it 100 bytes of memory."""
KEEP_S = 30 * 86_400.0
"""The stream is a fan-out, the record keeps everything: who was away for a month asks the record."""
AT_ONCE = 200
LEASE_MS = 15_000
CONNECT_S, CONFIRM_S = 5.0, 8.0
LOOK_EVERY_S = 0.3
STANDBY_S = 2.0
AGAIN_S = 2.0


class Fanout:
    """The publisher of one instance. ``run`` works until cancelled, whatever happens to NATS or the record."""

    def __init__(self, database: Database, clock: Clock, url: str) -> None:
        self._database = database
        self._clock = clock
        self._servers = url.split(",")
        self._me = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._until_ms = 0
        self._arrival = 0
        self._works: bool | None = None

    async def run(self) -> None:
        """Publish; a fault is told once, and its end once."""
        while True:
            try:
                async with self._connected() as client:
                    await self._publish_all(client)
            except (TransientError, NatsError, OSError, TimeoutError) as error:
                self._tell(works=False, why=error)
                self._until_ms = 0
            await asyncio.sleep(AGAIN_S)

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[Client]:
        client = await nats.connect(
            self._servers, allow_reconnect=False, connect_timeout=CONNECT_S, error_cb=_quiet, name="molang hub"
        )
        try:
            await _make_stream(client.jetstream())
            yield client
        finally:
            await client.close()

    async def _publish_all(self, client: Client) -> None:
        await self._make_cursor()
        stream = client.jetstream()
        while True:
            if client.is_closed:
                raise TransientError("NATS đã ngắt.")
            if not await self._holds():
                await asyncio.sleep(STANDBY_S)
                continue
            messages = await self._next()
            if messages:
                await self._publish(stream, messages, client.max_payload)
                await self._move(messages[-1].arrival)
            else:
                await asyncio.sleep(LOOK_EVERY_S)
            self._tell(works=True)

    async def _publish(self, stream: JetStreamContext, messages: Sequence[Message], most_bytes: int) -> None:
        """All of them, confirmed by JetStream's own disk."""
        async with asyncio.timeout(CONFIRM_S):
            confirmed = [
                await stream.publish_async(one.subject, one.body(most_bytes), headers=one.headers) for one in messages
            ]
            await asyncio.gather(*confirmed)

    async def _next(self) -> list[Message]:
        asked = select(event).where(event.c.arrival > self._arrival).order_by(event.c.arrival).limit(AT_ONCE)
        async with self._database.ask() as connection:
            return [message_of(dict(row)) for row in (await connection.execute(asked)).mappings()]

    async def _make_cursor(self) -> None:
        row = self._database.insert(fanout).values(name=NAME, arrival=0, holder="", until_ms=0)
        async with self._database.change() as connection:
            await connection.execute(row.on_conflict_do_nothing())

    async def _holds(self) -> bool:
        """Whether the lease is ours; it is renewed at its half, not at every look."""
        now_ms = self._clock.now().at_ms
        if now_ms < self._until_ms - LEASE_MS // 2:
            return True
        free = or_(fanout.c.holder == self._me, fanout.c.until_ms < now_ms)
        take = update(fanout).where(fanout.c.name == NAME, free).values(holder=self._me, until_ms=now_ms + LEASE_MS)
        async with self._database.change() as connection:
            arrival = (await connection.execute(take.returning(fanout.c.arrival))).scalar()
        if arrival is None:
            return False
        self._arrival, self._until_ms = arrival, now_ms + LEASE_MS
        return True

    async def _move(self, arrival: int) -> None:
        """The cursor behind what is confirmed; when another holds it by now, he publishes the same again."""
        until_ms = self._clock.now().at_ms + LEASE_MS
        mine = update(fanout).where(fanout.c.name == NAME, fanout.c.holder == self._me)
        async with self._database.change() as connection:
            moved = await connection.execute(mine.values(arrival=arrival, until_ms=until_ms))
        self._arrival, self._until_ms = arrival, until_ms if moved.rowcount else 0

    def _tell(self, *, works: bool, why: Exception | None = None) -> None:
        if works != self._works:
            self._works = works
            log.log(logging.INFO if works else logging.WARNING, "fan-out to NATS %s", "works" if works else repr(why))


async def _make_stream(stream: JetStreamContext) -> None:
    """Whoever wants replicas makes the stream himself before (docs/guide/province.md); what is there stays."""
    try:
        await stream.stream_info(STREAM)
    except NotFoundError:
        await stream.add_stream(
            StreamConfig(
                name=STREAM,
                subjects=[SUBJECTS],
                storage=StorageType.FILE,
                retention=RetentionPolicy.LIMITS,
                max_age=KEEP_S,
                duplicate_window=DEDUPE_S,
            )
        )


async def _quiet(_: Exception) -> None:
    """The client's own log line for each fault: ``run`` tells the change of state instead."""
