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

START_S = 10.0
"""How long a machine under load may take to bring FFmpeg up. Packets wait with us meanwhile, nobody waits for it."""
WRITE_S = 0.8
"""Less than a camera's thread may spend on one packet before its shard is taken for hung."""
DRAIN_S = 5.0
MOST_AHEAD = 32
"""Pictures that a child that has begun may owe us: more means that it swallows packets and gives nothing."""
_PIPE_BYTES = 1 << 20
_FORMATS = {"h264": "h264", "hevc": "hevc"}


class ChildDecoder:
    """One FFmpeg process. Its pictures carry the times of the packets in order of showing.

    No call waits longer than WRITE_S (the last one: START_S and DRAIN_S); whatever goes wrong raises
    HardwareFailedError and the child is gone.
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
        frames, until = self._give(bytes(packet)), time.monotonic() + WRITE_S
        while len(self._owed) > MOST_AHEAD and self._has_begun:
            if time.monotonic() > until:
                raise self._failed("gives no pictures")
            frames += self._turn(0.01)
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
        self._raw, self._waiting = bytearray(), bytearray()
        self._has_begun, self._patient_until = False, time.monotonic() + START_S
        if self._extradata:
            self._give(self._extradata)

    def _give(self, data: bytes) -> list[av.VideoFrame]:
        """Hand over what the child takes now and keep the rest: a child that is slow to start holds nobody up."""
        if self._has_begun and not self._waiting:
            self._patient_until = time.monotonic() + WRITE_S
        self._waiting += data
        return self._turn(0.0)

    def _turn(self, wait_s: float) -> list[av.VideoFrame]:
        """The pictures that are there after the pipes were emptied and filled once."""
        readable, writable, _ = select.select([self._out], [self._in] if self._waiting else [], [], wait_s)
        if readable:
            self._fill()
        if writable:
            self._pour()
        frames = []
        while len(self._raw) >= self._bytes:
            frames.append(self._picture(bytes(self._raw[: self._bytes])))
            del self._raw[: self._bytes]
        self._has_begun = self._has_begun or bool(frames)
        is_idle = not self._waiting and (self._has_begun or len(self._owed) <= MOST_AHEAD)
        if not is_idle and time.monotonic() > self._patient_until:
            raise self._failed("takes no packets" if self._waiting else "gives no pictures")
        return frames

    def _pour(self) -> None:
        try:
            del self._waiting[: os.write(self._in, self._waiting)]
        except OSError as error:
            raise self._failed(str(error)) from error
        if self._has_begun:
            self._patient_until = time.monotonic() + WRITE_S

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
        frames: list[av.VideoFrame] = []
        while self._waiting:
            frames += self._turn(0.05)
        self._process.stdin.close()
        until = time.monotonic() + (DRAIN_S if self._has_begun else START_S)
        is_open = True
        while is_open and time.monotonic() < until:
            select.select([self._out], [], [], 0.05)
            is_open = self._fill()
            frames += self._turn(0.0)
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
