"""Between a box and the province: CloudEvents 1.0 in JSON batches (protocols.md, Events).

Sources: CloudEvents 1.0, its JSON event format and HTTP protocol binding (batched content mode).
"""

import datetime as dt
import hashlib
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from edge.core.moment import ClockState

MAX_EVENTS = 200
MAX_PLAIN_BYTES = 1024 * 1024
MAX_PACKED_BYTES = 64 * 1024
BATCH_PATH = "/v1/events"
BATCH_TYPE = "application/cloudevents-batch+json"
BATCH_HEADER = "Molang-Batch"
"""In an answer: which batch it is about. A connection on which an old answer comes late, or twice, would otherwise
confirm a batch that nobody kept."""

SourceName = Annotated[str, Meta(pattern=r"^/xa/[a-z0-9]+(-[a-z0-9]+)*/box/[1-9][0-9]?\Z", max_length=60)]
EventType = Annotated[
    str, Meta(pattern=r"^vn\.molang\.[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*\.v[1-9][0-9]*\Z", max_length=80)
]


class CloudEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One event as it travels. Attributes that we do not know are left aside, as the standard asks.

    ``seq`` is the place in the outbox of its box, ``bootid`` the start of the box that wrote it, ``clockstate`` how far
    ``time`` can be trusted.
    """

    specversion: Literal["1.0"]
    id: Annotated[str, Meta(min_length=1, max_length=64)]
    source: SourceName
    type: EventType
    subject: Annotated[str, Meta(min_length=1, max_length=400)]
    time: Annotated[dt.datetime, Meta(tz=True)]
    datacontenttype: Literal["application/json"]
    data: dict[str, Any]
    seq: Annotated[int, Meta(ge=1, le=2**63 - 1)]
    lane: Annotated[int, Meta(ge=0, le=3)]
    bootid: Annotated[int, Meta(ge=1, le=2**63 - 1)]
    clockstate: ClockState


class Rejected(msgspec.Struct, frozen=True):
    """An event that the province will never take, and why, in Vietnamese."""

    id: str
    reason: str


class BatchReply(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a batch, sent after durable commit: all of it is kept except ``rejected``.

    ``acked_seq`` is the highest seq that the province holds of this box, ``retry_after`` how many seconds the box
    shall wait before its next batch.
    """

    acked_seq: int
    rejected: tuple[Rejected, ...] = ()
    retry_after: float = 0.0


def batch_name(body: bytes) -> str:
    """How an answer names the compressed batch that it is about."""
    return hashlib.sha256(body).hexdigest()[:16]
