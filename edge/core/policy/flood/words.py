"""What people read about the water: titles for the wall, and messages of at most 70 characters by construction."""

import unicodedata

from edge.core.alert import ONE_PART
from edge.core.decimals import decimal
from edge.core.local_time import clock, local
from edge.core.moment import AtMs
from edge.core.policy.ladder.wording import shorten, units

DRILL = "DIỄN TẬP"
TAILS = (" lúc {clock}. Đáp 1 khi nhận.", " {clock}. Đáp 1.")
"""The first that leaves room for the whole name; else the name is shortened before the last."""
SHORTEST_NAME = 3
PLAIN_TAILS = (" lúc {clock}.", " {clock}.")


def amount(value: float) -> str:
    """A figure without needless decimals: 1200, 75,5."""
    return decimal(value, 1).removesuffix(",0")


def clock_and_day(at_ms: AtMs) -> str:
    """17h05 ngày 19/10: what lies ahead may lie on another day."""
    here = local(at_ms)
    return f"{clock(at_ms)} ngày {here.day}/{here.month}"


def message(head: str, name: str, figure: str, at_ms: AtMs, *, answer: bool = True) -> str:
    """One SMS part: ``head: name figure``, the time, and how to answer; only the name is ever shortened."""
    tails = [tail.format(clock=clock(at_ms)) for tail in (TAILS if answer else PLAIN_TAILS)]
    rest = f" {figure}" if figure else ""
    for tail in tails:
        text = unicodedata.normalize("NFC", f"{head}: {name}{rest}{tail}")
        if units(text) <= ONE_PART:
            return text
    room = ONE_PART - units(unicodedata.normalize("NFC", f"{head}: {rest}{tails[-1]}"))
    return unicodedata.normalize("NFC", f"{head}: {shorten(name, max(SHORTEST_NAME, room))}{rest}{tails[-1]}")
