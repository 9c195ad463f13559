import asyncio
import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.kernel.watchdog import feed, notify


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """The socket that systemd would listen on."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(str(tmp_path / "notify"))
        sock.settimeout(2)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        yield sock


def test_systemd_is_told_that_we_are_ready(systemd: socket.socket) -> None:
    assert notify("READY=1")
    assert systemd.recv(100) == b"READY=1"


def test_without_systemd_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    assert not notify("READY=1")


async def test_the_watchdog_is_fed_only_while_the_loudspeaker_path_lives(
    systemd: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "90000")  # a third of it: every 30 ms
    dead = ""
    task = asyncio.create_task(feed(lambda: dead))
    assert await asyncio.to_thread(systemd.recv, 100) == b"WATCHDOG=1"
    dead = "the local node is down"
    await asyncio.sleep(0.1)
    systemd.setblocking(False)
    while True:
        try:
            systemd.recv(100)
        except BlockingIOError:
            break
    await asyncio.sleep(0.2)
    with pytest.raises(BlockingIOError):
        systemd.recv(100)
    dead = ""
    systemd.settimeout(2)
    assert await asyncio.to_thread(systemd.recv, 100) == b"WATCHDOG=1"
    task.cancel()


async def test_a_slow_start_is_not_bitten_but_one_that_never_ends_is(
    systemd: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "90000")
    task = asyncio.create_task(feed(lambda: "the local node is down", start_s=0.2))
    assert await asyncio.to_thread(systemd.recv, 100) == b"WATCHDOG=1"
    await asyncio.sleep(0.4)
    systemd.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        while systemd.recv(100):
            pass
    await asyncio.sleep(0.2)
    with pytest.raises(BlockingIOError):
        systemd.recv(100)
    task.cancel()


async def test_without_a_watchdog_in_the_unit_nothing_is_fed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WATCHDOG_USEC", raising=False)
    await asyncio.wait_for(feed(lambda: ""), 1)


def test_a_systemd_that_is_away_for_a_moment_is_no_reason_to_stop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "gone"))
    assert not notify("WATCHDOG=1")
