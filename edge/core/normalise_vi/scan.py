"""Walks through a text token by token and asks the readers in turn; whatever none of them reads is unread."""

from __future__ import annotations

import re

from edge.core.normalise_vi.boundaries import INVISIBLE, chunk_end
from edge.core.normalise_vi.codes import read_mixed, read_numbered_letter, read_plate, read_post, read_road
from edge.core.normalise_vi.dates import read_date
from edge.core.normalise_vi.documents import read_document, read_standard
from edge.core.normalise_vi.hearing import heard_as_written
from edge.core.normalise_vi.identifiers import read_identifier, read_variety
from edge.core.normalise_vi.internet import read_internet
from edge.core.normalise_vi.joints import read_joint
from edge.core.normalise_vi.marks import read_mark
from edge.core.normalise_vi.own import Abbreviations
from edge.core.normalise_vi.phones import read_phone
from edge.core.normalise_vi.quantities import read_quantity
from edge.core.normalise_vi.ratios import VULGAR, read_ratio
from edge.core.normalise_vi.reading import Answer, Here, Reader, Reading, Refusal, no_figure_lost
from edge.core.normalise_vi.result import Accent, Span, SpokenText, Unread
from edge.core.normalise_vi.roman import read_roman
from edge.core.normalise_vi.script import Script
from edge.core.normalise_vi.times import read_time
from edge.core.normalise_vi.unaccented import lacks_tone_marks
from edge.core.normalise_vi.weekdays import read_weekday
from edge.core.normalise_vi.words import plain_word, read_own, read_word

_SPACE = re.compile(rf"[\s{INVISIBLE}]+")
_GOES_ON = re.compile(r"(?![a-zđ]{1,2}\))[^\W\d_]")
_MAYBE_ADDRESS = re.compile(r"[A-Za-z0-9._+-]{1,64}@|https?:|[A-Za-z0-9-]{1,42}\.[A-Za-z0-9]", re.IGNORECASE)
_OPENS_NUMBER = frozenset("0123456789+-–−±<>≥≤~≈=$€(") | VULGAR.keys()

_NUMBER_READERS: tuple[Reader, ...] = (
    read_document, read_phone, read_plate, read_identifier, read_date, read_time, read_ratio, read_quantity,
    read_numbered_letter,
)  # fmt: skip
_WORD_READERS: tuple[Reader, ...] = (
    read_standard, read_post, read_road, read_identifier, read_variety, read_weekday, read_roman, read_mixed, read_word,
)  # fmt: skip
_MARK_READERS: tuple[Reader, ...] = (read_joint, read_mark)


class Scan:
    """One pass over one text."""

    def __init__(self, text: str, accent: Accent, abbreviations: Abbreviations) -> None:
        self._text = text
        self._accent = accent
        self._abbreviations = abbreviations
        self._toneless = lacks_tone_marks(text)
        self._script = Script()
        self._spans: list[Span] = []
        self._unread: list[Unread] = []
        self._line_start = True

    def run(self) -> SpokenText:
        """Reads the text from its first character to its last."""
        at = 0
        while at < len(self._text):
            at = self._space(at) or self._token(at)
        return SpokenText(self._text, self._script.text(), tuple(self._spans), tuple(self._unread))

    def _space(self, at: int) -> int | None:
        """Passes over white space; a new line ends a sentence unless the next one goes on with a small letter."""
        found = _SPACE.match(self._text, at)
        if not found:
            return None
        lines = found[0].count("\n")
        if lines:
            self._line_start = True
            goes_on = lines == 1 and _GOES_ON.match(self._text, found.end())
            self._script.forget() if goes_on else self._script.pause(".")
        return found.end()

    def _token(self, at: int) -> int:
        plain = None if self._abbreviations.digest else plain_word(self._text, at)
        if plain and not self._toneless:
            self._script.say_word(plain.lower())
            self._line_start = False
            return at + len(plain)
        here = Here(self._text, at, self._script.left, self._line_start, self._accent, self._abbreviations)
        answer = _read(here)
        self._line_start = self._line_start and isinstance(answer, Reading) and not answer.spoken
        if isinstance(answer, Reading) and self._sound(answer, self._text[at : answer.end]):
            return self._accept(answer, at)
        return self._refuse(answer if isinstance(answer, Refusal) else None, at)

    def _sound(self, reading: Reading, source: str) -> bool:
        """Nothing was lost, an ear of its own hears the same facts, and the word has its tone marks."""
        if reading.kind is None and source.isalpha():
            return not self._toneless
        return no_figure_lost(reading, source) and heard_as_written(reading.kind, source, reading.spoken)

    def _accept(self, reading: Reading, at: int) -> int:
        source = self._text[at : reading.end]
        self._script.say(reading)
        if reading.kind is not None:
            self._spans.append(Span(at, reading.end, source, reading.spoken, reading.kind))
        return reading.end

    def _refuse(self, refusal: Refusal | None, at: int) -> int:
        end = refusal.end if refusal else chunk_end(self._text, at)
        suggestions = refusal.suggestions if refusal else ()
        self._unread.append(Unread(at, end, self._text[at:end], suggestions))
        self._script.forget()
        return end


def _read(here: Here) -> Answer:
    """The first answer of the readers whose tokens may begin with this character."""
    char = here.text[here.at]
    if here.abbreviations.digest and char.isalpha() and (own := read_own(here)) is not None:
        return own
    for reader in _readers(here, char):
        if (answer := reader(here)) is not None:
            return answer
    return None


def _readers(here: Here, char: str) -> tuple[Reader, ...]:
    if char.isalpha() or "0" <= char <= "9":
        readers = _WORD_READERS if char.isalpha() else _NUMBER_READERS
        return (read_internet, *readers) if _MAYBE_ADDRESS.match(here.text, here.at) else readers
    return (*_NUMBER_READERS, *_MARK_READERS) if char in _OPENS_NUMBER else _MARK_READERS
