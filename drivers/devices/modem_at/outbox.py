"""Hands an SMS to the network, part by part, and knows what it does not know."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from drivers.base import DriverError, UnsureDriverError
from drivers.devices.modem_at import codec, pdu
from drivers.devices.modem_at.line import AtLine

log = logging.getLogger(__name__)

SEND_TIMEOUT_S = 60.0  # a busy cell takes its time; modems' manuals allow 40 to 60 s
MORE_TRIES = 2
"""For the later parts: a phone shows nothing of a message that lacks one."""
BETWEEN_TRIES_S = 1.0


class Outbox:
    """Sends on a line that is owned and initialised."""

    def __init__(
        self, line: AtLine, timeout_s: float = SEND_TIMEOUT_S, between_tries_s: float = BETWEEN_TRIES_S
    ) -> None:
        self._line = line
        self._timeout_s = timeout_s
        self._between_tries_s = between_tries_s

    async def send(self, parts: Sequence[str]) -> tuple[int, ...]:
        """The network's references, one a part.

        Once a part is out nothing takes it back: whatever happens to the others is an `UnsureDriverError`.
        """
        references: list[int] = []
        for part in parts:
            try:
                references.append(await self._send_surely(part, MORE_TRIES if references else 0))
            except DriverError as error:
                if not references:
                    raise
                told = f"{len(references)} of {len(parts)} parts are out (references {references}), then: {error}"
                raise UnsureDriverError(told) from error
        return tuple(references)

    async def _send_surely(self, part: str, more_tries: int) -> int:
        """One part, again when the modem said that it did not send it."""
        while True:
            try:
                return await self._send_part(part)
            except codec.REFUSED as error:
                if not more_tries:
                    raise
                log.info("modem %s: a later part is tried again: %s", self._line.path, error)
            more_tries -= 1
            await asyncio.sleep(self._between_tries_s)

    async def _send_part(self, part: str) -> int:
        """The reference. Without a refusal in so many words, what was handed over may be on its way."""
        command = f"AT+CMGS={pdu.submit_length(part)}"
        await self._line.say(command.encode() + b"\r")
        await self._line.prompt(command)
        await self._line.hand_over(part.encode() + codec.SEND)  # fails only before the last byte, which sends
        try:
            return codec.reference_of(await self._line.answer(command, self._timeout_s))
        except codec.REFUSED:
            raise
        except DriverError as error:
            raise UnsureDriverError(f"handed over and not confirmed: {error}") from error
