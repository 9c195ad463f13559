"""Alarms to phones: at most 70 characters, one SMS part (protocols.md, SMS and calls)."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

ONE_PART = 70
SHORTEST = 9
"""Digits of a Vietnamese number without its 0 or its 84."""
_PUNCTUATION = str.maketrans("", "", " .()-")


class AlertState(StrEnum):
    """Life of one alarm to one person."""

    WAITING = "waiting"
    SENT = "sent"
    TAKEN = "taken"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on the roster. ``hamlet`` empty means the whole commune."""

    id: str
    name: str
    phone: str
    hamlet: str
    duty: str


def ways_to_write(number: str) -> tuple[str, ...]:
    """Every spelling of one Vietnamese number: 0912345678, 84912345678, +84912345678.

    None of a short code, of another country's number or of a sender's name, whatever digits that name holds.
    """
    digits = number.translate(_PUNCTUATION).removeprefix("+")
    if not (digits.isascii() and digits.isdecimal()) or ("+" in number and not digits.startswith("84")):
        return ()
    national = digits.removeprefix("0")
    if national == digits and len(digits) >= SHORTEST + 2:  # 084… is a Vietnamese prefix too, and shorter
        national = digits.removeprefix("84")
    return (national, f"0{national}", f"84{national}", f"+84{national}") if len(national) >= SHORTEST else ()


def one_part(text: str) -> str:
    """NFC text that fits one SMS part of 70 UTF-16 units; a longer one is cut at a word and ends in '…'."""
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    if _units(text) <= ONE_PART:
        return text
    while _units(text) > ONE_PART - 1:
        text = text.rpartition(" ")[0] or text[:-1]
    return text.rstrip(" ,;:") + "…"


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
