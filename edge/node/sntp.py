"""Asks a time server: one exchange of NTP version 4 as a client (RFC 5905, RFC 4330) over UDP."""

import asyncio
import secrets
import struct
from dataclasses import dataclass

from edge.core.errors import TransientError
from edge.core.timing import TimeSample
from edge.kernel.clock import Clock

NTP_PORT = 123
ANSWER_S = 2.0
_PACKET = struct.Struct(">BBbbII4sQ8sQQ")
_CLIENT = 4 << 3 | 3
_SERVER_MODE = 4
_UNSYNCHRONISED = 3
_LOWEST_STRATUM, _HIGHEST_STRATUM = 1, 15
_UNIX_S = 2_208_988_800  # seconds from 1900 to 1970
_ERA = 1 << 32
_PIVOT = 1 << 31  # a smaller number of seconds lies in the era that begins in February 2036


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server said: when our question came and when its answer left, UTC milliseconds."""

    received_ms: float
    sent_ms: float


def question(cookie: bytes) -> bytes:
    """A client packet. Its transmit time is a random cookie: nobody who did not see it can answer."""
    return _PACKET.pack(_CLIENT, 0, 0, 0, 0, 0, bytes(4), 0, bytes(8), 0, int.from_bytes(cookie, "big"))


def reply_of(packet: bytes, cookie: bytes) -> Reply:
    """The answer to the question with this cookie.

    Raises TransientError for anything else, and for a server that does not know the time itself.
    """
    if len(packet) < _PACKET.size:
        raise TransientError("Gói trả lời giờ quá ngắn.")
    first, stratum, *_, echoed, received, sent = _PACKET.unpack_from(packet)
    if first & 7 != _SERVER_MODE or echoed != cookie:
        raise TransientError("Gói trả lời giờ không phải cho câu hỏi này.")
    if first >> 6 == _UNSYNCHRONISED or not _LOWEST_STRATUM <= stratum <= _HIGHEST_STRATUM or not sent:
        raise TransientError("Máy chủ giờ chưa biết giờ.")
    return Reply(_ms(received), _ms(sent))


def _ms(stamp: int) -> float:
    seconds, fraction = stamp >> 32, stamp & 0xFFFF_FFFF
    era = _ERA if seconds < _PIVOT else 0
    return (seconds + era - _UNIX_S) * 1000 + fraction * 1000 / _ERA


class _Exchange(asyncio.DatagramProtocol):
    """Keeps the first packet with the steady instant at which it came."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.answer: asyncio.Future[tuple[float, bytes]] = asyncio.get_running_loop().create_future()

    def datagram_received(self, data: bytes, _address: object) -> None:
        if not self.answer.done():
            self.answer.set_result((self._clock.steady(), data))

    def error_received(self, cause: Exception) -> None:
        if not self.answer.done():
            self.answer.set_exception(cause)


async def ask_time(host: str, port: int, clock: Clock) -> TimeSample:
    """One sample against our steady clock; raises TransientError."""
    loop = asyncio.get_running_loop()
    cookie = secrets.token_bytes(8)
    try:
        async with asyncio.timeout(ANSWER_S):
            transport, exchange = await loop.create_datagram_endpoint(
                lambda: _Exchange(clock), remote_addr=(host, port)
            )
            try:
                asked = clock.steady()
                transport.sendto(question(cookie))
                heard, packet = await exchange.answer
            finally:
                transport.close()
    except OSError as cause:  # TimeoutError is one
        raise TransientError(f"Máy chủ giờ {host} không trả lời.") from cause
    reply = reply_of(packet, cookie)
    delay_s = max(0.0, heard - asked - (reply.sent_ms - reply.received_ms) / 1000)
    return TimeSample((asked + heard) / 2, (reply.received_ms + reply.sent_ms) / 2, delay_s)
