"""Sends and receives SMS through a modem, one command after another."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from drivers.base import DriverError, Health, Inbox, Message, Receipt, SmsReceived, TransientDriverError
from drivers.devices.modem_at import codec, pdu
from drivers.transport.serial_line import SerialLine

log = logging.getLogger(__name__)

COMMAND_TIMEOUT_S = 5.0
SEND_TIMEOUT_S = 60.0  # a busy cell takes its time; modems' manuals allow 40 to 60 s
LIST_TIMEOUT_S = 15.0  # a full SIM is read slowly
INITIALISE = (
    "ATE0",  # no echo
    "AT+CMEE=1",  # reasons as numbers
    "AT+CMGF=0",  # PDU mode
    'AT+CPMS="SM","SM","SM"',  # messages that come in lie on the SIM, which every modem has
    "AT+CNMI=2,0,0,0,0",  # and lie there quietly until we list them
)
SETTLE_S = 0.1  # for what the modem still says about an abandoned message
KEEP_LINK_OPEN = "AT+CMMS=2"  # between messages; not every modem has it, and it only saves time


class ModemAt:
    """A `Notifier`. Initialises the modem at first use, and again after any failure or replugging."""

    def __init__(
        self,
        line: SerialLine,
        *,
        command_timeout_s: float = COMMAND_TIMEOUT_S,
        send_timeout_s: float = SEND_TIMEOUT_S,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._line = line
        self._command_timeout_s = command_timeout_s
        self._send_timeout_s = send_timeout_s
        self._steady = steady
        self._ready_since_opening = 0
        self._reference = secrets.randbelow(256)  # a restart must not repeat the references of the last minutes
        self._health = Health(ok=False, detail="not asked yet", since_steady=steady())

    async def send(self, message: Message) -> Receipt:
        """Send the text, NFC, in at most four parts. A text or number that cannot be sent is a `FinalDriverError`.

        A `TransientDriverError` after the text went out means that nobody knows whether the network took it.
        """
        self._reference = (self._reference + 1) % 256
        parts = pdu.submit_parts(message.to, message.text, self._reference)
        async with self._session():
            references = [await self._send_part(part) for part in parts]
        return Receipt(tuple(map(str, references)))

    async def receive(self) -> Inbox:
        """What lies on the SIM, then deleted there. The parts of a long message that are there together are joined.

        A message that cannot be deleted comes again the next time; losing it would be worse.
        """
        listed: tuple[codec.Listed, ...] = ()
        try:
            async with self._session():
                listed = codec.stored_messages(await self._command("AT+CMGL=4", LIST_TIMEOUT_S))
                for item in listed:
                    await self._command(f"AT+CMGD={item.index}")
        except DriverError as error:
            if not listed:
                raise
            log.warning("modem %s keeps messages that were read: %s", self._line.path, error)
        return Inbox(join_parts([part for item in listed if (part := _readable(item))]))

    async def health(self) -> Health:
        """Signal and registration. Not ok if the modem does not answer."""
        try:
            ok, detail = await self._ask_health()
        except DriverError as error:
            ok, detail = False, str(error)
        since = self._health.since_steady if ok is self._health.ok else self._steady()
        self._health = Health(ok, detail, since)
        return self._health

    async def close(self) -> None:
        """Give the line back."""
        await self._line.close()

    async def _ask_health(self) -> tuple[bool, str]:
        async with self._session():
            dbm = codec.signal_dbm(await self._command("AT+CSQ"))
            registered, words = codec.registration(await self._command("AT+CREG?"))
        return registered and dbm is not None, f"{words}, {'no signal' if dbm is None else f'signal {dbm} dBm'}"

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[None]:
        """Own the line, with the modem initialised; whatever breaks a session has the next one initialise again."""
        async with self._line.exchange():
            ready, self._ready_since_opening = self._ready_since_opening, 0
            if ready != self._line.opened_times:
                await self._initialise()
            yield
            self._ready_since_opening = self._line.opened_times

    async def _initialise(self) -> None:
        await self._line.write(codec.ABANDON + b"\r")  # a modem that waits for the rest of a message takes no command
        await asyncio.sleep(SETTLE_S)
        await self._command("AT")
        for command in INITIALISE:
            await self._command(command)
        try:
            await self._command(KEEP_LINK_OPEN)
        except DriverError as error:
            log.info("modem %s sends without an open link: %s", self._line.path, error)

    async def _send_part(self, part: str) -> int:
        command = f"AT+CMGS={pdu.submit_length(part)}"
        self._line.flush_input()
        await self._line.write(command.encode() + b"\r")
        await self._await_prompt(command)
        await self._line.write(part.encode() + codec.SEND)
        return codec.reference_of(await self._reply(command, self._send_timeout_s))

    async def _await_prompt(self, command: str) -> None:
        while True:
            came = await self._line.read_until(codec.PROMPT, codec.END_OF_LINE, timeout_s=self._command_timeout_s)
            if came.endswith(codec.PROMPT):
                return
            if codec.is_final(line := _line_of(came)):
                codec.refuse_unless_ok(command, line)
                raise TransientDriverError(f"{command}: modem says OK where it should ask for the message")

    async def _command(self, command: str, timeout_s: float | None = None) -> tuple[str, ...]:
        self._line.flush_input()
        await self._line.write(command.encode() + b"\r")
        return await self._reply(command, timeout_s or self._command_timeout_s)

    async def _reply(self, command: str, timeout_s: float) -> tuple[str, ...]:
        """The lines before OK. What the modem says on its own account is among them and is matched by nobody."""
        lines: list[str] = []
        async with _deadline(command, timeout_s):
            while not (lines and codec.is_final(lines[-1])):
                lines.append(_line_of(await self._line.read_until(codec.END_OF_LINE, timeout_s=timeout_s)))
        codec.refuse_unless_ok(command, lines.pop())
        return tuple(line for line in lines if line)


def join_parts(parts: list[pdu.Part]) -> tuple[SmsReceived, ...]:
    """Messages in the order of their first parts, each with its parts in order."""
    groups: dict[tuple[str, int, int], list[pdu.Part]] = {}
    for place, part in enumerate(parts):
        key = (part.number, part.reference, part.parts) if part.parts > 1 else (part.number, -1 - place, 1)
        groups.setdefault(key, []).append(part)
    in_order = (sorted(group, key=lambda part: part.part) for group in groups.values())
    return tuple(SmsReceived(group[0].number, "".join(part.text for part in group)) for group in in_order)


def _readable(item: codec.Listed) -> pdu.Part | None:
    """None for delivery reports and for what nobody can read: both are gone from the SIM by now."""
    try:
        return pdu.decode_deliver(item.pdu)
    except pdu.PduError as error:
        log.info("modem message %d skipped: %s", item.index, error)
        return None


def _line_of(raw: bytes) -> str:
    return raw.decode("ascii", "replace").strip()


@asynccontextmanager
async def _deadline(command: str, timeout_s: float) -> AsyncIterator[None]:
    """One deadline for a whole reply: a modem that chatters must not hold the line for ever."""
    try:
        async with asyncio.timeout(timeout_s):
            yield
    except TimeoutError as error:
        raise TransientDriverError(f"{command}: no end of the reply within {timeout_s:g} s") from error
