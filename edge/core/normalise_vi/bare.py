"""A whole number without a unit: what it numbers decides whether it is said, spelled, or an ordinal."""

from __future__ import annotations

import re

from edge.core.normalise_vi import context
from edge.core.normalise_vi.figures import cardinal, numbered, ordinal, spell_digits
from edge.core.normalise_vi.reading import Here, Manner, Piece

_EMERGENCY_BEFORE = re.compile(r"(?<![0-9])11[1-5](?:,| và| hoặc|/| -|-|;) ?$")
_EMERGENCY_NEXT = re.compile(r"(?:,| và| hoặc|/| -|-|;) ?11[1-5](?![0-9])")
SPELLED_FROM = 7  # as many digits without a dot are nobody's number


def say_bare(here: Here, literal: str) -> Piece:
    """A whole number without unit: its manner depends on what it numbers."""
    if context.ORDINAL.search(here.left) and len(literal) <= 2 and int(literal):
        first = int(literal) == 1 and context.FIRST.search(here.left)
        return Piece(literal, "nhất", Manner.ORDINAL) if first else ordinal(literal, here.accent)
    if is_spelled(here, literal):
        return spell_digits(literal)
    if context.NAMED_BY_NUMBER.search(here.left) or context.IDENTIFIED.search(here.left):
        return numbered(literal, here.accent)
    return spell_digits(literal) if literal.startswith("00") and literal != "00" else cardinal(literal, here.accent)


def is_spelled(here: Here, literal: str) -> bool:
    """True for a number said digit by digit: an account or a telephone; 05 is neither."""
    if (len(literal) > 2 and literal.startswith("0")) or _among_emergency(here, literal):
        return True
    if context.SPELLED.search(here.left):
        return len(literal) >= 4
    if not context.CALLED.search(here.left):
        return False
    at_end = here.at + len(literal)
    emergency = literal in context.EMERGENCY_NUMBERS and not context.COUNT_NEXT.match(here.text, at_end)
    short = len(literal) == 4 and literal[0] == "1" and context.NOTHING_NEXT.match(here.text, at_end)
    return emergency or bool(short) or len(literal) >= SPELLED_FROM - here.left.rstrip(" ,").endswith("thoại")


def no_such_quarter(here: Here, literal: str) -> bool:
    """A fifth quarter of a year."""
    return here.left.endswith("quý") and int(literal) > 4


def _among_emergency(here: Here, literal: str) -> bool:
    """113, 114, 115 in a row, where nothing else numbers them."""
    if literal not in context.EMERGENCY_NUMBERS or (here.left and not here.left.endswith((",", "#", "và", "hoặc"))):
        return False
    before = _EMERGENCY_BEFORE.search(here.text[max(0, here.at - 10) : here.at])
    return bool(before or _EMERGENCY_NEXT.match(here.text, here.at + len(literal)))
