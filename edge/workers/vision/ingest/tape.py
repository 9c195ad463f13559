"""The reading end of a recording: gathers a stream's packets into pieces, with next to no work per packet."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import av

from edge.workers.vision.ingest.stream import Video

PIECE_S = 2.0
"""A piece ends at a key frame, or after so long: packets wait no longer in memory."""
MOST_PACKETS = 500
"""A piece of a sane camera holds 60 at most; one whose clock stands still ends none by time."""
JUMP_S = 10.0
"""Time stamps that move further than this in one step have jumped or wrapped; the recording goes on without a hole."""


@dataclass(frozen=True, slots=True, eq=False)
class Strip:
    """The stream that pieces come from."""

    codec: str
    tick: Fraction
    extradata: bytes


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Packets in the order of their coming; ``began`` and ``ended`` are steady arrivals of the first and the last.

    ``shift`` is added to their time stamps, ``lasts`` is how long one lasts in ticks; ``ends`` says the stream is over.
    """

    strip: Strip
    packets: list[av.Packet]
    key: bool
    began: float
    ended: float
    shift: int
    lasts: int
    ends: bool = False


class Tape:
    """One camera's recorded stream. The thread that reads the stream owns it."""

    def __init__(self, put: Callable[[Piece], bool]) -> None:
        """``put`` takes a piece, or says False when there is no room: then the rest up to a key frame is lost."""
        self._put = put
        self._strip = Strip("", Fraction(1), b"")
        self._packets: list[av.Packet] = []
        self._running = False
        self._key = False
        self._began = self._ended = 0.0
        self._last: int | None = None
        self._shift = self._lasts = self._jump = 0

    def opened(self, video: Video) -> None:
        """A new connection gives this stream."""
        context = video.codec_context
        tick = video.time_base or Fraction(1, 90_000)
        self._strip = Strip(context.name, tick, bytes(context.extradata or b""))
        self._jump = round(JUMP_S / tick)
        self._packets, self._running, self._last = [], False, None
        self._shift = self._lasts = 0

    def add(self, packet: av.Packet, steady: float) -> None:
        """One packet; what comes before the first key frame is not recorded."""
        if packet.is_keyframe or steady - self._began > PIECE_S or len(self._packets) >= MOST_PACKETS:
            self._hand_over(ends=False)
            self._running = self._running or packet.is_keyframe
            self._key, self._began = packet.is_keyframe, steady
        if not self._running:
            return
        if packet.pts is not None:
            self._follow(packet.pts, steady)
        self._packets.append(packet)
        self._ended = steady

    def closed(self) -> None:
        """The connection is over."""
        self._hand_over(ends=True)
        self._running = False

    def _follow(self, pts: int, steady: float) -> None:
        """Keep the time of the recording going when that of the camera jumps."""
        step = 0 if self._last is None else pts - self._last
        if abs(step) > self._jump:
            if self._packets:
                self._hand_over(ends=False)
                self._key, self._began = False, steady
            passed = round((steady - self._ended) / self._strip.tick)
            self._shift += max(passed, 1) - step
        elif step > 0:
            self._lasts = step
        self._last = pts

    def _hand_over(self, *, ends: bool) -> None:
        packets, self._packets = self._packets, []
        if not packets and not ends:
            return
        piece = Piece(self._strip, packets, self._key, self._began, self._ended, self._shift, self._lasts, ends)
        self._running = self._put(piece) and self._running
