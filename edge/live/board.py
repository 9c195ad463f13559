"""What the wall shows of things that live in memory: children, devices, gauges."""

from dataclasses import dataclass
from typing import Any

from edge.core.moment import AtMs
from edge.core.news import ReadingTaken, ServiceChanged
from edge.kernel.bus import Bus
from edge.kernel.clock import Clock


@dataclass(frozen=True, slots=True)
class ServiceState:
    """How a child process or device is, and since when."""

    state: str
    detail: str
    restarts: int
    since_ms: AtMs


class Board:
    """Remembers the last word of every service and gauge."""

    def __init__(self, bus: Bus, clock: Clock) -> None:
        self._bus = bus
        self._clock = clock
        self.services: dict[str, ServiceState] = {}
        self.readings: dict[str, ReadingTaken] = {}

    async def watch_services(self) -> None:
        """Remember until cancelled."""
        with self._bus.listen(ServiceChanged) as mailbox:
            async for news in mailbox:
                before = self.services.get(news.name)
                same = before is not None and before.state == news.state
                since = before.since_ms if before and same else self._clock.now().at_ms
                detail = news.detail or (before.detail if before and same else "")
                self.services[news.name] = ServiceState(news.state, detail, news.restarts, since)

    async def watch_readings(self) -> None:
        """Remember until cancelled."""
        with self._bus.listen(ReadingTaken) as mailbox:
            async for news in mailbox:
                self.readings[f"{news.reading.station}/{news.reading.quantity}"] = news

    def service_rows(self) -> list[dict[str, Any]]:
        """Every service for the wall."""
        return [
            {
                "name": name,
                "state": item.state,
                "detail": item.detail,
                "since_ms": item.since_ms,
                "restarts": item.restarts,
            }
            for name, item in sorted(self.services.items())
        ]
