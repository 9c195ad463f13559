"""Takes fields off the front of a PDU, pure. Source: 3GPP TS 23.040, 9.1.2 (octets, addresses), 9.2.3.11 (time)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from drivers.devices.modem_at import gsm7

INTERNATIONAL = 0x91
UNKNOWN_NUMBER = 0x81
ALPHANUMERIC = 0x50
KIND_OF_NUMBER = 0x70
TIME_OCTETS = 7
CENTURY = 2000
"""The year has two digits; no service centre of today means 19xx."""
ZONE_MINUS = 0x08
QUARTER_MIN = 15


class PduError(ValueError):
    """Not a PDU of the kind that was expected."""


class PduReader:
    """Reads a PDU from its front; what it does not find is a `PduError`."""

    def __init__(self, pdu: str) -> None:
        try:
            self._left = bytes.fromhex(pdu)
        except ValueError as error:
            raise PduError(f"not hexadecimal: {error}") from error

    @property
    def left(self) -> int:
        """How many octets are left."""
        return len(self._left)

    def take(self, count: int) -> bytes:
        """The next octets."""
        if len(self._left) < count:
            raise PduError(f"ends {count - len(self._left)} octets too early")
        taken, self._left = self._left[:count], self._left[count:]
        return taken

    def byte(self) -> int:
        """The next octet."""
        return self.take(1)[0]

    def skip_service_centre(self) -> None:
        """Leave out the address of the service centre, with which a modem begins every PDU."""
        self.take(self.byte())

    def address(self) -> str:
        """A phone number, "+84…" if it is international, or a name."""
        digits, kind = self.byte(), self.byte()
        packed = self.take((digits + 1) // 2)
        if kind & KIND_OF_NUMBER == ALPHANUMERIC:
            return gsm7.text_of(gsm7.septets(packed, digits * 4 // 7))
        return ("+" if kind & KIND_OF_NUMBER == INTERNATIONAL & KIND_OF_NUMBER else "") + digits_of(packed)[:digits]

    def time_ms(self) -> int:
        """A time stamp of the service centre in UTC milliseconds; 0 when it is no time at all."""
        *fields, zone = self.take(TIME_OCTETS)
        try:
            year, month, day, hour, minute, second = (int(digits_of(bytes((field,)))) for field in fields)
            local = datetime(CENTURY + year, month, day, hour, minute, second, tzinfo=UTC)
            ahead = zone_of(zone)
        except ValueError:
            return 0
        return round((local - ahead).timestamp() * 1000)


def zone_of(octet: int) -> timedelta:
    """How far local time is ahead of UTC: quarters of an hour as semi-octets, bit 3 the sign."""
    quarters = int(digits_of(bytes((octet & ~ZONE_MINUS,))))
    return timedelta(minutes=QUARTER_MIN * (-quarters if octet & ZONE_MINUS else quarters))


def digits_of(packed: bytes) -> str:
    """The digits of semi-octets, the fill digit F included."""
    return "".join(f"{octet & 0xF:X}{octet >> 4:X}" for octet in packed)


def semi_octets(digits: str) -> bytes:
    """Digits swapped in pairs, filled with F."""
    even = digits + "F" * (len(digits) % 2)
    return bytes.fromhex("".join(even[at + 1] + even[at] for at in range(0, len(even), 2)))
