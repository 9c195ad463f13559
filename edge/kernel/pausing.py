"""A part of the box that can be held for a while: cancelled whole, and started anew."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable


class Pausable:
    """Runs ``body`` while it is not held. Held, it is cancelled: its own ``finally`` gives everything back."""

    def __init__(self, body: Callable[[], Awaitable[None]]) -> None:
        self._body = body
        self._free, self._held = asyncio.Event(), asyncio.Event()
        self._free.set()

    async def hold(self, held: bool) -> None:  # noqa: FBT001 - the shape of every thing that can be shed
        """Stop it, or let it run again."""
        (self._held.set if held else self._held.clear)()
        (self._free.clear if held else self._free.set)()

    async def run(self) -> None:
        """Until cancelled; raises what the body raises, and ends when it ends by itself."""
        while True:
            await self._free.wait()
            body = asyncio.ensure_future(self._body())
            held = asyncio.ensure_future(self._held.wait())
            try:
                await asyncio.wait((body, held), return_when=asyncio.FIRST_COMPLETED)
                if body.done():
                    body.result()
                    return
            finally:
                for task in (body, held):
                    task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await body
