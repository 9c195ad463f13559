"""The control socket of a simulator: whoever connects says one command in a line and gets one line back."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path

ANSWER_S = 5.0
MOST_LINE = 4_096


@contextlib.asynccontextmanager
async def obeying(path: Path, obey: Callable[[str], str]) -> AsyncIterator[None]:
    """Commands are carried out inside the ``with``; the socket is there no longer than that."""

    async def on_command(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            writer.write(obey(await _line(reader)).encode() + b"\n")
            await writer.drain()
        writer.close()

    _clear(path)
    try:
        async with await asyncio.start_unix_server(on_command, path, limit=MOST_LINE):
            yield
    finally:
        _clear(path)


async def _line(reader: asyncio.StreamReader) -> str:
    """What came; nothing if it is too long or no UTF-8."""
    try:
        return (await reader.readline()).decode().strip()
    except ValueError:
        return ""


def _clear(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)


def told_to_stop() -> asyncio.Event:
    """Is set by SIGTERM and SIGINT."""
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    return stopping


def tell(path: Path, line: str) -> str:
    """The answer to one command; raises OSError when nobody serves the socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
        sock.settimeout(ANSWER_S)
        sock.connect(str(path))
        sock.sendall(f"{line}\n".encode())
        with sock.makefile(encoding="utf-8") as answer:
            return answer.readline().strip()
