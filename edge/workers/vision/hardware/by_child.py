"""Decoders that only the machine's own FFmpeg has (Jetson, HEVC on Raspberry Pi 5): packets in, raw pictures out."""

import os
import select
import shutil
import subprocess
import time
from collections import deque
from collections.abc import Sequence

import av
import numpy as np

from edge.workers.vision.hardware.base import FrameDecoder, HardwareFailedError

WRITE_S = 0.8
"""Less than a camera's thread may spend on one packet before its shard is taken for hung."""
DRAIN_S = 5.0
MOST_AHEAD = 32
"""Pictures that the child may owe us: more means that it swallows packets and gives nothing."""
_PIPE_BYTES = 1 << 20
_FORMATS = {"h264": "h264", "hevc": "hevc"}


class ChildDecoder:
    """One FFmpeg process. Its pictures carry the times of the packets in order of showing.

    Every wait has a deadline; whatever goes wrong raises HardwareFailedError and the child is gone.
    """

    def __init__(self, arguments: Sequence[str], codec: str, extradata: bytes, width: int, height: int) -> None:
        program = shutil.which("ffmpeg")
        if program is None:
            raise HardwareFailedError("no ffmpeg on this machine")
        self._command = [
            *(program, "-hide_banner", "-loglevel", "error", "-nostdin", "-flags", "low_delay", "-probesize", "32"),
            *("-fpsprobesize", "0", "-analyzeduration", "0", *arguments, "-f", _FORMATS[codec], "-i", "pipe:0"),
            *("-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "yuv420p", "pipe:1"),
        ]
        self._extradata, self._width, self._height = extradata, width, height
        self._bytes = width * height * 3 // 2
        self._start()

    def decode(self, packet: av.Packet | None = None) -> list[av.VideoFrame]:
        """See FrameDecoder. None waits for what the child still owes, and ends it."""
        if packet is None:
            return self._drain()
        if packet.pts is not None:
            self._owed.append(packet.pts)
        self._write(bytes(packet))
        frames = self._read(0.0)
        if len(self._owed) > MOST_AHEAD:
            raise self._failed("gives no pictures")
        return frames

    def flush_buffers(self) -> None:
        """See FrameDecoder: a new child is the one sure way to forget."""
        self.close()
        self._start()

    def close(self) -> None:
        """End the child."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()

    def __del__(self) -> None:
        if hasattr(self, "_process") and self._process.poll() is None:
            self.close()

    def _start(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - the catalogue's own options and a film
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._in, self._out = self._process.stdin.fileno(), self._process.stdout.fileno()
        for handle in (self._in, self._out):
            os.set_blocking(handle, False)
        self._owed: deque[int] = deque()
        self._raw = bytearray()
        if self._extradata:
            self._write(self._extradata)

    def _write(self, data: bytes) -> None:
        rest, until = memoryview(data), time.monotonic() + WRITE_S
        while rest:
            self._fill()  # a child that waits for us to read takes nothing more
            if not select.select([], [self._in], [], 0.01)[1]:
                if time.monotonic() > until:
                    raise self._failed("takes no packets")
                continue
            try:
                rest = rest[os.write(self._in, rest) :]
            except OSError as error:
                raise self._failed(str(error)) from error

    def _read(self, wait_s: float) -> list[av.VideoFrame]:
        if select.select([self._out], [], [], wait_s)[0]:
            self._fill()
        frames = []
        while len(self._raw) >= self._bytes:
            frames.append(self._picture(bytes(self._raw[: self._bytes])))
            del self._raw[: self._bytes]
        return frames

    def _fill(self) -> bool:
        """Take what the child has written; False at its end."""
        while select.select([self._out], [], [], 0)[0]:
            part = os.read(self._out, _PIPE_BYTES)
            if not part:
                return False
            self._raw += part
        return True

    def _drain(self) -> list[av.VideoFrame]:
        assert self._process.stdin is not None
        self._process.stdin.close()
        until, frames, open_ = time.monotonic() + DRAIN_S, [], True
        while open_ and time.monotonic() < until:
            select.select([self._out], [], [], 0.05)
            open_ = self._fill()
            frames += self._read(0.0)
        return frames

    def _picture(self, raw: bytes) -> av.VideoFrame:
        pixels = np.frombuffer(raw, np.uint8).reshape(self._height * 3 // 2, self._width)
        frame = av.VideoFrame.from_ndarray(pixels, format="yuv420p")
        if self._owed:
            soonest = min(self._owed)
            self._owed.remove(soonest)
            frame.pts = soonest
        return frame

    def _failed(self, what: str) -> HardwareFailedError:
        self.close()
        return HardwareFailedError(f"ffmpeg child: {what}")


def child_opener(*arguments: str, codecs: Sequence[str]) -> "ChildOpener":
    """An opener that starts FFmpeg with these options before its input."""
    return ChildOpener(arguments, frozenset(codecs))


class ChildOpener:
    """See Opener."""

    def __init__(self, arguments: Sequence[str], codecs: frozenset[str]) -> None:
        self._arguments = arguments
        self._codecs = codecs

    def __call__(self, codec: str, extradata: bytes, width: int, height: int) -> FrameDecoder:
        """See Opener."""
        if codec not in self._codecs:
            raise HardwareFailedError(f"no {codec} here")
        arguments = [part.format(codec=codec) for part in self._arguments]
        return ChildDecoder(arguments, codec, extradata, width, height)
