"""Vietnamese typed without its marks (thong bao den nguoi dan) looks like syllables and means nothing for certain."""

from __future__ import annotations

import re

from edge.core.normalise_vi.abbreviations import ABBREVIATIONS, COMPOUNDS, DOTTED
from edge.core.normalise_vi.foreign import FOREIGN
from edge.core.normalise_vi.internet import SIGNS, WORDS
from edge.core.normalise_vi.letters import LETTER_NAMES
from edge.core.normalise_vi.numbers import DIGITS
from edge.core.normalise_vi.units import MONEY, UNITS

_LETTERS = re.compile(r"[A-Za-z]{2,}")
_ENOUGH = 5  # different words; a true sentence of as many without one mark hardly exists

# Words of our own tables have no marks either ("hai ba", "ki lô gam"): they prove nothing.
_OUR_WORDS = frozenset(
    word
    for table in (ABBREVIATIONS, COMPOUNDS, DOTTED, FOREIGN, SIGNS, WORDS, LETTER_NAMES, MONEY, UNITS)
    for words in table.values()
    for word in words.split()
) | frozenset(DIGITS)


def lacks_tone_marks(text: str) -> bool:
    """True for a text of several words in which no letter has a mark at all."""
    if any(char.isalpha() and not char.isascii() for char in text):
        return False
    words = {word.lower() for word in _LETTERS.findall(text)}
    return len(words - _OUR_WORDS) >= _ENOUGH
