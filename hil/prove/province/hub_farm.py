"""Several instances of the real hub on one PostgreSQL and one port, each a process that can be killed and started."""

import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from hil.harness import NotReadyError, python
from hil.pki import Authority
from hil.ports import LOOPBACK, free_ports, listens
from hil.postgres import cpu_s

READY_S, STOP_S = 60.0, 20.0


class Farm:
    """``url`` is where boxes knock: the kernel hands each connection to one of the instances."""

    def __init__(
        self, folder: Path, authority: Authority, database: str, instances: int, more: Sequence[object] = ()
    ) -> None:
        self._folder = folder
        self._authority = authority
        self._database = database
        self._more = more
        self.port, *self._pages = free_ports([0] * (instances + 1))
        self._running: dict[int, subprocess.Popen[bytes]] = {}
        self._spent_s = 0.0

    @property
    def url(self) -> str:
        """The boxes' door."""
        return f"https://{LOOPBACK}:{self.port}"

    def start(self, number: int) -> None:
        """Start an instance; it takes batches when this returns."""
        hub = self._authority.issue("hub")
        page = self._pages[number]
        command = python(
            "edge", "hub", "serve", "--folder", self._folder, "--database", self._database,
            "--listen", f"{LOOPBACK}:{self.port}", "--page", f"{LOOPBACK}:{page}",
            "--ca", self._authority.ca, "--cert", hub.cert, "--key", hub.key, *self._more,
        )  # fmt: skip
        with (self._folder / f"hub-{number}.log").open("ab") as log:
            process = self._running[number] = subprocess.Popen(command, stdout=log, stderr=log)
        until = time.monotonic() + READY_S
        while not listens(page):
            if process.poll() is not None or time.monotonic() > until:
                raise NotReadyError((self._folder / f"hub-{number}.log").read_text()[-800:])
            time.sleep(0.05)

    def kill(self, number: int) -> None:
        """``kill -9`` of one instance."""
        process = self._running.pop(number)
        self._spent_s += cpu_s(process.pid)
        process.kill()
        process.wait(STOP_S)

    def cpu_s(self) -> float:
        """Processor seconds of all instances since the beginning, those that were killed included."""
        return self._spent_s + sum(cpu_s(process.pid) for process in self._running.values())

    def kill_all(self) -> None:
        """Every instance."""
        for number in list(self._running):
            self.kill(number)


@contextmanager
def running_farm(
    folder: Path, authority: Authority, database: str, instances: int, more: Sequence[object] = ()
) -> Iterator[Farm]:
    """All instances, started one after the other with ``more`` arguments; gone at the end."""
    farm = Farm(folder, authority, database, instances, more)
    try:
        for number in range(instances):
            farm.start(number)
        yield farm
    finally:
        farm.kill_all()
