"""Batches into the province's record: every event once, every delivery counted, one transaction for several boxes."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from edge.core.moment import AtMs
from edge.hub.batch import Checked
from edge.hub.database import Database
from edge.hub.pen import Row, Sender, pen_of
from edge.kernel.wire.event import BatchReply, CloudEvent, Rejected

USED = "Mã này đã dùng cho một sự kiện khác."
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MS = dt.timedelta(milliseconds=1)
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Incoming:
    """A checked batch and the box that sent it."""

    source: str
    batch: Checked


@dataclass(slots=True, eq=False)
class _Delivery:
    """A key with one content, and how often it came in this group."""

    event: CloudEvent
    at_ms: int
    data: bytes
    content: bytes
    times: int = 1
    misused: bool = True

    def row(self) -> Row:
        it = self.event
        return Row(
            it.source, it.id, self.content, self.times, self.at_ms, it.type, it.subject, it.seq, it.lane, it.bootid,
            it.clockstate.value, self.data.decode(),
        )  # fmt: skip


_Round = dict[tuple[str, str], _Delivery]
"""What is written together, by key: a key that comes with two contents needs two rounds."""


async def take(database: Database, incoming: Sequence[Incoming], now_ms: AtMs) -> list[BatchReply]:
    """Keep what is new, count what came again, say what was wrong; committed and on the disk at the return.

    One reply for each batch, in their order. Raises TransientError when the record cannot be written now.
    """
    rounds: list[_Round] = [{}]
    batches = [[_place(rounds, event) for event in one.batch.events] for one in incoming]
    pen, senders = pen_of(database), _senders(incoming)
    highest: Sequence[int] = ()
    for one in rounds:
        kept = await pen.keep([delivery.row() for delivery in one.values()], senders, now_ms)
        for delivery, deliveries in zip(one.values(), kept.deliveries, strict=True):
            delivery.misused = deliveries is None
        highest = kept.highest
        senders = [Sender(sender.source, 0, 0) for sender in senders]  # their batches are counted by now
    reached = {sender.source: seq for sender, seq in zip(senders, highest, strict=True)}
    return [_reply(one, batch, reached[one.source]) for one, batch in zip(incoming, batches, strict=True)]


def _senders(incoming: Sequence[Incoming]) -> list[Sender]:
    found: dict[str, Sender] = {}
    for one in incoming:
        _, batches, rejected = found.get(one.source, (one.source, 0, 0))
        found[one.source] = Sender(one.source, batches + 1, rejected + len(one.batch.rejected))
    return list(found.values())


def _place(rounds: list[_Round], event: CloudEvent) -> _Delivery:
    """Into the first round where its key is free or has the same content."""
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
    return _Delivery(event, at_ms, data, hashlib.blake2b(_encode(head) + data, digest_size=16).digest())


def _reply(one: Incoming, batch: Sequence[_Delivery], acked_seq: int) -> BatchReply:
    misused = (Rejected(it.event.id, USED) for it in batch if it.misused)
    return BatchReply(acked_seq=acked_seq, rejected=(*one.batch.rejected, *misused))
