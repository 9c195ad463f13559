"""A camera's packets as WebRTC wants them: in order, with every key frame's parameter sets, stamped as they come."""

import asyncio
import time
from collections import deque
from fractions import Fraction

import av

from edge.core.errors import FinalError
from edge.kernel.wire.vision import Packet, StreamHead
from edge.workers.live.h264 import PPS, SPS, UnitReader, first_sets, nal_type, parameter_sets

TICKS_HZ = 90_000
_STEP = TICKS_HZ // 1000
MOST_WAITING = 400
"""As many as the ring holds at most (a group of 10 s at 30 pictures a second, and a little more)."""
LONGEST_STEP_BACK_S = 2.0
_AUD = 9
_FILLER = 12


class ReorderedError(FinalError):
    """The camera sends B-frames, which WebRTC cannot show; MSE can."""


class Stream:
    """Packets in, packets out. ``put`` never waits.

    Overflow rule: when MOST_WAITING wait, all are dropped, and it goes on at the next key frame.
    """

    def __init__(self) -> None:
        self._waiting: deque[av.Packet] = deque()
        self._ready = asyncio.Event()
        self._needs_key = True
        self._reader = UnitReader(b"")
        self._sets: list[bytes] = []
        self._base = Fraction(1, TICKS_HZ)
        self._newest_pts: int | None = None
        self._at = 0
        self.sent = 0

    def begin(self, head: StreamHead) -> None:
        """A stream begins, or begins again; raises FinalError for anything but H.264."""
        if head.codec != "h264":
            raise FinalError("Trình duyệt chỉ xem ngay được camera H.264.")
        self._reader = UnitReader(head.extradata)
        known = parameter_sets(head.extradata) if head.extradata else None
        self._sets = [known.sps, known.pps] if known else []
        self._base = Fraction(head.time_base_num, head.time_base_den)
        self._newest_pts = None
        self._needs_key = True

    def put(self, packet: Packet) -> None:
        """One more; raises ReorderedError at the first picture that is shown before one that came before it."""
        self._check_order(packet)
        if len(self._waiting) >= MOST_WAITING:
            self._waiting.clear()
            self._needs_key = True
        if self._needs_key and not packet.key:
            return
        try:
            units = self._units(packet)
        except FinalError:  # one damaged packet: like a lost one
            self._needs_key = True
            return
        if units:
            self._needs_key = False
            self._waiting.append(self._stamped(units))
            self._ready.set()

    async def next(self) -> av.Packet:
        """The oldest, as soon as there is one."""
        while not self._waiting:
            self._ready.clear()
            await self._ready.wait()
        self.sent += 1
        return self._waiting.popleft()

    def _check_order(self, packet: Packet) -> None:
        back = 0 if self._newest_pts is None else self._newest_pts - packet.pts
        if 0 < back * self._base < LONGEST_STEP_BACK_S:
            raise ReorderedError("Camera gửi khung B: hình được chuyển sang cách xem chậm hơn một chút.")
        self._newest_pts = packet.pts

    def _units(self, packet: Packet) -> list[bytes]:
        """What a decoder needs of it; a key frame is never without SPS and PPS."""
        units = [one for one in self._reader.units(packet.data) if nal_type(one) not in (_AUD, _FILLER)]
        if not packet.key or not units:
            return units
        if first_sets(units) is not None:
            self._sets = [one for one in units if nal_type(one) in (SPS, PPS)]
            return units
        return [*self._sets, *units]

    def _stamped(self, units: list[bytes]) -> av.Packet:
        """Its time is that of its coming: a browser then sees no jitter, and holds no picture back against it.

        What the ring gives at once gets times that lie side by side, and so is decoded at once, up to the present.
        """
        made = av.Packet(b"".join(b"\x00\x00\x00\x01" + unit for unit in units))
        self._at = max(self._at + _STEP, time.monotonic_ns() * TICKS_HZ // 1_000_000_000)
        made.pts = made.dts = self._at
        made.time_base = Fraction(1, TICKS_HZ)
        return made
