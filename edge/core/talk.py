"""A talk on its way to the horns: packets of 100 ms, each signed by the key that its LIVE order names.

Layout of a packet, big endian (docs/design/live-voice.md):

    4 "MTK1" | 1 flags (bit 0: the last) | 16 stream | 4 number | 8 made at, UTC ms | 1 frames | frames | 64 signature

A frame is two bytes of length and one Opus packet of 20 ms (RFC 6716), mono. The signature is Ed25519 over all bytes
before it.
"""

import struct
from dataclasses import dataclass
from typing import NewType

from edge.core.errors import FinalError
from edge.core.moment import AtMs

StreamId = NewType("StreamId", str)
"""32 hexadecimal digits, new for every talk."""

FRAME_MS = 20
FRAMES = 5
PACKET_MS = FRAME_MS * FRAMES
MOST_FRAME_BYTES = 400
"""Opus at 24 kbit/s needs 60, its largest frames about 150; 400 would be 160 kbit/s."""
SIGNATURE_BYTES = 64
LONGEST_TALK_MS = 10 * 60 * 1000
LONGEST_RELAY_MS = 6 * 60 * 60 * 1000
RING = 64
"""Packets behind the newest that may still come: 6.4 s, far more than any horn waits for."""
FURTHEST = 6_000
"""Packets that a horn may have missed in one go: ten minutes. What jumps further is no packet of this talk."""

_MAGIC = b"MTK1"
_LAST = 1
_HEAD = struct.Struct(">4sB16sIQB")
_LENGTH = struct.Struct(">H")
MAX_PACKET = _HEAD.size + FRAMES * (_LENGTH.size + MOST_FRAME_BYTES) + SIGNATURE_BYTES
_MOST_SEQ = 2**32 - 1


@dataclass(frozen=True, slots=True)
class TalkPacket:
    """One packet. ``seq`` counts from 0; ``at_ms`` is when it was made; ``last`` ends the talk.

    A whole packet has FRAMES frames; only the last one may have fewer, or none.
    """

    stream: StreamId
    seq: int
    at_ms: AtMs
    frames: tuple[bytes, ...]
    last: bool = False


def packet_to_body(packet: TalkPacket) -> bytes:
    """The bytes to sign; raises FinalError for a packet out of bounds."""
    _check(packet)
    flags = _LAST if packet.last else 0
    stream = bytes.fromhex(packet.stream)
    head = _HEAD.pack(_MAGIC, flags, stream, packet.seq, packet.at_ms, len(packet.frames))
    return head + b"".join(_LENGTH.pack(len(frame)) + frame for frame in packet.frames)


def packet_from_body(body: bytes) -> TalkPacket:
    """Read the bytes whose signature was verified; raises FinalError on anything else than exactly one packet."""
    try:
        magic, flags, stream, seq, at_ms, count = _HEAD.unpack_from(body)
    except struct.error as cause:
        raise FinalError(f"Gói tiếng chỉ có {len(body)} byte.") from cause
    if magic != _MAGIC or flags & ~_LAST or count > FRAMES:
        raise FinalError("Gói tiếng thuộc khuôn dạng khác.")
    packet = TalkPacket(StreamId(stream.hex()), seq, AtMs(at_ms), _frames(body, count), bool(flags))
    _check(packet)
    return packet


def split_payload(payload: bytes) -> tuple[bytes, bytes]:
    """(body, signature) of a packet as it travels; raises FinalError when it can be none."""
    if not _HEAD.size + SIGNATURE_BYTES <= len(payload) <= MAX_PACKET:
        raise FinalError(f"Gói tiếng dài {len(payload)} byte.")
    return payload[:-SIGNATURE_BYTES], payload[-SIGNATURE_BYTES:]


def is_stream(text: str) -> bool:
    """Whether this can be the name of a stream."""
    return len(text) == 32 and all(digit in "0123456789abcdef" for digit in text)


def _frames(body: bytes, count: int) -> tuple[bytes, ...]:
    frames, at = [], _HEAD.size
    for _ in range(count):
        if at + _LENGTH.size > len(body):
            raise FinalError("Gói tiếng bị cụt.")
        (length,) = _LENGTH.unpack_from(body, at)
        at += _LENGTH.size
        frames.append(body[at : at + length])
        at += length
    if at != len(body):
        raise FinalError("Gói tiếng bị cụt hoặc thừa.")
    return tuple(frames)


def _check(packet: TalkPacket) -> None:
    if not is_stream(packet.stream):
        raise FinalError("Gói tiếng không có tên luồng hợp lệ.")
    if not 0 <= packet.seq <= _MOST_SEQ or not 0 <= packet.at_ms < 2**63:
        raise FinalError("Gói tiếng có số thứ tự hoặc giờ không hợp lệ.")
    if not packet.last and len(packet.frames) != FRAMES:
        raise FinalError(f"Gói tiếng có {len(packet.frames)} khung, phải là {FRAMES}.")
    if len(packet.frames) > FRAMES or any(not 0 < len(frame) <= MOST_FRAME_BYTES for frame in packet.frames):
        raise FinalError("Gói tiếng có khung quá dài hoặc rỗng.")


class SeenPackets:
    """Which packets of one talk came already: the newest and RING below it."""

    def __init__(self) -> None:
        self._newest = -1
        self._seen: set[int] = set()

    def is_new(self, seq: int) -> bool:
        """Whether this packet may be played: never seen, not too old, not absurdly far ahead. Marks it as seen."""
        if seq in self._seen or seq <= self._newest - RING or seq > self._newest + FURTHEST:
            return False
        self._newest = max(self._newest, seq)
        self._seen = {one for one in self._seen if one > self._newest - RING} | {seq}
        return True
