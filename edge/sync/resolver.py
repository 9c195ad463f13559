"""The hub's address by its name, remembered: when the line comes back nobody waits for a question that went out before.

The C library asks again only every five seconds, and its thread cannot be stopped: one question is on its way at a
time, and whoever knows an answer already uses that.
"""

import asyncio
import contextlib
import socket
import time
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

FRESH_S = 60.0


class RememberingResolver(AbstractResolver):
    """Asks the system, and keeps the last good answer for each name for as long as the process lives."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], list[ResolveResult]] = {}
        self._asked_s: dict[tuple[str, int], float] = {}
        self._questions: dict[tuple[str, int], asyncio.Task[None]] = {}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """All addresses of a name; raises OSError when it was never known and cannot be found out."""
        key = (host, port)
        if time.monotonic() - self._asked_s.get(key, float("-inf")) >= FRESH_S and key not in self._questions:
            self._questions[key] = asyncio.create_task(self._ask(key))
        if key not in self._known and key in self._questions:
            await asyncio.shield(self._questions[key])
        if key not in self._known:
            raise OSError(f"no address of {host}")
        return self._known[key]

    async def close(self) -> None:
        """Ask no more."""
        for question in self._questions.values():
            question.cancel()

    async def _ask(self, key: tuple[str, int]) -> None:
        try:
            with contextlib.suppress(OSError):
                found = await asyncio.get_running_loop().getaddrinfo(*key, type=socket.SOCK_STREAM)
                self._known[key] = [_result(key[0], one[0], one[2], one[4]) for one in found]
                self._asked_s[key] = time.monotonic()
        finally:
            del self._questions[key]


def _result(host: str, family: int, protocol: int, address: tuple[Any, ...]) -> ResolveResult:
    numeric = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
    return ResolveResult(hostname=host, host=address[0], port=address[1], family=family, proto=protocol, flags=numeric)
