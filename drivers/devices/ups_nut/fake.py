"""What a real upsd does not show on demand: silence, half an answer, nonsense, refusals."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from enum import Enum

from drivers.transport.fake_stream import FakeStream


class Fault(Enum):
    """How it fails."""

    NONE = "none"
    SILENT = "silent"
    HALF = "half"
    GARBLED = "garbled"
    ENDLESS = "endless"
    STALE = "stale"


class FakeUpsd(FakeStream):
    """Listens on 127.0.0.1; ``told`` are the variables of the one UPS ``name``."""

    def __init__(self, told: Mapping[str, str], name: str = "ups") -> None:
        super().__init__()
        self.told = dict(told)
        self.name = name
        self.fault = Fault.NONE

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One question a connection."""
        try:
            asked = (await reader.readline()).decode().split()
            writer.write(await self._answer(asked[-1] if asked else ""))
            await writer.drain()
        finally:
            writer.close()

    async def _answer(self, asked: str) -> bytes:
        if self.fault is Fault.SILENT:
            await asyncio.sleep(30)
        if self.fault is Fault.GARBLED:
            return b"\xff\x00VAR\n" * 3
        if self.fault is Fault.ENDLESS:
            return b"x" * 5000
        if self.fault is Fault.STALE:
            return b"ERR DATA-STALE\n"
        if asked != self.name:
            return b"ERR UNKNOWN-UPS\n"
        lines = [f'VAR {asked} {name} "{value}"' for name, value in self.told.items()]
        whole = "\n".join([f"BEGIN LIST VAR {asked}", *lines, f"END LIST VAR {asked}", ""]).encode()
        return whole[: len(whole) // 2] if self.fault is Fault.HALF else whole
