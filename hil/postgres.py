"""A private PostgreSQL 15 for tests and proofs: its own folder and port, fsync on, killed and started again at will."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import psutil

from hil.harness import NotReadyError
from hil.ports import LOOPBACK, free_ports

BIN = Path("/usr/lib/postgresql/15/bin")  # Debian 12's package
USER, ACCOUNT = "molang", "postgres"
START_S, STOP_S = 60.0, 30.0
_SERVER = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "unix_socket_directories": "",
    "listen_addresses": LOOPBACK,
    "max_connections": "120",
    "shared_buffers": "256MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "log_min_messages": "warning",
    "jit": "off",
}
"""What a province would set as well (docs/guide/province.md): durable, and no checkpoint every few seconds."""


class Postgres:
    """One cluster. ``running_postgres`` makes it, starts it and takes it away; the rest is for proofs that kill it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_ports([0])[0]
        self._server: subprocess.Popen[bytes] | None = None
        self._spent_s = 0.0

    def make(self) -> None:
        """Write a new cluster into the folder, which must be empty."""
        _own(self.folder)
        data = str(self._data)
        log = self.folder / "log"
        with log.open("ab") as file:
            made = _popen(
                [BIN / "initdb", "-N", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"], file
            )
        if made.wait(START_S):
            raise NotReadyError(f"initdb failed: {log.read_text()[-800:]}")

    def start(self) -> None:
        """Start the server; it answers when this returns, after it has recovered from whatever befell it."""
        settings = [f"--{name}={value}" for name, value in (_SERVER | {"port": str(self.port)}).items()]
        with (self.folder / "log").open("ab") as log:
            self._server = _popen([BIN / "postgres", "-D", self._data, *settings], log)
        self._await_answer()

    def stop(self) -> None:
        """Shut down in order: every connection is closed."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """``kill -9`` of the server and of everything it started, as a power cut ends them."""
        self._end(signal.SIGKILL)

    def cpu_s(self) -> float:
        """Seconds of processor time of all its processes since the beginning, those that were killed included."""
        return self._spent_s + (0.0 if self._server is None else cpu_s(self._server.pid))

    def make_database(self, name: str) -> str:
        """Make an empty database; returns its SQLAlchemy URL."""
        self.ask("postgres", f'CREATE DATABASE "{name}"')
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Take a database away, whoever still speaks to it."""
        self.ask("postgres", f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def url(self, database: str) -> str:
        """The address of a database as ``molang hub serve --database`` takes it."""
        return f"postgresql+asyncpg://{USER}@{LOOPBACK}:{self.port}/{database}"

    def ask(self, database: str, sql: str) -> str:
        """What ``psql`` prints for a statement: rows as lines, columns parted by ``|``."""
        at = ["-h", LOOPBACK, "-p", str(self.port), "-U", USER, "-d", database]
        done = subprocess.run(
            [BIN / "psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", *at, "-c", sql],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        return done.stdout.strip()

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _await_answer(self) -> None:
        assert self._server is not None
        until = time.monotonic() + START_S
        while subprocess.run([BIN / "pg_isready", "-q", "-h", LOOPBACK, "-p", str(self.port)], check=False).returncode:
            if self._server.poll() is not None or time.monotonic() > until:
                raise NotReadyError(f"PostgreSQL does not answer: {(self.folder / 'log').read_text()[-800:]}")
            time.sleep(0.05)

    def _end(self, how: signal.Signals) -> None:
        if self._server is None:
            return
        self._spent_s += cpu_s(self._server.pid)
        children = psutil.Process(self._server.pid).children(recursive=True)
        self._server.send_signal(how)
        if how is signal.SIGKILL:
            _kill(children)
        self._server.wait(STOP_S)
        self._server = None
        # A new server may not start while one of the old ones still holds the shared memory.
        if psutil.wait_procs(children, STOP_S)[1]:
            raise NotReadyError("a process of PostgreSQL does not end")


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """A cluster in a folder of its own under the temporary folder, gone at the end."""
    if not (BIN / "postgres").exists():
        raise NotReadyError("PostgreSQL 15 is missing: the Debian package postgresql.")
    # Not in the caller's own temporary folder: the user postgres may not enter that.
    folder = Path(tempfile.mkdtemp(prefix="molang-postgres-", dir="/tmp"))
    cluster = Postgres(folder)
    try:
        cluster.make()
        cluster.start()
        yield cluster
    finally:
        cluster.kill()
        shutil.rmtree(folder, ignore_errors=True)


def cpu_s(pid: int) -> float:
    """Processor seconds of a process and all it started, those of the ended ones it waited for included."""
    total = 0.0
    process = psutil.Process(pid)
    for one in (process, *process.children(recursive=True)):
        with contextlib.suppress(psutil.NoSuchProcess):
            total += sum(one.cpu_times()[:4])  # user, system, children_user, children_system
    return total


def _own(folder: Path) -> None:
    if os.geteuid() == 0:
        shutil.chown(folder, ACCOUNT, ACCOUNT)


def _popen(command: Sequence[str | Path], log: IO[bytes]) -> "subprocess.Popen[bytes]":
    """PostgreSQL refuses root: then it runs as the user of its own package."""
    if os.geteuid() != 0:
        return subprocess.Popen(command, stdout=log, stderr=log, cwd="/")
    return subprocess.Popen(command, stdout=log, stderr=log, cwd="/", user=ACCOUNT, group=ACCOUNT, extra_groups=[])


def _kill(processes: Sequence[psutil.Process]) -> None:
    for one in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            one.kill()
