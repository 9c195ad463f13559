"""A call that only rings. Sources: 3GPP TS 27.007, 6.2 (ATD…;), 7.18 (+CLCC), 6.5 (+CHUP); ITU-T V.250 (its end)."""

from __future__ import annotations

import logging
import re
import time
from enum import IntEnum

from drivers.base import DriverError, FinalDriverError, Rang, TransientDriverError
from drivers.devices.modem_at import codec
from drivers.devices.modem_at.line import AtLine

log = logging.getLogger(__name__)

SETUP_S = 20.0
"""From dialling to the first ring; a network that needs longer has not found the phone."""
HANG_UP_S = 10.0
"""Two ways to hang up and two looks whether it helped."""
POLL_S = 0.5
LONGEST_RING_S = 60.0
"""Networks cut a ringing call off after about that long."""
BEFORE_A_CALL = (
    "AT+COLP=0",  # dialling answers at once and not when somebody takes the call: SIM800, Telit
    "AT+CVHU=0",  # ATH hangs up: SIM7600 and Huawei ignore it otherwise
)
HANG_UPS = ("AT+CHUP", "ATH")
CALL = re.compile(r"\+CLCC: ?\d+,(\d),(\d),(\d)")
CAUSE = re.compile(r"\^CEND: ?\d+, ?\d+, ?\d+, ?(\d+)")
OUTGOING = "0"
VOICE = "0"
USER_BUSY, REJECTED = 17, 21  # TS 24.008, 10.5.4.11
NO_VOICE = ("ERROR", "COMMAND NOT SUPPORT", "+CME ERROR: 3", "+CME ERROR: 4")


class Stage(IntEnum):
    """How far an outgoing call is, by +CLCC."""

    ACTIVE = 0
    HELD = 1
    DIALLING = 2
    ALERTING = 3


def outgoing(lines: tuple[str, ...]) -> Stage | None:
    """The stage of our call in an answer to AT+CLCC; None: there is none."""
    for line in lines:
        match = CALL.match(line)
        if match and match[1] == OUTGOING and match[3] == VOICE and match[2] in "0123":
            return Stage(int(match[2]))
    return None


class RingCall:
    """One call on a line that is owned and initialised. The line is silent again when `ring` returns or raises."""

    def __init__(self, line: AtLine) -> None:
        self._line = line
        self._rang_since: float | None = None

    async def ring(self, number: str, seconds: float) -> Rang:
        """Ring for ``seconds`` from the first ring on; takes at most `SETUP_S` + ``seconds`` + `HANG_UP_S`."""
        for command in BEFORE_A_CALL:
            await self._try(command)
        self._line.unasked.forget_calls()
        try:
            if await self._dial(number):
                return await self._watch(min(seconds, LONGEST_RING_S))
            return self._ended()
        finally:
            await self._hang_up()

    async def _dial(self, number: str) -> bool:
        """Whether the modem began to dial. It may tell of the end of the call instead."""
        await self._line.say(f"ATD{number};\r".encode())
        until = time.monotonic() + SETUP_S
        while not self._line.unasked.call_ends:
            if (left_s := until - time.monotonic()) <= 0:
                raise TransientDriverError("the modem says nothing to a call")
            line = await self._line.next_line(left_s)
            if line == "OK":
                return True
            if not self._line.unasked.take(line):
                _refuse(line)
        return False

    async def _watch(self, seconds: float) -> Rang:
        until = time.monotonic() + SETUP_S
        while True:
            stage = await self._stage()
            if stage is Stage.ACTIVE:
                return Rang.ANSWERED
            if stage is None or self._line.unasked.call_ends:
                await self._line.listen(POLL_S)  # the reason may come after the call is off the list
                return self._ended()
            now = time.monotonic()
            if stage is Stage.ALERTING and self._rang_since is None:
                self._rang_since, until = now, now + seconds
            if now >= until:
                return Rang.UNREACHABLE if self._rang_since is None else Rang.RANG
            await self._line.listen(min(POLL_S, until - now))

    async def _stage(self) -> Stage | None:
        try:
            return outgoing(await self._line.command("AT+CLCC"))
        except codec.REFUSED as error:
            raise FinalDriverError(f"this modem does not tell how its calls go: {error}") from error

    def _ended(self) -> Rang:
        """Who ended a call that we did not end. A call that rang and went without a reason was not heard rejected."""
        ends = self._line.unasked.call_ends
        causes = {int(match[1]) for end in ends if (match := CAUSE.match(end))}
        if "BUSY" in ends or causes & {USER_BUSY, REJECTED}:
            return Rang.BUSY
        return Rang.UNREACHABLE if self._rang_since is None else Rang.RANG

    async def _hang_up(self) -> None:
        """Always, also when the task was cancelled; raises when the call is still there after everything."""
        for command in HANG_UPS:
            if await self._silent(taken=await self._try(command)):
                return
        raise TransientDriverError("the modem does not hang up: the call may still ring")

    async def _silent(self, *, taken: bool) -> bool:
        """By what the modem lists; of one that lists no calls, by whether it took the command."""
        try:
            return outgoing(await self._line.command("AT+CLCC", HANG_UP_S / 4)) is None
        except codec.REFUSED:
            return taken
        except DriverError:
            return False

    async def _try(self, command: str) -> bool:
        try:
            await self._line.command(command, HANG_UP_S / 4)
        except DriverError as error:
            log.info("modem %s: %s", self._line.path, error)
            return False
        return True


def _refuse(line: str) -> None:
    """Raise what an answer to ATD means that is no call; other lines are nothing."""
    if line in NO_VOICE:
        raise FinalDriverError(f"this modem makes no voice calls: it says {line!r}")
    if codec.is_final(line):
        codec.refuse_unless_ok("ATD", line)
