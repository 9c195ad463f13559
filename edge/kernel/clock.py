"""The clocks of this machine behind one Protocol, so that tests can step them."""

import ctypes
import time
from typing import Protocol

from edge.core.moment import AtMs, ClockState, Moment, Steady

_TIME_ERROR = 5  # adjtimex(2): the clock is not synchronised
_TIMEX_BYTES = 208  # sizeof(struct timex) on 64-bit Linux
_LIBC = ctypes.CDLL(None, use_errno=True)
_RTC_FLOOR_MS = AtMs(1_760_000_000_000)  # October 2025: an earlier clock never saw a time source


class Clock(Protocol):
    """Tells the time on both clocks."""

    def now(self) -> Moment:
        """This instant."""
        ...

    def steady(self) -> Steady:
        """This instant on the monotonic clock alone."""
        ...


class SystemClock:
    """The kernel's own clocks; synchronisation is read from adjtimex(2), which chrony and timesyncd set."""

    def now(self) -> Moment:
        """This instant, with how far the wall clock can be trusted."""
        at_ms = AtMs(time.time_ns() // 1_000_000)
        return Moment(at_ms, self.steady(), _clock_state(at_ms))

    def steady(self) -> Steady:
        """Seconds of CLOCK_MONOTONIC, the same for every process of this machine."""
        return Steady(time.monotonic())


def _clock_state(at_ms: AtMs) -> ClockState:
    if at_ms < _RTC_FLOOR_MS:
        return ClockState.FLOOR
    timex = ctypes.create_string_buffer(_TIMEX_BYTES)
    status = _LIBC.adjtimex(timex)
    return ClockState.RTC if status in (-1, _TIME_ERROR) else ClockState.SYNCED
