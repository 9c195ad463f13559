"""A name that was known once is an address for as long as the box runs."""

import asyncio
import socket
from typing import Any

import pytest

from edge.sync import resolver
from edge.sync.resolver import RememberingResolver


class Names:
    """What stands for the system's resolver: it cannot be made slow or silent otherwise."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked = 0
        self.fails = False
        self.answers = asyncio.Event()
        self.answers.set()
        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", self._ask)

    async def _ask(self, host: str, port: int, **_: Any) -> list[Any]:
        self.asked += 1
        await self.answers.wait()
        if self.fails:
            raise socket.gaierror(socket.EAI_AGAIN, "try again")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.7", port))]


async def addresses(names: RememberingResolver) -> list[str]:
    return [one["host"] for one in await names.resolve("hub.example", 443)]


async def test_a_name_that_nobody_ever_knew_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    system = Names(monkeypatch)
    system.fails = True
    with pytest.raises(OSError, match="hub.example"):
        await addresses(RememberingResolver())


async def test_a_fresh_answer_is_not_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    system, names = Names(monkeypatch), RememberingResolver()
    assert [await addresses(names) for _ in range(3)] == [["192.0.2.7"]] * 3
    assert system.asked == 1


async def test_an_old_answer_is_used_at_once_while_one_question_is_on_its_way(monkeypatch: pytest.MonkeyPatch) -> None:
    system, names = Names(monkeypatch), RememberingResolver()
    await addresses(names)
    monkeypatch.setattr(resolver, "FRESH_S", 0.0)
    system.answers.clear()
    for _ in range(5):
        async with asyncio.timeout(0.1):
            assert await addresses(names) == ["192.0.2.7"]
        await asyncio.sleep(0)
    assert system.asked == 2
    system.fails = True
    system.answers.set()
    await asyncio.sleep(0.01)
    assert await addresses(names) == ["192.0.2.7"]
    await names.close()
