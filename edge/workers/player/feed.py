"""A talk as a sound: verified frames in at one end, even blocks of 20 ms out at the other, whatever the line does."""

import threading
from collections.abc import Iterator

import av
import numpy as np

from edge.core.jitter import JitterBuffer
from edge.core.talk import FRAME_MS
from edge.workers import opus
from edge.workers.opus import RATE_HZ, Samples
from edge.workers.player.decode import BLOCK, amplified

LIVE_LEAD_S = 0.06
"""Three blocks ahead of the ear: a busy Pi may let the player wait so long; more would only make the talk later."""
_RISE = RATE_HZ // 200
"""After a hole the sound comes back within 5 ms."""


class Feed:
    """The frames of one talk. ``put`` is called by the thread that reads commands, ``blocks`` runs in the sound's.

    Bounded by the jitter buffer: what waits too long is thrown away.
    """

    def __init__(self, gain_db: float) -> None:
        self._factor = 10 ** (gain_db / 20)
        self._buffer = JitterBuffer()
        self._lock = threading.Lock()
        self._decoder = opus.decoder()
        self._before: Samples | None = None
        self._hole = True

    @property
    def missing_ms(self) -> int:
        """How long nothing was there to play, or was thrown away."""
        losses = self._buffer.losses
        return (losses.silent + losses.skipped) * FRAME_MS

    @property
    def longest_gap_ms(self) -> int:
        """The longest time in one go that was not sound."""
        return self._buffer.losses.longest * FRAME_MS

    def put(self, seq: int, frames: tuple[bytes, ...], *, last: bool) -> None:
        """Frames came."""
        with self._lock:
            self._buffer.put(seq, frames, last=last)

    def blocks(self) -> Iterator[Samples]:
        """Blocks of 48 kHz mono s16 until the talk is over; silence where a frame is missing."""
        while True:
            with self._lock:
                if self._buffer.finished:
                    return
                frame = self._buffer.take()
            block = self._decoded(frame) if frame is not None else None
            yield self._sounding(block) if block is not None else self._fading()

    def _decoded(self, frame: bytes) -> Samples | None:
        try:
            (decoded,) = self._decoder.decode(av.Packet(frame))
        except (av.FFmpegError, ValueError):
            return None  # signed, so our own fault; a hole of 20 ms is better than no talk
        samples: Samples = decoded.to_ndarray()[0]
        return amplified(samples[:BLOCK], self._factor) if len(samples) >= BLOCK else None

    def _sounding(self, block: Samples) -> Samples:
        self._before = block
        if self._hole:
            self._hole = False
            return np.concatenate((_faded(block[:_RISE], 0, 1), block[_RISE:]))
        return block

    def _fading(self) -> Samples:
        """The last block dies away, then there is silence: nothing clicks."""
        before, self._before, self._hole = self._before, None, True
        return np.zeros(BLOCK, np.int16) if before is None else _faded(before[::-1], 1, 0)


def _faded(block: Samples, begin: float, end: float) -> Samples:
    ramp = np.linspace(begin, end, len(block), dtype=np.float32)
    faded: Samples = (block * ramp).astype(np.int16)
    return faded
