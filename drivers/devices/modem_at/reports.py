"""Delivery reports (SMS-STATUS-REPORT), pure. Source: 3GPP TS 23.040, 9.2.2.3 (layout) and 9.2.3.15 (TP-Status)."""

from __future__ import annotations

from collections.abc import Mapping

from drivers.base import DeliveryReport
from drivers.devices.modem_at.octets import PduError, PduReader

TYPE_MASK = 0x03
DELIVER, SUBMIT, STATUS_REPORT = 0, 1, 2
"""TP-MTI of what a modem may hold; of the two meanings of 1 and 2 the one that is stored."""

RECEIVED = 0x00
FAILED = range(0x40, 0x80)
"""Permanent errors (0x40) and temporary ones after which the centre gave up (0x60)."""
WORDS: Mapping[int, str] = {
    0x00: "received by the phone",
    0x01: "forwarded, not confirmed",
    0x02: "replaced in the service centre",
    0x20: "congestion",
    0x21: "phone busy",
    0x22: "phone does not answer",
    0x23: "service rejected",
    0x24: "quality of service not available",
    0x25: "error in the phone",
    0x30: "waiting in the service centre",
    0x40: "remote procedure error",
    0x41: "incompatible destination",
    0x42: "connection rejected by the phone",
    0x43: "not obtainable",
    0x44: "quality of service not available",
    0x45: "no interworking",
    0x46: "validity ran out",
    0x47: "deleted by the sender",
    0x48: "deleted by the service centre",
    0x49: "no such message",
    0x60: "congestion",
    0x61: "phone busy",
    0x62: "phone does not answer",
    0x63: "service rejected",
    0x64: "quality of service not available",
    0x65: "error in the phone",
}


def type_of(pdu: str) -> int:
    """TP-MTI of a PDU that a modem holds: `DELIVER`, `SUBMIT` or `STATUS_REPORT`. Raises `PduError`."""
    reader = PduReader(pdu)
    reader.skip_service_centre()
    return reader.byte() & TYPE_MASK


def decode_status_report(pdu: str) -> DeliveryReport:
    """What became of one part; what comes after the status (TP-PI and so on) is optional. Raises `PduError`."""
    reader = PduReader(pdu)
    reader.skip_service_centre()
    if reader.byte() & TYPE_MASK != STATUS_REPORT:
        raise PduError("not an SMS-STATUS-REPORT")
    reference, number = reader.byte(), reader.address()
    sent_at_ms, _ended = reader.time_ms(), reader.time_ms()
    status = reader.byte()
    words = f"{WORDS.get(status, 'status of its own')} (0x{status:02X})"
    return DeliveryReport(number, str(reference), delivered(status), words, sent_at_ms)


def delivered(status: int) -> bool | None:
    """Whether a TP-Status says that the phone has it. None: not yet, or it does not say so."""
    if status == RECEIVED:
        return True
    return False if status in FAILED else None
