from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import web

from drivers.base import MisconfiguredDriverError, TransientDriverError, UnsureDriverError
from drivers.health_book import HealthBook
from drivers.transport import uplink as subject
from drivers.transport.fake_http import FakeHttpServer
from drivers.transport.own_threads import OwnThreads
from drivers.transport.uplink import NameService, Reachability, Uplink, checked_base, is_public, reach


@pytest_asyncio.fixture
async def server() -> AsyncIterator[FakeHttpServer]:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(10):
            await response.write(b"x" * 65_536)
        return response

    async def elsewhere(_request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("http://127.0.0.1:9/")

    fake = FakeHttpServer(web.post("/endless", endless), web.post("/elsewhere", elsewhere))
    await fake.start()
    yield fake
    await fake.close()


@pytest_asyncio.fixture
async def uplink() -> AsyncIterator[Uplink]:
    made = Uplink()
    yield made
    await made.close()


async def test_an_endless_answer_is_given_up(uplink: Uplink, server: FakeHttpServer) -> None:
    with pytest.raises(UnsureDriverError):
        await uplink.post(server.url + "/endless", {}, b"", 2)


async def test_nobody_is_led_elsewhere(uplink: Uplink, server: FakeHttpServer) -> None:
    assert (await uplink.post(server.url + "/elsewhere", {}, b"", 2)).status == 302


async def test_nothing_that_listens_means_nothing_went_out(uplink: Uplink) -> None:
    with pytest.raises(TransientDriverError) as raised:
        await uplink.post("http://127.0.0.1:9/", {}, b"", 2)
    assert not isinstance(raised.value, UnsureDriverError)


async def test_a_name_that_nobody_knows_means_nothing_went_out(uplink: Uplink) -> None:
    with pytest.raises(TransientDriverError) as raised:
        await uplink.post("http://khong-co.invalid/", {}, b"", 20)
    assert not isinstance(raised.value, UnsureDriverError)


async def test_a_public_name_that_leads_home_is_not_asked(server: FakeHttpServer) -> None:
    careful = Uplink(public_only=True)
    try:
        with pytest.raises(TransientDriverError, match="private network") as raised:
            await careful.post(server.url.replace("127.0.0.1", "localhost") + "/elsewhere", {}, b"", 2)
        assert not isinstance(raised.value, UnsureDriverError)
    finally:
        await careful.close()


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2404:6800:4005:80c::200a", True),
        ("10.0.0.1", False),
        ("192.168.1.1", False),
        ("127.0.0.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("0.0.0.0", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:192.168.1.1", False),
    ],
)
def test_an_address_is_of_the_internet_or_not(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize("url", ["http://a.example", "ftp://a", "https://", "https://a:99999", "http://127.0.0.1"])
def test_a_base_is_https_or_a_port_of_this_machine(url: str) -> None:
    with pytest.raises(MisconfiguredDriverError, match="https"):
        checked_base("x.url", url)
    assert checked_base("x.url", "https://a.example/") == "https://a.example"
    assert checked_base("x.url", "http://127.0.0.1:8080") == "http://127.0.0.1:8080"


async def test_a_call_that_hangs_holds_up_only_its_own_kind_and_not_for_ever() -> None:
    release = threading.Event()
    threads = OwnThreads("test", 1)
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await threads.run(release.wait)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await threads.run(lambda: 1)
    assert await OwnThreads("other", 1).run(lambda: 2) == 2
    release.set()
    assert await asyncio.wait_for(threads.run(lambda: 3), 2) == 3
    assert time.monotonic() - began < 2


async def test_an_error_of_a_call_comes_back() -> None:
    with pytest.raises(ZeroDivisionError):
        await OwnThreads("test", 1).run(lambda: 1 // 0)


async def test_who_was_reached_is_not_asked_again_at_once(server: FakeHttpServer) -> None:
    clock, port = [0.0], [server.port]
    reached = Reachability(lambda: reach("127.0.0.1", port[0]), lambda: clock[0])
    await reached.check()
    port[0] = 9
    await reached.check()
    clock[0] = 61.0
    with pytest.raises(TransientDriverError, match="is there internet"):
        await reached.check()


async def test_no_way_is_told_in_time() -> None:
    began = time.monotonic()
    with pytest.raises(TransientDriverError):
        await reach("127.0.0.1", 9)
    assert time.monotonic() - began < subject.CONNECT_S


async def test_names_are_resolved() -> None:
    assert {row["host"] for row in await NameService().resolve("localhost", 1)} <= {"127.0.0.1", "::1"}


def test_health_keeps_since_when_it_is_so() -> None:
    clock = [5.0]
    book = HealthBook(lambda: clock[0])
    clock[0] = 6.0
    assert book.note(True, "a").since_steady == 6.0
    clock[0] = 7.0
    assert book.note(True, "b").since_steady == 6.0
    assert book.note(False, "c").since_steady == 7.0
