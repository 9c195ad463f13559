"""SMS protocol data units as hexadecimal text, both directions, pure.

Sources: 3GPP TS 23.040 (9.2.2.1 SMS-DELIVER, 9.2.2.2 SMS-SUBMIT, 9.2.3.24.1 concatenation) and TS 23.038 (data coding).
We send UCS2 only, since Vietnamese is not in the 7 bit alphabet; we read UCS2, 7 bit and 8 bit.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum, auto

from drivers.base import FinalDriverError
from drivers.devices.modem_at import gsm7
from drivers.devices.modem_at.octets import INTERNATIONAL, UNKNOWN_NUMBER, PduError, PduReader, semi_octets

MOST_PARTS = 4  # one SIM sends about ten parts a minute: a longer text would hold up the whole roster
UNITS_ALONE = 70
UNITS_IN_PART = 67
VALIDITY_MIN = 240  # a flood alarm that arrives the next day does harm
COUNTRY = "84"
NUMBER = re.compile(rf"0[0-9]{{8,14}}|{COUNTRY}[0-9]{{7,13}}|\+[0-9]{{7,15}}|[1-9][0-9]{{2,5}}")
LONGEST_SHORT_CODE = 6

SUBMIT = 0x01
TYPE_MASK = 0x03
RELATIVE_VALIDITY = 0x10
VALIDITY_MASK = 0x18
ASK_REPORT = 0x20
HAS_HEADER = 0x40
UCS2 = 0x08
CONCATENATION = b"\x05\x00\x03"


class Alphabet(Enum):
    """How user data is coded."""

    GSM7 = auto()
    OCTETS = auto()
    UCS2 = auto()


@dataclass(frozen=True, slots=True)
class Part:
    """One SMS. `reference` is common to the parts of one long message; alone it is 0, part 1 of 1."""

    number: str
    text: str
    reference: int = 0
    part: int = 1
    parts: int = 1


def international(number: str) -> str:
    """The number as the network wants it: "0912 345 678" and "+84912345678" give "84912345678"; "198" stays "198"."""
    bare = re.sub(r"[ .()\-]", "", number)
    if not NUMBER.fullmatch(bare):
        raise FinalDriverError(f"{number!r} is not a phone number: it starts with 0 or +, or is a short code")
    if bare.startswith("0"):
        return COUNTRY + bare[1:]
    return bare.removeprefix("+")


def split_text(text: str) -> tuple[str, ...]:
    """NFC, in parts of 70 or 67 UTF-16 units; a character outside the BMP is never cut in two."""
    composed = unicodedata.normalize("NFC", text)
    if not composed or any("\ud800" <= c <= "\udfff" for c in composed):
        raise FinalDriverError("a text message needs whole characters, at least one")
    if _units(composed) <= UNITS_ALONE:
        return (composed,)
    parts = _cut(composed)
    if len(parts) > MOST_PARTS:
        raise FinalDriverError(
            f"{_units(composed)} characters make {len(parts)} messages; at most {MOST_PARTS} are sent"
        )
    return parts


def submit_parts(number: str, text: str, reference: int) -> tuple[str, ...]:
    """The SMS-SUBMIT of each part, ready for AT+CMGS."""
    to, texts = international(number), split_text(text)
    return tuple(encode_submit(Part(to, piece, reference, at, len(texts))) for at, piece in enumerate(texts, 1))


def encode_submit(sms: Part) -> str:
    """One SMS-SUBMIT: default service centre, validity 4 h, delivery report asked for."""
    long = sms.parts > 1
    first = SUBMIT | RELATIVE_VALIDITY | ASK_REPORT | (HAS_HEADER if long else 0)
    data = _concatenation(sms) + sms.text.encode("utf-16-be")
    fields = bytes((0, first, 0)) + _address(sms.number) + bytes((0, UCS2, _validity(VALIDITY_MIN), len(data)))
    return (fields + data).hex().upper()


def decode_submit(pdu: str) -> Part:
    """What an SMS-SUBMIT says, as the network would read it."""
    reader = PduReader(pdu)
    reader.skip_service_centre()
    first = reader.byte()
    if first & TYPE_MASK != SUBMIT:
        raise PduError("not an SMS-SUBMIT")
    reader.byte()
    number = reader.address()
    reader.byte()
    coding = reader.byte()
    reader.take({0x00: 0, RELATIVE_VALIDITY: 1}.get(first & VALIDITY_MASK, 7))
    return _user_data(reader, number, coding, has_header=bool(first & HAS_HEADER))


def decode_deliver(pdu: str) -> Part:
    """What an SMS-DELIVER says; `number` is the sender, "+84…" if it is international. Raises `PduError`."""
    reader = PduReader(pdu)
    reader.skip_service_centre()
    first = reader.byte()
    if first & TYPE_MASK:
        raise PduError("not an SMS-DELIVER")
    number = reader.address()
    reader.byte()
    coding = reader.byte()
    reader.take(7)
    return _user_data(reader, number, coding, has_header=bool(first & HAS_HEADER))


def submit_length(pdu: str) -> int:
    """The number that AT+CMGS wants: octets without the service centre."""
    octets = bytes.fromhex(pdu)
    return len(octets) - 1 - octets[0]


def alphabet_of(coding: int) -> Alphabet:
    """TS 23.038 chapter 4. Compressed text counts as octets: nobody sends it."""
    group = coding >> 4
    if group in (0x8, 0x9, 0xA, 0xB):
        return Alphabet.OCTETS
    if group < 0x8:
        plain = (Alphabet.GSM7, Alphabet.OCTETS, Alphabet.UCS2, Alphabet.OCTETS)[coding >> 2 & 3]
        return Alphabet.OCTETS if coding & 0x20 else plain
    if group == 0xE:
        return Alphabet.UCS2
    return Alphabet.OCTETS if group == 0xF and coding & 0x04 else Alphabet.GSM7


def _user_data(reader: PduReader, number: str, coding: int, *, has_header: bool) -> Part:
    length = reader.byte()
    alphabet = alphabet_of(coding)
    data = reader.take((length * 7 + 7) // 8 if alphabet is Alphabet.GSM7 else length)
    header = data[: data[0] + 1] if has_header and data else b""
    return Part(number, _text(alphabet, data, len(header), length), *_place(header))


def _text(alphabet: Alphabet, data: bytes, header_size: int, length: int) -> str:
    if alphabet is Alphabet.UCS2:
        body = data[header_size:]
        return body[: len(body) & ~1].decode("utf-16-be", "replace")
    if alphabet is Alphabet.OCTETS:
        return data[header_size:].decode("latin-1")
    skipped = (header_size * 8 + 6) // 7  # text starts at a septet border after the header
    return gsm7.text_of(gsm7.septets(data, length)[skipped:])


def _place(header: bytes) -> tuple[int, int, int]:
    """Reference, part and parts of a user data header."""
    elements = header[1:]
    while len(elements) >= 2:
        kind, size = elements[0], elements[1]
        value, elements = elements[2 : 2 + size], elements[2 + size :]
        if (kind, len(value)) in ((0x00, 3), (0x08, 4)) and 0 < value[-1] <= value[-2]:
            return int.from_bytes(value[:-2], "big"), value[-1], value[-2]
    return 0, 1, 1


def _concatenation(sms: Part) -> bytes:
    return CONCATENATION + bytes((sms.reference & 0xFF, sms.parts, sms.part)) if sms.parts > 1 else b""


def _address(number: str) -> bytes:
    kind = INTERNATIONAL if len(number) > LONGEST_SHORT_CODE else UNKNOWN_NUMBER
    return bytes((len(number), kind)) + semi_octets(number)


def _validity(minutes: int) -> int:
    """TS 23.040, 9.2.3.12.1: steps of five minutes up to twelve hours."""
    return minutes // 5 - 1


def _units(text: str) -> int:
    return len(text.encode("utf-16-be")) // 2


def _cut(text: str) -> tuple[str, ...]:
    parts, room = [""], UNITS_IN_PART
    for character in text:
        if (room := room - _units(character)) < 0:
            parts.append("")
            room = UNITS_IN_PART - _units(character)
        parts[-1] += character
    return tuple(parts)
