"""Small and capital letters around a token. No range of characters tells them apart in Vietnamese."""

from __future__ import annotations

import re

_WORD_NEXT = re.compile(r"[\s,:.–-]{1,3}([^\W\d_]{2,})")
_WORD_LEFT = re.compile(r"([^\W\d_]{2,})[\s,:.–-]{1,3}$")
_TITLE_LEFT = re.compile(r"(?:^|\s)([^\W\d_]{2,7}) $")
_FIRST_NEXT = re.compile(r"[ \t]+([^\W\d_])([^\W\d_])")
_SEEN = 24  # characters: the word before


def among_capitals(text: str, at: int, end: int) -> bool:
    """The word before or the word after is in capitals."""
    before = _WORD_LEFT.search(text[max(0, at - _SEEN) : at])
    after = _WORD_NEXT.match(text, end)
    return bool((before and before[1].isupper()) or (after and after[1].isupper()))


def after_capitals(text: str, at: int) -> bool:
    """The last letters before this place, and there are some, are capitals only."""
    letters = [char for char in text[max(0, at - _SEEN) : at] if char.isalpha()]
    return len(letters) > 1 and all(char.isupper() for char in letters)


def name_before(text: str, at: int) -> bool:
    """The word right before may be a part of a person's name: Trần P. Lan."""
    found = _TITLE_LEFT.search(text[max(0, at - _SEEN) : at])
    return found is not None and found[1].istitle()


def title_next(text: str, at: int) -> bool:
    """A word with one capital comes next."""
    found = _FIRST_NEXT.match(text, at)
    return found is not None and found[1].isupper() and found[2].islower()
