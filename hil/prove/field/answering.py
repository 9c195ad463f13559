"""What a well box answers: a supervisor on its control socket, a browser's door behind TLS, a broker."""

import asyncio
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from edge.control.protocol import GetState
from edge.control.server import ControlServer
from hil.broker import BrokerSetup, write_broker
from hil.pki import Authority
from hil.ports import free_ports, listens

START_S = 10.0


@contextmanager
def supervisor(path: Path, state: Mapping[str, Any]) -> Iterator[None]:
    """The box's own control server, which answers with this state."""
    loop = asyncio.new_event_loop()

    async def told(_: GetState) -> dict[str, Any]:
        return dict(state)

    server = ControlServer(path, {GetState: told}, frozenset({_own_uid()}))
    task = loop.create_task(server.run())
    thread = threading.Thread(target=_run, args=(loop, task), daemon=True)
    thread.start()
    _until(path.exists)
    try:
        yield
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join(START_S)


def _run(loop: asyncio.AbstractEventLoop, task: "asyncio.Task[None]") -> None:
    loop.run_until_complete(asyncio.gather(task, return_exceptions=True))
    loop.close()


def _own_uid() -> int:
    return Path("/proc/self").stat().st_uid


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """The log-in page, as far as the doctor reads it."""
        self.send_response(200 if self.path == "/login" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def door(cert: Path, key: Path) -> Iterator[int]:
    """A log-in page behind TLS; its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    with ThreadingHTTPServer(("127.0.0.1", 0), _Page) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield int(server.server_address[1])
        finally:
            server.shutdown()


@contextmanager
def broker(folder: Path, authority: Authority) -> Iterator[int]:
    """A real mosquitto with the commune's own settings; its port."""
    (port,) = free_ports([0])
    setup = BrokerSetup("xa", port, authority.ca, authority.issue("broker"), "box", {})
    command = write_broker(folder, setup)
    with ExitStack() as stack:
        log = stack.enter_context((folder / "mosquitto.log").open("wb"))
        process = stack.enter_context(subprocess.Popen(command, stdout=log, stderr=log))
        stack.callback(process.kill)
        _until(lambda: listens(port))
        yield port


def _until(there: Any) -> None:
    until = time.monotonic() + START_S
    while not there():
        if time.monotonic() > until:
            raise TimeoutError("a part of the bed does not start")
        time.sleep(0.02)
