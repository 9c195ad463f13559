"""Blocks of sound in, signed packets of 100 ms out."""

import time

import av

from edge.core.moment import AtMs
from edge.core.talk import FRAMES, StreamId, TalkPacket, packet_to_body
from edge.kernel.signing import TalkKey
from edge.workers.talk.sound import BLOCK, RATE_HZ, Block

BIT_RATE = 24_000
_OPTIONS = {"application": "voip", "frame_duration": "20", "vbr": "constrained", "packet_loss": "0"}


class Packer:
    """One talk: its key is made here, and signs nothing else."""

    def __init__(self, stream: str) -> None:
        self.stream = StreamId(stream)
        self._key = TalkKey()
        self._encoder = _encoder()
        self._blocks = 0
        self._seq = 0
        self._frames: list[bytes] = []

    @property
    def talk_key(self) -> str:
        """The public key, hex."""
        return self._key.public_hex

    def add(self, block: Block) -> bytes | None:
        """Encode 20 ms; every fifth time a packet is whole."""
        frame = av.AudioFrame.from_ndarray(block[None, :], format="s16", layout="mono")
        frame.sample_rate, frame.pts = RATE_HZ, self._blocks * BLOCK
        self._blocks += 1
        self._frames += [bytes(packet) for packet in self._encoder.encode(frame)]
        if len(self._frames) < FRAMES:
            return None
        whole, self._frames = self._frames[:FRAMES], self._frames[FRAMES:]
        return self._sealed(tuple(whole), last=False)

    def end(self) -> bytes:
        """The packet that ends the talk, with whatever is left; may be made more than once, for one can be lost."""
        frames, self._frames = tuple(self._frames), []
        return self._sealed(frames, last=True)

    def _sealed(self, frames: tuple[bytes, ...], *, last: bool) -> bytes:
        packet = TalkPacket(self.stream, self._seq, AtMs(time.time_ns() // 1_000_000), frames, last)
        self._seq += 1
        return self._key.seal(packet_to_body(packet))


def _encoder() -> av.AudioCodecContext:
    encoder = av.CodecContext.create("libopus", "w")
    encoder.format = "s16"
    encoder.layout = "mono"
    encoder.sample_rate = RATE_HZ
    encoder.bit_rate = BIT_RATE
    encoder.options = dict(_OPTIONS)
    return encoder
