"""The C heap of a shard: pictures and packets come and go by the hundred a second, and its holes go back to the system.

Source: glibc's mallopt(3) and malloc_trim(3). Another C library has its own ways, and is left alone.
"""

import contextlib
import ctypes

M_ARENA_MAX = -8
"""glibc's malloc.h."""
ARENAS = 2
TRIM_EVERY_S = 30.0
"""A trim of 200 MB takes a few milliseconds, of one thread."""


def few_arenas() -> None:
    """A heap for each of sixty threads keeps what none of them uses: pictures come and go in two heaps."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, ARENAS)


def trim() -> None:
    """Give pages back that hold nothing; other threads run on meanwhile (ctypes lets go of the interpreter's lock)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
