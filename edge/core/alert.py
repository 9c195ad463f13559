"""Who is told of an incident, and how far that is (protocols.md, SMS and calls)."""

from dataclasses import dataclass
from enum import StrEnum

ONE_PART = 70
"""UTF-16 units of one SMS in Vietnamese."""
SHORTEST = 9
"""Digits of a Vietnamese number without its 0 or its 84."""
_PUNCTUATION = str.maketrans("", "", " .()-")


class AlertState(StrEnum):
    """Life of one alarm to one person: as far as the best of its messages got, until the person answers."""

    DROPPED = "dropped"
    """Not needed any more, or too old: never sent."""
    FAILED = "failed"
    WAITING = "waiting"
    SENDING = "sending"
    UNSURE = "unsure"
    """Perhaps sent: waits for a delivery report before it is sent again."""
    SENT = "sent"
    DELIVERED = "delivered"
    TAKEN = "taken"
    """The person answered."""


@dataclass(frozen=True, slots=True)
class Shift:
    """When somebody is on duty: local days (0 Monday … 6 Sunday) and minutes of the day.

    ``until`` at or before ``since`` is past midnight: the shift belongs to the day on which it began.
    """

    days: frozenset[int]
    since: int
    until: int


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on the roster. ``hamlet`` empty means the whole commune.

    ``substitute`` is the id of who stands in. ``quiet`` are minutes of the day (since, until) in which only
    emergencies are told. Without ``shifts`` a person is always on duty. ``phone`` is told by SMS and rung.
    """

    id: str
    name: str
    phone: str
    hamlet: str
    duty: str
    substitute: str = ""
    email: str = ""
    zalo: bool = False
    quiet: tuple[int, int] | None = None
    shifts: tuple[Shift, ...] = ()


def masked(number: str) -> str:
    """A number or address as it may stand on a screen or in a log (L7): its last two characters."""
    return f"…{number[-2:]}" if number else "?"


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
