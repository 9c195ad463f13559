"""How a child serves browsers whose streams its supervisor opens and closes: the first words, and who is open now."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

import msgspec

from edge.core.errors import FinalError, MolangError
from edge.kernel.wire import Channel
from edge.kernel.wire.talk import TalkSetup
from edge.kernel.wire.whep import WhepSetup
from edge.workers.addresses import reach_by
from edge.workers.lifeline import say_hello

In = TypeVar("In")
Setup = TypeVar("Setup", TalkSetup, WhepSetup)


async def set_up(supervisor: Channel[In, msgspec.Struct], kind: type[Setup]) -> Setup | None:
    """The first message; browsers reach this machine by its addresses from then on. None: the supervisor is gone.

    Raises FinalError for another message.
    """
    setup = await supervisor.receive()
    if setup is None:
        return None
    if not isinstance(setup, kind):
        raise FinalError(f"Thông điệp đầu tiên là {type(setup).__name__}, phải là {kind.__name__}.")
    logging.getLogger("aioice").setLevel(logging.WARNING)  # it tells of every pair of addresses
    reach_by(setup.addresses)
    await say_hello(supervisor)
    return setup


class Streams:
    """Those that are open now. Whoever opens one asks first whether there is room, and whether the name is free."""

    def __init__(self, tasks: asyncio.TaskGroup) -> None:
        self._tasks = tasks
        self._closing: dict[str, asyncio.Event] = {}

    def __len__(self) -> int:
        return len(self._closing)

    def __contains__(self, name: str) -> bool:
        return name in self._closing

    def open(self, name: str, body: Callable[[asyncio.Event], Awaitable[None]]) -> None:
        """Run ``body`` in a task of its own; its event is set when the stream is to close."""
        closing = self._closing[name] = asyncio.Event()
        self._tasks.create_task(self._run(name, body, closing), name=f"stream {name}")

    def close(self, name: str) -> None:
        """Let it end."""
        if name in self._closing:
            self._closing[name].set()

    def close_all(self) -> None:
        """The supervisor is gone."""
        for closing in self._closing.values():
            closing.set()

    async def _run(self, name: str, body: Callable[[asyncio.Event], Awaitable[None]], closing: asyncio.Event) -> None:
        try:
            await body(closing)
        finally:
            del self._closing[name]


async def until_closed(work: Coroutine[Any, Any, None], closing: asyncio.Event) -> bool:
    """Until the work is over (False) or the stream is to close (True). Raises what the work raises."""
    working, waiting = asyncio.create_task(work), asyncio.create_task(closing.wait())
    try:
        done, _ = await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if working in done:
            working.result()
        return closing.is_set()
    finally:
        for task in (working, waiting):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, MolangError):
                await task
