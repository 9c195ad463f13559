"""Tells people by Zalo: one approved template, its blanks filled, a token that lives on.

Needs the internet, and Zalo: never the only channel.
"""

from __future__ import annotations

from collections.abc import Sequence

from drivers.base import (
    DriverError,
    FinalDriverError,
    Health,
    Message,
    MisconfiguredDriverError,
    Receipt,
    TransientDriverError,
)
from drivers.devices.notifier_zalo import codec
from drivers.devices.notifier_zalo.codec import TokenRefusedError
from drivers.devices.notifier_zalo.refresh import Refresher
from drivers.health_book import HealthBook
from drivers.transport.uplink import Reachability, Uplink

DEADLINE_S = 10.0


class NotifierZalo:
    """A `Notifier`. ``Message.to`` is a Vietnamese phone number in any spelling."""

    def __init__(
        self,
        uplink: Uplink,
        refresher: Refresher,
        reachability: Reachability,
        *,
        send_url: str,
        template: str,
        blanks: Sequence[str],
    ) -> None:
        self._uplink = uplink
        self._refresher = refresher
        self._reachability = reachability
        self._url = f"{send_url}/message/template"
        self._template = template
        self._blanks = blanks
        self._book = HealthBook()
        self._account_trouble = ""
        self._remaining = ""

    async def send(self, message: Message) -> Receipt:
        """Zalo took it; whether the phone has it, nobody tells us.

        No answer after the request went out is an `UnsureDriverError`: nothing says that Zalo refuses a second message
        with the same tracking_id. What a person must put right is a `MisconfiguredDriverError` in Vietnamese.
        """
        body = codec.send_body(message, self._template, self._blanks)
        try:
            taken = await self._sent(body, message.id)
        except MisconfiguredDriverError as error:
            self._account_trouble = str(error)
            raise
        except FinalDriverError:
            self._account_trouble = ""
            raise
        except TransientDriverError:
            self._reachability.lost()
            raise
        self._account_trouble, self._remaining = "", taken.remaining
        return taken.receipt

    async def health(self) -> Health:
        """Whether a message would get through now; a due token is refreshed here rather than in the alarm."""
        try:
            await self._reachability.check()
            await self._refresher.access_token()
        except DriverError as error:
            return self._book.note(False, str(error))
        if self._account_trouble:
            return self._book.note(False, self._account_trouble)
        return self._book.note(True, self._good_words())

    async def close(self) -> None:
        """A refresh under way comes to its end on the disk first."""
        await self._refresher.close()
        await self._uplink.close()

    async def _sent(self, body: bytes, tracking_id: str) -> codec.Taken:
        access = await self._refresher.access_token()
        try:
            return await self._tried(body, access, tracking_id)
        except TokenRefusedError:
            access = await self._refresher.refresh(access)
        try:
            return await self._tried(body, access, tracking_id)
        except TokenRefusedError as error:
            raise MisconfiguredDriverError(f"{error} Mã mới cấp cũng không được nhận.") from error

    async def _tried(self, body: bytes, access: str, tracking_id: str) -> codec.Taken:
        headers = {"Content-Type": "application/json", "access_token": access}
        answer = await self._uplink.post(self._url, headers, body, DEADLINE_S)
        return codec.taken(answer.status, answer.body, tracking_id)

    def _good_words(self) -> str:
        words = [f"{self._remaining} messages left today"] if self._remaining else []
        if self._refresher.trouble:
            words.append(self._refresher.trouble)
        return ", ".join(["reached", *words])
