"""The driver: asks, waits no longer than its deadline, returns values. It never decides."""

from __future__ import annotations

from drivers.base import GaugeReading
from drivers.transport.serial_line import SerialLine

from . import codec

ANSWER_TIMEOUT_S = 0.3


class LineGauge:
    """A `Station`."""

    def __init__(self, line: SerialLine) -> None:
        self._line = line

    async def read(self) -> tuple[GaugeReading, ...]:
        """The level."""
        async with self._line.exchange():
            await self._line.write(codec.ASK)
            line = await self._line.read_until(codec.END, timeout_s=ANSWER_TIMEOUT_S)
        return (GaugeReading("level", codec.parse_level(line), "m"),)

    async def close(self) -> None:
        """Give the line back."""
        await self._line.close()
