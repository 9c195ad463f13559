"""Hears sensors on MQTT."""

from __future__ import annotations

import asyncio
import logging

from drivers.base import GaugeReading, TransientDriverError
from drivers.devices.station_mqtt.codec import UnreadableError, reading_of, station_of
from drivers.transport.mqtt_link import Heard, Inbox, MqttLink

log = logging.getLogger(__name__)


class MqttStation:
    """A `Station`: what came since the reading before, in its order."""

    def __init__(self, link: MqttLink, inbox: Inbox, silent_after_s: float) -> None:
        self._link = link
        self._inbox = inbox
        self._silent_after_s = silent_after_s
        self._rubbish = False

    async def read(self) -> tuple[GaugeReading, ...]:
        """What came. What is there is told first, before anything is said about the link.

        Raises TransientDriverError while the broker is away, when nothing came for the set time, and when only rubbish
        came; FinalDriverError when the broker refuses us.
        """
        if found := self._taken():
            return found
        await self._link.ready(self._inbox)
        if found := self._taken():
            return found
        silent_s = asyncio.get_running_loop().time() - self._inbox.heard_steady
        if silent_s > self._silent_after_s:
            raise TransientDriverError(f"nothing on {self._inbox.topic} for {silent_s:.0f} s")
        return ()

    async def close(self) -> None:
        """Listen no more."""
        await self._link.close(self._inbox)

    def _taken(self) -> tuple[GaugeReading, ...]:
        found: list[GaugeReading] = []
        problems: list[str] = []
        for heard in self._inbox.take():
            try:
                found.append(self._reading(heard))
            except UnreadableError as error:
                problems.append(f"{heard.topic}: {error}")
        if problems and not found:
            raise TransientDriverError(f"{len(problems)} messages are no readings, the last: {problems[-1]}")
        if problems and not self._rubbish:
            log.warning("%d messages are no readings, the last: %s", len(problems), problems[-1])
        self._rubbish = bool(problems) or (self._rubbish and not found)
        if self._inbox.dropped:
            log.warning("%s: %d messages too many, the oldest were dropped", self._inbox.topic, self._inbox.dropped)
            self._inbox.dropped = 0
        return tuple(found)

    def _reading(self, heard: Heard) -> GaugeReading:
        station = station_of(heard.topic, self._inbox.topic)
        return reading_of(heard.payload, retained=heard.retained, station=station)
