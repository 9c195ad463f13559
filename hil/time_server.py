"""A small real NTP server on loopback, which can be wrong on purpose (RFC 5905, server mode).

`python -m hil.time_server --port N` serves until it is killed.
"""

import asyncio
import struct
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import cast

import click

UNIX_S = 2_208_988_800
ERA = 1 << 32
PACKET = struct.Struct(">BBbbIII8s8s8s8s")
SERVER = 4 << 3 | 4
UNSYNCHRONISED = 3 << 6


def true_ms() -> float:
    """The machine's wall clock."""
    return time.time() * 1000


@dataclass
class TimeServer(asyncio.DatagramProtocol):
    """Answers with what `now_ms` says; a `lost` one says that it does not know the time, a `deaf` one nothing."""

    now_ms: Callable[[], float] = true_ms
    stratum: int = 2
    lost: bool = False
    deaf: bool = False
    answered: int = 0
    port: int = 0
    _transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the socket."""
        self._transport = cast("asyncio.DatagramTransport", transport)  # asyncio's own is none by its class
        self.port = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, address: tuple[str | int, ...]) -> None:
        """Answer one client packet."""
        if self.deaf or len(data) < PACKET.size or self._transport is None:
            return
        received = stamp(self.now_ms())
        first = SERVER | (UNSYNCHRONISED if self.lost else 0)
        head = (first, self.stratum, 0, -20, 0, 0, 0, received, data[40:48], received)
        self._transport.sendto(PACKET.pack(*head, stamp(self.now_ms())), address)
        self.answered += 1


def stamp(at_ms: float) -> bytes:
    """64 bits of NTP time."""
    seconds = at_ms / 1000 + UNIX_S
    whole = int(seconds)
    return struct.pack(">II", whole % ERA, int((seconds - whole) * ERA))


@asynccontextmanager
async def serving(server: TimeServer, port: int = 0) -> AsyncIterator[TimeServer]:
    """The server runs inside the ``with``."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: server, local_addr=("127.0.0.1", port))
    try:
        yield server
    finally:
        transport.close()


@click.command()
@click.option("--port", type=click.IntRange(1, 65_535), required=True)
def main(port: int) -> None:
    """Serve the machine's own time on loopback."""
    asyncio.run(_serve(port))


async def _serve(port: int) -> None:
    async with serving(TimeServer(), port):
        await asyncio.Event().wait()


if __name__ == "__main__":
    main()
