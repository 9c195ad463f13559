"""What the normaliser hands back: values only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class TextTooLongError(ValueError):
    """The text is longer than a bulletin may be."""


class Accent(StrEnum):
    """Whose words are spoken: nghìn, linh, hai mươi tư, or ngàn, lẻ, hai mươi bốn."""

    NORTH = "north"
    SOUTH = "south"


class Kind(StrEnum):
    """What a span was understood as."""

    TIME = "time"
    DATE = "date"
    NUMBER = "number"
    QUANTITY = "quantity"
    RATIO = "ratio"
    PHONE = "phone"
    DOCUMENT = "document"
    PLATE = "plate"
    CODE = "code"
    ROMAN = "roman"
    LETTER = "letter"
    ABBREVIATION = "abbreviation"
    FOREIGN = "foreign"
    INTERNET = "internet"
    SYMBOL = "symbol"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Unread:
    """A token nobody may guess: its place in the NFC text and what it might have meant, in spoken words."""

    start: int
    end: int
    token: str
    suggestions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """A token that is spoken differently from how it is written; `spoken` is empty when it is passed over."""

    start: int
    end: int
    source: str
    spoken: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class SpokenText:
    """A bulletin as it will sound. Only a `complete` one may be spoken.

    `source` is the NFC form of what was given; every place in `spans` and `unread` counts its characters.
    `spoken` is lower-case Vietnamese syllables, one space apart, with the marks . , ! ? ; : for pauses.
    """

    source: str
    spoken: str
    spans: tuple[Span, ...]
    unread: tuple[Unread, ...]

    @property
    def complete(self) -> bool:
        """True when nothing was left unread."""
        return not self.unread
