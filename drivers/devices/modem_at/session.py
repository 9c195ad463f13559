"""A modem's port, initialised: at first use, and again after any failure, replugging or reset."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from drivers.base import DriverError, TransientDriverError
from drivers.devices.modem_at import codec
from drivers.devices.modem_at.line import AtLine
from drivers.devices.modem_at.pin import Pin

log = logging.getLogger(__name__)

SETTLE_S = 0.1  # for what the modem still says about an abandoned message
RESET_S = 5.0
FIRST = (
    "ATE0",  # no echo
    "AT+CMEE=1",  # reasons as numbers
)
NEEDED = (
    "AT+CMGF=0",  # PDU mode
    codec.MESSAGE_STORE,  # messages that come in lie on the SIM, which every modem has
)
HELPFUL = (
    "AT+CHUP",  # a call that a killed program left behind
    'AT+CSCS="GSM"',  # some keep UCS2 from another program; numbers and USSD are then in hexadecimal
    "AT+CSMS=0",  # the modem itself confirms what comes in; with 1 it waits for AT+CNMA
    "AT+CMMS=2",  # keeps the link open between messages: only saves time
)
NEWS = {
    "AT+CNMI=2,1,0,1,0": False,  # reports come as +CDS: Quectel (which hides stored ones), SIMCom, Telit, Huawei
    "AT+CNMI=2,1,0,2,0": True,  # or lie in their own store "SR": ZTE, Cinterion
    "AT+CNMI=2,1,0,0,0": False,  # or there are none
    "AT+CNMI=1,1,0,0,0": False,
}
"""Each with whether reports have to be fetched; the first that a modem takes. Messages always wait on the SIM."""
RESETS = ("AT+CFUN=1,1", "AT+CRESET", "AT^RESET")
"""TS 27.007, 8.2; SIMCom; Huawei."""


class Session:
    """Who owns the line has an initialised modem; whatever breaks a session has the next one initialise again."""

    def __init__(self, line: AtLine, pin: Pin) -> None:
        self.line = line
        self.places: int | None = None
        self._pin = pin
        self._ready_since_opening = 0

    @asynccontextmanager
    async def open(self) -> AsyncIterator[AtLine]:
        """The line, for one errand."""
        async with self.line.owned():
            ready, self._ready_since_opening = self._ready_since_opening, 0
            if ready != self.line.opened_times:
                await self._initialise()
            yield self.line
            self._ready_since_opening = self.line.opened_times

    async def reset(self) -> None:
        """Restart the modem, also one that does not answer to anything else. Raises when it does not seem to hear."""
        async with self.line.owned():
            self._ready_since_opening = 0
            await self.line.say(codec.ABANDON + b"\r")
            await self.line.listen(SETTLE_S)
            try:
                await self._restart()
            finally:
                await self.line.close()

    async def _restart(self) -> None:
        said = ""
        for command in RESETS:
            try:
                await self.line.command(command, RESET_S)
            except DriverError as error:
                said = str(error)
                if self.line.is_open:
                    continue
            log.warning("modem %s restarts", self.line.path)
            return
        raise TransientDriverError(f"the modem does not restart by itself, cut its power: {said}")

    async def _initialise(self) -> None:
        await self.line.say(codec.ABANDON + b"\r")  # a modem that waits for the rest of a message takes no command
        await self.line.listen(SETTLE_S)
        await self.line.command("AT")
        for command in FIRST:
            await self.line.command(command)
        await self._pin.unlock(self.line)
        for command in NEEDED:
            self.places = codec.places(await self.line.command(command)) or self.places
        for command in HELPFUL:
            await self.helpful(command)
        await self._ask_for_news()

    async def _ask_for_news(self) -> None:
        for command, stored in NEWS.items():
            if await self.helpful(command):
                self.line.unasked.reports_stored |= stored  # there may be some from before
                return
        log.warning("modem %s takes no AT+CNMI: no delivery reports", self.line.path)

    async def helpful(self, command: str) -> bool:
        """Whether the modem knows a command that it need not know. Silence is an error like any other."""
        try:
            await self.line.command(command)
        except codec.REFUSED as error:
            log.info("modem %s does without: %s", self.line.path, error)
            return False
        return True
