"""Roman numerals: thế kỷ XXI, quý IV, báo động III, and I. that opens a paragraph."""

from __future__ import annotations

import re

from edge.core.normalise_vi import context
from edge.core.normalise_vi.boundaries import ends_word
from edge.core.normalise_vi.capitals import title_next
from edge.core.normalise_vi.figures import cardinal
from edge.core.normalise_vi.numbers import number_to_words
from edge.core.normalise_vi.reading import Answer, Here, Manner, Piece, Reading, Refusal, roman_to_number
from edge.core.normalise_vi.result import Accent, Kind
from edge.core.normalise_vi.syllable import is_syllable

_NUMERAL = re.compile(
    r"(?P<first>(?=[IVXL])(?:X[LC]|L?X{0,3})(?:IX|IV|V?I{0,3}))"
    r"(?:[ ]?[-–][ ]?(?P<last>(?=[IVXL])(?:X[LC]|L?X{0,3})(?:IX|IV|V?I{0,3})))?"
    r"(?:[/-](?P<year>(?:19|20)[0-9]{2}))?(?!\w)"
)
_SMALL = re.compile(r"(?:i{1,3}|iv|vi{0,3}|ix|x)(?=\))")
_HEADING = re.compile(r"[IVX]{1,5}(?:[.)/-](?=\s)|\.(?=[^\W\d_]{2,7}(?:\s|\Z)))")


def read_roman(here: Here) -> Answer:
    """Reads a numeral where a word before it, its place, or its shape says that it is one."""
    if (item := _small(here)) is not None:
        return item
    found = _NUMERAL.match(here.text, here.at)
    heading = _heading(here)
    if not found or not (heading or ends_word(here.text, found.end())) or (found["year"] and not _asked(here)):
        return None
    certain = len(found["first"]) > 1 and "L" not in found["first"] and not is_syllable(found["first"].lower())
    if here.left.endswith("quý") and roman_to_number(found["first"]) > 4:
        return Refusal(found.end())
    if _asked(here) or heading or certain:
        return Reading(found.end(), _pieces(here, found), Kind.ROMAN)
    if (
        len(found["first"]) > 1
        and is_syllable(found["first"].lower())
        and not found["last"]
        and not _among_capitals(here, found.end())
    ):
        return Refusal(found.end(), (_say(found["first"], here).words, found["first"].lower()))
    return None


def _small(here: Here) -> Answer:
    """The (i), (ii), (iv) of a list inside a sentence."""
    found = _SMALL.match(here.text, here.at)
    if not found or here.text[here.at - 1 : here.at] != "(":
        return None
    value = number_to_words(roman_to_number(found[0].upper()), here.accent)
    return Reading(found.end(), (Piece(found[0].upper(), value, Manner.ROMAN),), Kind.ROMAN)


def _heading(here: Here) -> bool:
    """V. TỔ CHỨC opens a paragraph; X. Phong Hiền is more likely a xã."""
    found = None if here.left.rstrip(" ,") else _HEADING.match(here.text, here.at)
    return found is not None and not (found[0] == "X." and title_next(here.text, found.end()))


def _asked(here: Here) -> bool:
    return context.ROMAN_LEFT.search(here.left) is not None


def _pieces(here: Here, found: re.Match[str]) -> tuple[Piece, ...]:
    pieces = [_say(found["first"], here)]
    if found["last"]:
        pieces += [Piece("-", "đến"), _say(found["last"], here)]
    if found["year"]:
        pieces += [Piece("/", "năm"), cardinal(found["year"], here.accent)]
    return tuple(pieces)


def _say(numeral: str, here: Here) -> Piece:
    return Piece(numeral, _words(roman_to_number(numeral), here.left, here.accent), Manner.ROMAN)


def _words(value: int, left: str, accent: Accent) -> str:
    if value == 1 and context.FIRST.search(left):
        return "nhất"
    return "tư" if value == 4 and context.ORDINAL.search(left) else number_to_words(value, accent)


def _among_capitals(here: Here, end: int) -> bool:
    """XI MĂNG, VI PHẠM: in a line of capitals a syllable is a syllable."""
    following = re.match(r"\s{1,3}([^\W\d_]{2,7})(?!\w)", here.text[end : end + 12])
    return following is not None and following[1].isupper()
