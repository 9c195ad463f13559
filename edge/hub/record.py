"""Batches into the province's record: every event once, every delivery counted, one transaction for several boxes."""

import datetime as dt
import enum
import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import msgspec
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from edge.core.moment import AtMs
from edge.hub.batch import Checked
from edge.hub.database import Database
from edge.hub.pen import EventRow, Key, KeyRow, Pen, PostgresPen, SqlitePen, TotalRow
from edge.hub.tables.events import arrivals
from edge.kernel.wire.event import BatchReply, CloudEvent, Rejected

USED = "Mã này đã dùng cho một sự kiện khác."
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MS = dt.timedelta(milliseconds=1)
_encode = msgspec.json.Encoder().encode
_NEXT = update(arrivals).returning(arrivals.c.last)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A checked batch and the box that sent it."""

    source: str
    batch: Checked


class _Fate(enum.Enum):
    NEW = enum.auto()
    AGAIN = enum.auto()
    MISUSED = enum.auto()


@dataclass(slots=True, eq=False)
class _Delivery:
    """A key with one content in this transaction, and how often it came."""

    event: CloudEvent
    at_ms: int
    data: str
    content: bytes
    times: int = 1
    fate: _Fate = _Fate.MISUSED


_Round = dict[Key, _Delivery]
"""Keys of one statement: a key that comes with two contents needs two."""


@dataclass(slots=True)
class _Tally:
    """What became of the batches of a box."""

    batches: int = 0
    new: int = 0
    duplicates: int = 0
    rejected: int = 0
    max_seq: int = 0
    types: Counter[str] = field(default_factory=Counter)


async def take(database: Database, incoming: Sequence[Incoming], now_ms: AtMs) -> list[BatchReply]:
    """Keep what is new, count what came again, say what was wrong; committed and on the disk at the return.

    One reply for each batch, in their order. Raises TransientError when the record cannot be written now.
    """
    rounds: list[_Round] = []
    batches = [[_place(rounds, event) for event in one.batch.events] for one in incoming]
    pen: Pen = PostgresPen() if database.is_postgres else SqlitePen()
    async with database.change() as connection:
        for one in rounds:
            await _keep_keys(pen, connection, one)
        new = [one for round_ in rounds for one in round_.values() if one.fate is _Fate.NEW]
        highest = await _add_up(pen, connection, _tallies(incoming, rounds), now_ms)
        if new:
            await _keep_events(pen, connection, new, now_ms)
    return [_reply(one, batch, highest[one.source]) for one, batch in zip(incoming, batches, strict=True)]


def _place(rounds: list[_Round], event: CloudEvent) -> _Delivery:
    """Into the first statement where its key is free or has the same content."""
    key = (event.source, event.id)
    delivery = _delivery(event)
    for one in rounds:
        known = one.setdefault(key, delivery)
        if known is delivery:
            return delivery
        if known.content == delivery.content:
            known.times += 1
            return known
    rounds.append({key: delivery})
    return delivery


def _delivery(event: CloudEvent) -> _Delivery:
    """An event with the digest of all that makes two deliveries the same event."""
    at_ms = (event.time - _EPOCH) // _MS
    data = _encode(event.data)
    head = (event.type, event.subject, at_ms, event.seq, event.lane, event.bootid, event.clockstate)
    content = hashlib.blake2b(_encode(head) + data, digest_size=16).digest()
    return _Delivery(event, at_ms, data.decode(), content)


async def _keep_keys(pen: Pen, connection: AsyncConnection, keys: _Round) -> None:
    """Learn the fate of each: what was not there is new, what has the same content came again."""
    ordered = sorted(keys.items())  # always in this order: two transactions never wait for each other in a circle
    rows: list[KeyRow] = [(*key, one.content, one.times) for key, one in ordered]
    for key, deliveries in (await pen.keep_keys(connection, rows)).items():
        one = keys[key]
        one.fate = _Fate.NEW if deliveries == one.times else _Fate.AGAIN


def _tallies(incoming: Sequence[Incoming], rounds: Sequence[_Round]) -> dict[str, _Tally]:
    tallies: dict[str, _Tally] = {}
    for one in incoming:
        tally = tallies.setdefault(one.source, _Tally())
        tally.batches += 1
        tally.rejected += len(one.batch.rejected)
    for delivery in (one for round_ in rounds for one in round_.values()):
        _count(tallies[delivery.event.source], delivery)
    return tallies


def _count(tally: _Tally, one: _Delivery) -> None:
    tally.max_seq = max(tally.max_seq, one.event.seq)
    if one.fate is _Fate.MISUSED:
        tally.rejected += one.times
        return
    is_new = one.fate is _Fate.NEW
    tally.duplicates += one.times - is_new
    if is_new:
        tally.new += 1
        tally.types[one.event.type] += 1


async def _add_up(pen: Pen, connection: AsyncConnection, tallies: dict[str, _Tally], now_ms: AtMs) -> dict[str, int]:
    """Add to the totals of the boxes; returns the highest seq that was ever seen of each."""
    rows: list[TotalRow] = [
        (source, now_ms, one.batches, one.new, one.duplicates, one.rejected, one.max_seq)
        for source, one in sorted(tallies.items())
    ]
    highest = await pen.add_totals(connection, rows)
    counts = [(source, name, n) for source, one in sorted(tallies.items()) for name, n in sorted(one.types.items())]
    if counts:
        await pen.add_counts(connection, counts)
    return highest


async def _keep_events(pen: Pen, connection: AsyncConnection, new: Sequence[_Delivery], now_ms: AtMs) -> None:
    """Last of all: from here to the commit nobody else may keep events."""
    raised = await connection.execute(_NEXT.values(last=arrivals.c.last + len(new)))
    first = int(raised.scalar_one()) - len(new) + 1
    await pen.keep_events(connection, list(_rows(new, first, now_ms)))


def _rows(new: Sequence[_Delivery], first: int, now_ms: AtMs) -> Iterator[EventRow]:
    for arrival, one in enumerate(new, first):
        it = one.event
        yield (
            arrival, one.at_ms, it.source, it.id, it.type, it.subject, it.seq, it.lane, it.bootid, it.clockstate.value,
            one.data, now_ms,
        )  # fmt: skip


def _reply(one: Incoming, batch: Sequence[_Delivery], acked_seq: int) -> BatchReply:
    misused = (Rejected(it.event.id, USED) for it in batch if it.fate is _Fate.MISUSED)
    return BatchReply(acked_seq=acked_seq, rejected=(*one.batch.rejected, *misused))
