"""One batch over HTTPS with the box's certificate: what came of it, in words for the wall."""

import ssl
from types import TracebackType

import aiohttp
import msgspec

from edge.config.schema import Hub
from edge.core.errors import TransientError
from edge.kernel.wire.event import BATCH_PATH, BATCH_TYPE, BatchReply
from edge.sync.hub_tls import HubTls, NotEnrolledError

DEADLINE_S = 15.0
CONNECT_S = 5.0
KEEP_ALIVE_S = 45.0
"""Longer than the pause between two signs of life, shorter than the 75 s after which common servers hang up."""
MAX_REPLY_BYTES = 1024 * 1024
"""Twenty times the longest honest answer: 200 refusals of 200 characters."""
_HEADERS = {"Content-Type": BATCH_TYPE, "Content-Encoding": "gzip", "Accept-Encoding": "identity"}
_REFUSALS = {
    401: "Tỉnh không nhận chứng thư của hộp này (401).",
    403: "Tỉnh không cho hộp này gửi (403): tên trong chứng thư khác tên xã.",
    429: "Tỉnh đang quá tải (429).",
    503: "Tỉnh đang bận (503).",
}


class NoLinkError(TransientError):
    """Nobody answered: the line is cut, the hub is down, or it took too long."""


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
    """The way to the hub. Open it with ``async with``."""

    def __init__(self, hub: Hub) -> None:
        self._url = hub.url.rstrip("/") + BATCH_PATH
        self._tls = HubTls(hub)
        self._tls.check()
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "HubLine":
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=1, keepalive_timeout=KEEP_ALIVE_S),
            timeout=aiohttp.ClientTimeout(total=DEADLINE_S, sock_connect=CONNECT_S),
            auto_decompress=False,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def post(self, body: bytes) -> BatchReply:
        """Send a compressed batch; raises NoLinkError or RefusedError, or the narrower kinds of them."""
        assert self._session is not None
        try:
            async with self._session.post(
                self._url, data=body, headers=_HEADERS, ssl=self._tls.context(), allow_redirects=False
            ) as response:
                return _understand(response, await _read(response))
        except NotEnrolledError as cause:
            raise NoLinkError(str(cause)) from cause
        except aiohttp.ClientConnectorCertificateError as cause:
            raise NoLinkError("Chứng thư của tỉnh không đúng, hộp không gửi.") from cause
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as cause:
            raise NoLinkError("Không nối được tới tỉnh.") from cause
        except TimeoutError as cause:
            raise SlowLineError(f"Tỉnh không trả lời trong {DEADLINE_S:.0f} giây.") from cause
        except (aiohttp.ClientError, OSError) as cause:
            raise NoLinkError("Đường truyền tới tỉnh bị ngắt giữa chừng.") from cause


def client_tls(hub: Hub) -> ssl.SSLContext:
    """Mutual TLS 1.2 or newer with the files as they are now; raises MisconfiguredError naming them."""
    return HubTls(hub).context()


async def _read(response: aiohttp.ClientResponse) -> bytes:
    """The answer; one that is too long is given up before it fills the memory of the supervisor."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > MAX_REPLY_BYTES:
            raise RefusedError("Tỉnh trả lời dài quá mức.")
    return bytes(body)


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
