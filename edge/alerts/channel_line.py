"""One channel beside SMS (Zalo, web push, e-mail): a line of its own, so that a dead one delays nobody."""

import logging

from drivers.base import DriverError, FinalDriverError, GoneDriverError, Message, Notifier, Receipt, UnsureDriverError
from edge.alerts.book import EMERGENCY
from edge.alerts.ladder_clock import LadderClock
from edge.core.link import Links
from edge.core.news import AlertChanged, ServiceChanged
from edge.kernel.bus import Bus
from edge.store import messages as line_of
from edge.store.field import gone_address
from edge.store.journal import Journal, Tx
from edge.store.ladder import facts_of
from edge.store.messages import Queued

log = logging.getLogger(__name__)

UNSURE_MS = 60_000
PAGE = "/dt/"
"""Where an official answers when there are no links; a browser knows the box's own address."""
HEALTH_S = 60.0


class ChannelLine:
    """Sends what is in the line for this channel, one message after another."""

    def __init__(
        self, name: str, device: Notifier, journal: Journal, bus: Bus, clock: LadderClock, links: Links
    ) -> None:
        self.name = name
        self.device = device
        self._journal = journal
        self._bus = bus
        self._clock = clock
        self._links = links
        self._looked_s = float("-inf")

    async def start(self) -> None:
        """After a stop: what was being sent is unsure."""
        until_ms = self._clock.now_ms() + UNSURE_MS
        await self._journal.record(lambda tx: line_of.unsettled_after_a_stop(tx, self.name, until_ms))

    async def look(self) -> None:
        """Tell how the channel is, once a minute."""
        if self._journal.clock.steady() - self._looked_s >= HEALTH_S:
            self._looked_s = self._journal.clock.steady()
            health = await self.device.health()
            state = "up" if health.ok else "down"
            self._bus.publish(ServiceChanged(f"channel-{self.name}", state, health.detail, 0))

    async def send_next(self) -> bool:
        """Send the next message, if there is one; whether it went. One that did not is tried again later."""
        claimed = await self._journal.record(self._claim)
        if claimed is None:
            return False
        queued, message = claimed
        try:
            receipt = await self.device.send(message)
        except DriverError as error:
            why = error
            await self._journal.record_surely(lambda tx: self._failed(tx, queued, why))
            self._bus.publish(AlertChanged())
            return False
        await self._journal.record_surely(lambda tx: self._sent(tx, queued, receipt))
        self._bus.publish(AlertChanged())
        return True

    def _claim(self, tx: Tx) -> tuple[Queued, Message] | None:
        queued = line_of.next_message(tx, (self.name,), self._clock.now_ms())
        if queued is None:
            return None
        line_of.claim(tx, queued.id, self.name)
        incident, title, facts = facts_of(tx, queued.id)
        link = self._links.to(queued.person, incident, tx.now.at_ms) if incident else ""
        urgent = queued.urgency >= EMERGENCY
        return queued, Message(queued.id, queued.address, queued.text, title, link or PAGE, facts, urgent)

    def _sent(self, tx: Tx, message: Queued, receipt: Receipt) -> None:
        line_of.sent(tx, message.id, receipt.references, self.name)

    def _failed(self, tx: Tx, message: Queued, error: DriverError) -> None:
        why = message.masked_in(error)
        log.info("message %s not sent by %s: %s", message.id, self.name, why)
        if isinstance(error, UnsureDriverError):
            line_of.unsure(tx, message.id, self._clock.now_ms() + UNSURE_MS, why)
        elif isinstance(error, FinalDriverError):
            line_of.failed(tx, message.id, why)
            if isinstance(error, GoneDriverError):
                gone_address(tx, message.person, message.address)
        else:
            line_of.not_sent(tx, message.id, why, counts=True)
