"""Polls a table of readings over HTTP."""

from __future__ import annotations

from collections.abc import Mapping

from drivers.base import GaugeReading
from drivers.devices.station_http import codec
from drivers.transport.http_line import HttpLine

DEADLINE_S = 8.0


class HttpStation:
    """A `Station`: what the answer before did not say already.

    A table of the last day is told once, then only its new and its corrected rows. Where rows have no time everything
    is told each time: it was measured just now.
    """

    def __init__(self, line: HttpLine, layout: codec.Layout) -> None:
        self._line = line
        self._layout = layout
        self._conditions: Mapping[str, str] = {}
        self._last: tuple[GaugeReading, ...] = ()

    async def read(self) -> tuple[GaugeReading, ...]:
        """Ask once. An answer that cannot be read is asked for again as a whole."""
        answer = await self._line.poll(self._conditions, deadline_s=DEADLINE_S)
        before = self._last
        if answer is not None:
            self._last = codec.readings_of(answer.body, self._layout, whole=answer.whole)
            self._conditions = answer.conditions
        known = {reading for reading in before if reading.at_ms is not None}
        return tuple(reading for reading in self._last if reading not in known)

    async def close(self) -> None:
        """Close the connection."""
        await self._line.close()
