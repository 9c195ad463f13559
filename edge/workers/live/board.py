"""The wall's state: the newest value of each section, and for each browser which of them it has not seen."""

import asyncio
import json

from edge.core.errors import FinalError

MOST_SECTIONS = 64


class StateWatcher:
    """The queue of one browser: at most one value a section waits, a newer one takes the place of the older."""

    def __init__(self, sections: dict[str, str]) -> None:
        self._waiting = dict(sections)
        self._ready = asyncio.Event()

    @property
    def waiting(self) -> int:
        """How many sections this browser has still to be sent."""
        return len(self._waiting)

    def put(self, section: str, message: str) -> None:
        """A section has a new value."""
        self._waiting[section] = message
        self._ready.set()

    async def next(self) -> str:
        """The message of the section that has waited longest, as soon as there is one."""
        while not self._waiting:
            self._ready.clear()
            await self._ready.wait()
        section = next(iter(self._waiting))
        return self._waiting.pop(section)


class StateBoard:
    """Sections by name, as the messages that browsers get."""

    def __init__(self) -> None:
        self._sections: dict[str, str] = {}
        self._watchers: set[StateWatcher] = set()

    @property
    def watchers(self) -> int:
        """How many browsers watch the state."""
        return len(self._watchers)

    def put(self, section: str, value: bytes) -> None:
        """Replace a section by ``value``, which is JSON; raises FinalError above MOST_SECTIONS names."""
        if section not in self._sections and len(self._sections) >= MOST_SECTIONS:
            raise FinalError(f"Trạng thái có hơn {MOST_SECTIONS} mục.")
        message = f'{{"section": {json.dumps(section)}, "value": {value.decode()}}}'
        if self._sections.get(section) == message:
            return
        self._sections[section] = message
        for watcher in self._watchers:
            watcher.put(section, message)

    def join(self) -> StateWatcher:
        """A new browser: every section waits for it."""
        watcher = StateWatcher(self._sections)
        self._watchers.add(watcher)
        return watcher

    def leave(self, watcher: StateWatcher) -> None:
        """A browser went."""
        self._watchers.discard(watcher)
