"""What came of many tries under a fault: right answers, clear errors, and what must never happen."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from drivers.base import DriverError

T = TypeVar("T")


@dataclass(slots=True)
class Tally:
    """Counts of one driver under one fault. ``wrong``: an answer that was not so, or an error that is none of ours."""

    tries: int = 0
    right: int = 0
    errors: int = 0
    wrong: int = 0
    too_late: int = 0
    left_on: int = 0
    not_healed: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def bad(self) -> int:
        """What must never happen, in all."""
        return self.wrong + self.too_late + self.left_on + self.not_healed

    def fail(self, what: str, words: str) -> None:
        """Count something that must never happen, with its words."""
        setattr(self, what, getattr(self, what) + 1)
        self.examples.append(f"{what}: {words}")

    async def ask(self, name: str, call: Awaitable[T], within_s: float, is_right: Callable[[T, float], bool]) -> bool:
        """One try: it answers truly, or says clearly and in time that it cannot. Whether it answered.

        ``is_right(answer, began)`` judges; ``began`` is the monotonic instant at which it was asked.
        """
        self.tries += 1
        began = time.monotonic()
        try:
            async with asyncio.timeout(within_s):
                answer = await call
        except DriverError:
            self.errors += 1
            return False
        except TimeoutError:
            self.fail("too_late", f"{name} took more than {within_s:g} s")
            return False
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RuntimeError) as error:
            self.fail("wrong", f"{name}: {type(error).__name__}: {error}")
            return False
        if is_right(answer, began):
            self.right += 1
        else:
            self.fail("wrong", f"{name} answered {answer!r}")
        return True
