"""The one broad ``except`` of the house (law 9): a loop that outlives its failures."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable

from edge.core.errors import MisconfiguredError, MolangError, TransientError

log = logging.getLogger(__name__)

FIRST_WAIT_S = 0.2
LONGEST_WAIT_S = 30.0
CALM_S = 60.0
"""A body that ran this long before it failed starts again with the first wait."""


async def keep_running(
    name: str,
    body: Callable[[], Awaitable[None]],
    *,
    longest_wait_s: float = LONGEST_WAIT_S,
    failed: Callable[[BaseException], None] | None = None,
) -> None:
    """Run ``body`` for ever: after an error or a return wait with full jitter and start it again.

    A change from running to failing is logged once, and so is its end. ``failed`` is told of each error.
    Raises MisconfiguredError, which no waiting mends, and passes cancellation on.
    """
    loop = asyncio.get_running_loop()
    wait_s, broken = FIRST_WAIT_S, False
    while True:
        began = loop.time()
        cause = await _failure_of(body)
        if isinstance(cause, MisconfiguredError):
            raise cause
        if cause is not None and failed is not None:
            failed(cause)
        if loop.time() - began > CALM_S:
            wait_s, broken = FIRST_WAIT_S, False
        if not broken:
            log.warning("%s stopped (%s), starting it again", name, describe(cause))
            broken = True
        await asyncio.sleep(random.uniform(0, wait_s))  # noqa: S311 - jitter, not a secret
        wait_s = min(wait_s * 2, longest_wait_s)


async def run_apart(name: str, body: Callable[[], Awaitable[None]]) -> None:
    """Run ``body`` once. Its failure is logged and harms nobody beside it; cancellation passes on."""
    cause = await _failure_of(body)
    if cause is not None:
        log.error("%s failed (%s)", name, describe(cause), exc_info=None if isinstance(cause, MolangError) else cause)


async def _failure_of(body: Callable[[], Awaitable[None]]) -> Exception | None:
    try:
        await _in_its_own_task(body)
    except Exception as error:  # noqa: BLE001 - the one place of the house
        return error
    return None


async def _in_its_own_task(body: Callable[[], Awaitable[None]]) -> None:
    """Run the body apart, so that no cancellation gets lost or lingers.

    In Python 3.11 a TaskGroup whose child fails after its own body is over leaves its task's count of cancellations
    raised, and every later timeout in that task then ends it in silence; and ``asyncio.wait_for`` may swallow a real
    one. A task of its own takes the first with it; the check afterwards makes up for the second.
    """
    me = asyncio.current_task()
    task = asyncio.ensure_future(body())
    try:
        await task
    except asyncio.CancelledError as cause:
        if me is not None and not me.cancelling():
            raise TransientError("it cancelled itself") from cause
        raise
    except Exception as cause:
        if me is not None and me.cancelling():  # aiomqtt answers a cancellation with MqttError when its goodbye fails
            raise asyncio.CancelledError from cause
        raise
    if me is not None and me.cancelling():
        raise asyncio.CancelledError


def describe(error: BaseException | None) -> str:
    """One line that names an error, or says that there was none."""
    if error is None:
        return "it returned"
    if isinstance(error, BaseExceptionGroup):
        return "; ".join(describe(inner) for inner in error.exceptions)
    if isinstance(error, MolangError) and str(error):
        return str(error)  # its sentence is for people, who need no name of a class before it
    return f"{type(error).__name__}: {error}"
