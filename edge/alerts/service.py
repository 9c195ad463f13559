"""Alarms to people: one task climbs the ladders, one a modem and one a channel send what is in the line."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

from drivers.base import Amplifier, Caller, DriverError, Notifier, SimState
from edge.alerts.book import Setup
from edge.alerts.channel_line import ChannelLine
from edge.alerts.climber import Climber
from edge.alerts.inbox import Inbox
from edge.alerts.ladder_clock import LadderClock
from edge.alerts.line import Line, settle_after_a_stop
from edge.alerts.modem_care import ModemCare
from edge.config.schema import Channel, Modem
from edge.core.errors import TransientError
from edge.core.link import Links
from edge.core.news import AlertChanged, IncidentChanged, IncidentOpened, ServiceChanged
from edge.kernel.bus import Bus
from edge.kernel.device import open_as
from edge.kernel.keep_running import describe, keep_running
from edge.store.answers import answer_alert
from edge.store.journal import Journal

log = logging.getLogger(__name__)

LONGEST_WAIT_S = 5.0
"""A modem that comes back must not wait long before it alarms people."""
INBOX_PERIOD_S = 2.0
TICK_S = 1.0
AT_A_TIME = 3
"""Messages between two looks into the inbox: answers spare others the message."""
CHANNEL_RESTS_S = 20.0
"""After a failure: the internet does not come back within a second."""

NO_LINKS = Links("", b"")


class AlertService:
    """Owns the modems and the channels. Everything they do stands in the store before and after."""

    def __init__(self, setup: Setup, journal: Journal, bus: Bus, links: Links = NO_LINKS) -> None:
        self._setup = setup
        self._links = links
        self._journal = journal
        self._bus = bus
        self._clock = LadderClock(journal)
        self._inbox = Inbox(setup.book.people, setup.gauges, journal, bus, self._clock)
        self._cares: dict[str, ModemCare] = {}
        self.climber = Climber(setup.book, journal, bus, self._clock)

    async def check(self) -> None:
        """Raise MisconfiguredError when a modem is no modem: at the start. Touches no wire."""
        can_ring = False
        for modem in self._setup.modems:
            device = await _open_modem(modem)
            can_ring |= isinstance(device, Caller)
            await device.close()
            if modem.power:
                await (await _open_relay(modem)).close()
        for channel in self._setup.channels:
            await (await _open_channel(channel)).close()
        self.climber.can_ring = can_ring

    async def run(self) -> None:
        """Serve every modem and channel until cancelled."""
        await self._clock.start()
        await settle_after_a_stop(self._journal, self._clock)
        async with asyncio.TaskGroup() as group:
            group.create_task(keep_running("ladder", self._climb, longest_wait_s=LONGEST_WAIT_S))
            for modem in self._setup.modems:
                group.create_task(self._keep(f"modem-{modem.id}", lambda modem=modem: self._serve(modem)))  # type: ignore[misc]  # bound now
            for channel in self._setup.channels:
                group.create_task(self._keep(f"channel-{channel.id}", lambda channel=channel: self._tell(channel)))  # type: ignore[misc]

    def sim_of(self, modem: str) -> tuple[SimState | None, int | None]:
        """The last word on a modem's SIM, and when it was (UTC ms)."""
        care = self._cares.get(modem)
        return (care.sim, care.sim_at_ms) if care else (None, None)

    async def answer(self, incident: str, person: str, how: str, via: str, note: str) -> bool:
        """Somebody answers on a page or by a link; False when the incident is unknown."""
        known = await self._journal.record(lambda tx: answer_alert(tx, incident, person, how, via, note))
        self._bus.publish(AlertChanged())
        self._bus.publish(IncidentChanged())
        return known

    async def _keep(self, name: str, body: Callable[[], Awaitable[None]]) -> None:
        def failed(error: BaseException) -> None:
            self._bus.publish(ServiceChanged(name, "down", describe(error), 0))

        await keep_running(name, body, longest_wait_s=LONGEST_WAIT_S, failed=failed)

    async def _climb(self) -> None:
        with self._bus.listen(IncidentOpened) as opened:
            while True:
                await self.climber.tick()
                await _at_most(TICK_S, opened.get())

    async def _serve(self, modem: Modem) -> None:
        device = await _open_modem(modem)
        relay = (lambda: _open_relay(modem)) if modem.power else None
        care = self._cares[modem.id] = ModemCare(modem.id, device, relay, self._journal, self._bus)
        line = Line(modem.id, device, modem.per_minute, self._inbox, self._journal, self._bus, self._clock)
        try:
            await line.start()
            with self._bus.listen(AlertChanged) as changed:
                while True:
                    await self._round(line, care)
                    await _at_most(_pause(line), changed.get())
        except DriverError as error:
            raise TransientError(f"Modem {modem.id}: {error}") from error
        finally:
            await device.close()

    async def _round(self, line: Line, care: ModemCare) -> None:
        """A modem that says it is not ok is tried now and then all the same; that uses up nobody's tries."""
        looked = care.due()
        if looked:
            await care.look()
        for _ in range(AT_A_TIME if care.ok else int(looked and care.may_be_tried())):
            if not await line.send_next():
                break
        if care.ok:
            await line.read_inbox()

    async def _tell(self, channel: Channel) -> None:
        device = await _open_channel(channel)
        line = ChannelLine(channel.id, device, self._journal, self._bus, self._clock, self._links)
        try:
            await line.start()
            with self._bus.listen(AlertChanged) as changed:
                while True:
                    await line.look()
                    if not await line.send_next():
                        await _at_most(CHANNEL_RESTS_S, changed.get())
        finally:
            await device.close()


def _pause(line: Line) -> float:
    return min(INBOX_PERIOD_S, line.wait_s) if line.wait_s > 0 else INBOX_PERIOD_S


async def _at_most(seconds: float, nudge: Awaitable[object]) -> None:
    """Wait for a nudge, or until it is time anyway."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await nudge


async def _open_modem(modem: Modem) -> Notifier:
    return await open_as(Notifier, f"Modem {modem.id}", modem.kind, modem.settings)


async def _open_relay(modem: Modem) -> Amplifier:
    return await open_as(Amplifier, f"Modem {modem.id}, rơ-le nguồn", modem.power or "", modem.power_settings)


async def _open_channel(channel: Channel) -> Notifier:
    return await open_as(Notifier, f"Kênh {channel.id}", channel.kind, channel.settings)
