"""A GSM or 4G modem: sends and receives SMS, hears of their delivery, lets phones ring, tells of its SIM."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable

from drivers.base import DeliveryReport, DriverError, Health, Inbox, Message, Rang, Receipt, SimState
from drivers.devices.modem_at import codec, pdu, ussd
from drivers.devices.modem_at.call import RingCall
from drivers.devices.modem_at.join import WAIT_S, Joiner
from drivers.devices.modem_at.line import AtLine
from drivers.devices.modem_at.outbox import BETWEEN_TRIES_S, SEND_TIMEOUT_S, Outbox
from drivers.devices.modem_at.pin import Pin
from drivers.devices.modem_at.session import Session
from drivers.devices.modem_at.store import Store, report_of
from drivers.health_book import HealthBook
from drivers.transport.serial_line import SerialLine

log = logging.getLogger(__name__)

COMMAND_TIMEOUT_S = 5.0
USSD_TIMEOUT_S = 20.0
USSD_LOOK_S = 0.1


class ModemAt:
    """A `Notifier`, `SmsInbox`, `Caller` and `Sim`. One errand at a time: a send waits for a ring call to end."""

    def __init__(
        self,
        line: SerialLine,
        *,
        pin: str | None = None,
        balance_ussd: str | None = None,
        command_timeout_s: float = COMMAND_TIMEOUT_S,
        send_timeout_s: float = SEND_TIMEOUT_S,
        ussd_timeout_s: float = USSD_TIMEOUT_S,
        between_tries_s: float = BETWEEN_TRIES_S,
        join_wait_s: float = WAIT_S,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._line = AtLine(line, command_timeout_s)
        self._session = Session(self._line, Pin(pin))
        self._outbox = Outbox(self._line, send_timeout_s, between_tries_s)
        self._store = Store(self._line, Joiner(join_wait_s), steady)
        self._balance_ussd = balance_ussd
        self._ussd_timeout_s = ussd_timeout_s
        self._reference = secrets.randbelow(256)  # a restart must not repeat the references of the last minutes
        self._book = HealthBook(steady)

    async def send(self, message: Message) -> Receipt:
        """Send the text, NFC, in at most four parts; returns the network's reference of each.

        `FinalDriverError`: a text, number or SIM with which it cannot be done; nothing is out. `UnsureDriverError`: it
        was handed to the modem, or a part of it went out, and nobody confirmed the rest. Any other
        `TransientDriverError`: surely nothing is out. A task that is cancelled here is unsure too.
        """
        self._reference = (self._reference + 1) % 256
        parts = pdu.submit_parts(message.to, message.text, self._reference)
        async with self._session.open():
            references = await self._outbox.send(parts)
        return Receipt(tuple(map(str, references)))

    async def receive(self) -> Inbox:
        """What came in: messages whose parts are all there (or have been waited for), and what became of sent ones.

        At least once: the next call deletes what this one gave, so keep it before; after a restart it comes again.
        """
        async with self._session.open() as line:
            if line.unasked.reports_stored:
                await self._fetch_reports()
            inbox = await self._store.messages(self._session.places)  # nothing may fail after this
        return Inbox(inbox.messages, (*inbox.reports, *self._news()))

    async def ring(self, number: str, seconds: float) -> Rang:
        """Let it ring, then hang up. `FinalDriverError`: no such number, or a modem without calls.

        Holds the line for at most 20 s until it rings, ``seconds``, and 10 s to hang up: messages wait so long.
        """
        to = pdu.international(number)
        async with self._session.open() as line:
            return await RingCall(line).ring(to if len(to) <= pdu.LONGEST_SHORT_CODE else f"+{to}", seconds)

    async def health(self) -> Health:
        """Signal and registration: two short questions. Not ok if the modem does not answer."""
        try:
            return self._book.note(*await self._ask_health())
        except DriverError as error:
            return self._book.note(False, str(error))

    async def sim_state(self) -> SimState:
        """Signal, registration, operator and balance; the balance takes up to 20 s and may cost. Ask it rarely."""
        async with self._session.open() as line:
            dbm = await self._signal(line)
            registered, _ = await self._registration(line)
            operator = await self._operator(line)
            balance = await self._balance(line) if self._balance_ussd and registered else None
        return SimState(dbm, registered, operator, balance)

    async def reset(self) -> None:
        """Restart the modem by its own command; the next errand initialises it again, and fails until it is back.

        A `TransientDriverError` means that it does not even hear this: cut its power.
        """
        await self._session.reset()

    async def close(self) -> None:
        """Give the line back."""
        await self._line.close()

    async def _ask_health(self) -> tuple[bool, str]:
        async with self._session.open() as line:
            dbm = await self._signal(line)
            registered, words = await self._registration(line)
        told = f"{words}, {'không có sóng' if dbm is None else f'sóng {dbm} dBm'}"
        return registered and dbm is not None, f"{told}, {self._store.fill}" if self._store.fill else told

    async def _signal(self, line: AtLine) -> int | None:
        """In dBm; of LTE-only modems that say 99 to AT+CSQ the strength of the cell."""
        dbm = codec.signal_dbm(await line.command("AT+CSQ"))
        if dbm is not None:
            return dbm
        try:
            return codec.rsrp_dbm(await line.command("AT+CESQ"))
        except codec.REFUSED:
            return None

    async def _registration(self, line: AtLine) -> tuple[bool, str]:
        """On any of the networks; if on none, what the first says."""
        words = ""
        for command in codec.REGISTRATIONS:
            try:
                registered, said = codec.registration(await line.command(command))
            except codec.REFUSED:
                continue
            words = words or said
            if registered:
                return True, said
        return False, words or "registration not told"

    async def _operator(self, line: AtLine) -> str:
        await self._session.helpful("AT+COPS=3,0")  # the name, not the number
        try:
            return codec.operator(await line.command("AT+COPS?"))
        except codec.REFUSED:
            return ""

    async def _balance(self, line: AtLine) -> str | None:
        """The operator's sentence, or None: the balance is worth no alarm."""
        try:
            said = await self._ask_network(line)
        except codec.REFUSED as error:
            log.info("modem %s tells no balance: %s", line.path, error)
            return None
        return ussd.sentence(said or "") or None

    async def _ask_network(self, line: AtLine) -> str | None:
        """The +CUSD line, or None when none comes in time. The session with the network is closed in any case."""
        line.unasked.forget_ussd()
        first, second = ussd.questions(self._balance_ussd or "")
        try:
            if not await self._session.helpful(first):
                await line.command(second)
            until = time.monotonic() + self._ussd_timeout_s
            while line.unasked.ussd is None and time.monotonic() < until:
                await line.listen(USSD_LOOK_S)
        finally:
            if line.unasked.ussd is None or ussd.is_open(line.unasked.ussd):
                await self._session.helpful("AT+CUSD=2")
        return line.unasked.ussd

    async def _fetch_reports(self) -> None:
        unasked = self._line.unasked
        unasked.reports_stored = False
        try:
            await self._store.fetch_reports()
        except DriverError as error:
            unasked.reports_stored = True
            log.info("modem %s keeps its delivery reports: %s", self._line.path, error)

    def _news(self) -> tuple[DeliveryReport, ...]:
        """The delivery reports that came by themselves, once."""
        return tuple(report for raw in self._line.unasked.drain_reports() if (report := report_of(raw)))
