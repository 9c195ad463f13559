"""Asks upsd; a connection a question, so that neither a restarted upsd nor a dead one is ever waited for."""

from __future__ import annotations

import asyncio
import contextlib

from drivers.base import FinalDriverError, TransientDriverError, UpsReading
from drivers.devices.ups_nut import codec

DEADLINE_S = 3.0


class NutUps:
    """One UPS."""

    def __init__(self, host: str, port: int, ups: str) -> None:
        self._host = host
        self._port = port
        self._ups = ups
        self._question = codec.question(ups)

    async def read_ups(self) -> UpsReading:
        """Ask now; raises TransientDriverError when nobody answers in time, FinalDriverError for nonsense."""
        try:
            async with asyncio.timeout(DEADLINE_S):
                return codec.reading(codec.variables(await self._ask(), self._ups))
        except TimeoutError as cause:
            raise TransientDriverError(f"upsd does not answer within {DEADLINE_S:g} s") from cause
        except (OSError, EOFError) as cause:
            raise TransientDriverError(f"upsd at {self._host}:{self._port}: {cause or 'hung up'}") from cause
        except ValueError as cause:  # a line longer than any of the protocol
            raise FinalDriverError(f"upsd at {self._host}:{self._port} sends no lines") from cause

    async def close(self) -> None:
        """Nothing is held between questions."""

    async def _ask(self) -> list[str]:
        reader, writer = await asyncio.open_connection(self._host, self._port, limit=codec.MOST_LINE_BYTES)
        try:
            writer.write(self._question)
            await writer.drain()
            lines: list[str] = []
            while len(lines) < codec.MOST_LINES:
                line = (await reader.readuntil(b"\n")).decode("utf-8", "replace").rstrip("\r\n")
                lines.append(line)
                if codec.is_end(line, self._ups):
                    return lines
            raise FinalDriverError("upsd does not come to an end")
        except asyncio.LimitOverrunError as cause:
            raise FinalDriverError(f"upsd sends a line of more than {codec.MOST_LINE_BYTES} bytes") from cause
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
