"""Hosts on real sockets: looked at, told as incidents, counted by an indicator."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from drivers.base import DriverError, Host, MisconfiguredDriverError, TransientDriverError
from drivers.registry import open_device
from drivers.transport.echo import ping, request_of, token_of
from edge.config.schema import Watch
from edge.core.errors import MisconfiguredError
from edge.hosts.service import HostService
from edge.incidents.desk import IncidentDesk
from edge.kernel.bus import Bus
from edge.kernel.clock import SystemClock
from edge.store.journal import Journal
from tests.incidents.bench import ROSTER
from tests.workers.live.browser import free_port


async def opened(kind: str, **settings: object) -> Host:
    device = await open_device(kind, settings)
    assert isinstance(device, Host)
    return device


@contextlib.asynccontextmanager
async def server(answers: list[int]) -> AsyncIterator[str]:
    """Answers with these statuses, the last one for ever."""

    async def page(_: web.Request) -> web.Response:
        return web.Response(status=answers.pop(0) if len(answers) > 1 else answers[0])

    app, port = web.Application(), free_port()
    app.router.add_get("/", page)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        await runner.cleanup()


class Desk:
    """The real desk over a store, and what lies in it."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.desk = IncidentDesk(journal, Bus(), ROSTER, {"dong": "Thôn Đông"})

    async def incidents(self) -> list[tuple[Any, ...]]:
        return await self.journal.record(
            lambda tx: tx.run("SELECT subject, state, title FROM incident ORDER BY rowid").fetchall()
        )


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    journal = await Journal.open(tmp_path / "molang.db", SystemClock())
    yield Desk(journal)
    journal.close()


def watched(number: int, **fields: Any) -> Watch:
    return Watch(id=f"wifi-{number}", name=f"Điểm Wi-Fi {number}", group="wifi", hamlet="dong", **fields)


async def test_this_machine_answers_to_an_echo_request() -> None:
    try:
        assert 0 <= await ping("127.0.0.1", 2.0) < 2000
    except MisconfiguredDriverError:
        pytest.skip("this process may send no echo requests")


async def test_an_address_that_nobody_has_is_silent() -> None:
    try:
        with pytest.raises(TransientDriverError):
            await ping("240.0.0.1", 0.2)  # RFC 1112, class E: nobody's
    except MisconfiguredDriverError:
        pytest.skip("this process may send no echo requests")


@pytest.mark.parametrize("packet", [b"", b"\x45", b"\x45" + b"\0" * 19, b"\0\0", b"\x4f" * 70, b"\x08" + b"\0" * 30])
def test_what_is_no_reply_carries_no_token(packet: bytes) -> None:
    assert token_of(packet, 0) in {b"", packet[8:]}
    assert token_of(request_of(8, 1, b"t" * 16), 0) == b""
    assert token_of(request_of(0, 1, b"t" * 16), 0) == b"t" * 16
    assert token_of(b"\x45" + b"\0" * 19 + request_of(0, 1, b"t" * 16), 0) == b"t" * 16


async def test_a_page_that_wants_a_password_is_a_host_that_lives_and_a_broken_one_is_not() -> None:
    async with server([200, 401, 404, 500]) as url:
        host = await opened("host_http", url=url)
        for _ in range(3):
            assert await host.look() >= 0
        with pytest.raises(DriverError):
            await host.look()
        await host.close()
    with pytest.raises(DriverError):
        await (await opened("host_http", url=url)).look()


@pytest.mark.parametrize(
    ("kind", "settings"),
    [("host_ping", {"address": "wifi.xa"}), ("host_http", {"url": "http://example.com/"}), ("host_ping", {})],
)
async def test_a_host_that_cannot_be_watched_so_is_refused(kind: str, settings: dict[str, object]) -> None:
    with pytest.raises(MisconfiguredDriverError):
        await open_device(kind, settings)


async def test_a_host_that_is_down_is_an_incident_until_it_answers_again(desk: Desk) -> None:
    async with server([200, 500, 500, 500, 200]) as url:
        one = watched(1, kind="host_http", settings={"url": url})
        service = HostService([one], desk.desk, SystemClock(), Bus())
        device = await opened(one.kind, **one.settings)
        await service.look(one, device)
        assert service.counted("wifi") == (1, 1)
        for _ in range(3):
            await service.look(one, device)
        assert await desk.incidents() == [("watch/wifi-1", "open", "Điểm Wi-Fi 1 không trả lời.")]
        assert (service.counted("wifi"), service.section()[0]["state"]) == ((0, 1), "down")
        again = HostService([one], desk.desk, SystemClock(), Bus())
        await again.resume()
        for _ in range(2):
            await again.look(one, device)
        assert [state for _, state, _ in await desk.incidents()] == ["closed"]
        await device.close()


async def test_when_most_hosts_are_silent_at_once_one_incident_tells_of_the_network(desk: Desk) -> None:
    async with server([500]) as url:
        hosts = [watched(number, kind="host_http", settings={"url": url}) for number in range(4)]
        service = HostService(hosts, desk.desk, SystemClock(), Bus())
        device = await opened("host_http", url=url)
        assert service.counted("wifi") is None
        for _ in range(3):
            for host in hosts:
                await service.look(host, device)
        await device.close()
    standing = [subject for subject, state, _ in await desk.incidents() if state == "open"]
    assert standing == ["watch/mang"]


async def test_a_device_that_is_no_host_stops_the_start(desk: Desk) -> None:
    wrong = watched(1, kind="ups_nut", settings={"ups": "a"})
    with pytest.raises(MisconfiguredError, match="wifi-1"):
        await HostService([wrong], desk.desk, SystemClock(), Bus()).check()
