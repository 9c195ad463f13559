"""A line to one HTTP server: one question at a time, each with a deadline, a bound in bytes and a clear failure."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp

from drivers.base import FinalDriverError, MisconfiguredDriverError, TransientDriverError
from drivers.transport.uplink import NameService

REFUSED = frozenset({400, 401, 403, 404, 405, 406, 410, 422})
"""Asking again would be refused again; a person must look at address or token."""
TAKEN = frozenset({200, 204})
UNCHANGED = 304
CHUNK = 65_536
LONGEST_TOKEN = 4_096
VALIDATORS = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}
"""RFC 9110, 8.8 and 13.1: what a server gives, and how it is given back."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server sent. ``conditions`` are headers to ask with next time, so that it need not send it again.

    ``whole`` is false where nothing in the answer tells its length: a cut line cannot be told from its end.
    """

    body: bytes
    conditions: Mapping[str, str]
    whole: bool


class HttpLine:
    """One connection. Redirects are not followed: a token goes where it was meant to."""

    def __init__(self, url: str, *, token: str | None, tls: ssl.SSLContext | OwnTls | None, most_bytes: int) -> None:
        self._url = url.rstrip("/")
        self._token = token
        self._tls = tls
        self._most_bytes = most_bytes
        self._session: aiohttp.ClientSession | None = None
        self._turn = asyncio.Lock()

    async def ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: bytes | None = None,
        deadline_s: float,
    ) -> bytes:
        """What the server answers to a question."""
        url, headers = self._url + path, {"Content-Type": "application/json"}
        async with self._turn_within(deadline_s, url):
            status, answer = await self._exchange(method, url, headers, params, body)
        if status == UNCHANGED:
            raise TransientDriverError(f"{self._url} answers {status}")
        return answer.body

    async def poll(self, conditions: Mapping[str, str], *, deadline_s: float, url: str = "") -> Answer | None:
        """What lies there now; None when it did not change since the answer that gave these conditions.

        ``url`` is another address than the line's own, for what a feed points at. It must lie on the same server.
        """
        if url and not same_server(url, self._url):
            raise FinalDriverError(f"{self._url} points at another server: {url[:200]}")
        url = url or self._url
        async with self._turn_within(deadline_s, url):
            status, answer = await self._exchange("GET", url, conditions)
        if status == UNCHANGED and not conditions:
            raise TransientDriverError(f"{self._url} answers {status} without having been asked so")
        return None if status == UNCHANGED else answer

    async def close(self) -> None:
        """Close the connection."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    @asynccontextmanager
    async def _turn_within(self, deadline_s: float, url: str) -> AsyncIterator[None]:
        """The line for one question, and its failures as ours."""
        try:
            async with self._turn, asyncio.timeout(deadline_s):
                yield
        except TimeoutError as error:
            raise TransientDriverError(f"{url} does not answer within {deadline_s:g} s") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise TransientDriverError(f"{url}: {error}") from error

    async def _exchange(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        params: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> tuple[int, Answer]:
        async with self._opened().request(
            method, url, headers=headers, params=params, data=body, ssl=self._tls_now(), allow_redirects=False
        ) as answer:
            _refuse_status(url, answer.status)
            data = await self._bounded(answer.content)
        given = {VALIDATORS[name]: answer.headers[name] for name in VALIDATORS if name in answer.headers}
        whole = "Content-Length" in answer.headers or "chunked" in answer.headers.get("Transfer-Encoding", "")
        return answer.status, Answer(data, given, whole)

    async def _bounded(self, content: aiohttp.StreamReader) -> bytes:
        data = bytearray()
        while more := await content.read(CHUNK):
            data += more
            if len(data) > self._most_bytes:
                raise TransientDriverError(f"{self._url} answers more than the {self._most_bytes} bytes that are taken")
        return bytes(data)

    def _tls_now(self) -> ssl.SSLContext | bool:
        return (self._tls.now() if isinstance(self._tls, OwnTls) else self._tls) or True

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            headers = {} if self._token is None else {"Authorization": f"Bearer {self._token}"}
            connector = aiohttp.TCPConnector(resolver=NameService())
            forever = aiohttp.ClientTimeout(total=None)
            self._session = aiohttp.ClientSession(headers=headers, timeout=forever, connector=connector)
        return self._session


def _refuse_status(url: str, status: int) -> None:
    if status in REFUSED:
        raise FinalDriverError(f"{url} refuses with {status}")
    if status not in TAKEN and status != UNCHANGED:
        raise TransientDriverError(f"{url} answers {status}")


def require_safe(setting: str, url: str, *, on_lan: bool = False) -> None:
    """Refuse an address over which anybody on the way could read a token or change a value.

    https goes everywhere; http only on this machine and, ``on_lan``, to a private address written as a number: loggers
    on a mast rarely speak TLS. Raises MisconfiguredDriverError naming the setting.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError as error:
        raise MisconfiguredDriverError(f"{setting}: {url!r} is no address: {error}") from error
    if not host or parts.username is not None:
        raise MisconfiguredDriverError(f"{setting}: {url!r} is no https address without a password")
    if parts.scheme != "https" and not (parts.scheme == "http" and _near(host, on_lan=on_lan)):
        raise MisconfiguredDriverError(f"{setting}: {url!r} is not https")


def same_server(one: str, other: str) -> bool:
    """Whether two addresses have scheme, host and port in common."""
    return urlsplit(one)[:2] == urlsplit(other)[:2]


def _near(host: str, *, on_lan: bool) -> bool:
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or (on_lan and address.is_private)


class OwnTls:
    """TLS with a certificate of one's own, which is read again when its file is renewed: a line stays open for months.

    Raises MisconfiguredDriverError naming the setting (``<driver>.cert``) while it has none that can be used.
    """

    def __init__(self, driver: str, ca: str | None, cert: str, key: str) -> None:
        self._driver = driver
        self._ca, self._cert, self._key = ca, cert, key
        self._stamp = self._stamp_now()
        self._context = self._read()

    def now(self) -> ssl.SSLContext:
        """With the newest certificate that can be used: a file that is half written now is read the next time."""
        stamp = self._stamp_now()
        if stamp != self._stamp:
            with contextlib.suppress(MisconfiguredDriverError):
                self._context, self._stamp = self._read(), stamp
        return self._context

    def _read(self) -> ssl.SSLContext:
        context = tls_of(f"{self._driver}.ca", self._ca) or ssl.create_default_context()
        try:
            context.load_cert_chain(self._cert, self._key)
        except (OSError, ssl.SSLError) as error:
            raise MisconfiguredDriverError(f"{self._driver}.cert: {self._cert!r}, {self._key!r}: {error}") from error
        return context

    def _stamp_now(self) -> tuple[int, ...]:
        try:
            return tuple(Path(path).stat().st_mtime_ns for path in (self._cert, self._key))
        except OSError:
            return ()


def client_tls_of(driver: str, ca: str | None, cert: str | None, key: str | None) -> ssl.SSLContext | OwnTls | None:
    """TLS with an authority, a certificate, both or neither; raises MisconfiguredDriverError naming the setting."""
    if cert is None and key is None:
        return tls_of(f"{driver}.ca", ca)
    if cert is None or key is None:
        raise MisconfiguredDriverError(f"{driver}.cert and {driver}.key go together")
    return OwnTls(driver, ca, cert, key)


def tls_of(setting: str, ca: str | None) -> ssl.SSLContext | None:
    """TLS with an authority of one's own (a PEM file); None for the usual ones."""
    if ca is None:
        return None
    try:
        return ssl.create_default_context(cafile=ca)
    except (OSError, ssl.SSLError) as error:
        raise MisconfiguredDriverError(f"{setting}: {ca!r}: {error}") from error


def token_in(setting: str, path: str | None) -> str | None:
    """The bearer token in a file, which never stands in a setting or a log."""
    if path is None:
        return None
    try:
        with Path(path).open("rb") as file:
            token = file.read(LONGEST_TOKEN + 1).decode("ascii").strip()
    except (OSError, ValueError) as error:
        raise MisconfiguredDriverError(f"{setting}: {path!r} cannot be read as a token") from error
    if not token or not token.isprintable() or " " in token or len(token) > LONGEST_TOKEN:
        raise MisconfiguredDriverError(f"{setting}: {path!r} holds no token")
    return token
