"""Asks the hub about this box's certificate: a handful of small questions, each bounded, each with a deadline."""

import ssl
from typing import TypeVar

import aiohttp
import msgspec

from edge.core.errors import FinalError, TransientError
from edge.kernel.wire.enrolment import MAX_MESSAGE_BYTES, read_message

DEADLINE_S = 15.0
T = TypeVar("T", bound=msgspec.Struct)


class NoAnswerError(TransientError):
    """Nobody answered, or not over TLS as it should be."""


class SaidNoError(FinalError):
    """The hub answered and refused; the sentence is its own."""


async def fetch(url: str, tls: ssl.SSLContext) -> bytes:
    """What stands there; raises NoAnswerError or SaidNoError."""
    return await _ask("GET", url, tls, None)


async def ask(url: str, tls: ssl.SSLContext, kind: type[T], wish: msgspec.Struct | None = None) -> T:
    """The hub's answer to a question, or to this ``wish``; raises NoAnswerError or SaidNoError."""
    body = None if wish is None else msgspec.json.encode(wish)
    return read_message(await _ask("GET" if body is None else "POST", url, tls, body), kind)


async def _ask(method: str, url: str, tls: ssl.SSLContext, body: bytes | None) -> bytes:
    headers = {"Accept-Encoding": "identity", "Content-Type": "application/json"}
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=DEADLINE_S), auto_decompress=False) as session,
            session.request(method, url, data=body, headers=headers, ssl=tls, allow_redirects=False) as response,
        ):
            answer = bytearray()
            async for chunk in response.content.iter_any():
                answer += chunk
                if len(answer) > MAX_MESSAGE_BYTES:
                    raise NoAnswerError("Tỉnh trả lời dài quá mức.")
    except TimeoutError as cause:
        raise NoAnswerError(f"Tỉnh không trả lời trong {DEADLINE_S:.0f} giây.") from cause
    except aiohttp.ClientConnectorCertificateError as cause:
        raise NoAnswerError("Chứng thư của tỉnh không đúng.") from cause
    except (aiohttp.ClientError, OSError) as cause:
        raise NoAnswerError(f"Không nói chuyện được với tỉnh: {cause}.") from cause
    if response.status != 200:
        raise _said(response.status, bytes(answer))
    return bytes(answer)


def _said(status: int, answer: bytes) -> Exception:
    try:
        words = str(msgspec.json.decode(answer, type=dict[str, object]).get("error", ""))[:300]
    except (msgspec.DecodeError, UnicodeDecodeError):
        words = ""
    sentence = words or f"Tỉnh báo lỗi {status}."
    return NoAnswerError(sentence) if status in (429, 502, 503, 504) else SaidNoError(sentence)
