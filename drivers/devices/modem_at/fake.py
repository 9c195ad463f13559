"""A GSM modem on a PTY, with a network that takes every message unless told otherwise."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime

from drivers.devices.modem_at import codec, pdu
from drivers.devices.modem_at.fake_calls import FakeCalls
from drivers.devices.modem_at.fake_card import TRIES, FakeCard
from drivers.devices.modem_at.fake_network import (
    DELIVERED,
    Death,
    Event,
    Hang,
    Reporting,
    SentPdu,
    encode_deliver,
    encode_status_report,
)
from drivers.transport.fake_pty import FakePty

BOOT_S = 0.3


class FakeModem(FakePty):
    """Keeps what was sent in `sent` and calls `on_sent`; `deliver` puts a message on the SIM; `events` tells all.

    Faults are those of `FakePty`, and: `refuse_send`, `refuse_call` ("+CMS ERROR: 331"), `refuse_parts` (by the number
    of the PDU, from 1), `registered`, `csq` (99 is no signal), `unknown` (commands it does not have), `hang`, `death`
    (and `back_after_s`), and those of `card`. `send_takes_s` is the network's time for one SMS: 3 to 5 s in the field.
    `report_after_s` (None: never) and `status` (by number: TP-Status) are delivery reports; the people who are called
    are `calls.callees`; `ussd` is what the network answers, as the rest of a +CUSD line.
    """

    def __init__(self, on_sent: Callable[[SentPdu], None] = lambda sms: None, *, send_takes_s: float = 0.0) -> None:
        super().__init__(self._on_bytes_in)
        self.on_sent = on_sent
        self.send_takes_s = send_takes_s
        self.sent: list[SentPdu] = []
        self.events: list[Event] = []
        self.card = FakeCard()
        self.commands: list[str] = []
        self.refuse_send = self.refuse_call = ""
        self.refuse_parts: dict[int, str] = {}
        self.registered = True
        self.csq = 18
        self.unknown: set[str] = set()
        self.has_cmms = True
        self.hang = Hang.NO
        self.death = Death.NO
        self.back_after_s: float | None = None
        self.report_after_s: float | None = None
        self.reporting = Reporting.AS_CDS
        self.status: dict[str, int] = {}
        self.ussd: str | None = None
        self.ussd_after_s = 0.0
        self.calls = FakeCalls(self._say, self._note)
        self._forget_settings()
        self._handed_over = 0
        self._timers: list[asyncio.TimerHandle] = []

    @property
    def stored(self) -> dict[int, str]:
        """The messages on the card."""
        return self.card.messages

    def deliver(self, sender: str, text: str) -> None:
        """An SMS comes in: UCS2, in parts if it is long."""
        reference, texts = len(self.stored) % 256, pdu.split_text(text)
        for at, piece in enumerate(texts, 1):
            self.store(encode_deliver(pdu.Part(pdu.international(sender), piece, reference, at, len(texts))))

    def store(self, raw: str) -> None:
        """Put a PDU on the SIM as it is; a full SIM leaves it in the network."""
        self._note("came in" if self.card.store(raw) else "waits in the network", "")

    def say(self, *lines: str) -> None:
        """Something unasked."""
        self._say(*lines)

    async def close(self) -> None:
        """Power down."""
        for timer in self._timers:
            timer.cancel()
        self.calls.close()
        await super().close()

    def unplug(self) -> None:
        """Pull the cable: a USB modem loses power with it, and forgets its settings."""
        super().unplug()
        self.calls.close()
        self._forget_settings()

    def power_cycle(self) -> None:
        """Cut the power and give it back: mends every way of hanging."""
        self.unplug()
        self.hang = Hang.NO
        self._later(BOOT_S, self.plug_in)

    def _forget_settings(self) -> None:
        self._echo, self._typing_message, self._input = True, False, b""
        self._ds = 0
        self.card.power_up()

    def _on_bytes_in(self, data: bytes) -> None:
        for byte in data:
            if self._typing_message:
                self._on_message_byte(bytes((byte,)))
            else:
                self._on_command_byte(bytes((byte,)))

    def _on_command_byte(self, byte: bytes) -> None:
        if byte == codec.ABANDON:
            self._input = b""
        elif byte != b"\r":
            self._input += byte
        elif self._input:
            command, self._input = self._input.decode("ascii", "replace"), b""
            if self.hang is Hang.NO or (self.hang is Hang.UNTIL_RESET and command == "AT+CFUN=1,1"):
                self._on_line(command)

    def _on_line(self, command: str) -> None:
        if self._echo:
            self._write(command.encode() + b"\r\r\n")
        self.commands.append(command)
        if command.partition("=")[0] in self.unknown:
            self._say("ERROR")
        else:
            self._on_command(command)

    def _on_message_byte(self, byte: bytes) -> None:
        if byte not in (codec.SEND, codec.ABANDON):
            self._input += byte
            return
        message, self._input, self._typing_message = self._input.decode("ascii", "replace"), b"", False
        if byte == codec.ABANDON:
            self._say("OK")
            return
        self._handed_over += 1
        if self.death is Death.BEFORE_THE_NETWORK:
            self._die()
        else:
            self._later(self.send_takes_s, self._network_takes, message, self._handed_over)

    def _network_takes(self, message: str, number: int) -> None:
        refusal = self.refuse_parts.get(number) or self.refuse_send or ("" if self.registered else "+CMS ERROR: 331")
        if refusal:
            self._say(refusal)
            return
        sms = SentPdu(time.monotonic(), message)
        self.sent.append(sms)
        self._note("sent", self._number_of(message))
        self._expect_report(message, len(self.sent) % 256)
        if self.death is Death.AFTER_THE_NETWORK:
            self._die()
        elif self.hang is Hang.NO:
            self._say(f"+CMGS: {len(self.sent) % 256}", "", "OK")
        self.on_sent(sms)

    def _die(self) -> None:
        self.death = Death.NO
        self._note("died", "")
        self.unplug()
        if self.back_after_s is not None:
            self._later(self.back_after_s, self.plug_in)

    def _expect_report(self, message: str, reference: int) -> None:
        if self.report_after_s is not None:
            number = self._number_of(message)
            self._later(self.report_after_s, self._report, number, reference, datetime.now(UTC))

    def _report(self, number: str, reference: int, sent: datetime) -> None:
        raw = encode_status_report(number, reference, self.status.get(number, DELIVERED), sent)
        self._note("reported", number)
        if self._ds == 1:
            self._say(f"+CDS: {pdu.submit_length(raw)}", raw)
        elif self._ds == 2:
            self._say(f'+CDSI: "SR",{self.card.store_report(raw)}')

    def _number_of(self, message: str) -> str:
        try:
            return pdu.decode_submit(message).number
        except ValueError:
            return ""

    def _on_command(self, command: str) -> None:
        name, _, value = command.partition("=")
        match name:
            case "AT+CMGS":
                self._typing_message = True
                self.send(b"\r\n" + codec.PROMPT)
            case "AT+CMGL":
                self._say(*self.card.listing(), "OK")
            case "AT+CMGD":
                self._say(self.card.delete(int(value)))
            case "AT+CNMI":
                self._set_news(value)
            case "AT+CUSD" if value.startswith("1"):
                self._ask_network()
            case "AT+CPIN" if value:
                self._say(self.card.unlock(value.strip('"')))
            case "AT+CFUN":
                self._restart()
            case "AT+CPMS":
                self._say(*self.card.choose(value[1:3]))
            case _ if name.startswith("ATD"):
                self._dial(name[3:].rstrip(";"))
            case _:
                self._say(*self._plain_reply(name))

    def _set_news(self, value: str) -> None:
        ds = int(value.split(",")[3])
        wrong = ds == 1 and self.reporting is Reporting.STORED
        self._ds = self._ds if wrong else ds
        self._say("+CMS ERROR: 303" if wrong else "OK")

    def _ask_network(self) -> None:
        self._say("OK" if self.registered else "+CME ERROR: 30")
        if self.ussd is not None:
            self._later(self.ussd_after_s, self._say, f"+CUSD: {self.ussd}")

    def _restart(self) -> None:
        self._say("OK")
        self._note("restarts", "")
        self.hang = Hang.NO
        self._later(0.02, self.unplug)  # when the answer is out
        self._later(BOOT_S, self.plug_in)

    def _dial(self, number: str) -> None:
        if self.refuse_call:
            self._say(self.refuse_call)
            return
        self._say("OK")
        self.calls.dial(number)

    def _plain_reply(self, name: str) -> tuple[str, ...]:
        if name == "ATE0":
            self._echo = False
        if name in ("AT+CHUP", "ATH"):
            self.calls.hang_up()
        replies: dict[str, tuple[str, ...]] = {
            "AT+CSQ": (f"+CSQ: {self.csq},99", "", "OK"),
            "AT+CREG?": (f"+CREG: 0,{1 if self.registered else 2}", "", "OK"),
            "AT+COPS?": ('+COPS: 0,0,"Viettel",7' if self.registered else "+COPS: 0", "", "OK"),
            "AT+CPIN?": (f"+CPIN: {self.card.pin_state()}", "", "OK"),
            "AT+CPINR": (f"+CPINR: SIM PIN,{self.card.tries},{TRIES}", "", "OK"),
            "AT+CLCC": (*self.calls.listing(), "OK"),
            "AT+CMMS": ("OK" if self.has_cmms else "ERROR",),
        }
        return replies.get(name, ("OK",) if name in KNOWN else ("ERROR",))

    def _say(self, *lines: str) -> None:
        self.send(b"".join(b"\r\n" * (at == 0) + line.encode() + b"\r\n" for at, line in enumerate(lines)))

    def _note(self, what: str, number: str) -> None:
        self.events.append(Event(time.monotonic(), what, number))

    def _later(self, delay_s: float, what: Callable[..., None], *args: object) -> None:
        loop = asyncio.get_running_loop()
        self._timers = [timer for timer in self._timers if timer.when() > loop.time() and not timer.cancelled()]
        self._timers.append(loop.call_later(delay_s, what, *args))


KNOWN = frozenset(
    {"AT", "ATE0", "AT+CMEE", "AT+CMGF", "AT+CSCS", "AT+CSMS", "AT+CHUP", "ATH", "AT+COLP", "AT+CVHU", "AT+CUSD"}
    | {"AT+COPS"}
)
"""What it answers with OK and nothing more."""
