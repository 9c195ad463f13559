"""What a node tells about itself (protocols.md, state)."""

import asyncio
import os
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec

from edge.node.link import STATE, NodeLink

THERMAL = Path("/sys/class/thermal/thermal_zone0/temp")
SETTLE_S = 0.4
"""Changes that come together make one message, and none stands in the way of the sound that it tells of."""

Facts = Mapping[str, object]


class Telemetry:
    """Sends ``state`` when it is nudged and at least every so many seconds."""

    def __init__(self, link: NodeLink, every_s: float, data_folder: Path, facts: Callable[[], Facts]) -> None:
        self._link = link
        self._every_s = every_s
        self._folder = data_folder
        self._facts = facts
        self._news = asyncio.Event()
        self._fixed = {"online": True, "fw": firmware(), "pid": os.getpid()}

    def nudge(self) -> None:
        """Something changed."""
        self._news.set()

    async def run(self) -> None:
        """Tell until cancelled."""
        while True:
            self._news.clear()
            await self._link.send(STATE, self.as_bytes())
            with suppress(TimeoutError):
                async with asyncio.timeout(self._every_s):
                    await self._news.wait()
                    await asyncio.sleep(SETTLE_S)

    def as_bytes(self) -> bytes:
        """The state now, as JSON; what is unknown is left out."""
        machine = {"disk_free": shutil.disk_usage(self._folder).free, "temp_c": _temp_c()}
        fields = {**self._fixed, **machine, **self._facts()}
        return msgspec.json.encode({key: value for key, value in fields.items() if value is not None})


def firmware() -> str:
    """Version of the installed package; a source tree that is not installed is ``dev``."""
    try:
        return version("molang")
    except PackageNotFoundError:
        return "dev"


def _temp_c() -> float | None:
    try:
        return int(THERMAL.read_text()) / 1000
    except (OSError, ValueError):
        return None
