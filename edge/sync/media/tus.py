"""tus 1.0.0 as a client: create, ask how far, send a piece, take back. One connection at a time."""

import asyncio
import hashlib
import socket
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any
from urllib.parse import urljoin, urlsplit

import aiohttp

from edge.core.errors import TransientError
from edge.core.policy.chunks import Pace, measured
from edge.kernel.wire.upload import (
    CHECKSUM,
    LENGTH,
    METADATA,
    OFFSET,
    RESUMABLE,
    UPLOADS_PATH,
    VERSION,
    encode_metadata,
)
from edge.sync.hub_tls import HubTls, NotEnrolledError
from edge.sync.media.paced import MaySend, Paced, Tally

CONNECT_S = 5.0
ANSWER_S = 90.0
"""After the last piece the hub reads the whole file once more and syncs it."""
SILENT_MS = 4_000
"""What was not confirmed for so long is lost with its line (tcp(7), TCP_USER_TIMEOUT): it was half a second's worth."""
MAX_RETRY_S = 600.0
AddrInfo = tuple[int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[Any, ...]]
OpenSocket = Callable[[AddrInfo], socket.socket]


class LineBrokenError(TransientError):
    """Nobody answers, or the connection broke: try again soon."""


class AnswerError(TransientError):
    """The hub answered with another status than the protocol hopes for."""

    def __init__(self, status: int, asked_s: float) -> None:
        super().__init__(f"Tỉnh trả lời {status}.")
        self.status = status
        self.asked_s = asked_s


@dataclass(frozen=True, slots=True)
class Place:
    """An upload at the hub."""

    url: str
    offset: int


async def at_once(_: int) -> None:
    """Media may always go."""


def usual_socket(found: AddrInfo) -> socket.socket:
    """A socket that the system's own routes carry."""
    family, kind, protocol, _, _ = found
    return socket.socket(family, kind, protocol)


class TusLine:
    """Open it with ``async with``; ``tally`` counts what it sends."""

    def __init__(
        self, url: str, tls: HubTls, tally: Tally, may_send: MaySend = at_once, open_socket: OpenSocket = usual_socket
    ) -> None:
        self._base = url.rstrip("/")
        self._tls = tls
        self._may_send = may_send
        self._open_socket = open_socket
        self._session: aiohttp.ClientSession | None = None
        self._pace = Pace()
        self._tally = tally

    async def __aenter__(self) -> "TusLine":
        connector = aiohttp.TCPConnector(limit=1, keepalive_timeout=30, socket_factory=self._socket)
        self._session = aiohttp.ClientSession(
            connector=connector,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_S, sock_read=ANSWER_S),
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding"),
            headers={RESUMABLE: VERSION},
            auto_decompress=False,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    @property
    def chunk(self) -> int:
        """How long the next piece should be."""
        return self._pace.chunk

    async def create(self, size: int, metadata: Mapping[str, str]) -> Place:
        """A place for a file. Raises LineBrokenError or AnswerError, as every request here."""
        headers = {LENGTH: str(size), METADATA: encode_metadata(dict(metadata))}
        async with self._request("POST", self._base + UPLOADS_PATH, 201, headers) as answer:
            url = urljoin(self._base, answer.headers.get("Location", ""))
            if urlsplit(url)[:2] != urlsplit(self._base)[:2]:
                raise AnswerError(answer.status, 0)
            return Place(url, int(answer.headers.get(OFFSET, "0")))

    async def offset(self, url: str) -> int:
        """How much the hub has."""
        async with self._request("HEAD", url, 200, {}) as answer:
            return _offset(answer)

    async def send(self, place: Place, piece: bytes) -> int:
        """Send the next piece; how much the hub has now."""
        digest = await asyncio.to_thread(hashlib.sha1, piece)
        headers = {OFFSET: str(place.offset), CHECKSUM: f"sha1 {b64encode(digest.digest()).decode()}"}
        body = Paced(piece, self._pace, self._may_send, self._tally)
        began = asyncio.get_running_loop().time()
        async with self._request("PATCH", place.url, 204, headers, body) as answer:
            self._pace = measured(len(piece), asyncio.get_running_loop().time() - began, body.round_trip_s)
            return _offset(answer)

    async def end(self, url: str) -> None:
        """Have the hub forget a file; one that it does not know is forgotten."""
        try:
            async with self._request("DELETE", url, 204, {}):
                return
        except AnswerError as error:
            if error.status not in (404, 410):
                raise

    @asynccontextmanager
    async def _request(
        self, method: str, url: str, wanted: int, headers: Mapping[str, str], body: Paced | None = None
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        assert self._session is not None
        try:
            async with self._session.request(
                method, url, headers=headers, data=body, allow_redirects=False, ssl=self._tls.context()
            ) as answer:
                if answer.status != wanted:
                    raise AnswerError(answer.status, _seconds(answer.headers.get("Retry-After", "")))
                yield answer
        except NotEnrolledError as cause:
            raise LineBrokenError(str(cause)) from cause
        except (aiohttp.ClientError, OSError) as cause:
            raise LineBrokenError("Đường truyền tới tỉnh bị ngắt giữa chừng.") from cause

    def _socket(self, found: AddrInfo) -> socket.socket:
        sock = self._open_socket(found)
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, SILENT_MS)
        return sock


def _offset(answer: aiohttp.ClientResponse) -> int:
    text = answer.headers.get(OFFSET, "")
    if not (text.isascii() and text.isdecimal() and len(text) < 16):
        raise AnswerError(answer.status, 0)
    return int(text)


def _seconds(retry_after: str) -> float:
    known = retry_after.isascii() and retry_after.isdecimal()
    return min(float(retry_after), MAX_RETRY_S) if known else 0.0
