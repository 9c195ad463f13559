"""A GSM modem on a PTY, with a network that takes every message unless told otherwise."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from drivers.devices.modem_at import codec, pdu
from drivers.transport.fake_pty import FakePty

RECEIVED_2026 = bytes.fromhex("62101070000082")  # 2026-01-01 07:00, UTC+7, semi-octets


@dataclass(frozen=True, slots=True)
class SentPdu:
    """An SMS-SUBMIT that the network took at a monotonic time, as hexadecimal text; read it with `decode_submit`."""

    steady: float
    pdu: str


class FakeModem(FakePty):
    """Keeps what was sent in `sent` and calls `on_sent`; `deliver` puts a message on the SIM.

    Faults are those of `FakePty`, and: `refuse_send` and `refuse_delete` ("+CMS ERROR: 331"), `registered`,
    `csq` (99 is no signal), `has_cmms`. `send_takes_s` is the network's time for one SMS: 3 to 5 s in the field.
    """

    def __init__(self, on_sent: Callable[[SentPdu], None] = lambda sms: None, *, send_takes_s: float = 0.0) -> None:
        super().__init__(self._on_bytes_in)
        self.on_sent = on_sent
        self.send_takes_s = send_takes_s
        self.sent: list[SentPdu] = []
        self.stored: dict[int, str] = {}
        self.commands: list[str] = []
        self.refuse_send = ""
        self.refuse_delete = ""
        self.registered = True
        self.csq = 18
        self.has_cmms = True
        self._echo = True
        self._typing_message = False
        self._input = b""
        self._network: list[asyncio.TimerHandle] = []

    def deliver(self, sender: str, text: str) -> None:
        """An SMS comes in: UCS2, in parts if it is long."""
        reference, texts = len(self.stored) % 256, pdu.split_text(text)
        for at, piece in enumerate(texts, 1):
            self.store(encode_deliver(pdu.Part(pdu.international(sender), piece, reference, at, len(texts))))

    def store(self, deliver_pdu: str) -> None:
        """Put a PDU on the SIM as it is."""
        self.stored[max(self.stored, default=0) + 1] = deliver_pdu

    async def close(self) -> None:
        """Power down."""
        for timer in self._network:
            timer.cancel()
        await super().close()

    def unplug(self) -> None:
        """Pull the cable: a USB modem loses power with it, and forgets its settings."""
        super().unplug()
        self._echo, self._typing_message, self._input = True, False, b""

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
            if self._echo:
                self._write(command.encode() + b"\r\r\n")
            self.commands.append(command)
            self._on_command(command)

    def _on_message_byte(self, byte: bytes) -> None:
        if byte not in (codec.SEND, codec.ABANDON):
            self._input += byte
            return
        message, self._input, self._typing_message = self._input.decode("ascii", "replace"), b"", False
        if byte == codec.SEND:
            loop = asyncio.get_running_loop()
            self._network.append(loop.call_later(self.send_takes_s, self._network_takes, message))
        else:
            self._say("OK")

    def _network_takes(self, message: str) -> None:
        if self.refuse_send:
            self._say(self.refuse_send)
            return
        sms = SentPdu(time.monotonic(), message)
        self.sent.append(sms)
        self._say(f"+CMGS: {len(self.sent) % 256}", "", "OK")
        self.on_sent(sms)

    def _on_command(self, command: str) -> None:
        match command.partition("=")[0]:
            case "AT+CMGS":
                self._typing_message = True
                self.send(b"\r\n" + codec.PROMPT)
            case "AT+CMGL":
                self._say(*self._listing(), "OK")
            case "AT+CMGD":
                self._delete(int(command.partition("=")[2]))
            case other:
                self._say(*self._plain_reply(other))

    def _delete(self, index: int) -> None:
        if not self.refuse_delete:
            self.stored.pop(index, None)
        self._say(self.refuse_delete or "OK")

    def _plain_reply(self, command: str) -> tuple[str, ...]:
        if command == "ATE0":
            self._echo = False
        replies = {
            "AT+CSQ": (f"+CSQ: {self.csq},99", "", "OK"),
            "AT+CREG?": (f"+CREG: 0,{1 if self.registered else 2}", "", "OK"),
            "AT+CPMS": (f"+CPMS: {len(self.stored)},50,{len(self.stored)},50,{len(self.stored)},50", "", "OK"),
            "AT+CMMS": ("OK" if self.has_cmms else "ERROR",),
        }
        known = ("AT", "ATE0", "AT+CMEE", "AT+CMGF", "AT+CNMI")
        return replies.get(command, ("OK",) if command in known else ("ERROR",))

    def _listing(self) -> list[str]:
        lines = []
        for index, deliver_pdu in self.stored.items():
            lines += [f"+CMGL: {index},0,,{pdu.submit_length(deliver_pdu)}", deliver_pdu]
        return lines

    def _say(self, *lines: str) -> None:
        self.send(b"".join(b"\r\n" * (at == 0) + line.encode() + b"\r\n" for at, line in enumerate(lines)))


def encode_deliver(sms: pdu.Part) -> str:
    """An SMS-DELIVER in UCS2, as the network hands it to a modem."""
    header = bytes((5, 0, 3, sms.reference, sms.parts, sms.part)) if sms.parts > 1 else b""
    data = header + sms.text.encode("utf-16-be")
    first = 0x44 if header else 0x04
    sender = bytes((len(sms.number), pdu.INTERNATIONAL)) + pdu.semi_octets(sms.number)
    fields = bytes((0, first)) + sender + bytes((0, pdu.UCS2)) + RECEIVED_2026 + bytes((len(data),))
    return (fields + data).hex().upper()
