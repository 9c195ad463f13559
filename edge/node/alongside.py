"""Run a guard beside a piece of work."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager


@asynccontextmanager
async def alongside(guard: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """Run ``guard`` while the body runs; an error of either ends both and comes out bare, not in a group.

    The body must be the longer part. In Python 3.11 a group whose task fails while its body is already over leaves the
    parent marked as being cancelled, and every later ``asyncio.timeout`` of that parent lets CancelledError escape.
    """
    try:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(guard)
            yield
            task.cancel()
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from errors
