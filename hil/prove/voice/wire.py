"""A cable between a driver and an independent server, which spoils what comes back as a bad line does."""

import asyncio
import os
import tty
from contextlib import suppress
from functools import partial
from pathlib import Path

from drivers.transport.fake_pty import Fault


class Cable:
    """Two PTYs joined. Questions pass whole; answers pass through ``fault``; ``unplug`` pulls the driver's end.

    ``ours`` is the driver's path, a link that stays; ``theirs`` the server's.
    """

    def __init__(self, folder: Path) -> None:
        self.fault = Fault.NONE
        self.late_s = 0.5
        self.ours = str(folder / "ours")
        self._their_master, self._their_slave = os.openpty()
        tty.setraw(self._their_slave)
        os.set_blocking(self._their_master, False)
        self.theirs = os.ttyname(self._their_slave)
        self._our_end: tuple[int, int] | None = None
        self._late: list[asyncio.TimerHandle] = []
        asyncio.get_running_loop().add_reader(self._their_master, self._answer)
        self.plug_in()

    def plug_in(self) -> None:
        """Make the driver's end appear."""
        master, slave = os.openpty()
        tty.setraw(slave)
        os.set_blocking(master, False)
        self._our_end = master, slave
        Path(self.ours).symlink_to(os.ttyname(slave))
        asyncio.get_running_loop().add_reader(master, partial(self._question, master))

    def unplug(self) -> None:
        """Pull it."""
        if self._our_end is None:
            return
        asyncio.get_running_loop().remove_reader(self._our_end[0])
        for end in self._our_end:
            os.close(end)
        self._our_end = None
        Path(self.ours).unlink()

    def close(self) -> None:
        """Take the cable away."""
        for timer in self._late:
            timer.cancel()
        self.unplug()
        asyncio.get_running_loop().remove_reader(self._their_master)
        for end in (self._their_master, self._their_slave):
            os.close(end)

    def _question(self, master: int) -> None:
        with suppress(BlockingIOError):
            os.write(self._their_master, os.read(master, 4096))

    def _answer(self) -> None:
        data = os.read(self._their_master, 4096)
        middle = len(data) // 2
        match self.fault:
            case Fault.NONE:
                self._pass(data)
            case Fault.LATE:
                self._late.append(asyncio.get_running_loop().call_later(self.late_s, self._pass, data))
            case Fault.GARBLED:
                self._pass(data[:middle] + bytes((data[middle] ^ 0x55,)) + data[middle + 1 :])
            case Fault.HALF:
                self._pass(data[:middle])
            case Fault.SILENT:
                pass

    def _pass(self, data: bytes) -> None:
        if self._our_end is not None:
            with suppress(BlockingIOError):
                os.write(self._our_end[0], data)
