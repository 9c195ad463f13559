"""The ear of the supervisor for what is typed in a session: datagrams of one line, from whoever may write there."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path

EVERYBODY_WRITES = 0o622


class _Ear(asyncio.DatagramProtocol):
    def __init__(self, take: Callable[[bytes], None]) -> None:
        self._take = take

    def datagram_received(self, data: bytes, _address: object) -> None:
        """One line."""
        self._take(data)


@contextlib.asynccontextmanager
async def hearing(path: Path, take: Callable[[bytes], None]) -> AsyncIterator[None]:
    """``take`` gets every line while the block runs. Raises OSError where no socket can be made."""
    sock = _bound(path)
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: _Ear(take), sock=sock)
    try:
        yield
    finally:
        transport.close()


def _bound(path: Path) -> socket.socket:
    """An old one of a life that was killed gives way."""
    path.unlink(missing_ok=True)
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)
    sock.bind(str(path))
    path.chmod(EVERYBODY_WRITES)  # the account of the support has no other right here than to say what was typed
    return sock
