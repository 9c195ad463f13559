"""One batch over HTTPS with the box's certificate: what came of it, in words for the wall."""

import asyncio
import contextlib
import socket
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import msgspec

from edge.config.schema import Hub, Way
from edge.core.errors import TransientError
from edge.kernel.tls_time import KnownTime
from edge.kernel.wire.event import BATCH_HEADER, BATCH_PATH, BATCH_TYPE, BatchReply, batch_name
from edge.sync.hub_tls import HubTls, NotEnrolledError
from edge.sync.meter import Meter
from edge.sync.resolver import RememberingResolver

DEADLINE_S = 15.0
CONNECT_S = 5.0
"""A dead line drops the first packet of a connection; Linux sends it again every second (tcp_syn_linear_timeouts)."""
SILENT_MS = 4_000
"""What was sent and not even acknowledged for so long is lost with its line: a new connection is back much sooner than
the next of the old one's tries, which come ever more rarely (tcp(7), TCP_USER_TIMEOUT)."""
KEEP_ALIVE_S = 45.0
"""Longer than the pause between two signs of life, shorter than the 75 s after which common servers hang up."""
MAX_REPLY_BYTES = 1024 * 1024
"""Twenty times the longest honest answer: 200 refusals of 200 characters."""
HTTPS_PORT = 443
AddrInfo = tuple[int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[Any, ...]]
_HEADERS = {"Content-Type": BATCH_TYPE, "Content-Encoding": "gzip", "Accept-Encoding": "identity"}
_WRONG_DATES = (9, 10)
"""X509_V_ERR_CERT_NOT_YET_VALID and X509_V_ERR_CERT_HAS_EXPIRED, openssl/x509_vfy.h."""
_REFUSALS = {
    401: "Tỉnh không nhận chứng thư của hộp này (401).",
    403: "Tỉnh không cho hộp này gửi (403): tên trong chứng thư khác tên xã.",
    429: "Tỉnh đang quá tải (429).",
    503: "Tỉnh đang bận (503).",
}


class NoLinkError(TransientError):
    """Nobody answered: the line is cut, the hub is down, or it took too long."""


class NotReachedError(NoLinkError):
    """No connection came about: such a try costs a few packets at most."""


class SlowLineError(NoLinkError):
    """The deadline passed before the answer came: the next batch should be smaller."""


class RefusedError(TransientError):
    """The hub answered, but did not take the batch. ``asked_s`` is how long it asks us to wait."""

    def __init__(self, sentence: str, asked_s: float = 0.0) -> None:
        super().__init__(sentence)
        self.asked_s = asked_s


class TooLargeError(RefusedError):
    """The hub wants smaller batches (413)."""


