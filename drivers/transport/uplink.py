"""Names, addresses and questions on the internet, for channels that need it.

The box works without it: so every wait has a deadline, a name that nobody resolves holds up only whoever asked for
it, and "no internet" is a plain answer.
"""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import socket
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from drivers.base import MisconfiguredDriverError, TransientDriverError, UnsureDriverError
from drivers.transport.own_threads import OwnThreads

LOOPBACK = ("127.0.0.1", "localhost", "::1")
CONNECT_S = 5.0
MOST_BYTES = 64 * 1024
"""More than any of these services answers."""
NAMES_AT_ONCE = 2
REACHED_FOR_S = 60.0
"""Somebody who was reached is not asked again for so long: health is looked at every half minute."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an HTTP server said."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class NameService(AbstractResolver):
    """Resolves names in two threads of its own.

    Without internet a name may take half a minute, and must not fill the threads that others wait for. With
    ``public_only`` a name that leads into a private network is an `OSError`.
    """

    def __init__(self, *, public_only: bool = False) -> None:
        self._public_only = public_only
        self._threads = OwnThreads("names", NAMES_AT_ONCE)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses of a name."""
        found = await self._threads.run(partial(_addresses, host, port, family))
        if self._public_only and not all(is_public(address) for _, address in found):
            raise OSError(errno.EACCES, f"{host} leads into a private network")
        return [
            ResolveResult(hostname=host, host=address, port=port, family=kind, proto=0, flags=socket.AI_NUMERICHOST)
            for kind, address in found
        ]

    async def close(self) -> None:
        """Nothing is held open."""


def _addresses(host: str, port: int, family: int) -> list[tuple[int, str]]:
    rows = socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
    return [(int(kind), str(address[0])) for kind, _, _, _, address in rows]


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the internet, also when it is wrapped into IPv6."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
    return (mapped or ip).is_global and not (mapped or ip).is_multicast


def checked_base(name: str, url: str) -> str:
    """A base address without its last slash: https, or http on this machine only (a simulator)."""
    try:
        parts = urlsplit(url)
        plain = parts.scheme == "http" and parts.hostname in LOOPBACK and parts.port is not None
        good = (parts.scheme == "https" and bool(parts.hostname) and parts.port != 0) or plain
    except ValueError:
        good = False
    if not good:
        raise MisconfiguredDriverError(f"{name}: {url!r} is not https")
    return url.rstrip("/")


class Uplink:
    """Asks HTTP servers. A new connection for each question: whether an old one still lived would never be sure."""

    def __init__(self, *, public_only: bool = False) -> None:
        self._public_only = public_only
        self._session: aiohttp.ClientSession | None = None

    async def post(self, url: str, headers: Mapping[str, str], body: bytes, deadline_s: float) -> Answer:
        """The answer, whatever its status.

        `TransientDriverError`: nothing went out. `UnsureDriverError`: it went out, and no whole answer came.
        """
        host = urlsplit(url).hostname
        try:
            async with asyncio.timeout(deadline_s):
                return await self._answer(url, headers, body)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise TransientDriverError(f"{host} cannot be reached: {error}") from error
        except TimeoutError as error:
            raise UnsureDriverError(f"{host} does not answer within {deadline_s:g} s") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise UnsureDriverError(f"{host} breaks off: {type(error).__name__}") from error

    async def close(self) -> None:
        """Close what is open."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _answer(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        async with self._opened().post(url, headers=headers, data=body, allow_redirects=False) as answer:
            data = b""
            while len(data) <= MOST_BYTES and (more := await answer.content.read(MOST_BYTES)):
                data += more
        if len(data) > MOST_BYTES:
            raise ValueError("an endless answer")
        return Answer(answer.status, {name.lower(): value for name, value in answer.headers.items()}, data)

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    resolver=NameService(public_only=self._public_only), force_close=True, use_dns_cache=False
                ),
                timeout=aiohttp.ClientTimeout(total=None, connect=CONNECT_S, sock_connect=CONNECT_S),
                trust_env=False,
            )
        return self._session


async def reach(host: str, port: int) -> None:
    """Open a connection and close it; `TransientDriverError` says that there is no way there."""
    try:
        async with asyncio.timeout(CONNECT_S):
            found = await NameService().resolve(host, port)
            await _knock([row["host"] for row in found], port)
    except (OSError, TimeoutError) as error:
        raise TransientDriverError(f"no way to {host}: {error or 'no answer'} (is there internet?)") from error


async def _knock(addresses: Sequence[str], port: int) -> None:
    """At the first address that opens; the error of the last where none does."""
    for place, address in enumerate(addresses, 1):
        try:
            _, writer = await asyncio.open_connection(address, port)
        except OSError:
            if place == len(addresses):
                raise
        else:
            writer.close()
            return


class Reachability:
    """Whether somebody can be reached: ``ask`` raises when not, and is asked once in `REACHED_FOR_S` while he can."""

    def __init__(self, ask: Callable[[], Awaitable[None]], steady: Callable[[], float] = time.monotonic) -> None:
        self._ask = ask
        self._steady = steady
        self._reached: float | None = None

    async def check(self) -> None:
        """Raises what ``ask`` raises."""
        if self._reached is None or self._steady() - self._reached > REACHED_FOR_S:
            self._reached = None
            await self._ask()
            self._reached = self._steady()

    def lost(self) -> None:
        """A message did not get through: ask again the next time."""
        self._reached = None


def reachability_of(url: str) -> Reachability:
    """Of the server behind an address."""
    parts = urlsplit(url)
    return Reachability(partial(reach, parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)))
