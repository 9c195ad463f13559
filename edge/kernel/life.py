"""How long a process of ours lives: until it is told to end, or wants to be started anew."""

import asyncio
import logging
import signal
from collections.abc import Coroutine
from typing import Any

from edge.kernel.watchdog import notify

log = logging.getLogger(__name__)


async def until_told(body: Coroutine[Any, Any, None], again: asyncio.Event) -> bool:
    """Run it until SIGTERM or SIGINT (False) or until ``again`` is set (True). Raises what it raises."""
    living = asyncio.create_task(body)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, living.cancel)
    ending = asyncio.create_task(_end_when(again, living))
    try:
        await living
    except asyncio.CancelledError:
        log.info("the box stops")
    finally:
        ending.cancel()
        notify("WATCHDOG=1" if again.is_set() else "STOPPING=1")
    return again.is_set()


async def _end_when(again: asyncio.Event, living: asyncio.Task[None]) -> None:
    await again.wait()
    living.cancel()
