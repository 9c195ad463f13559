"""Answers that come too late, or twice. An answer belongs to one batch: taken for another it is a false promise."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from edge.hub.server import server_tls
from tests.hub.province import LOOPBACK, Province, event, packed
from tests.sync.bad_line import BadLine
from tests.sync.box import started

Handle = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
LATE_S = 1.5


@asynccontextmanager
async def raw_hub(province: Province, handle: Handle) -> AsyncIterator[int]:
    """A TLS server that speaks HTTP by hand, so that it can speak it wrongly."""
    server = await asyncio.start_server(handle, LOOPBACK, 0, ssl=server_tls(province.certificates))
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def body_of(reader: asyncio.StreamReader) -> bytes:
    """The body of the next request."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = next(line for line in head.split("\r\n") if line.startswith("content-length:"))
    return await reader.readexactly(int(length.split(":")[1]))


def answer_to(body: bytes, acked_seq: int) -> bytes:
    """What our own hub answers to this batch."""
    text = json.dumps({"acked_seq": acked_seq, "rejected": [], "retry_after": 0}).encode()
    name = hashlib.sha256(body).hexdigest()[:16]
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nMolang-Batch: {name}\r\n"
    return f"{head}Content-Length: {len(text)}\r\n\r\n".encode() + text


async def test_an_answer_that_comes_twice_is_no_answer_to_the_next_batch(province: Province, tmp_path: Path) -> None:
    kept: list[bytes] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = await body_of(reader)
        kept.append(first)
        writer.write(answer_to(first, 100))
        await body_of(reader)  # it is lost, and what comes is the old answer once more
        writer.write(answer_to(first, 100))
        await asyncio.sleep(LATE_S)
        writer.close()

    async with raw_hub(province, handle) as port, started(tmp_path, province.settings(port)) as box:
        await box.until(lambda box: box.sync.status.state == "up")
        await box.tell(0, range(5))
        await box.until(lambda box: "gói khác" in box.sync.status.detail)
        assert len(box.waiting()) == 5
        assert len(kept) >= 1


async def test_our_hub_names_the_batch_that_it_answers(province: Province) -> None:
    async with province.running() as doors:
        for body in (packed([event(1)]), packed([event(2)])):
            answer = await province.post(doors.boxes, body)
            assert answer.status == 200
            assert answer.headers["Molang-Batch"] == hashlib.sha256(body).hexdigest()[:16]


async def test_what_a_late_hub_took_all_the_same_arrives_once(
    province: Province, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge.sync.post.DEADLINE_S", LATE_S)
    async with (
        province.running() as doors,
        BadLine(doors.boxes).open() as line,
        started(tmp_path, province.settings(line.port)) as box,
    ):
        await box.until(lambda box: box.sync.status.state == "up")
        line.reply_late_s = LATE_S + 0.5
        await box.tell(1, range(30))
        await box.until(lambda box: "không trả lời" in box.sync.status.detail)
        assert len(box.waiting()) == 30
        line.reply_late_s = 0.0
        await box.until_drained()
        arrived = await province.events(doors.boxes)
    assert [one["subject"] for one in arrived] == [str(number) for number in range(30)]
    assert max(one["deliveries"] for one in arrived) > 1, "the hub was not late"
