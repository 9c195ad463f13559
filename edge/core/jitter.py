"""How long a horn keeps the frames of a talk before it plays them, so that a late packet makes no gap.

The buffer is asked for one frame every 20 ms by the sound card. Between a packet that comes on time and its first frame
on the card lies the cushion. It begins at LEAST_MS; a stall that outlasts it makes it longer by just what was missing,
up to MOST_MS; after CALM_S in which even the latest packet came early enough it shrinks again, one frame a second.
"""

from collections import deque
from dataclasses import dataclass

from edge.core.talk import FRAME_MS, FRAMES, PACKET_MS

LEAST_MS = 140
MOST_MS = 250
CALM_S = 10.0
SHRINK_EVERY_S = 1.0
_LEAST, _MOST, _PACKET = LEAST_MS // FRAME_MS, MOST_MS // FRAME_MS, PACKET_MS // FRAME_MS
_CALM_PACKETS = round(CALM_S * 1000 / PACKET_MS)
_SHRINK_FRAMES = round(SHRINK_EVERY_S * 1000 / FRAME_MS)


@dataclass(slots=True)
class Losses:
    """What a listener missed, in frames of 20 ms.

    ``silent`` is how long silence was played where sound belonged, ``longest`` at most in one go. ``lost`` never came
    or came too late (``late``); ``skipped`` was thrown away to catch up.
    """

    played: int = 0
    silent: int = 0
    longest: int = 0
    lost: int = 0
    late: int = 0
    skipped: int = 0


class JitterBuffer:
    """Frames by their place in the talk. ``put`` what comes, ``take`` what is due; nothing here looks at a clock."""

    def __init__(self) -> None:
        self._frames: dict[int, bytes] = {}
        self._next: int | None = None
        self._end = 0
        self._last: int | None = None
        self._held = 0
        self._run = 0
        self._since_shrink = 0
        self._slack: deque[int] = deque(maxlen=_CALM_PACKETS)
        self._first_waited = 0
        self.losses = Losses()

    @property
    def frames(self) -> int:
        """How many frames from the next one to the newest: what is in hand, holes included."""
        return 0 if self._next is None else max(0, self._end - self._next)

    @property
    def finished(self) -> bool:
        """The talk was ended and everything up to its end was taken."""
        return self._last is not None and (self._next is None or self._next >= self._last)

    def put(self, seq: int, frames: tuple[bytes, ...], *, last: bool = False) -> None:
        """A packet came, whose place in the talk is ``seq``. What is late is counted and dropped."""
        first = seq * FRAMES
        if last and self._last is None:
            self._last = first + len(frames)
        if self._next is None:
            if not frames:
                return
            self._next = first
        self._slack.append(self._end - self._next if self._end else _LEAST)
        for place, frame in enumerate(frames, first):
            self._put_one(place, frame)
        self._skip_to(self._end - _MOST - _PACKET, counted=self._begun)

    def take(self) -> bytes | None:
        """The frame that is due now, or None where there is nothing to play: silence belongs there."""
        if not self._begin() or self._next is None or self.finished:
            return None
        self._shrink()
        frame = self._frames.pop(self._next, None)
        if frame is not None:
            self._next += 1
            self._sounded()
            return frame
        self._silent()
        return None

    @property
    def _begun(self) -> bool:
        return self._first_waited < 0

    def _begin(self) -> bool:
        """Wait until the cushion is there: a packet and LEAST_MS in hand, or LEAST_MS gone by since the first."""
        if self._begun or self._next is None:
            return self._begun
        self._first_waited += 1
        if self.frames >= _LEAST + _PACKET or self._first_waited > _LEAST or self._last is not None:
            self._first_waited = -1
            self._skip_to(self._end - _LEAST - _PACKET, counted=False)
        return self._begun

    def _put_one(self, place: int, frame: bytes) -> None:
        assert self._next is not None
        if place < self._next and not self._begun:
            self._next = place
        if place < self._next:
            self.losses.late += 1
            return
        self._frames[place] = frame
        self._end = max(self._end, place + 1)

    def _skip_to(self, place: int, *, counted: bool = True) -> None:
        """Catch up: what lies before ``place`` is not played any more."""
        if self._next is None or place <= self._next:
            return
        if counted:
            self.losses.skipped += place - self._next
        self._frames = {at: frame for at, frame in self._frames.items() if at >= place}
        self._next = place

    def _shrink(self) -> None:
        """After a calm time, one frame a second less, down to LEAST_MS."""
        self._since_shrink += 1
        calm = len(self._slack) == _CALM_PACKETS and min(self._slack) > _LEAST
        if calm and self._since_shrink >= _SHRINK_FRAMES and self._next is not None:
            self._since_shrink = 0
            self._skip_to(self._next + 1, counted=False)
            self._slack = deque((slack - 1 for slack in self._slack), _CALM_PACKETS)

    def _sounded(self) -> None:
        self.losses.played += 1
        self._held = self._run = 0

    def _silent(self) -> None:
        """A hole. If nothing newer came either, the line stalls: then we wait, and lose no word by it."""
        assert self._next is not None
        self._run += 1
        self.losses.silent += 1
        self.losses.longest = max(self.losses.longest, self._run)
        if self._end <= self._next and self._last is None:
            self._held += 1
            return
        after = min(self._frames, default=self._last or self._next)
        step = max(1, min(self._held, after - self._next))  # the silence of a stall has been played already
        self._held = 0
        self.losses.lost += step
        self._next += step
