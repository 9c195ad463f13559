"""What an event tells, as the pages may show it: short names, clean text, numbers that fit. Pure.

A box may write anything into ``data``. Nothing of it may make a statement of the record fail, or one odd event would
hold up the batch that it came in: what is of another kind than expected reads as nothing.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from edge.kernel.wire.event import CloudEvent

LATEST_MS = 253_402_300_799_000
"""The end of the year 9999."""
_BIGGEST = 2**53
_NEVER = dict.fromkeys((*(code for code in range(32) if code not in (9, 10, 13)), 127, *range(0xD800, 0xE000)))
"""Control characters, which PostgreSQL (NUL) and terminals do not bear, and half characters."""


@dataclass(frozen=True, slots=True)
class Told:
    """One event. ``type`` is ``<thing>.<verb>``; ``at_ms`` is its box's clock, ``received_ms`` the hub's."""

    id: str
    type: str
    subject: str
    lane: int
    seq: int
    at_ms: int
    received_ms: int
    data: Mapping[str, Any]

    @property
    def thing(self) -> str:
        """What it is about: the first word of its type."""
        return self.type.partition(".")[0]

    def text(self, name: str, longest: int = 200) -> str:
        """A field as text of one line; empty when it is none."""
        value = self.data.get(name)
        return clean(value, longest) if isinstance(value, str) else ""

    def number(self, name: str) -> float | None:
        """A field as a number that fits; None when it is none."""
        return number_of(self.data.get(name))

    def time_ms(self, name: str) -> int | None:
        """A field as UTC milliseconds; None when it is no time of any box."""
        value = self.data.get(name)
        known = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LATEST_MS
        return int(value) if known and value is not None else None


def told_by(event: CloudEvent, received_ms: int) -> Told:
    """An event that was just kept."""
    return Told(
        id=event.id,
        type=short_type(event.type),
        subject=clean(event.subject, 400),
        lane=event.lane,
        seq=event.seq,
        at_ms=round(event.time.timestamp() * 1000),
        received_ms=received_ms,
        data=event.data,
    )


def short_type(full: str) -> str:
    """``vn.molang.<thing>.<verb>.v1`` without its ends."""
    return ".".join(full.split(".")[2:4])


def clean(text: str, longest: int) -> str:
    """One line without control characters, at most so long."""
    return " ".join(text[: longest * 4].translate(_NEVER).split())[:longest]


def number_of(value: object) -> float | None:
    """A finite number that a double holds exactly enough; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, int):
        return float(value) if -_BIGGEST <= value <= _BIGGEST else None
    return value if math.isfinite(value) else None
