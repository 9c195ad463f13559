"""From RTP packets to whole pictures in Annex B (RFC 6184, RFC 7798)."""

import struct
from typing import NamedTuple

HEAD = 12
DOLLAR = 0x24
"""What an interleaved packet begins with, before its channel and its length (RFC 2326, 10.12)."""
PLAIN = 0x80
"""The first byte of an RTP packet without sources, extension or padding."""
NOT_INSIDE = -1
"""No unit is going on that came in parts; else the first byte that its parts share."""
_head = struct.Struct(">BBHI").unpack_from
START = b"\x00\x00\x00\x01"
MOST_BYTES = 8_000_000
"""More than any picture of a camera: beyond it the sender has lost its mind, and the picture is dropped."""
_WRAP = 1 << 32
_FU = {"h264": 28, "hevc": 49}
_MANY = {"h264": 24, "hevc": 48}


class Whole(NamedTuple):
    """A coded picture; ``pts`` counts on from the first one's 0, without wraps."""

    data: bytes
    pts: int
    key: bool


class Pictures:
    """Puts pictures together. A picture with a hole is dropped, and the next ones come as they are.

    A picture ends with the marker of its last packet, or where a camera forgets it, with the first of the next.
    Parameter sets that come with a marker or a stamp of their own belong to the picture after them.
    """

    def __init__(self, codec: str, payload: int) -> None:
        self._hevc = codec == "hevc"
        self._fu, self._many = _FU[codec], _MANY[codec]
        self._fu_head = 1 + self._hevc
        self._payload = payload
        self._unit = bytearray()
        self._key = self._coded = self._broken = False
        self._part = NOT_INSIDE
        self._next_seq = -1
        self._stamp = self._begun = -1
        self._pts = 0

    def take(self, room: memoryview, at: int, end: int, channel: int) -> tuple[int, list[Whole]]:
        """Every whole interleaved packet of ``room[at:end]``: where it stopped, and the pictures that they end.

        Nearly all are the middle of a large unit, and these are read here and now; `add` knows all the others.
        """
        done: list[Whole] = []
        unit, second = self._unit, 4 + HEAD + self._fu_head
        while end - at >= 4 and room[at] == DOLLAR:
            stop = at + 4 + (room[at + 2] << 8 | room[at + 3])
            if stop > end:
                break
            if room[at + 1] != channel:
                pass  # another track, or RTCP
            elif (
                stop > at + second
                and room[at + 4 + HEAD] == self._part
                and not room[at + second] & 0xC0
                and _head(room, at + 4) == (PLAIN, self._payload, self._next_seq, self._stamp)
                and len(unit) < MOST_BYTES
            ):
                self._next_seq = (self._next_seq + 1) & 0xFFFF
                unit += room[at + second + 1 : stop]
            else:
                done += self.add(room, at + 4, stop)
            at = stop
        return at, done

    def add(self, room: memoryview, at: int, end: int) -> list[Whole]:
        """The pictures that the RTP packet in ``room[at:end]`` ends: none, one, or two."""
        if end - at < HEAD:
            return []
        first, mark, seq, stamp = _head(room, at)
        begin, end = (at + HEAD, end) if first == PLAIN else _body(room, at, end)
        lost = seq != self._next_seq and self._next_seq >= 0
        self._next_seq = (seq + 1) & 0xFFFF
        if first >> 6 != 2 or mark & 0x7F != self._payload:
            return []
        if lost and self._unit:
            self._broken = True
        done = self._turn(stamp) if stamp != self._stamp else []
        if lost and not self._begins(room, begin, end):
            self._broken = True
        if begin < end:
            self._put(room, begin, end)
        return done + self._end() if mark & 0x80 and self._coded else done

    def _turn(self, stamp: int) -> list[Whole]:
        """A new stamp: another picture, unless what came before were only its parameter sets."""
        done = self._end() if self._coded else []
        self._stamp = stamp
        if not self._unit:
            self._broken = False
        return done

    def _begins(self, room: memoryview, begin: int, end: int) -> bool:
        """Whether a packet begins a unit, so that what was lost before it belongs to another."""
        if begin + self._fu_head >= end:
            return False
        kind = room[begin] >> 1 & 0x3F if self._hevc else room[begin] & 0x1F
        return kind != self._fu or bool(room[begin + self._fu_head] & 0x80)

    def _put(self, room: memoryview, begin: int, end: int) -> None:
        kind = room[begin] >> 1 & 0x3F if self._hevc else room[begin] & 0x1F
        if kind == self._fu:
            self._put_part(room, begin, end)
        elif kind == self._many:
            self._put_many(room, begin + 1 + self._hevc, end)
        elif kind > self._many:
            self._broken = True  # a form that plain cameras do not use
        else:
            self._put_whole(room[begin:end], kind)
        if len(self._unit) > MOST_BYTES:
            self._unit.clear()
            self._broken = True

    def _put_whole(self, nal: memoryview, kind: int) -> None:
        self._part = NOT_INSIDE
        self._note(kind)
        self._unit += START
        self._unit += nal

    def _put_many(self, room: memoryview, at: int, end: int) -> None:
        while at + 2 < end:
            size = room[at] << 8 | room[at + 1]
            nal = room[at + 2 : at + 2 + size]
            if not size or at + 2 + size > end:
                self._broken = True
                return
            self._put_whole(nal, nal[0] >> 1 & 0x3F if self._hevc else nal[0] & 0x1F)
            at += 2 + size

    def _put_part(self, room: memoryview, begin: int, end: int) -> None:
        head = begin + self._fu_head
        if head >= end:
            self._broken = True
            return
        fu = room[head]
        if fu & 0x80:
            self._begin_part(room, begin, fu)
        elif self._part == NOT_INSIDE:
            self._broken = True  # its beginning is lost
            return
        self._unit += room[head + 1 : end]
        if fu & 0x40:
            self._part = NOT_INSIDE

    def _begin_part(self, room: memoryview, begin: int, fu: int) -> None:
        self._part = room[begin]
        self._unit += START
        if self._hevc:
            self._note(fu & 0x3F)
            self._unit += bytes((room[begin] & 0x81 | (fu & 0x3F) << 1, room[begin + 1]))
        else:
            self._note(fu & 0x1F)
            self._unit += bytes((room[begin] & 0xE0 | fu & 0x1F,))

    def _note(self, kind: int) -> None:
        if (16 <= kind <= 21) if self._hevc else kind == 5:
            self._key = True
        if kind < 32 if self._hevc else 1 <= kind <= 5:
            self._coded = True

    def _end(self) -> list[Whole]:
        data, key, broken = bytes(self._unit), self._key, self._broken or self._part != NOT_INSIDE
        self._unit.clear()
        self._key = self._coded = self._broken = False
        self._part = NOT_INSIDE
        if broken or not data:
            return []
        return [Whole(data, self._count_on(), key)]

    def _count_on(self) -> int:
        if self._begun >= 0:
            step = (self._stamp - self._begun) % _WRAP
            self._pts += step if step < _WRAP // 2 else step - _WRAP
        self._begun = self._stamp
        return self._pts


def _body(room: memoryview, at: int, end: int) -> tuple[int, int]:
    """Where the payload of a packet with sources, an extension or padding begins and ends."""
    begin = at + HEAD + 4 * (room[at] & 0x0F)
    if room[at] & 0x10:
        if begin + 4 > end:
            return end, end
        begin += 4 + 4 * (room[begin + 2] << 8 | room[begin + 3])
    if room[at] & 0x20:
        end -= room[end - 1]
    return begin, end
