"""Makes genuine packets of a talk without a browser: for tests, the bench and forgers."""

import secrets
import time
from collections.abc import Iterator

import av
import numpy as np
from numpy.typing import NDArray

from edge.core.moment import AtMs
from edge.core.talk import FRAMES, StreamId, TalkPacket, packet_to_body
from edge.kernel.signing import TalkKey

RATE_HZ = 48_000
BLOCK = RATE_HZ // 50
TONE_HZ, LOUDNESS = 440.0, 0.125
BIT_RATE = 24_000


class Talker:
    """One talk with a key of its own. ``next`` is 100 ms of a tone, signed; ``end`` is the packet that ends it."""

    def __init__(self, stream: str = "") -> None:
        self.stream = StreamId(stream or secrets.token_hex(16))
        self.key = TalkKey()
        self.seq = 0
        self._sound = opus_frames(tone_blocks())

    def sound(self, frames: Iterator[bytes]) -> None:
        """Say this instead of the tone: Opus frames of 20 ms."""
        self._sound = frames

    def next(self) -> bytes:
        """The next packet."""
        return self._sealed(tuple(next(self._sound) for _ in range(FRAMES)))

    def end(self) -> bytes:
        """The last packet: no sound in it."""
        return self._sealed((), last=True)

    def _sealed(self, frames: tuple[bytes, ...], *, last: bool = False) -> bytes:
        packet = TalkPacket(self.stream, self.seq, AtMs(time.time_ns() // 1_000_000), frames, last)
        self.seq += 1
        return self.key.seal(packet_to_body(packet))


def tone_blocks() -> Iterator[NDArray[np.int16]]:
    """A tone for ever, in blocks of 20 ms."""
    at = 0
    while True:
        turns = np.arange(at, at + BLOCK) * (TONE_HZ / RATE_HZ)
        yield (LOUDNESS * 32_767 * np.sin(2 * np.pi * turns)).astype(np.int16)
        at += BLOCK


def opus_frames(blocks: Iterator[NDArray[np.int16]]) -> Iterator[bytes]:
    """The blocks as Opus packets, one each."""
    encoder = av.CodecContext.create("libopus", "w")
    encoder.format, encoder.layout, encoder.sample_rate = "s16", "mono", RATE_HZ
    encoder.bit_rate = BIT_RATE
    encoder.options = {"application": "voip", "frame_duration": "20"}
    for number, block in enumerate(blocks):
        frame = av.AudioFrame.from_ndarray(block[None, :], format="s16", layout="mono")
        frame.sample_rate, frame.pts = RATE_HZ, number * BLOCK
        yield from (bytes(packet) for packet in encoder.encode(frame))
