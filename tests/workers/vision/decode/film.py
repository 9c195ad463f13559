"""Films made from numpy pictures, as a camera sends them, and a sight that watches them in no real time."""

import io
import itertools
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from edge.core.moment import AtMs, ClockState, Moment, Steady
from edge.core.vision import Box
from edge.kernel.wire.vision import CameraSetup, FromShard
from edge.workers.vision.decode.fanout import Fanout
from edge.workers.vision.decode.sight import Sight
from edge.workers.vision.detect.analysis import Analysis
from edge.workers.vision.detect.found import Found
from edge.workers.vision.detect.mailbox import Look, Mailbox
from edge.workers.vision.pulse import Pulse
from edge.workers.vision.stills import Stills

Grey = NDArray[np.uint8]
FPS = 15
START = 1000.0


class HandClock:
    """A clock that stands where the test puts it."""

    def __init__(self) -> None:
        self.time = START

    def now(self) -> Moment:
        return Moment(AtMs(round(self.time * 1000)), self.steady(), ClockState.SYNCED)

    def steady(self) -> Steady:
        return Steady(self.time)


def street(seed: int = 7, width_px: int = 640, height_px: int = 360) -> Grey:
    """A still scene with soft edges, the same every time."""
    blocks = np.random.default_rng(seed).integers(60, 180, (height_px // 20, width_px // 20), np.uint8)
    return np.kron(blocks, np.ones((20, 20), np.uint8))


def noisy(picture: Grey, sigma: float, seed: int) -> Grey:
    """The picture as a sensor gives it."""
    noise = np.random.default_rng(seed).normal(0, sigma, picture.shape)
    return np.clip(picture + noise, 0, 255).astype(np.uint8)


def with_person(picture: Grey, left_px: int, height_px: int = 60, top_px: int = 200) -> Grey:
    """A dark figure, a third as wide as high."""
    copy = picture.copy()
    copy[top_px : top_px + height_px, max(0, left_px) : left_px + height_px // 3] = 20
    return copy


class Film:
    """An encoded film, demuxed again: a real stream and its packets with their times."""

    def __init__(
        self, pictures: Iterable[Grey], *, fps: int = FPS, gop: int = 30, bframes: int = 0, codec: str = "libx264"
    ) -> None:
        file = io.BytesIO()
        with av.open(file, "w", format="mpegts") as container:
            _encode(container, pictures, fps, gop, bframes, codec)
        file.seek(0)
        self._container = av.open(file)
        self.video = self._container.streams.video[0]
        self.video.codec_context.thread_count = 1
        self.video.codec_context.flags |= av.codec.context.Flags.low_delay
        self.packets = [packet for packet in self._container.demux(self.video) if packet.size]
        self._first = self.packets[0].dts

    def times(self) -> Iterator[tuple[av.Packet, float]]:
        """Each packet with the seconds since the first."""
        tick_s = float(self.video.time_base)
        return ((packet, (packet.dts - self._first) * tick_s) for packet in self.packets)


def _encode(
    container: av.container.OutputContainer, pictures: Iterable[Grey], fps: int, gop: int, bframes: int, codec: str
) -> None:
    stream = None
    for picture in pictures:
        if stream is None:
            stream = container.add_stream(codec, rate=Fraction(fps))
            stream.height, stream.width = picture.shape
            stream.pix_fmt = "yuv420p"
            stream.options = {"preset": "ultrafast", "crf": "26"}
            exact = f"keyint={gop}:min-keyint={gop}:scenecut=0:bframes={bframes}"
            stream.options |= {"x265-params" if codec == "libx265" else "x264-params": f"{exact}:log-level=0"}
        frame = av.VideoFrame.from_ndarray(picture, format="gray").reformat(format="yuv420p")
        container.mux(stream.encode(frame))
    assert stream is not None
    container.mux(stream.encode())


class Post:
    """A sight with everything around it that it needs, and a detector that sees what it is told to see."""

    def __init__(self, folder: Path, *, sees: bool = True, **setup: object) -> None:
        camera = CameraSetup("cong", "rtsp://127.0.0.1/cong", **setup)  # type: ignore[arg-type]  # a table of settings
        self.clock = HandClock()
        self.said: list[FromShard] = []
        self.mailbox = Mailbox()
        stills = Stills(folder, self.said.append, Pulse(self.clock))
        self.analysis = Analysis(camera, itertools.count(1), self.said.append, stills, 0.4)
        self.fanout = Fanout()
        self.sight = Sight(
            camera, self.fanout, self.mailbox, self.analysis, stills, self.said.append, self.clock, lambda: None
        )
        self.looks: list[Look] = []
        self.modes: list[tuple[float, str]] = []
        self._sees = sees

    def watch(self, film: Film, *, until: float = 1e9, late_s: float = 0.0) -> None:
        """Play the film; each packet arrives ``late_s`` after its time at most, in bursts."""
        begin = self.clock.time
        self.sight.opened(film.video, begin)
        for packet, time_s in film.times():
            if time_s > until:
                return
            arrives = time_s if not late_s else -(-time_s // late_s) * late_s
            self.clock.time = begin + arrives
            self.sight.packet(packet, self.clock.time)
            self._detect()
            mode = self.sight.figures(self.clock.time).mode.value
            if not self.modes or self.modes[-1][1] != mode:
                self.modes.append((time_s, mode))

    def _detect(self) -> None:
        while (look := self.mailbox.take(0)) is not None:
            self.looks.append(look)
            self.analysis.add(look, _dark_figure(look) if self._sees else [])


def _dark_figure(look: Look) -> list[Found]:
    """The detector of these tests: what is nearly black is a person."""
    rows, columns = np.nonzero(look.bgr[:, :, 0] < 40)
    if len(rows) < 100:
        return []
    height, width = look.bgr.shape[:2]
    box = Box(columns.min() / width, rows.min() / height, columns.max() / width, rows.max() / height)
    return [Found("person", 0.9, box)]
