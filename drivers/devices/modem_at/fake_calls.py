"""The fake modem's telephone: one call at a time, as 3GPP TS 27.007 tells of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from drivers.devices.modem_at.fake_network import Callee

FIRST_RING_S = 0.05
DIALLING, ALERTING, ACTIVE = 2, 3, 0


class FakeCalls:
    """What +CLCC says, and what happens to whom. ``say`` brings lines, ``note`` writes down an event."""

    def __init__(self, say: Callable[..., None], note: Callable[[str, str], None]) -> None:
        self.callees: Mapping[str, Callee] = {}
        self.after_s: Mapping[str, float] = {}
        self.first_ring_s = FIRST_RING_S
        self.stage: int | None = None
        self._number = ""
        self._say = say
        self._note = note
        self._timers: list[asyncio.TimerHandle] = []

    def dial(self, number: str) -> None:
        """Call somebody who then does what ``callees`` says (by default nothing), ``after_s`` from the first ring."""
        self._number, self.stage = number, DIALLING
        self._note("dialled", number)
        match self.callees.get(number, Callee.IGNORES):
            case Callee.IS_BUSY:
                self._later(self.first_ring_s, self._end, "BUSY")
            case Callee.IS_OFF:
                self._later(self.first_ring_s, self._end, "NO CARRIER")
            case callee:
                self._later(self.first_ring_s, self._ring, callee)

    def listing(self) -> list[str]:
        """The lines of AT+CLCC."""
        return [] if self.stage is None else [f'+CLCC: 1,0,{self.stage},0,0,"{self._number}",145']

    def hang_up(self) -> None:
        """End the call, if there is one."""
        self._stop_timers()
        if self.stage is not None:
            self._note("hung up", self._number)
        self.stage = None

    def close(self) -> None:
        """The modem is gone; so is its call."""
        self._stop_timers()
        self.stage = None

    def _ring(self, callee: Callee) -> None:
        self.stage = ALERTING
        self._note("rings", self._number)
        delay_s = self.after_s.get(self._number, self.first_ring_s)
        if callee is Callee.ANSWERS:
            self._later(delay_s, self._answer)
        elif callee is Callee.REJECTS:
            self._later(delay_s, self._end, "BUSY")

    def _answer(self) -> None:
        self.stage = ACTIVE
        self._note("answered", self._number)

    def _end(self, word: str) -> None:
        self.stage = None
        self._note("ended", self._number)
        self._say(word)

    def _later(self, delay_s: float, what: Callable[..., None], *args: object) -> None:
        self._timers.append(asyncio.get_running_loop().call_later(delay_s, what, *args))

    def _stop_timers(self) -> None:
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()
