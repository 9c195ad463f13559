import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from edge.control.client import call
from edge.control.protocol import AirBulletin, Done, GetState, Refused
from edge.control.server import ControlServer
from edge.core.errors import FinalError, TransientError

PRESS = "0c7a3f52-4ce1-4d6c-9d7b-1f4f0e7c2a11"


@asynccontextmanager
async def serving(path: Path, uids: frozenset[int] | None = None) -> AsyncIterator[Path]:
    async def get_state(_: GetState) -> dict[str, Any]:
        return {"cameras": []}

    async def air(request: AirBulletin) -> dict[str, Any]:
        raise FinalError(f"Bản tin {request.id} chưa được duyệt.")

    allowed = frozenset({os.getuid()}) if uids is None else uids
    server = ControlServer(path / "c.sock", {GetState: get_state, AirBulletin: air}, allowed)
    task = asyncio.create_task(server.run())
    while not (path / "c.sock").exists():
        await asyncio.sleep(0.01)
    try:
        yield path / "c.sock"
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_request_is_answered(tmp_path: Path) -> None:
    async with serving(tmp_path) as sock:
        reply = await asyncio.to_thread(call, sock, GetState(user="tv", role="wall"))
    assert reply == Done({"cameras": []})


async def test_what_a_role_may_not_do_is_refused_before_anybody_acts(tmp_path: Path) -> None:
    async with serving(tmp_path) as sock:
        reply = await asyncio.to_thread(call, sock, AirBulletin(id="b", press=PRESS, user="tv", role="wall"))
    assert isinstance(reply, Refused)
    assert reply.kind == "forbidden"


async def test_an_unknown_role_is_refused(tmp_path: Path) -> None:
    async with serving(tmp_path) as sock:
        reply = await asyncio.to_thread(call, sock, GetState(user="x", role="root"))
    assert isinstance(reply, Refused)


async def test_a_refusal_carries_its_sentence(tmp_path: Path) -> None:
    async with serving(tmp_path) as sock:
        reply = await asyncio.to_thread(call, sock, AirBulletin(id="b7", press=PRESS, user="lan", role="operator"))
    assert reply == Refused("Bản tin b7 chưa được duyệt.")


async def test_another_user_of_the_machine_may_not_ask(tmp_path: Path) -> None:
    async with serving(tmp_path, frozenset({os.getuid() + 1})) as sock:
        with pytest.raises(TransientError):
            await asyncio.to_thread(call, sock, GetState(user="x", role="duty"))


async def test_rubbish_is_refused_and_the_server_lives(tmp_path: Path) -> None:
    async with serving(tmp_path) as sock:
        reader, writer = await asyncio.open_unix_connection(sock)
        writer.write(b"\x00\x00\x00\x04nope")
        await writer.drain()
        assert b"Refused" in await reader.read(200)
        writer.write(b"\xff\xff\xff\xff")
        await writer.drain()
        assert await reader.read() == b""
        writer.close()
        assert await asyncio.to_thread(call, sock, GetState(user="tv", role="wall")) == Done({"cameras": []})
