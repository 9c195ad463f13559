"""Orders to horns, and the one report that each of them ends in (protocols.md, laws 3 and 7)."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import IntEnum, StrEnum
from typing import Any, NewType

from edge.core.errors import FinalError
from edge.core.moment import AtMs
from edge.core.place import HamletId, HornId
from edge.core.speech import Sha256

ORDER_VERSION = 1
MAX_ORDER_BYTES = 16_384
MALFORMED = (KeyError, TypeError, ValueError, AttributeError, RecursionError)
"""What reading a foreign JSON object may raise."""
BulletinId = NewType("BulletinId", str)
COPY = "replayed"
"""Code of a refusal that means: this very order came before."""
NO_CLOCK = "no_clock"
"""Code of a refusal that means: I do not know the time; say it again with my nonce."""
CUT_OFF = "cut_off"
"""Code of a failure that means: cut off in the middle by power or a kill; ``played_ms`` is what surely sounded."""
LOCAL_EPOCH = 0
"""Epoch of a node's own numbers: its key switch gave the order, no box."""


class Priority(IntEnum):
    """Who pre-empts whom; a larger number wins."""

    RELAY = 0
    THUONG = 1
    UU_TIEN = 2
    LIVE = 3
    KHAN_CAP = 4
    STOP = 5


class Operation(StrEnum):
    """What an order asks of a horn."""

    PREPARE = "prepare"
    PLAY = "play"
    STOP = "stop"
    VOLUME = "volume"
    TEST = "test"
    LIVE = "live"


class AckState(StrEnum):
    """What a node says about an order on its way."""

    RECEIVED = "received"
    READY = "ready"
    PLAYING = "playing"
    DONE = "done"
    FAILED = "failed"
    PREEMPTED = "preempted"
    REFUSED = "refused"


class Outcome(StrEnum):
    """How an order to a horn ended. No answer is not success (law 3)."""

    PLAYED = "PLAYED"
    PARTIAL = "PARTIAL"
    SILENT = "SILENT"
    REFUSED = "REFUSED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class MediaRef:
    """A clip that an order needs: its file hash, size and length."""

    sha256: Sha256
    bytes: int
    ms: int


@dataclass(frozen=True, slots=True)
class OrderId:
    """Place of an order in the one sequence of its issuer; a restored box starts a new epoch."""

    epoch: int
    seq: int

    def __str__(self) -> str:
        return f"{self.epoch}-{self.seq}"

    @classmethod
    def parse(cls, text: str) -> "OrderId":
        """Read ``epoch-seq`` back; raises FinalError on anything else."""
        epoch, _, seq = text.partition("-")
        if not (epoch.isdecimal() and seq.isdecimal()) or len(text) > 40:
            raise FinalError(f"Số hiệu lệnh không hợp lệ: {text[:40]!r}.")
        return cls(int(epoch), int(seq))


@dataclass(frozen=True, slots=True)
class Order:
    """The body of an order. ``nbf_ms`` and ``exp_ms`` bound its life; ``at_ms`` 0 means at once.

    ``about`` names the order that a STOP ends, or the PREPARE that a PLAY belongs to; empty means all.
    A LIVE order names the ``stream`` of its packets, the public key ``talk_key`` (hex) that signs them and the longest
    ``length_ms`` that it may sound.
    """

    id: OrderId
    op: Operation
    zones: tuple[HamletId, ...]
    node: HornId | None
    prio: Priority
    nbf_ms: AtMs
    exp_ms: AtMs
    at_ms: AtMs = AtMs(0)
    media: tuple[MediaRef, ...] = ()
    gain_db: float = 0.0
    repeat: int = 1
    about: str = ""
    nonce: str = ""
    stream: str = ""
    talk_key: str = ""
    length_ms: int = 0

    def is_for(self, horn: HornId, zones: frozenset[HamletId]) -> bool:
        """Whether this horn, which belongs to these zones, is meant."""
        return self.node == horn or bool(zones.intersection(self.zones))


@dataclass(frozen=True, slots=True)
class SignedOrder:
    """What travels: ``body`` is the exact byte string that was signed, never re-serialised."""

    body: bytes
    key_id: str
    sig: bytes


@dataclass(frozen=True, slots=True)
class Ack:
    """One step of an order at one horn, with the evidence known by then.

    ``err`` is a sentence for people; ``code`` names the reason of a refusal for programs (``COPY``: heard before).
    ``rms_db`` is what was played, ``amp_ma`` and ``level_db`` what the amplifier then did: current above its idle one,
    level on the line or before a microphone in dB below full output. None: not measured.
    """

    order: OrderId
    horn: HornId
    state: AckState
    at_ms: AtMs
    err: str = ""
    rms_db: float | None = None
    amp_ma: int | None = None
    played_ms: int | None = None
    code: str = ""
    level_db: float | None = None


@dataclass(frozen=True, slots=True)
class HornReport:
    """The one end of an order at a horn. ``broken_off``: a STOP or something more urgent ended it."""

    order: OrderId
    horn: HornId
    outcome: Outcome
    reason: str
    rms_db: float | None
    amp_ma: int | None
    played_ms: int | None
    level_db: float | None = None
    broken_off: bool = False


def order_to_body(order: Order) -> bytes:
    """The bytes to sign: JSON, sorted keys, UTF-8."""
    return as_json(order_to_fields(order) | {"v": ORDER_VERSION})


def order_to_fields(order: Order) -> dict[str, Any]:
    """The order as a JSON object, without its version."""
    fields = asdict(order)
    fields.update(epoch=order.id.epoch, seq=order.id.seq)
    del fields["id"]
    return fields


def as_json(fields: Mapping[str, Any]) -> bytes:
    """One way to write what is signed: sorted keys, no blanks, UTF-8."""
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def order_from_body(body: bytes) -> Order:
    """Read a body whose signature has been verified; raises FinalError on anything malformed."""
    if len(body) > MAX_ORDER_BYTES:
        raise FinalError(f"Lệnh dài {len(body)} byte, tối đa {MAX_ORDER_BYTES}.")
    try:
        fields = json.loads(body)
        if fields.pop("v") != ORDER_VERSION:
            raise FinalError("Lệnh thuộc phiên bản khác.")
        return order_from_fields(fields)
    except MALFORMED as cause:
        raise FinalError(f"Lệnh sai khuôn dạng: {cause}.") from cause


def order_from_fields(fields: dict[str, Any]) -> Order:
    """The order of a JSON object; raises one of MALFORMED on anything that is none."""
    return Order(
        id=OrderId(int(fields.pop("epoch")), int(fields.pop("seq"))),
        op=Operation(fields.pop("op")),
        prio=Priority(fields.pop("prio")),
        zones=tuple(HamletId(str(zone)) for zone in fields.pop("zones")),
        media=tuple(MediaRef(**media) for media in fields.pop("media")),
        **fields,
    )
