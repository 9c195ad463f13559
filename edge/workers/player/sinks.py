"""Where samples go: a sound card through aplay, or the socket of a simulated card."""

import fcntl
import select
import shutil
import socket
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from typing import Protocol

from edge.core.errors import MisconfiguredError, TransientError

DEADLINE_S = 2.0
"""A card that takes nothing for this long is broken."""
ALSA_BUFFER_US = 100_000
PIPE_BYTES = 4_096
"""The smallest pipe Linux gives, 43 ms of sound: the default of 64 KiB would hold 0.7 s that no stop could reach."""


class Sink(Protocol):
    """An open sound card that takes raw s16 mono at 48 kHz. Every failure is a TransientError."""

    def write(self, data: bytes) -> None:
        """Hand samples over; waits at most DEADLINE_S."""
        ...

    def close(self, *, drain: bool) -> None:
        """Let go of the card; with ``drain`` what was written is heard first, without it the card falls silent."""
        ...


class UnixSink:
    """A simulated sound card that listens on a unix stream socket and reads raw samples."""

    def __init__(self, path: str) -> None:
        self._sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._sock.settimeout(DEADLINE_S)
        try:
            self._sock.connect(path)
        except OSError as cause:
            self._sock.close()
            raise TransientError(f"Không mở được loa mô phỏng {path}: {cause}.") from cause

    def write(self, data: bytes) -> None:
        """Hand samples over."""
        try:
            self._sock.sendall(data)
        except OSError as cause:
            raise TransientError(f"Loa mô phỏng không nhận tiếng: {cause}.") from cause

    def close(self, *, drain: bool) -> None:
        """Hang up."""
        del drain
        self._sock.close()


class AlsaSink:
    """An ALSA device, fed through an aplay child with a short buffer."""

    def __init__(self, device: str) -> None:
        program = shutil.which("aplay")
        if program is None:
            raise TransientError("Máy chưa có chương trình aplay (gói alsa-utils).")
        command = [program, "-q", "-t", "raw", "-f", "S16_LE", "-r", "48000", "-c", "1"]
        command += ["-D", device, f"--buffer-time={ALSA_BUFFER_US}", "-"]
        self._device = device
        self._child = subprocess.Popen(  # noqa: S603 - a fixed program; the device comes from our own settings
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, bufsize=0
        )
        assert self._child.stdin is not None
        self._pipe = self._child.stdin
        fcntl.fcntl(self._pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)

    def write(self, data: bytes) -> None:
        """Hand samples over."""
        rest = memoryview(data)
        while rest:
            if not select.select([], [self._pipe], [], DEADLINE_S)[1]:
                raise TransientError(f"Card âm thanh {self._device} không nhận tiếng trong {DEADLINE_S:g} giây.")
            try:
                rest = rest[self._pipe.write(rest[:PIPE_BYTES]) :]
            except OSError as cause:
                raise TransientError(f"aplay đã dừng trên {self._device}: {cause}.") from cause

    def close(self, *, drain: bool) -> None:
        """End aplay: gently, or at once."""
        with suppress(OSError):
            self._pipe.close()
        try:
            if not drain:
                self._child.kill()
            self._child.wait(DEADLINE_S)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()


def open_sink(kind: str, settings: Mapping[str, str | int | float]) -> Sink:
    """The card of these settings, opened; raises MisconfiguredError for an unknown kind or a missing key."""
    try:
        if kind == "alsa":
            return AlsaSink(str(settings["device"]))
        if kind == "unix":
            return UnixSink(str(settings["path"]))
    except KeyError as cause:
        raise MisconfiguredError(f"sound.{cause.args[0]}: thiếu khóa này cho loại {kind!r}.") from cause
    raise MisconfiguredError(f"sound.kind: không có loại {kind!r}; có alsa và unix.")
