"""Tells a phone's browser by web push. Needs the internet: never the only channel.

The push service sees when, to which phone and how much; what it says only the browser can read.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec

from drivers.base import DriverError, Health, Message, Receipt, TransientDriverError
from drivers.devices.notifier_webpush import codec, vapid
from drivers.devices.notifier_webpush.encryption import SALT_BYTES, encrypted
from drivers.devices.notifier_webpush.subscription import Allowed, read_subscription
from drivers.health_book import HealthBook
from drivers.transport.uplink import Reachability, Uplink

DEADLINE_S = 10.0


class NotifierWebpush:
    """A `Notifier`. ``Message.to`` is a subscription as the browser gave it (JSON)."""

    def __init__(
        self,
        uplink: Uplink,
        reachability: Reachability,
        *,
        key_file: Path,
        contact: str,
        allowed: Allowed,
        now_s: Callable[[], float] = time.time,
    ) -> None:
        self._uplink = uplink
        self._reachability = reachability
        self._key_file = key_file
        self._contact = contact
        self._allowed = allowed
        self._now_s = now_s
        self._book = HealthBook()

    async def send(self, message: Message) -> Receipt:
        """The push service took it. `GoneDriverError`: this phone is not subscribed any more, forget its address.

        No answer is an `UnsureDriverError`; a repeat does no harm: topic and tag are the same, it replaces the first.
        """
        subscription = read_subscription(message.to, self._allowed)
        plain = codec.payload(message)
        key = vapid.load_key(self._key_file)
        own, salt = ec.generate_private_key(ec.SECP256R1()), secrets.token_bytes(SALT_BYTES)
        body = encrypted(plain, subscription.point, subscription.auth, own, salt)
        authorization = vapid.authorization(key, subscription.origin, self._contact, int(self._now_s()))
        try:
            answer = await self._uplink.post(
                subscription.endpoint, codec.headers(message, authorization), body, DEADLINE_S
            )
        except TransientDriverError:
            self._reachability.lost()
            raise
        return codec.taken(answer, message)

    async def health(self) -> Health:
        """Whether there is a key, and a way to the first of the push services."""
        try:
            vapid.load_key(self._key_file)
            await self._reachability.check()
        except DriverError as error:
            return self._book.note(False, str(error))
        return self._book.note(True, "reached")

    async def close(self) -> None:
        """Close what is open."""
        await self._uplink.close()
