"""One life of a box as its killer sees it: started, listened to, held, killed."""

import fcntl
import os
import random
import select
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from hil.bench.outcome import BenchUnavailableError
from hil.prove.province.survival.box import DRAINED, Asked
from hil.prove.province.survival.nursery import Nursery

PIPE_BYTES = 1024 * 1024
"""Promises of some seconds: the box never waits for us."""
HELD_S = 10.0
LOOK_S = 0.001
READ_BYTES = 65_536
EARLY, EARLY_S = 0.15, 0.3
"""The share of lives that end while the box opens its store, or a little later."""
FIRST_WORD_S = 60.0
LONGEST_S = 0.8


class Life:
    """``promised`` are the names that the box said so far, each whole line of them."""

    def __init__(self, nursery: Nursery, asked: Asked) -> None:
        self.promised: set[str] = set()
        self.said_twice = 0
        self._torn = b""
        self._nursery = nursery
        asked.said.unlink(missing_ok=True)
        os.mkfifo(asked.said)
        self._ear = os.open(asked.said, os.O_RDONLY | os.O_NONBLOCK)
        fcntl.fcntl(self._ear, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        self._pid = nursery.start(asked)
        self._process = os.pidfd_open(self._pid)

    def listen(self) -> None:
        """Take what it said until now."""
        while data := self._read():
            *lines, self._torn = (self._torn + data).split(b"\n")
            for line in lines:
                self.said_twice += line.decode() in self.promised
                self.promised.add(line.decode())

    def _read(self) -> bytes:
        try:
            return os.read(self._ear, READ_BYTES)
        except BlockingIOError:
            return b""

    def go_on(self, chance: random.Random) -> None:
        """Let it live for a while: in most lives until it has written and sent, in some not even to its first word."""
        if chance.random() < EARLY:
            time.sleep(chance.uniform(0, EARLY_S))
            return
        until = time.monotonic() + FIRST_WORD_S
        while not self.promised:
            if self.ended(LOOK_S):
                raise BenchUnavailableError(f"the box died at its start: {self._nursery.last_words()}")
            if time.monotonic() > until:
                raise BenchUnavailableError("the box does not begin to write")
            self.listen()
        time.sleep(chance.uniform(0, LONGEST_S))

    @contextmanager
    def held(self) -> Iterator[None]:
        """Stopped between two instructions, every thread of it."""
        signal.pidfd_send_signal(self._process, signal.SIGSTOP)
        try:
            until = time.monotonic() + HELD_S
            while not self._stands_still():
                if time.monotonic() > until:
                    raise BenchUnavailableError("a stopped process still runs")
                time.sleep(LOOK_S)
            yield
        finally:
            signal.pidfd_send_signal(self._process, signal.SIGCONT)

    def strike(self) -> None:
        """SIGKILL, without waiting for the end: it runs no further, but a system call under way may still end."""
        with suppress(ProcessLookupError):  # it is gone already, and nobody had to wait for it
            signal.pidfd_send_signal(self._process, signal.SIGKILL)

    def kill(self) -> None:
        """SIGKILL; returns when it is gone and what it had said is heard."""
        self.strike()
        if not self.ended(HELD_S):
            raise BenchUnavailableError("a killed process does not die")
        self.listen()
        os.close(self._ear)
        os.close(self._process)

    def ended(self, within_s: float) -> bool:
        """Whether it is no more, waiting for it so long."""
        return bool(select.select([self._process], [], [], within_s)[0])

    def drained(self, within_s: float) -> bool:
        """Whether it sent all that waited and ended in time; it is gone afterwards in any case."""
        self.ended(within_s)
        self.kill()
        return DRAINED in self.promised

    def _stands_still(self) -> bool:
        threads = Path(f"/proc/{self._pid}/task").iterdir()
        return all((thread / "stat").read_text().rpartition(")")[2].split()[0] == "T" for thread in threads)


def asked_to_drain(asked: Asked) -> Asked:
    """The same box, which shall only send what waits."""
    return msgspec.structs.replace(asked, drain=True)
