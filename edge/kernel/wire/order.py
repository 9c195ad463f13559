"""Signed orders and acks as bytes, the same over MQTT and over the local node's socket."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from edge.core.broadcast import Ack, AckState, OrderId, SignedOrder
from edge.core.errors import FinalError
from edge.core.moment import AtMs
from edge.core.place import HornId
from edge.core.plan import MAX_PLAN_BYTES

MAX_PAYLOAD = 32_768
MAX_PLAN_PAYLOAD = MAX_PLAN_BYTES + 1_024
MOST_HEARD = 200
"""Order numbers in one ``heard`` message."""
MAX_REASON = 500
"""A longer sentence is cut: a report is worth more than its last words."""


RUBBISH = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What msgspec raises for broken, wrong, badly encoded and too deep messages; anything else is a fault of ours."""


class _Envelope(msgspec.Struct):
    body: bytes
    key_id: str
    sig: bytes


_Db = Annotated[float, Meta(ge=-1_000, le=1_000)]
_Ma = Annotated[int, Meta(ge=-1_000_000, le=1_000_000)]
_Ms = Annotated[int, Meta(ge=0, le=2**53)]


class _AckJson(msgspec.Struct, omit_defaults=True):
    """Numbers are bounded: the database and the province must be able to keep them."""

    id: str
    node: str
    state: AckState
    at_ms: _Ms
    err: str = ""
    rms_db: _Db | None = None
    amp_ma: _Ma | None = None
    played_ms: _Ms | None = None
    code: str = ""
    level_db: _Db | None = None


def order_to_payload(signed: SignedOrder) -> bytes:
    """msgpack of body, key_id and sig."""
    return msgspec.msgpack.encode(_Envelope(signed.body, signed.key_id, signed.sig))


def order_from_payload(payload: bytes, longest: int = MAX_PAYLOAD) -> SignedOrder:
    """Read an envelope; raises FinalError on rubbish. The signature is not checked here.

    A plan comes in the same envelope, at most MAX_PLAN_PAYLOAD long.
    """
    if len(payload) > longest:
        raise FinalError(f"Lệnh dài {len(payload)} byte, tối đa {longest}.")
    try:
        envelope = msgspec.msgpack.decode(payload, type=_Envelope)
    except RUBBISH as cause:
        raise FinalError(f"Lệnh sai khuôn dạng: {cause}") from cause
    return SignedOrder(envelope.body, envelope.key_id, envelope.sig)


def heard_to_payload(orders: Sequence[OrderId]) -> bytes:
    """JSON list of order numbers whose end is stored: the node forgets them. At most MOST_HEARD."""
    return msgspec.json.encode([str(order) for order in orders])


def heard_from_payload(payload: bytes) -> list[OrderId]:
    """Read such a list; raises FinalError on rubbish."""
    try:
        names = msgspec.json.decode(payload[:MAX_PAYLOAD], type=list[str])
    except RUBBISH as cause:
        raise FinalError(f"Danh sách đã nghe sai khuôn dạng: {cause}") from cause
    return [OrderId.parse(name) for name in names]


def ack_to_payload(ack: Ack) -> bytes:
    """JSON of one ack, as protocols.md writes it."""
    return msgspec.json.encode(
        _AckJson(
            id=str(ack.order),
            node=ack.horn,
            state=ack.state,
            at_ms=ack.at_ms,
            err=ack.err,
            rms_db=ack.rms_db,
            amp_ma=ack.amp_ma,
            played_ms=ack.played_ms,
            code=ack.code,
            level_db=ack.level_db,
        )
    )


def ack_from_payload(payload: bytes) -> Ack:
    """Read one ack; raises FinalError on rubbish."""
    if len(payload) > MAX_PAYLOAD:
        raise FinalError(f"Báo nhận dài {len(payload)} byte, tối đa {MAX_PAYLOAD}.")
    try:
        raw = msgspec.json.decode(payload, type=_AckJson)
    except RUBBISH as cause:
        raise FinalError(f"Báo nhận sai khuôn dạng: {cause}") from cause
    return Ack(
        order=OrderId.parse(raw.id),
        horn=HornId(raw.node),
        state=raw.state,
        at_ms=AtMs(raw.at_ms),
        err=raw.err[:MAX_REASON],
        rms_db=raw.rms_db,
        amp_ma=raw.amp_ma,
        played_ms=raw.played_ms,
        code=raw.code,
        level_db=raw.level_db,
    )
