"""The commune's way out: a TCP proxy between box and hub that can be cut.

    python -m hil.uplink --folder F --listen 9443 --to 9444

Its control socket `F/uplink.sock` takes one word a line and answers one line of JSON: `cut` drops every connection and
refuses new ones, `restore` ends that, `status` only tells. Bytes are counted in both directions.
"""

import asyncio
import contextlib
import json
import socket
import struct
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from hil.control_socket import obeying, tell

CHUNK = 65_536
RESET_AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER with no time: a reset, as a dead link shows itself to programs


@dataclass(slots=True)
class Traffic:
    """What went through since the start."""

    up: bool = True
    sent_bytes: int = 0
    received_bytes: int = 0
    connections: int = 0
    refused: int = 0


class Uplink:
    """The proxy. Start it with ``async with``; `port` is where it listens."""

    def __init__(self, to_port: int, listen_port: int = 0) -> None:
        self.traffic = Traffic()
        self.port = listen_port
        self._to_port = to_port
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> "Uplink":
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        self._drop_all()

    def cut(self) -> None:
        """Drop every connection and refuse new ones."""
        self.traffic.up = False
        self._drop_all()

    def restore(self) -> None:
        """Let connections through again."""
        self.traffic.up = True

    def obey(self, word: str) -> str:
        """`cut`, `restore`, or anything else only to be told: what went through, as JSON."""
        if word == "cut":
            self.cut()
        elif word == "restore":
            self.restore()
        return json.dumps(asdict(self.traffic))

    def _drop_all(self) -> None:
        for writer in self._writers:
            _reset(writer)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._to_port)
            if self.traffic.up:
                await self._join(reader, writer, far_reader, far_writer)
            else:
                self.traffic.refused += 1
                _reset(writer)
                _reset(far_writer)
        writer.close()

    async def _join(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        far_reader: asyncio.StreamReader,
        far_writer: asyncio.StreamWriter,
    ) -> None:
        self.traffic.connections += 1
        self._writers |= {writer, far_writer}
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(_pump(reader, far_writer, self._count_sent))
                tasks.create_task(_pump(far_reader, writer, self._count_received))
        finally:
            self._writers -= {writer, far_writer}

    def _count_sent(self, count: int) -> None:
        self.traffic.sent_bytes += count

    def _count_received(self, count: int) -> None:
        self.traffic.received_bytes += count


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, count: Callable[[int], None]) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(CHUNK):
            count(len(data))
            writer.write(data)
            await writer.drain()
    writer.close()


def _reset(writer: asyncio.StreamWriter) -> None:
    sock = writer.get_extra_info("socket")
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_ONCE)
    writer.transport.abort()


async def serve(folder: Path, listen_port: int, to_port: int) -> None:
    """Proxy and control socket until cancelled."""
    async with Uplink(to_port, listen_port) as uplink, obeying(folder / "uplink.sock", uplink.obey):
        await asyncio.Event().wait()


def ask(folder: Path, word: str) -> Traffic:
    """Tell the running proxy `cut`, `restore` or `status`; raises OSError when none runs."""
    return Traffic(**json.loads(tell(folder / "uplink.sock", word)))


@click.command()
@click.option("--folder", type=click.Path(path_type=Path), required=True)
@click.option("--listen", type=int, required=True)
@click.option("--to", type=int, required=True)
def main(folder: Path, listen: int, to: int) -> None:
    """Carry connections from one local port to another until stopped."""
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(folder, listen, to))


if __name__ == "__main__":
    main()
