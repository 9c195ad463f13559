"""Tells people by e-mail, through the commune's or the province's mail server."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from drivers.base import (
    DriverError,
    Health,
    Message,
    MisconfiguredDriverError,
    Receipt,
    TransientDriverError,
    UnsureDriverError,
)
from drivers.devices.notifier_email import codec
from drivers.devices.notifier_email.dialogue import Server, greet, send_mail
from drivers.health_book import HealthBook
from drivers.secret_file import read_secret_line
from drivers.transport.own_threads import OwnThreads
from drivers.transport.uplink import Reachability

DEADLINE_S = 30.0
AT_ONCE = 4
"""Lines to the server; few servers like more from one client."""
T = TypeVar("T")


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class NotifierEmail:
    """A `Notifier`. ``Message.to`` is an e-mail address."""

    def __init__(
        self, server: Server, sender: str, password_file: Path | None, *, now: Callable[[], dt.datetime] = _now
    ) -> None:
        self._server = server
        self._sender = sender
        self._password_file = password_file
        self._now = now
        self._threads = OwnThreads("smtp", AT_ONCE)
        self._book = HealthBook()
        self._reachability = Reachability(self._greet)

    async def send(self, message: Message) -> Receipt:
        """The server took it, which is not yet the mailbox.

        Not within `DEADLINE_S`: an `UnsureDriverError`. A repeat is the same e-mail by its Message-ID.
        """
        mail = codec.mail_bytes(message, self._sender, self._now())
        call = partial(send_mail, self._server, self._password(), self._sender, message.to, mail)
        try:
            await self._run(call)
        except (TransientDriverError, MisconfiguredDriverError):
            self._reachability.lost()
            raise
        return Receipt((codec.message_id(message.id, self._sender),))

    async def health(self) -> Health:
        """Whether the server takes our login; asked at most once a minute while it does."""
        try:
            await self._reachability.check()
        except DriverError as error:
            return self._book.note(False, str(error))
        return self._book.note(True, "the mail server takes us")

    async def close(self) -> None:
        """Nothing is held open between messages."""

    async def _greet(self) -> None:
        await self._run(partial(greet, self._server, self._password()))

    async def _run(self, call: Callable[[], T]) -> T:
        try:
            async with asyncio.timeout(DEADLINE_S):
                return await self._threads.run(call)
        except TimeoutError as error:
            raise UnsureDriverError(f"{self._server.host} has not taken it within {DEADLINE_S:g} s") from error

    def _password(self) -> str:
        return "" if self._password_file is None else read_secret_line(self._password_file)
