"""Watches hosts of the commune's network: Wi-Fi points, servers, recorders. One that is down becomes an incident."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

from drivers.base import DriverError, Host, MisconfiguredDriverError
from edge.config.schema import Watch
from edge.core.errors import MisconfiguredError
from edge.core.incident import Incident, IncidentKind, Severity
from edge.core.news import HostsChanged
from edge.core.policy.watching import NETWORK, Seen, answered, failed, wanted
from edge.incidents.desk import IncidentDesk
from edge.kernel.bus import Bus
from edge.kernel.clock import Clock
from edge.kernel.device import open_as
from edge.kernel.keep_running import keep_running

log = logging.getLogger(__name__)

LOOK_DEADLINE_S = 25.0
"""A driver has a shorter one of its own."""
SUBJECT = "watch/"


class HostService:
    """One task a host; incidents follow from what stands together."""

    def __init__(self, hosts: Sequence[Watch], desk: IncidentDesk, clock: Clock, bus: Bus) -> None:
        self._hosts = {host.id: host for host in hosts}
        self._desk = desk
        self._clock = clock
        self._bus = bus
        self._turn = asyncio.Lock()
        self._open: set[str] = set()
        self.seen: dict[str, Seen] = {host.id: Seen() for host in hosts}

    async def check(self) -> None:
        """Raise MisconfiguredError when a device is no host: at the start. Touches no wire."""
        for host in self._hosts.values():
            await (await _opened(host)).close()

    async def run(self) -> None:
        """Look at every host at its own period until cancelled."""
        await self.resume()
        async with asyncio.TaskGroup() as group:
            for host in self._hosts.values():
                group.create_task(self._keep(host))

    async def resume(self) -> None:
        """Incidents that stood when the box stopped stand on until their host is known."""
        subjects = await self._desk.open_subjects()
        self._open = {name.removeprefix(SUBJECT) for name in subjects if name.startswith(SUBJECT)}

    async def look(self, host: Watch, device: Host) -> None:
        """Look once, and open or close what follows."""
        now_ms, before = self._clock.now().at_ms, self.seen[host.id]
        try:
            async with asyncio.timeout(LOOK_DEADLINE_S):
                now = answered(before, await device.look(), now_ms)
        except MisconfiguredDriverError as error:
            raise MisconfiguredError(f"watch {host.id}: {error}") from error
        except (DriverError, TimeoutError) as error:
            now = failed(before, str(error) or "không trả lời", now_ms)
        self.seen[host.id] = now
        if now.up is not before.up:
            log.info("host %s is %s%s", host.id, "up" if now.up else "down", f": {now.detail}" if now.detail else "")
            self._bus.publish(HostsChanged())
        await self._follow()  # at every look: what a full disk refused is tried again

    def section(self) -> list[dict[str, Any]]:
        """For the wall (docs/ref/state.md)."""
        return [self._row(host, self.seen[host.id]) for host in self._hosts.values()]

    def counted(self, group: str) -> tuple[int, int] | None:
        """How many of a group are up, and how many there are; None while any of them is not known yet."""
        states = [self.seen[host.id].up for host in self._hosts.values() if host.group == group]
        return None if None in states else (states.count(True), len(states))

    def _row(self, host: Watch, seen: Seen) -> dict[str, Any]:
        words = {True: "up", False: "down", None: "unknown"}
        return {
            "id": host.id,
            "name": host.name,
            "group": host.group,
            "hamlet": host.hamlet,
            "state": words[seen.up],
            "since_ms": seen.since_ms,
        }

    async def _keep(self, host: Watch) -> None:
        device = await _opened(host)

        async def watch() -> None:
            while True:
                await self.look(host, device)
                await asyncio.sleep(host.period_s)

        try:
            await keep_running(f"host-{host.id}", watch)
        finally:
            await device.close()

    async def _follow(self) -> None:
        """Incidents as they should stand now; one at a time, so that none is opened twice."""
        async with self._turn:
            told = {name: seen for name, seen in self.seen.items() if self._hosts[name].incident}
            should = wanted(told, self._open)
            for name in sorted(self._open - should):
                await self._desk.close(f"{SUBJECT}{name}")
                self._open.discard(name)
            for name in sorted(should - self._open):
                await self._desk.open(self._incident(name), None, ())
                self._open.add(name)

    def _incident(self, name: str) -> Incident:
        host = self._hosts.get(name)
        title = f"{host.name} không trả lời." if host else "Hộp không thấy phần lớn thiết bị trong mạng của xã."
        return Incident(
            id=self._desk.new_id(),
            kind=IncidentKind.DEVICE,
            severity=Severity.MINOR if host else Severity.MODERATE,
            subject=f"{SUBJECT}{name if host else NETWORK}",
            place=host.name if host else "",
            hamlet=(host.hamlet or "") if host else "",
            title=title,
            began_at_ms=self._clock.now().at_ms,
        )


async def _opened(host: Watch) -> Host:
    return await open_as(Host, f"watch {host.id}", host.kind, host.settings)
