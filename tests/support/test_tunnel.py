"""The tunnel against a real sshd: what comes in at the province comes out here, and nothing else is possible."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from edge.config.schema import Support as Settings
from edge.kernel.support_files import TERM, Tunnel, Wish, tunnel_in
from edge.support import tunnel
from edge.support.tunnel import TunnelKeeper, command
from hil.ssh_host import SshHost, new_key
from tests.support.bench import needs_sshd, province, settings_for

pytestmark = needs_sshd


@contextlib.asynccontextmanager
async def kept(host: SshHost, folder: Path, settings: Settings | None = None) -> AsyncIterator[TunnelKeeper]:
    """A tunnel to this host, and a server behind it that says who it is."""
    wish = Wish("Chị Hoa", "thử", 0, 0.0, **msgspec.structs.asdict(settings or settings_for(host)))
    wishes, own = folder / "wishes", folder / "tunnel"
    for path in (wishes, own):
        path.mkdir()
    (wishes / TERM).write_text("60\n")

    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-hop\r\n")
        await writer.drain()
        writer.close()

    door = folder / "door.sock"
    server = await asyncio.start_unix_server(greet, door)
    task = asyncio.create_task(TunnelKeeper(wish, wishes, own, host.folder / "box", door).run())
    try:
        async with server:
            yield task  # type: ignore[misc]
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def until_is(folder: Path, state: str) -> Tunnel:
    async with asyncio.timeout(20):
        while (told := tunnel_in(folder / "tunnel")) is None or told.state != state:
            await asyncio.sleep(0.05)
    return told


async def said_at(port: int) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        async with asyncio.timeout(5):
            return await reader.read(100)
    finally:
        writer.close()


async def test_what_comes_in_at_the_province_comes_out_at_the_boxs_door(tmp_path: Path) -> None:
    with province(tmp_path / "tinh") as host:
        async with kept(host, tmp_path):
            await until_is(tmp_path, "up")
            assert await said_at(host.listen) == b"SSH-2.0-hop\r\n"


async def test_it_ends_when_the_wish_is_taken_back_and_leaves_nothing(tmp_path: Path) -> None:
    with province(tmp_path / "tinh") as host:
        async with kept(host, tmp_path) as running:
            await until_is(tmp_path, "up")
            (tmp_path / "wishes" / TERM).unlink()
            async with asyncio.timeout(5):
                await running  # type: ignore[misc]
            assert tunnel_in(tmp_path / "tunnel") is None
            with pytest.raises(ConnectionRefusedError):
                await said_at(host.listen)


async def test_a_line_that_was_cut_comes_back_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tunnel, "FIRST_PAUSE_S", 0.2)
    with province(tmp_path / "tinh") as host:
        async with kept(host, tmp_path):
            await until_is(tmp_path, "up")
            host.stop()
            await until_is(tmp_path, "waiting")
            host.start()
            await until_is(tmp_path, "up")
            assert await said_at(host.listen) == b"SSH-2.0-hop\r\n"


async def test_a_host_with_another_key_is_not_believed(tmp_path: Path) -> None:
    with province(tmp_path / "tinh") as host:
        strange = " ".join(new_key(tmp_path / "la").split()[:2])
        async with kept(host, tmp_path, settings_for(host, host_key=strange)):
            assert "khoá khác" in (await until_is(tmp_path, "waiting")).detail


async def test_a_host_that_does_not_know_the_box_is_told(tmp_path: Path) -> None:
    with province(tmp_path / "tinh") as host:
        host.allow(new_key(tmp_path / "la"))
        async with kept(host, tmp_path):
            assert "chưa nhận khoá của hộp" in (await until_is(tmp_path, "waiting")).detail


async def test_a_port_that_the_province_did_not_give_is_told(tmp_path: Path) -> None:
    with province(tmp_path / "tinh") as host:
        host.allow((host.folder / "box.pub").read_text().strip(), listen=1)
        async with kept(host, tmp_path):
            assert "`listen`" in (await until_is(tmp_path, "waiting")).detail


async def test_a_host_that_is_not_there_is_told(tmp_path: Path) -> None:
    with province(tmp_path / "tinh") as host:
        host.stop()
        async with kept(host, tmp_path):
            assert "không mở cổng SSH" in (await until_is(tmp_path, "waiting")).detail


async def test_a_host_that_says_nothing_ends_a_try_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = tunnel.command

    def hasty(*of: object) -> list[str]:
        return ["ConnectTimeout=1" if word.startswith("ConnectTimeout") else word for word in words(*of)]  # type: ignore[arg-type]

    monkeypatch.setattr(tunnel, "command", hasty)
    with province(tmp_path / "tinh") as host, socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        async with kept(host, tmp_path, settings_for(host, port=silent.getsockname()[1])):
            assert (await until_is(tmp_path, "waiting")).detail


def test_ssh_is_called_with_nothing_of_anybodys_own(tmp_path: Path) -> None:
    wish = Wish("A", "b", 0, 0.0, "tinh.example", 22, "xa", "ssh-ed25519 AAAA", 43001)
    words = command(wish, tmp_path, tmp_path / "key", tmp_path / "door")
    assert words[1:3] == ["-F", "none"]
    assert words[-2:] == ["--", "xa@tinh.example"]
    given = {word for word in words if "=" in word}
    assert {"StrictHostKeyChecking=yes", "ForwardAgent=no", "PermitLocalCommand=no", "BatchMode=yes"} <= given
    assert "-L" not in words
    assert "-D" not in words
