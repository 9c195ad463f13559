"""Sends the waiting alarms by SMS and takes the answers, one task a modem."""

import asyncio
import logging
import re
from collections.abc import Sequence
from functools import partial

from drivers.base import DriverError, FinalDriverError, MisconfiguredDriverError, Notifier
from drivers.registry import open_device
from edge.config.schema import Modem
from edge.core.alert import AlertState
from edge.core.errors import MisconfiguredError, TransientError
from edge.core.news import AlertChanged, IncidentChanged, IncidentOpened, ServiceChanged
from edge.kernel.bus import Bus, Mailbox
from edge.kernel.keep_running import keep_running
from edge.store.alerts import WaitingAlert, alert_tried, take_by_phone, waiting_alerts
from edge.store.journal import Journal

log = logging.getLogger(__name__)

BATCH = 20
MAX_TRIES = 5
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

    async def run(self) -> None:
        """Serve every modem until cancelled."""
        async with asyncio.TaskGroup() as group:
            for modem in self._modems:
                group.create_task(self._keep(modem))

    async def _keep(self, modem: Modem) -> None:
        def failed(error: BaseException) -> None:
            self._bus.publish(ServiceChanged(f"modem-{modem.id}", "down", str(error), 0))

        await keep_running(f"modem {modem.id}", lambda: self._serve(modem), failed=failed)

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
        number = 0
        while True:
            if number % HEALTH_EVERY == 0:
                await self._tell_health(modem, notifier)
            await self._send_waiting(notifier)
            await self._read_inbox(notifier)
            number += 1
            try:
                async with asyncio.timeout(INBOX_PERIOD_S):
                    await mailbox.get()
            except TimeoutError:
                continue

    async def _tell_health(self, modem: Modem, notifier: Notifier) -> None:
        health = await notifier.health()
        if not health.ok:
            log.warning("modem %s: %s", modem.id, health.detail)
        words = "gửi được tin nhắn" if health.ok else "không có sóng hoặc không trả lời"
        self._bus.publish(ServiceChanged(f"modem-{modem.id}", "up" if health.ok else "down", words, 0))

    async def _send_waiting(self, notifier: Notifier) -> None:
        while True:
            waiting = await self._journal.record(lambda tx: waiting_alerts(tx, BATCH))
            fresh = [alert for alert in waiting if alert.id not in self._in_hand]
            if not fresh:
                return
            await self._send(notifier, fresh[0])

    async def _send(self, notifier: Notifier, alert: WaitingAlert) -> None:
        self._in_hand.add(alert.id)
        try:
            state, detail = await _try(notifier, alert)
            await self._journal.record(lambda tx: alert_tried(tx, alert, state, detail))
        finally:
            self._in_hand.discard(alert.id)
        self._bus.publish(AlertChanged())

    async def _read_inbox(self, notifier: Notifier) -> None:
        for message in await notifier.receive():
            if not TAKEN.match(message.text):
                log.info("an SMS of %d characters from …%s is no answer", len(message.text), message.sender[-2:])
                continue
            if await self._journal.record_surely(partial(take_by_phone, sender=message.sender)):
                self._bus.publish(AlertChanged())
                self._bus.publish(IncidentChanged())


async def _try(notifier: Notifier, alert: WaitingAlert) -> tuple[AlertState, str]:
    try:
        sent = await notifier.send(alert.phone, alert.text)
    except FinalDriverError as error:
        return AlertState.FAILED, str(error)
    except DriverError as error:
        if alert.tries + 1 >= MAX_TRIES:
            return AlertState.FAILED, str(error)
        log.warning("alert %s not sent, trying again: %s", alert.id, error)
        await asyncio.sleep(1.0)
        return AlertState.WAITING, str(error)
    return AlertState.SENT, f"ref {sent.reference}, {sent.parts} phần"


async def _open(modem: Modem) -> Notifier:
    try:
        device = await open_device(modem.kind, modem.settings)
    except MisconfiguredDriverError as error:
        raise MisconfiguredError(f"Modem {modem.id}: {error}") from error
    if not isinstance(device, Notifier):
        raise MisconfiguredError(f"Modem {modem.id}: thiết bị {modem.kind} không gửi được tin nhắn.")
    return device
