"""Watches one stream for some seconds and measures what it sends and what decoding it costs."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field

import av

from edge.workers.vision.ingest.stream import RtspStream

MOST_KEYS = 4
"""After so many key frames the interval is known."""
LONGEST_S = 40.0
"""Long enough for two key frames of the laziest camera (20 s)."""
LEAST_S = 6.0
Watch = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Probe:
    """What a stream was seen to be. Times in seconds of the stream's own clock, sizes in bytes.

    ``frame_ms`` and ``key_ms`` are CPU times of decoding one picture and one key frame on this machine.
    """

    codec: str
    profile: str
    width: int
    height: int
    watched_s: float
    fps: float
    kbit_s: float
    key_intervals_s: tuple[float, ...]
    key_bytes: int
    reordered: bool
    frame_ms: float
    key_ms: float

    @property
    def gop_s(self) -> float:
        """The longest seen interval between key frames; what was watched if there was only one."""
        return max(self.key_intervals_s, default=self.watched_s)

    @property
    def full_pct(self) -> float:
        """Share of one core that decoding every picture costs, in percent."""
        return self.fps * self.frame_ms / 10

    @property
    def keys_pct(self) -> float:
        """Share of one core that decoding only the key frames costs, in percent."""
        return self.key_ms / max(self.gop_s, 0.1) / 10


@dataclass(slots=True)
class _Seen:
    times: list[float] = field(default_factory=list)
    keys: list[float] = field(default_factory=list)
    bytes: int = 0
    key_bytes: list[int] = field(default_factory=list)
    reordered: bool = False
    frame_ms: list[float] = field(default_factory=list)
    key_ms: list[float] = field(default_factory=list)


def probe(url: str, transport: str = "tcp", watch: Watch = lambda _share: None) -> Probe:
    """Connect, watch for LEAST_S to LONGEST_S, and tell; ``watch`` is told the share that is done.

    Raises CameraTroubleError with the reason in Vietnamese, never with the address.
    """
    with closing(RtspStream(url, transport)) as stream:
        seen, context = _Seen(), stream.video.codec_context
        began = time.monotonic()
        for packet in stream.packets():
            _look(seen, packet, context, float(stream.video.time_base))
            passed_s = time.monotonic() - began
            watch(min(1.0, passed_s / LEAST_S if len(seen.keys) >= MOST_KEYS else passed_s / LONGEST_S))
            if passed_s >= LONGEST_S or (passed_s >= LEAST_S and len(seen.keys) >= MOST_KEYS):
                break
        return _told(seen, context)


def _look(seen: _Seen, packet: av.Packet, context: av.VideoCodecContext, base_s: float) -> None:
    at = packet.dts if packet.dts is not None else packet.pts
    if at is None:
        return
    seen.times.append(at * base_s)
    seen.bytes += packet.size
    seen.reordered |= packet.pts is not None and packet.pts != at
    if packet.is_keyframe:
        seen.keys.append(at * base_s)
        seen.key_bytes.append(packet.size)
    if seen.keys:
        cost_ms = _decode_ms(context, packet)
        (seen.key_ms if packet.is_keyframe else seen.frame_ms).append(cost_ms)


def _decode_ms(context: av.VideoCodecContext, packet: av.Packet) -> float:
    began = time.thread_time()
    try:
        context.decode(packet)
    except av.error.FFmpegError:
        return 0.0  # a broken picture costs nothing worth telling
    return (time.thread_time() - began) * 1000


def _told(seen: _Seen, context: av.VideoCodecContext) -> Probe:
    watched_s = max(seen.times[-1] - seen.times[0], 0.1) if seen.times else 0.1
    costs = [*seen.frame_ms, *seen.key_ms]
    return Probe(
        codec=context.name,
        profile=str(context.profile or ""),
        width=context.width,
        height=context.height,
        watched_s=watched_s,
        fps=max(len(seen.times) - 1, 0) / watched_s,
        kbit_s=seen.bytes * 8 / 1000 / watched_s,
        key_intervals_s=tuple(_steps(seen.keys)),
        key_bytes=round(statistics.median(seen.key_bytes)) if seen.key_bytes else 0,
        reordered=seen.reordered,
        frame_ms=statistics.fmean(costs) if costs else 0.0,
        key_ms=statistics.median(seen.key_ms) if seen.key_ms else 0.0,
    )


def _steps(times: list[float]) -> Iterator[float]:
    return (later - earlier for earlier, later in zip(times, times[1:], strict=False))
