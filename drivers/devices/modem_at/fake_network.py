"""The network behind the fake modem: who is called and how they behave, what becomes of an SMS, what USSD says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum

from drivers.devices.modem_at import octets, pdu

LOCAL_QUARTERS = 28  # UTC+7
LOCAL = timedelta(minutes=octets.QUARTER_MIN * LOCAL_QUARTERS)
DELIVERED, EXPIRED, WAITING = 0x00, 0x46, 0x30
"""TP-Status, 3GPP TS 23.040, 9.2.3.15."""


class Callee(Enum):
    """What somebody does whose phone rings."""

    IGNORES = "ignores"
    ANSWERS = "answers"
    REJECTS = "rejects"
    IS_BUSY = "busy"
    IS_OFF = "off"


class Hang(Enum):
    """How a modem hangs."""

    NO = "no"
    UNTIL_RESET = "until reset"
    """It hears nothing but AT+CFUN=1,1."""
    UNTIL_POWER = "until power"


class Death(Enum):
    """When a modem loses its cable while it sends."""

    NO = "no"
    BEFORE_THE_NETWORK = "before"
    """After it took the message, before the network did."""
    AFTER_THE_NETWORK = "after"
    """When the network has the message, before the modem says so."""


class Reporting(Enum):
    """How a modem brings delivery reports."""

    AS_CDS = "+CDS"
    STORED = "+CDSI"


@dataclass(frozen=True, slots=True)
class SentPdu:
    """An SMS-SUBMIT that the network took at a monotonic time, as hexadecimal text; read it with `decode_submit`."""

    steady: float
    pdu: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at a monotonic time: what, to or from which number ("+84…")."""

    steady: float
    what: str
    number: str = ""


def encode_deliver(sms: pdu.Part, at: datetime | None = None) -> str:
    """An SMS-DELIVER in UCS2, as the network hands it to a modem."""
    header = bytes((5, 0, 3, sms.reference, sms.parts, sms.part)) if sms.parts > 1 else b""
    data = header + sms.text.encode("utf-16-be")
    first = 0x44 if header else 0x04
    fields = bytes((0, first)) + _address(sms.number) + bytes((0, pdu.UCS2)) + time_stamp(at) + bytes((len(data),))
    return (fields + data).hex().upper()


def encode_status_report(number: str, reference: int, status: int, sent: datetime) -> str:
    """An SMS-STATUS-REPORT of now about what the service centre took at ``sent``."""
    fields = bytes((0, 0x06, reference)) + _address(number.removeprefix("+"))
    return (fields + time_stamp(sent) + time_stamp(None) + bytes((status,))).hex().upper()


def time_stamp(at: datetime | None) -> bytes:
    """A time (None: now) in Vietnam's time, as seven octets."""
    local = (at or datetime.now(UTC)).astimezone(UTC) + LOCAL
    digits = f"{local:%y%m%d%H%M%S}{LOCAL_QUARTERS}"
    return octets.semi_octets(digits)


def _address(digits: str) -> bytes:
    return bytes((len(digits), octets.INTERNATIONAL)) + octets.semi_octets(digits)
