"""One modem: takes what is next in the line, sends it or rings, writes down what came of it, reads answers."""

import logging
from collections.abc import Callable, Coroutine

from drivers.base import (
    Caller,
    DriverError,
    FinalDriverError,
    Message,
    Notifier,
    Rang,
    SmsInbox,
    UnsureDriverError,
)
from edge.alerts.book import EMERGENCY
from edge.alerts.inbox import Inbox
from edge.alerts.ladder_clock import LadderClock
from edge.core.alert import masked
from edge.core.news import AlertChanged
from edge.core.policy.ladder.pace import WINDOW_S, Pace
from edge.kernel.bus import Bus
from edge.store import messages as line_of
from edge.store.journal import Journal, Tx
from edge.store.messages import RING, SMS, Queued

log = logging.getLogger(__name__)

RING_S = 25.0
"""protocols.md: long enough to wake, short of the mailbox."""
UNSURE_MS = 120_000
"""How long a delivery report is waited for before a message that may have gone is sent again."""
Write = Callable[[Tx], None]


class Line:
    """Shares the line of messages with the other modems: what one has claimed no other sends."""

    def __init__(
        self,
        name: str,
        device: Notifier,
        per_minute: int,
        inbox: Inbox,
        journal: Journal,
        bus: Bus,
        clock: LadderClock,
    ) -> None:
        self.name = name
        self.device = device
        self._pace = Pace(per_minute)
        self._inbox = inbox
        self._journal = journal
        self._bus = bus
        self._clock = clock
        self._ways = (SMS, RING) if isinstance(device, Caller) else (SMS,)
        self.wait_s = 0.0

    async def start(self) -> None:
        """After a stop: what was being sent is unsure, and what went out in the last minute counts."""

        def work(tx: Tx) -> list[tuple[int, int]]:
            line_of.unsettled_after_a_stop(tx, self.name, self._clock.now_ms() + UNSURE_MS)
            lately = line_of.begun_lately(tx, self.name, tx.now.at_ms - round(WINDOW_S * 1000))
            return [(tx.now.at_ms - at_ms, parts) for at_ms, parts in lately]

        now_s = self._journal.clock.steady()
        for age_ms, parts in await self._journal.record(work):
            self._pace.begin(parts, now_s - age_ms / 1000)

    async def read_inbox(self) -> None:
        """Hand on what came in; the driver deletes it at the next look, when it is written down."""
        if isinstance(self.device, SmsInbox):
            came = await self.device.receive()
            for told in came.reports:
                await self._inbox.report(told)
            for message in came.messages:
                await self._inbox.take(message)

    async def send_next(self) -> bool:
        """Send the next message or make the next call, if there is one and the network allows it. Whether it was tried.

        It is stored that it is being sent before the wire is touched, and what it came to before anything else is sent.
        When nothing could be done, ``wait_s`` tells when the network will allow the next.
        """
        message = await self._journal.record(self._claim)
        if message is None:
            return False
        work = self._ring(message) if message.channel == RING else self._send(message)
        await self._settle(work)
        return True

    def _claim(self, tx: Tx) -> Queued | None:
        self.wait_s = 0.0
        message = line_of.next_message(tx, self._ways, self._clock.now_ms())
        if message is None:
            return None
        now_s = self._journal.clock.steady()
        if message.channel == SMS:
            self.wait_s = self._pace.wait_s(message.parts, now_s)
            if self.wait_s > 0:
                return None
            self._pace.begin(message.parts, now_s)
        line_of.claim(tx, message.id, self.name)
        return message

    async def _settle(self, work: Coroutine[None, None, Write]) -> None:
        await self._journal.record_surely(await work)
        self._bus.publish(AlertChanged())

    async def _send(self, message: Queued) -> Write:
        urgent = message.urgency >= EMERGENCY
        try:
            receipt = await self.device.send(Message(message.id, message.address, message.text, urgent=urgent))
        except UnsureDriverError as error:
            until_ms, why = self._clock.now_ms() + UNSURE_MS, message.masked_in(error)
            log.warning("message %s to %s perhaps sent: %s", message.id, masked(message.address), why)
            return lambda tx: line_of.unsure(tx, message.id, until_ms, why)
        except FinalDriverError as error:
            return _final(message, error)
        except DriverError as error:
            return await self._not_now(message, error)
        detail = f"{len(receipt.references)} phần, {self.name}"
        return lambda tx: line_of.sent(tx, message.id, receipt.references, detail)

    async def _ring(self, message: Queued) -> Write:
        assert isinstance(self.device, Caller)
        try:
            rang = await self.device.ring(message.address, RING_S)
        except UnsureDriverError:
            return lambda tx: line_of.sent(tx, message.id, (), "unsure")
        except FinalDriverError as error:
            return _final(message, error)
        except DriverError as error:
            return await self._not_now(message, error)
        if rang is Rang.UNREACHABLE:
            return lambda tx: line_of.failed(tx, message.id, rang)
        return lambda tx: line_of.sent(tx, message.id, (), rang)

    async def _not_now(self, message: Queued, error: DriverError) -> Write:
        """A try counts only while the modem is well: what is its own fault uses up nobody's tries."""
        counts, why = (await self.device.health()).ok, message.masked_in(error)
        log.info("message %s not sent, trying again: %s", message.id, why)
        return lambda tx: line_of.not_sent(tx, message.id, why, counts=counts)


async def settle_after_a_stop(journal: Journal, clock: LadderClock) -> None:
    """What any device was sending when the box stopped is unsure, also of one that is not in the config any more."""
    until_ms = clock.now_ms() + UNSURE_MS
    await journal.record(lambda tx: line_of.unsettled_after_a_stop(tx, None, until_ms))


def _final(message: Queued, error: DriverError) -> Write:
    why = message.masked_in(error)
    log.warning("message %s to %s refused for good: %s", message.id, masked(message.address), why)
    return lambda tx: line_of.failed(tx, message.id, why)
