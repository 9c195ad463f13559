from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from drivers.base import TransientDriverError
from drivers.transport.http_line import HttpLine

Heard = list[str]


@asynccontextmanager
async def serving(*answers: bytes) -> AsyncIterator[tuple[HttpLine, Heard]]:
    """A server of bytes: one answer a connection, then it is cut; and a line to it."""
    heard: Heard = []
    left = list(answers)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append((await reader.readuntil(b"\r\n\r\n")).decode())
        writer.write(left.pop(0))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/x"
    line = HttpLine(url, token=None, tls=None, most_bytes=1_000)
    yield line, heard
    await line.close()
    server.close()


async def test_an_answer_without_a_length_is_not_known_to_be_whole() -> None:
    async with serving(b"HTTP/1.0 200 OK\r\n\r\n3.2", b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n3.25") as (line, _):
        for body, whole in ((b"3.2", False), (b"3.25", True)):
            answer = await line.poll({}, deadline_s=2)
            assert answer is not None
            assert (answer.body, answer.whole) == (body, whole)


async def test_a_date_is_given_back_where_there_is_no_tag() -> None:
    date = "Fri, 30 Oct 2026 00:00:00 GMT"
    first = f"HTTP/1.1 200 OK\r\nLast-Modified: {date}\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx"
    async with serving(first.encode(), b"HTTP/1.1 304 Not Modified\r\n\r\n") as (line, heard):
        answer = await line.poll({}, deadline_s=2)
        assert answer is not None
        assert await line.poll(answer.conditions, deadline_s=2) is None
        assert [f"If-Modified-Since: {date}" in asked for asked in heard] == [False, True]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n3.2",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n3.2\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\n3.2",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + b"x" * 2_000,
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 304 Not Modified\r\n\r\n",
    ],
)
async def test_half_an_answer_and_what_is_none_are_transient(answer: bytes) -> None:
    async with serving(answer, answer) as (line, _):
        with pytest.raises(TransientDriverError):
            await line.poll({}, deadline_s=2)
