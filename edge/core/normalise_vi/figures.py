"""Written numbers: which number do these digits, dots and commas mean, and how is it said.

Vietnam writes 1.234.567,5; foreign text 1,234,567.5. One comma before three digits may be either and is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from edge.core.normalise_vi.numbers import LARGEST, digits_to_words, number_to_words
from edge.core.normalise_vi.reading import Manner, Piece
from edge.core.normalise_vi.result import Accent

NUMBER = re.compile(r"[0-9]{1,3}(?:[\u00a0\u202f][0-9]{3})+(?![0-9])|[0-9]+(?:[.,][0-9]+)*")

_PLAIN = re.compile(r"[0-9]+")
_GROUPED = re.compile(r"(?P<whole>[1-9][0-9]{0,2}(?:\.[0-9]{3})+)(?:,(?P<part>[0-9]+))?")
_SPACED = re.compile(r"(?P<whole>[1-9][0-9]{0,2}(?:[\u00a0\u202f][0-9]{3})+)")
_COMMA = re.compile(r"(?P<whole>[0-9]+),(?P<part>[0-9]+)")
_DOT = re.compile(r"(?P<whole>[0-9]+)\.(?P<part>[0-9]+)")
_FOREIGN = re.compile(
    r"(?P<whole>[1-9][0-9]{0,2}(?:,[0-9]{3})+)\.(?P<part>[0-9]+)|(?P<millions>[1-9][0-9]{0,2}(?:,[0-9]{3}){2,})"
)


_LENGTH_MAX = 40  # longer than any number that can be said


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as written: its whole part, its decimals, and whether its dot needs a unit to be a decimal dot."""

    whole: str
    part: str = ""
    needs_unit: bool = False
    grouped_once: bool = False  # 3.125: thousands here, decimals abroad

    @property
    def integer(self) -> int:
        """The whole part as a number."""
        return int(re.sub(r"[^0-9]", "", self.whole))

    @property
    def amount(self) -> tuple[int, str]:
        """For comparing: whole part, then decimals padded alike."""
        return self.integer, self.part.rstrip("0")


def understand(literal: str) -> tuple[Figure, ...]:
    """Every number the literal may mean: one when it is clear, two when it is ambiguous, none when it is no number."""
    if len(literal) > _LENGTH_MAX:
        return ()
    if _PLAIN.fullmatch(literal):
        return (Figure(literal),)
    for pattern in (_GROUPED, _SPACED, _FOREIGN):
        if found := pattern.fullmatch(literal):
            return (_figure(found, literal),)
    if found := _COMMA.fullmatch(literal):
        return _with_comma(found["whole"], found["part"])
    if found := _DOT.fullmatch(literal):
        return _with_dot(found["whole"], found["part"])
    return ()


def _figure(found: re.Match[str], literal: str) -> Figure:
    groups = found.groupdict()
    whole = groups["whole"] or groups.get("millions") or ""
    return Figure(whole, groups.get("part") or "", grouped_once=literal.count(".") == 1 and "," not in literal)


def _with_comma(whole: str, part: str) -> tuple[Figure, ...]:
    decimal = Figure(whole, part)
    if not _sound_whole(whole):
        return ()
    if len(part) == 3 and len(whole) <= 3 and whole != "0":
        return decimal, Figure(whole + "," + part)
    return (decimal,)


def _with_dot(whole: str, part: str) -> tuple[Figure, ...]:
    return (Figure(whole, part, needs_unit=whole != "0"),) if _sound_whole(whole) else ()


def _sound_whole(whole: str) -> bool:
    return whole == "0" or not whole.startswith("0")


def speak(figure: Figure, accent: Accent) -> tuple[Piece, ...]:
    """Says a number; decimals are said digit by digit. ValueError when it is too large to say."""
    if figure.integer > LARGEST:
        raise ValueError("too large")
    whole = cardinal(figure.whole, accent)
    if not figure.part:
        return (whole,)
    return whole, Piece(",", "phẩy"), spell_digits(figure.part)


def cardinal(literal: str, accent: Accent) -> Piece:
    """A whole number, its leading zeros and separators passed over."""
    return Piece(literal, number_to_words(int(re.sub(r"[^0-9]", "", literal)), accent), Manner.CARDINAL)


def ordinal(literal: str, accent: Accent) -> Piece:
    """The number of a month, a weekday or a place in a row: four is tư in both accents."""
    words = "tư" if int(literal) == 4 else number_to_words(int(literal), accent)
    return Piece(literal, words, Manner.ORDINAL)


def spell_digits(literal: str) -> Piece:
    """Digits one by one."""
    return Piece(literal, digits_to_words(re.sub(r"[^0-9]", "", literal)), Manner.DIGITS)


def numbered(literal: str, accent: Accent) -> Piece:
    """The number of a thing that has one: 05 keeps its zero (không năm), 007 is spelled."""
    return spell_digits(literal) if literal.startswith("0") else cardinal(literal, accent)
