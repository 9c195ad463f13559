"""A message as a push request, and what a push service answers (RFC 8030). Pure."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping

from drivers.base import FinalDriverError, GoneDriverError, Message, Receipt, TransientDriverError
from drivers.devices.notifier_webpush.encryption import MOST_BYTES
from drivers.devices.notifier_webpush.subscription import to_base64url
from drivers.transport.uplink import Answer

URGENT_LIFE_S = 3600
"""An alarm that a phone gets an hour late is no alarm: the ladder has long gone on to others."""
LIFE_S = 12 * 3600
TOPIC_BYTES = 24  # RFC 8030, 5.4: at most 32 characters of base64url
GONE = frozenset({404, 410})
BUSY = frozenset({408, 425, 429})


def payload(message: Message) -> bytes:
    """What the page's service worker gets: id, title, text, url, urgent.

    The id is its notification's tag, so that a repeat replaces. `FinalDriverError` for more than a push message holds.
    """
    words = {"id": message.id, "title": message.title, "text": message.text, "url": message.url}
    body = {name: unicodedata.normalize("NFC", text) for name, text in words.items()} | {"urgent": message.urgent}
    data = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    if len(data) > MOST_BYTES:
        raise FinalDriverError(f"this message has {len(data)} bytes, a push message at most {MOST_BYTES}")
    return data


def headers(message: Message, authorization: str) -> Mapping[str, str]:
    """The topic is of our id: while the phone is away, a repeat replaces what waits."""
    return {
        "Authorization": authorization,
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(URGENT_LIFE_S if message.urgent else LIFE_S),
        "Urgency": "high" if message.urgent else "normal",
        "Topic": topic(message.id),
    }


def topic(message_id: str) -> str:
    """The same for every try of one message."""
    return to_base64url(hashlib.sha256(message_id.encode()).digest()[:TOPIC_BYTES])


def taken(answer: Answer, message: Message) -> Receipt:
    """The push service has it; or the error of its sort."""
    if 200 <= answer.status < 300:
        return Receipt((topic(message.id),))
    if answer.status in GONE:
        raise GoneDriverError(f"this phone has taken its subscription back ({answer.status})")
    if answer.status in BUSY or answer.status >= 500:
        wait = answer.headers.get("retry-after", "")
        after = f", again after {wait} s" if wait.isdecimal() else ""
        raise TransientDriverError(f"the push service is busy ({answer.status}{after})")
    if answer.status in (401, 403):
        raise FinalDriverError(
            f"the push service does not take our key ({answer.status}): the clock, or a subscription of another key"
        )
    raise FinalDriverError(f"the push service refuses ({answer.status})")
