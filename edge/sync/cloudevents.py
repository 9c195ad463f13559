"""Outbox rows as a compressed batch of CloudEvents, within the limits of the hub. Pure."""

import datetime as dt
import gzip
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from edge.core.errors import FinalError
from edge.core.leaving import Allowed, allowed
from edge.core.moment import ClockState
from edge.kernel.wire.event import MAX_EVENTS, MAX_PACKED_BYTES, MAX_PLAIN_BYTES, CloudEvent, Rejected
from edge.store.outbox import StoredEvent

LEVEL = 9
"""Five percent fewer bytes than level 6 for two more milliseconds a batch: the line is dearer than the processor."""
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_encoder = msgspec.json.Encoder()
_objects = msgspec.json.Decoder(dict[str, Any])


@dataclass(frozen=True, slots=True)
class Batch:
    """What one request carries. ``hopeless`` can never be sent; ``ids`` and ``body`` are the rest, in order.

    ``withheld`` are fields (type, name) that were in the rows and may not leave the commune.
    """

    ids: tuple[str, ...]
    body: bytes
    hopeless: tuple[Rejected, ...] = ()
    withheld: tuple[tuple[str, str], ...] = ()


def pack(rows: Sequence[StoredEvent], source: str) -> Batch:
    """As long a beginning of ``rows`` as fits a request; rows on the way that never will are named."""
    fit: list[tuple[str, bytes]] = []
    hopeless: list[Rejected] = []
    total = len("[")
    for row in rows:
        try:
            plain = _encode_alone(row, source)
        except FinalError as error:
            hopeless.append(Rejected(row.id, str(error)))
            continue
        total += len(plain) + len(",")
        if total > MAX_PLAIN_BYTES or len(fit) == MAX_EVENTS:
            break
        fit.append((row.id, plain))
    return _fitting(fit, hopeless, rows)


def _fitting(fit: Sequence[tuple[str, bytes]], hopeless: Sequence[Rejected], rows: Sequence[StoredEvent]) -> Batch:
    """As many of the first as stay below the limit when they are compressed."""
    count = len(fit)
    body = _compress(fit)
    while len(body) > MAX_PACKED_BYTES:
        count //= 2
        body = _compress(fit[:count])
    ids = tuple(name for name, _ in fit[:count])
    return Batch(ids, body, tuple(hopeless), _withheld(rows, frozenset(ids)))


def _withheld(rows: Sequence[StoredEvent], ids: Collection[str]) -> tuple[tuple[str, str], ...]:
    """Looked for only among what goes; these rows are JSON objects of listed kinds, or alarms."""
    return tuple((row.type, name) for row in rows if row.id in ids for name in _leaving(row).withheld)


def _leaving(row: StoredEvent) -> Allowed:
    return allowed(row.type, row.lane, _objects.decode(row.data))


def encode(row: StoredEvent, source: str) -> bytes:
    """One event as JSON with what may leave the commune of it (edge/core/leaving.py).

    Raises FinalError when its data are not a JSON object, or when nothing of this kind may leave.
    """
    try:
        data = _leaving(row).data
        return _encoder.encode(
            CloudEvent(
                specversion="1.0",
                id=row.id,
                source=source,
                type=f"vn.molang.{row.type}.v1",
                subject=row.subject,
                time=EPOCH + dt.timedelta(milliseconds=row.at_ms),
                datacontenttype="application/json",
                data=data,
                seq=row.seq,
                lane=row.lane,
                bootid=row.boot,
                clockstate=ClockState(row.clock),
            )
        )
    except (ValueError, OverflowError, RecursionError) as cause:
        raise FinalError(f"Không viết được sự kiện {row.id} thành JSON: {cause}.") from cause


def _encode_alone(row: StoredEvent, source: str) -> bytes:
    """One event as JSON that fits a request of its own; raises FinalError otherwise."""
    plain = encode(row, source)
    if len(plain) > MAX_PLAIN_BYTES - 2:
        raise FinalError(f"Sự kiện dài {len(plain)} byte, tối đa {MAX_PLAIN_BYTES}.")
    if len(plain) > MAX_PACKED_BYTES // 2 and len(_compress([(row.id, plain)])) > MAX_PACKED_BYTES:
        raise FinalError(f"Sự kiện dài {len(plain)} byte, nén rồi vẫn quá {MAX_PACKED_BYTES}.")
    return plain


def _compress(fit: Sequence[tuple[str, bytes]]) -> bytes:
    return gzip.compress(b"[" + b",".join(plain for _, plain in fit) + b"]", compresslevel=LEVEL, mtime=0)


EMPTY = _compress(())
"""The batch of nobody: a sign of life."""