class HubLine:
    """One way to the hub. Open it with ``async with``; ``meter`` counts what it costs."""

    def __init__(self, hub: Hub, way: Way, known: KnownTime) -> None:
        self.meter = Meter()
        self._url = hub.url.rstrip("/") + BATCH_PATH
        self._tls = HubTls(hub, known)
        self._tls.check()
        self._way = way
        self._resolver = RememberingResolver()
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "HubLine":
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=1,
                keepalive_timeout=KEEP_ALIVE_S,
                socket_factory=self._socket,
                resolver=self._resolver,
                use_dns_cache=False,
            ),
            timeout=aiohttp.ClientTimeout(total=DEADLINE_S, sock_connect=CONNECT_S),
            skip_auto_headers=("User-Agent", "Accept"),
            auto_decompress=False,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()
        await self._resolver.close()
        self.meter.close()

    async def post(self, body: bytes) -> BatchReply:
        """Send a compressed batch; raises NoLinkError or RefusedError, or the narrower kinds of them."""
        assert self._session is not None
        try:
            async with self._session.post(
                self._url, data=body, headers=_HEADERS, allow_redirects=False, ssl=self._tls.context()
            ) as response:
                answer = await _read(response)
                _check_name(response, body)
                return _understand(response, answer)
        except NotEnrolledError as cause:
            raise NoLinkError(str(cause)) from cause
        except aiohttp.ClientConnectorCertificateError as cause:
            raise NoLinkError(_certificate_words(cause)) from cause
        except aiohttp.ClientConnectorSSLError as cause:
            raise NoLinkError("Không bắt tay được với tỉnh (TLS).") from cause
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as cause:
            raise NotReachedError("Không nối được tới tỉnh.") from cause
        except TimeoutError as cause:
            raise SlowLineError(f"Tỉnh không trả lời trong {DEADLINE_S:.0f} giây.") from cause
        except (aiohttp.ClientError, OSError) as cause:
            raise NoLinkError("Đường truyền tới tỉnh bị ngắt giữa chừng.") from cause

    async def knock(self) -> bool:
        """Whether the hub's door can be reached this way: a bare connection, some 200 bytes."""
        address = urlsplit(self._url)
        try:
            async with asyncio.timeout(CONNECT_S):
                return await self._connects(address.hostname or "", address.port or HTTPS_PORT)
        except (OSError, TimeoutError):
            return False

    async def _connects(self, host: str, port: int) -> bool:
        for found in await self._resolver.resolve(host, port):
            address = (found["host"], found["port"])
            place = (found["family"], socket.SOCK_STREAM, found["proto"], "", address)
            with contextlib.suppress(OSError), self._socket(place) as sock:
                await asyncio.get_running_loop().sock_connect(sock, address)
                return True
        return False

    def _socket(self, found: AddrInfo) -> socket.socket:
        """A socket of this way, not yet connected."""
        family, kind, protocol, _, _ = found
        sock = socket.socket(family, kind, protocol)
        try:
            self._bind(sock)
        except BaseException:
            sock.close()
            raise
        self.meter.watch(sock)
        return sock

    def _bind(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, SILENT_MS)
        if self._way.interface:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, self._way.interface.encode() + b"\0")
        if self._way.source:
            sock.bind((self._way.source, 0))


def _certificate_words(cause: aiohttp.ClientConnectorCertificateError) -> str:
    """A certificate that is right but for its dates may be the fault of this box's own clock."""
    if getattr(cause.certificate_error, "verify_code", 0) in _WRONG_DATES:
        return "Chứng thư của tỉnh chưa tới hoặc đã quá hạn dùng theo giờ của hộp, hộp không gửi: xem lại giờ của hộp."
    return "Chứng thư của tỉnh không đúng, hộp không gửi."


async def _read(response: aiohttp.ClientResponse) -> bytes:
    """The answer; one that is too long is given up before it fills the memory of the supervisor."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > MAX_REPLY_BYTES:
            raise RefusedError("Tỉnh trả lời dài quá mức.")
    return bytes(body)


def _check_name(response: aiohttp.ClientResponse, body: bytes) -> None:
    """Raises RefusedError for an answer to another batch, which came late or twice; then this connection is given up.

    It is out of step: each later answer on it would belong to the batch before. A hub that names none is believed.
    """
    name = batch_name(body)
    if response.headers.get(BATCH_HEADER, name) != name:
        response.close()
        raise RefusedError("Tỉnh trả lời cho một gói khác.")


def _understand(response: aiohttp.ClientResponse, body: bytes) -> BatchReply:
    if response.status == 200:
        try:
            return msgspec.json.decode(body, type=BatchReply)
        except ValueError as cause:
            raise RefusedError("Tỉnh trả lời không hiểu được.") from cause
    kind = TooLargeError if response.status == 413 else RefusedError
    sentence = _REFUSALS.get(response.status, f"Tỉnh báo lỗi {response.status}.")
    raise kind(sentence, _seconds(response.headers.get("Retry-After", "")))


def _seconds(retry_after: str) -> float:
    """Retry-After in seconds (RFC 9110, 10.2.3). A date there is left aside: this box may not know the time."""
    return float(retry_after) if retry_after.isascii() and retry_after.isdecimal() else 0.0
