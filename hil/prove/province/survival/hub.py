"""The province's real hub in its own process, and what it says that it holds. It may be killed like everything else."""

import http.client
import json
import os
import signal
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge.config.schema import Hub as HubSettings
from hil.harness import NotReadyError, python
from hil.pki import Authority
from hil.ports import LOOPBACK, free_ports, listens

READY_S = 30.0
ASK_S = 30.0
PAGE = 1000
LOOK_S = 0.05


@dataclass(frozen=True, slots=True)
class Record:
    """What the province holds, asked with a certificate of the province. It can be handed to another process."""

    port: int
    ca: Path
    cert: Path
    key: Path

    def events(self, source: str, after: int) -> list[dict[str, Any]]:
        """All that it holds of a box and that arrived after ``after``, in the order of arrival."""
        found: list[dict[str, Any]] = []
        while page := self._ask(f"/v1/events?source={source}&after={after}&limit={PAGE}"):
            found += page
            after = int(page[-1]["arrival"])
        return found

    def _ask(self, path: str) -> list[dict[str, Any]]:
        until = time.monotonic() + ASK_S
        while True:
            try:
                return self._ask_once(path)
            except (OSError, http.client.HTTPException):
                if time.monotonic() > until:
                    raise
                time.sleep(LOOK_S)  # the hub was killed a moment ago

    def _ask_once(self, path: str) -> list[dict[str, Any]]:
        tls = ssl.create_default_context(cafile=self.ca)
        tls.load_cert_chain(self.cert, self.key)
        connection = http.client.HTTPSConnection(LOOPBACK, self.port, context=tls, timeout=ASK_S)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            body = answer.read()
            if answer.status != http.client.OK:
                raise http.client.HTTPException(f"{answer.status}: {body[:200]!r}")
            rows: list[dict[str, Any]] = json.loads(body)
            return rows
        finally:
            connection.close()


class HubAtWork:
    """Start it with ``start``; ``kill`` takes it away and brings it back, with the same record at the same port."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._authority = Authority(folder / "pki")
        (self._port,) = free_ports((0,))
        self._process: subprocess.Popen[bytes] | None = None
        person = self._authority.issue("province")
        self.record = Record(self._port, self._authority.ca, person.cert, person.key)

    def start(self) -> None:
        """Raises NotReadyError when it does not listen in time."""
        own = self._authority.issue("hub")
        files = ("--ca", self._authority.ca, "--cert", own.cert, "--key", own.key)
        where = ("--folder", self._folder / "hub", "--listen", f"{LOOPBACK}:{self._port}")
        with (self._folder / "hub.log").open("ab") as log:
            self._process = subprocess.Popen(
                python("edge", "hub", "serve", *where, *files), stdout=log, stderr=log, start_new_session=True
            )
        until = time.monotonic() + READY_S
        while not listens(self._port):
            if time.monotonic() > until or self._process.poll() is not None:
                raise NotReadyError(f"the hub does not listen: {(self._folder / 'hub.log').read_text()[-500:]}")
            time.sleep(LOOK_S)

    def kill(self) -> None:
        """SIGKILL, then a new one: what it had answered must be there."""
        self.stop(signal.SIGKILL)
        self.start()

    def stop(self, number: int = signal.SIGTERM) -> None:
        """End it; may be called at any time."""
        if self._process is not None:
            os.kill(self._process.pid, number)
            self._process.wait()
            self._process = None

    def settings(self, commune: str) -> HubSettings:
        """The ``[hub]`` table of the first box of a commune."""
        box = self._authority.issue(f"box-{commune}-1")
        url, ca = f"https://{LOOPBACK}:{self._port}", str(self._authority.ca)
        return HubSettings(url=url, ca=ca, cert=str(box.cert), key=str(box.key))


@contextmanager
def hub_in(folder: Path) -> Iterator[HubAtWork]:
    """A hub that runs while inside."""
    hub = HubAtWork(folder)
    hub.start()
    try:
        yield hub
    finally:
        hub.stop()
