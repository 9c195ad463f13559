"""The SIM's PIN: entered once, and only when the SIM says that nobody has failed before.

Three wrong PINs lock a SIM until somebody finds its PUK; a box that restarts by itself would get there within a minute.
The only memory that survives restarts, another box and another program is the SIM's own counter.
"""

from __future__ import annotations

import logging

from drivers.base import DriverError, FinalDriverError
from drivers.devices.modem_at import codec
from drivers.devices.modem_at.line import AtLine

log = logging.getLogger(__name__)

ALL_TRIES = 3
UNLOCK_S = 10.0
"""A SIM needs up to 5 s until it can be used."""


class Pin:
    """What to do with a SIM that wants a PIN. The PIN is in no message and no log."""

    def __init__(self, pin: str | None) -> None:
        self._pin = pin

    async def unlock(self, line: AtLine) -> None:
        """Raise `FinalDriverError` unless the SIM is open afterwards."""
        try:
            state = codec.pin_state(await line.command("AT+CPIN?", UNLOCK_S))
        except FinalDriverError as error:
            raise FinalDriverError(f"no usable SIM: {error}") from error
        if state == "READY":
            return
        if state != "SIM PIN":
            raise FinalDriverError(f"the SIM is locked, it wants {state}: unlock it in a phone")
        await self._enter(line)

    async def _enter(self, line: AtLine) -> None:
        if self._pin is None:
            raise FinalDriverError(
                "the SIM wants its PIN: give the setting pin, or take the PIN off the SIM in a phone"
            )
        left = await _tries_left(line)
        if left != ALL_TRIES:
            told = "this modem does not tell how many tries are left" if left is None else f"only {left} tries are left"
            raise FinalDriverError(f"the PIN is not tried, {told}: unlock the SIM in a phone and take its PIN off")
        try:
            await line.command(f'AT+CPIN="{self._pin}"', UNLOCK_S)
        except DriverError:
            raise FinalDriverError(
                "the SIM did not take its PIN, which is not tried again: check it in a phone"
            ) from None
        log.info("modem %s: the SIM took its PIN", line.path)


async def _tries_left(line: AtLine) -> int | None:
    for command, answer in codec.PIN_TRIES.items():
        try:
            lines = await line.command(command)
        except DriverError:
            continue
        for text in lines:
            if match := answer.match(text):
                return int(match[1])
    return None
