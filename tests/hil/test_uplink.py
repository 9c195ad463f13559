import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hil.ports import free_ports
from hil.uplink import Uplink, ask


@pytest.fixture
async def echo_port() -> AsyncIterator[int]:
    """A server that gives everything back."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(1000):
            writer.write(data)
        writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def said_and_heard(port: int, words: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(words)
    async with asyncio.timeout(2):
        heard = await reader.read(1000)
    writer.close()
    return heard


async def test_bytes_go_through_and_are_counted(echo_port: int) -> None:
    async with Uplink(echo_port) as uplink:
        assert await said_and_heard(uplink.port, b"trong") == b"trong"
        assert (uplink.traffic.sent_bytes, uplink.traffic.received_bytes) == (5, 5)


async def test_a_cut_ends_open_connections_and_refuses_new_ones_until_restored(echo_port: int) -> None:
    async with Uplink(echo_port) as uplink:
        reader, writer = await asyncio.open_connection("127.0.0.1", uplink.port)
        writer.write(b"a")
        assert await reader.read(1) == b"a"
        uplink.cut()
        with pytest.raises(ConnectionResetError):
            await asyncio.wait_for(reader.read(1), 2)
        with pytest.raises(ConnectionResetError):
            await said_and_heard(uplink.port, b"b")
        assert (uplink.traffic.up, uplink.traffic.refused) == (False, 1)
        uplink.restore()
        assert await said_and_heard(uplink.port, b"c") == b"c"


async def test_a_far_end_that_is_down_closes_the_connection() -> None:
    (nobody,) = free_ports([0])
    async with Uplink(nobody) as uplink:
        assert await said_and_heard(uplink.port, b"a") == b""


def test_the_process_is_cut_and_restored_over_its_socket(tmp_path: Path) -> None:
    listen, to = free_ports([0, 0])
    command = [sys.executable, "-m", "hil.uplink", "--folder", str(tmp_path), "--listen", str(listen), "--to", str(to)]
    process = subprocess.Popen(command)
    try:
        deadline = time.monotonic() + 10
        while not (tmp_path / "uplink.sock").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert ask(tmp_path, "status").up
        assert not ask(tmp_path, "cut").up
        assert ask(tmp_path, "restore").up
    finally:
        process.terminate()
        process.wait(5)
