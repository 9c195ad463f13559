"""A line for a monitoring centre: RFC 5424, and its framing over TLS (RFC 5425, octet counting)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

MOST_BYTES = 2048
"""Every receiver takes so much (RFC 5424, 6.1: SHOULD); what is longer is cut."""
SD_ID = "molang@32473"
"""32473 is the number that RFC 5612 keeps for those without one of their own."""
APP = "molang"


class Facility(IntEnum):
    """RFC 5424, table 1."""

    LOG_AUDIT = 13
    LOCAL0 = 16


class Urgency(IntEnum):
    """RFC 5424, table 2."""

    ERROR = 3
    WARNING = 4
    NOTICE = 5


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. ``kind`` is its MSGID, ``facts`` its structured data; ``text`` a sentence for people."""

    facility: Facility
    urgency: Urgency
    at_ms: int
    kind: str
    text: str
    facts: Mapping[str, str] = field(default_factory=dict)


def encoded(entry: Entry, host: str) -> bytes:
    """The message, at most MOST_BYTES, never cut within a letter."""
    at = dt.datetime.fromtimestamp(entry.at_ms / 1000, dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    head = f"<{entry.facility * 8 + entry.urgency}>1 {at} {_word(host, 255)} {APP} - {_word(entry.kind, 32)} "
    body = f"{head}{_data(entry.facts)} \ufeff{_line(entry.text)}".encode()
    return body[:MOST_BYTES].decode(errors="ignore").encode()


def framed(message: bytes) -> bytes:
    """For a stream: its length in octets goes before it."""
    return b"%d %s" % (len(message), message)


def _data(facts: Mapping[str, str]) -> str:
    if not facts:
        return "-"
    told = " ".join(f'{_word(name, 32)}="{_escaped(_line(value)[:400])}"' for name, value in facts.items())
    return f"[{SD_ID} {told}]"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("]", "\\]")


def _line(text: str) -> str:
    """Without control characters: nobody writes a second line of his own into the centre's log."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _word(text: str, most: int) -> str:
    """PRINTUSASCII without what ends a name."""
    return "".join(letter for letter in text if "!" <= letter <= "~" and letter not in '="]')[:most] or "-"
