"""The orders that are being carried out now, by number: none twice."""

import asyncio
from collections.abc import Callable, Coroutine

from edge.core.broadcast import OrderId


class UnderWay:
    """Runs each order as a task of the node's group; ``changed`` is called when one has ended."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._group: asyncio.TaskGroup | None = None
        self._tasks: dict[OrderId, asyncio.Task[None]] = {}

    def __contains__(self, order: object) -> bool:
        return order in self._tasks

    def __len__(self) -> int:
        return len(self._tasks)

    def open(self, group: asyncio.TaskGroup) -> None:
        """From now on orders may be started."""
        self._group = group

    def start(self, order: OrderId, work: Coroutine[None, None, None]) -> bool:
        """Begin; False when this number runs already, or the node is ending."""
        if self._group is None or order in self._tasks:
            work.close()
            return False
        task = self._tasks[order] = self._group.create_task(work, name=f"order {order}")
        task.add_done_callback(lambda _task: self._done(order))
        return True

    async def end(self) -> None:
        """Cancel what runs, while the link still lives, so that each order ends in its report; start nothing more."""
        self._group = None
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _done(self, order: OrderId) -> None:
        del self._tasks[order]
        self._changed()
