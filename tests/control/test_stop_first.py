"""STOP does not stand in line behind requests that take their time."""

import asyncio
import os
import struct
from pathlib import Path
from typing import Any

import msgspec

from edge.control.protocol import AnyRequest, Done, GetState, StopHorns
from edge.control.server import MAX_AT_WORK, ControlServer, Handler
from tests.web.accounts import opened_accounts, sit


async def asks(path: Path, request: AnyRequest) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_unix_connection(path)
    body = msgspec.json.encode(request)
    writer.write(struct.pack(">I", len(body)) + body)
    return reader, writer


async def test_stop_is_answered_while_as_many_requests_as_may_be_are_stuck(tmp_path: Path) -> None:
    stuck = 0

    async def get_state(_: GetState) -> dict[str, Any]:
        nonlocal stuck
        stuck += 1
        await asyncio.sleep(60)
        return {}

    async def stop(_: StopHorns) -> dict[str, Any]:
        return {"silent": True}

    path, session = tmp_path / "c.sock", sit(tmp_path / "molang.db", "duty")
    handlers: dict[type, Handler] = {GetState: get_state, StopHorns: stop}
    async with opened_accounts(tmp_path / "molang.db") as accounts:
        server = ControlServer(path, handlers, frozenset({os.getuid()}), accounts.door)
        running = asyncio.create_task(server.run())
        async with asyncio.timeout(5):
            while not path.exists():
                await asyncio.sleep(0.01)
            slow = [await asks(path, GetState(user="tv", role="wall")) for _ in range(MAX_AT_WORK + 20)]
            while stuck < MAX_AT_WORK:
                await asyncio.sleep(0.01)
        reader, writer = await asks(path, StopHorns(("all",), user="lan", role="duty", session=session))
        async with asyncio.timeout(1):
            (length,) = struct.unpack(">I", await reader.readexactly(4))
            reply = msgspec.json.decode(await reader.readexactly(length), type=Done)
        assert reply.value == {"silent": True}
        for _, open_line in [*slow, (reader, writer)]:
            open_line.close()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
