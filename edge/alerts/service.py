"""Sends the waiting alarms by SMS and takes the answers, one task a modem."""

import asyncio
import contextlib
import logging
import re
from collections.abc import Sequence
from functools import partial

from drivers.base import DriverError, FinalDriverError, Message, MisconfiguredDriverError, Notifier, SmsInbox
from drivers.registry import open_device
from edge.config.schema import Modem
from edge.core.alert import AlertState
from edge.core.errors import MisconfiguredError, TransientError
from edge.core.news import AlertChanged, IncidentChanged, IncidentOpened, ServiceChanged
from edge.kernel.bus import Bus, Mailbox
from edge.kernel.keep_running import describe, keep_running
from edge.store.alerts import WaitingAlert, alert_tried, take_by_phone, waiting_alerts
from edge.store.journal import Journal

log = logging.getLogger(__name__)

BATCH = 20
AT_A_TIME = 3
MAX_TRIES = 5
LONGEST_WAIT_S = 5.0
"""A modem that comes back must not wait long before it alarms people."""
INBOX_PERIOD_S = 2.0
HEALTH_EVERY = 15
TAKEN = re.compile(r"^\s*1\s*\.?\s*$")


class AlertService:
    """Owns the modems. Modems share one queue: what one takes the other does not send."""

    def __init__(self, modems: Sequence[Modem], journal: Journal, bus: Bus) -> None:
        self._modems = modems
        self._journal = journal
        self._bus = bus
        self._in_hand: set[str] = set()

    async def check(self) -> None:
        """Raise MisconfiguredError when a modem is no modem: at the start. Touches no wire."""
        for modem in self._modems:
            await (await _open(modem)).close()

    async def run(self) -> None:
        """Serve every modem until cancelled."""
        async with asyncio.TaskGroup() as group:
            for modem in self._modems:
                group.create_task(self._keep(modem))

    async def _keep(self, modem: Modem) -> None:
        def failed(error: BaseException) -> None:
            self._bus.publish(ServiceChanged(f"modem-{modem.id}", "down", describe(error), 0))

        await keep_running(
            f"modem {modem.id}", lambda: self._serve(modem), longest_wait_s=LONGEST_WAIT_S, failed=failed
        )

    async def _serve(self, modem: Modem) -> None:
        notifier = await _open(modem)
        try:
            with self._bus.listen(IncidentOpened) as mailbox:
                await self._rounds(modem, notifier, mailbox)
        except DriverError as error:
            raise TransientError(f"Modem {modem.id}: {error}") from error
        finally:
            await notifier.close()

    async def _rounds(self, modem: Modem, notifier: Notifier, mailbox: Mailbox[IncidentOpened]) -> None:
        """A modem that says it is not ok is tried now and then all the same, but uses up nobody's tries in a row."""
        number, ok = 0, False
        while True:
            due = number % HEALTH_EVERY == 0
            if due or not ok:
                ok = await self._tell_health(modem, notifier)
            more = await self._send_waiting(notifier, AT_A_TIME if ok else int(due))
            if ok:
                await self._read_inbox(notifier)
            number += 1
            if not more:
                await _nudged(mailbox)

    async def _tell_health(self, modem: Modem, notifier: Notifier) -> bool:
        health = await notifier.health()
        self._bus.publish(ServiceChanged(f"modem-{modem.id}", "up" if health.ok else "down", health.detail, 0))
        return health.ok

    async def _send_waiting(self, notifier: Notifier, most: int) -> bool:
        """Send a few of what waits, so that answers are read in between; whether more can go at once."""
        for _ in range(most):
            waiting = await self._journal.record(lambda tx: waiting_alerts(tx, BATCH))
            fresh = [alert for alert in waiting if alert.id not in self._in_hand]
            if not fresh or await self._send(notifier, fresh[0]) is AlertState.WAITING:
                return False
        return most == AT_A_TIME

    async def _send(self, notifier: Notifier, alert: WaitingAlert) -> AlertState:
        """One try. What it came to is written down before anything else is sent: nobody is told in a loop."""
        self._in_hand.add(alert.id)
        try:
            state, detail = await _try(notifier, alert)
            await self._journal.record_surely(lambda tx: alert_tried(tx, alert, state, detail))
        finally:
            self._in_hand.discard(alert.id)
        self._bus.publish(AlertChanged())
        return state

    async def _read_inbox(self, notifier: Notifier) -> None:
        if not isinstance(notifier, SmsInbox):
            return
        for message in (await notifier.receive()).messages:
            if not TAKEN.match(message.text):
                log.info("an SMS of %d characters from …%s is no answer", len(message.text), message.sender[-2:])
                continue
            if await self._journal.record_surely(partial(take_by_phone, sender=message.sender)):
                self._bus.publish(AlertChanged())
                self._bus.publish(IncidentChanged())


async def _nudged(mailbox: Mailbox[IncidentOpened]) -> None:
    """Wait for the next incident, or for the time to look into the inbox."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(INBOX_PERIOD_S):
            await mailbox.get()


async def _try(notifier: Notifier, alert: WaitingAlert) -> tuple[AlertState, str]:
    try:
        sent = await notifier.send(Message(alert.id, alert.phone, alert.text))
    except FinalDriverError as error:
        return AlertState.FAILED, str(error)
    except DriverError as error:
        if alert.tries + 1 >= MAX_TRIES:
            return AlertState.FAILED, str(error)
        log.warning("alert %s not sent, trying again: %s", alert.id, error)
        return AlertState.WAITING, str(error)
    return AlertState.SENT, f"ref {sent.references[-1]}, {len(sent.references)} phần"


async def _open(modem: Modem) -> Notifier:
    try:
        device = await open_device(modem.kind, modem.settings)
    except MisconfiguredDriverError as error:
        raise MisconfiguredError(f"Modem {modem.id}: {error}") from error
    if not isinstance(device, Notifier):
        raise MisconfiguredError(f"Modem {modem.id}: thiết bị {modem.kind} không gửi được tin nhắn.")
    return device
