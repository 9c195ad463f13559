"""A real NATS server with JetStream in a folder of its own, every message synced to the disk."""

import asyncio
import shutil
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

START_S = 20.0


def binary() -> Path:
    """Beside the interpreter: the package of the development lock brings it."""
    return Path(sys.executable).parent / "nats-server"


NO_NATS = "" if binary().exists() else "nats-server is not installed"


class Server:
    """``start``, ``kill`` (SIGKILL) and ``start`` again."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.url = f"nats://127.0.0.1:{port}"
        self._port = port
        self._process: asyncio.subprocess.Process | None = None
        (folder / "nats.conf").write_text(
            f'listen: "127.0.0.1:{port}"\njetstream {{ store_dir: "{folder}/store", sync_interval: always }}\n'
        )

    async def start(self) -> None:
        """Run, and wait until it listens."""
        null = asyncio.subprocess.DEVNULL
        command = (str(binary()), "-c", str(self.folder / "nats.conf"))
        self._process = await asyncio.create_subprocess_exec(*command, stdout=null, stderr=null)
        async with asyncio.timeout(START_S):
            while not await self._listens():  # noqa: ASYNC110 - another program sets no event
                await asyncio.sleep(0.05)

    async def kill(self) -> None:
        """At once."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
        self._process = None

    async def _listens(self) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self._port)
        except OSError:
            return False
        writer.close()
        return True


@asynccontextmanager
async def running_server() -> AsyncIterator[Server]:
    """A new server that listens."""
    folder = Path(tempfile.mkdtemp(prefix="molang-nats-"))
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = int(sock.getsockname()[1])
    server = Server(folder, port)
    try:
        await server.start()
        yield server
    finally:
        await server.kill()
        shutil.rmtree(folder, ignore_errors=True)
