"""What a reader says about one token, and the check that no figure was lost, added or misspoken on the way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum, auto

from edge.core.normalise_vi.numbers import words_to_digits, words_to_number
from edge.core.normalise_vi.own import NO_ABBREVIATIONS, Abbreviations
from edge.core.normalise_vi.result import Accent, Kind

_ROMAN_VALUE = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_ORDINALS = {"nhất": 1, "tư": 4}
_NOT_DIGIT = re.compile(r"[^0-9]")


class Manner(Enum):
    """How a piece is spoken, and so how it is heard back."""

    WORD = auto()  # holds no figure
    UNIT = auto()  # a unit symbol, whose figure is its own: m3
    CARDINAL = auto()
    ORDINAL = auto()  # tháng tư, thứ nhất
    DIGITS = auto()
    ROMAN = auto()
    ZERO = auto()  # the 00 of 17h00, passed over


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a token as written and as spoken; `place` orders the pieces as written where speech reorders them."""

    source: str
    words: str
    manner: Manner = Manner.WORD
    place: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """A token understood: where it ends, its pieces in the order they are spoken, and what it is."""

    end: int
    pieces: tuple[Piece, ...]
    kind: Kind | None  # None: plain words, nothing to mark

    @property
    def spoken(self) -> str:
        """The words of all pieces; a comma inside is a pause."""
        if len(self.pieces) == 1:
            return self.pieces[0].words
        return " ".join(piece.words for piece in self.pieces if piece.words).replace(" ,", ",")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A token that is certainly this reader's, and that it will not guess."""

    end: int
    suggestions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Here:
    """Where a reader stands: the NFC text, the place of its token and what was just said.

    `left` is the last few words of the same sentence in lower case: "#" for a figure, "#t" for a time, "#d" for a
    date, "," for a pause. Readers that depend on context match a pattern on it, so its length is bounded.
    """

    text: str
    at: int
    left: str
    line_start: bool
    accent: Accent
    abbreviations: Abbreviations = NO_ABBREVIATIONS


Answer = Reading | Refusal | None
Reader = Callable[[Here], Answer]


def no_figure_lost(reading: Reading, source: str) -> bool:
    """True when the pieces hold every digit of the source in order and each number is heard as it is written."""
    as_written = sorted(reading.pieces, key=lambda piece: piece.place)
    digits = "".join(_NOT_DIGIT.sub("", piece.source) for piece in as_written)
    return digits == _NOT_DIGIT.sub("", source) and all(map(_heard_as_written, reading.pieces))


def _heard_as_written(piece: Piece) -> bool:
    try:
        return _HEARD[piece.manner](piece)
    except ValueError:
        return False


def _cardinal(piece: Piece) -> bool:
    return words_to_number(piece.words) == int(_NOT_DIGIT.sub("", piece.source))


def _ordinal(piece: Piece) -> bool:
    heard = _ORDINALS.get(piece.words) or words_to_number(piece.words)
    return heard == int(_NOT_DIGIT.sub("", piece.source))


def _roman(piece: Piece) -> bool:
    heard = _ORDINALS.get(piece.words) or words_to_number(piece.words)
    return heard == roman_to_number(piece.source)


_HEARD: dict[Manner, Callable[[Piece], bool]] = {
    Manner.WORD: lambda piece: not any("0" <= char <= "9" for char in piece.source),
    Manner.UNIT: lambda piece: bool(piece.words),
    Manner.CARDINAL: _cardinal,
    Manner.ORDINAL: _ordinal,
    Manner.DIGITS: lambda piece: words_to_digits(piece.words) == _NOT_DIGIT.sub("", piece.source),
    Manner.ROMAN: _roman,
    Manner.ZERO: lambda piece: not piece.words and not piece.source.strip("0"),
}


def roman_to_number(numeral: str) -> int:
    """The value of a well-formed Roman numeral under 400 (the caller has checked its form)."""
    values = [_ROMAN_VALUE[letter] for letter in numeral]
    following: Iterable[int] = [*values[1:], 0]
    return sum(-value if value < after else value for value, after in zip(values, following, strict=True))


SIGNS_OF_FIGURE = frozenset({Manner.CARDINAL, Manner.ORDINAL, Manner.DIGITS, Manner.ROMAN})
