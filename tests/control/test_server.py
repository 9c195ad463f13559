import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from edge.control.client import call
from edge.control.peer import Peer, is_of_the_pages, peer_of
from edge.control.protocol import AddAccount, AirBulletin, Done, GetState, Refused
from edge.control.server import ControlServer
from edge.core.errors import FinalError, TransientError
from tests.web.accounts import opened_accounts, sit

PRESS = "0c7a3f52-4ce1-4d6c-9d7b-1f4f0e7c2a11"


@asynccontextmanager
async def serving(path: Path, uids: frozenset[int] | None = None) -> AsyncIterator[Path]:
    async def get_state(_: GetState) -> dict[str, Any]:
        return {"cameras": []}

    async def air(request: AirBulletin) -> dict[str, Any]:
        raise FinalError(f"Bản tin {request.id} chưa được duyệt.")

    allowed = frozenset({os.getuid()}) if uids is None else uids
    async with opened_accounts(path / "molang.db") as accounts:
        server = ControlServer(path / "c.sock", {GetState: get_state, AirBulletin: air}, allowed, accounts.door)
        task = asyncio.create_task(server.run())
        while not (path / "c.sock").exists():
            await asyncio.sleep(0.01)
        try:
            yield path / "c.sock"
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def air_as(path: Path, role: str, bulletin: str = "b7") -> AirBulletin:
    """The wish of somebody who is in; his name and role are what he claims, and nobody believes them."""
    token = sit(path / "molang.db", role)
    return AirBulletin(id=bulletin, press=PRESS, user="lan", role="leader", session=token)


async def test_a_request_is_answered(tmp_path: Path) -> None:
    async with serving(tmp_path) as sock:
        reply = await asyncio.to_thread(call, sock, GetState(user="tv", role="wall"))
    assert reply == Done({"cameras": []})


async def test_what_a_role_may_not_do_is_refused_before_anybody_acts(tmp_path: Path) -> None:
    async with serving(tmp_path) as sock:
        for wish in (AirBulletin(id="b", press=PRESS, user="tv", role="wall"), air_as(tmp_path, "technician")):
            reply = await asyncio.to_thread(call, sock, wish)
            assert isinstance(reply, Refused)
            assert reply.kind == "forbidden"


async def test_nobody_speaks_by_only_saying_who_he_is(tmp_path: Path) -> None:
    """The command line looks after the box; it airs nothing, and a made-up session is nobody's."""
    claimed = AirBulletin(id="b", press=PRESS, user="Nguyễn Thị Lan", role="leader")
    async with serving(tmp_path) as sock:
        for wish in (claimed, msgspec.structs.replace(claimed, session="x" * 43)):
            reply = await asyncio.to_thread(call, sock, wish)
            assert isinstance(reply, Refused)
            assert reply.kind == "login"


async def test_an_unknown_role_is_refused(tmp_path: Path) -> None:
    async with serving(tmp_path) as sock:
        reply = await asyncio.to_thread(call, sock, GetState(user="x", role="root"))
    assert isinstance(reply, Refused)


@pytest.mark.parametrize(
    ("cgroup", "of_the_pages"),
    [
        ("0::/molang.slice/molang-pages.slice/molang-web.service", True),
        ("1:cpu:/\n0::/molang.slice/molang-pages.slice/molang-web.service\n", True),
        ("0::/molang.slice/molang.service", False),
        ("0::/user.slice/user-1000.slice/session-1.scope", False),
        ("", True),
    ],
)
def test_the_process_of_the_pages_is_no_command_line(cgroup: str, *, of_the_pages: bool) -> None:
    assert is_of_the_pages(cgroup) == of_the_pages


def test_the_kernel_says_who_is_at_the_other_end() -> None:
    here, there = socket.socketpair()
    with here, there:
        peer = peer_of(here)
    assert (peer.uid, peer.pid, peer.is_console) == (os.getuid(), os.getpid(), True)


async def test_the_pages_may_ask_nothing_without_a_session_but_to_be_let_in_and_to_look(tmp_path: Path) -> None:
    pages = Peer(os.getuid(), 1, is_console=False)
    server = ControlServer(tmp_path / "c.sock", {}, frozenset())
    for wish in (
        GetState(user="x", role="technician"),
        AddAccount(user="x", role="admin", login="x", name="X", as_role="leader"),
    ):
        assert '"login"' in str(msgspec.json.encode(await server._answer(msgspec.json.encode(wish), pages)))


async def test_a_refusal_carries_its_sentence(tmp_path: Path) -> None:
    async with serving(tmp_path) as sock:
        reply = await asyncio.to_thread(call, sock, air_as(tmp_path, "operator"))
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
