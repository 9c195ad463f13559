"""Waiting for what another process does."""

import time
from collections.abc import Callable
from typing import TypeVar

from hil.bench.outcome import BenchUnavailableError

LOOK_S = 0.1
T = TypeVar("T")


def came_true(true: Callable[[], object], within_s: float, look_s: float = LOOK_S) -> bool:
    """Whether it came true in time; returns as soon as it did."""
    end = time.monotonic() + within_s
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(look_s)
    return True


def until(found: Callable[[], T | None], within_s: float, else_what: str, look_s: float = LOOK_S) -> T:
    """What ``found`` gives as soon as it gives something; raises BenchUnavailableError."""
    end = time.monotonic() + within_s
    while not (seen := found()):
        if time.monotonic() > end:
            raise BenchUnavailableError(f"{else_what} within {within_s:.0f} s")
        time.sleep(look_s)
    return seen
