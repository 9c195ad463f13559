"""The device's end of a serial line on a PTY, which fails on demand."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
import tty
from collections.abc import Callable
from enum import Enum, auto
from pathlib import Path


class Fault(Enum):
    """What goes wrong with each answer."""

    NONE = auto()
    SILENT = auto()
    LATE = auto()
    GARBLED = auto()
    HALF = auto()


class FakePty:
    """Hands what the driver writes to `on_bytes`, and sends answers through the `fault` that is set.

    Set `fault` for a bad line; `unplug` and `plug_in` are the cable.
    `path` is a link that stays the same when the device is unplugged and plugged in again, as /dev/serial/by-id does.
    """

    def __init__(self, on_bytes: Callable[[bytes], None]) -> None:
        self.fault = Fault.NONE
        self.late_s = 0.5
        self._on_bytes = on_bytes
        self._folder = Path(tempfile.mkdtemp(prefix="molang-fake-"))
        self.path = str(self._folder / "tty")
        self._ends: tuple[int, int] | None = None
        self._late: list[asyncio.TimerHandle] = []

    def plug_in(self) -> None:
        """Make the device appear at `path`."""
        if self._ends is not None:
            return
        ours, theirs = os.openpty()
        tty.setraw(theirs)
        os.set_blocking(ours, False)
        self._ends = (ours, theirs)  # their end stays open, or ours would fail whenever the driver is away
        Path(self.path).symlink_to(os.ttyname(theirs))
        asyncio.get_running_loop().add_reader(ours, self._on_readable, ours)

    def unplug(self) -> None:
        """Pull the cable: the driver's descriptor hangs up and `path` is gone."""
        if self._ends is None:
            return
        asyncio.get_running_loop().remove_reader(self._ends[0])
        for end in self._ends:
            os.close(end)
        self._ends = None
        Path(self.path).unlink()

    def send(self, data: bytes) -> None:
        """Answer, as far as the fault allows."""
        match self.fault:
            case Fault.NONE:
                self._write(data)
            case Fault.LATE:
                self._write_later(data)
            case Fault.GARBLED:
                middle = len(data) // 2
                self._write(data[:middle] + bytes((data[middle] ^ 0x55,)) + data[middle + 1 :])
            case Fault.HALF:
                self._write(data[: len(data) // 2])
            case Fault.SILENT:
                pass

    async def start(self) -> None:
        """Power up, plugged in."""
        self.plug_in()

    async def close(self) -> None:
        """Power down for good."""
        for timer in self._late:
            timer.cancel()
        self.unplug()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _write_later(self, data: bytes) -> None:
        loop = asyncio.get_running_loop()
        self._late = [timer for timer in self._late if timer.when() > loop.time()]
        self._late.append(loop.call_later(self.late_s, self._write, data))

    def _write(self, data: bytes) -> None:
        if self._ends is None:
            return
        try:
            os.write(self._ends[0], data)
        except BlockingIOError:
            return  # the driver reads nothing: a wire keeps no bytes either

    def _on_readable(self, end: int) -> None:
        self._on_bytes(os.read(end, 4096))
