"""The spoken text as it grows, and the words just said that the next token may ask about."""

from __future__ import annotations

from edge.core.normalise_vi.marks import PAUSES, stronger
from edge.core.normalise_vi.reading import SIGNS_OF_FIGURE, Reading
from edge.core.normalise_vi.result import Kind

_REMEMBERED = 12  # a phrase and a list of figures after it; context patterns look no further back
_TAGS = {Kind.TIME: "#t", Kind.DATE: "#d"}


class Script:
    """Collects words and pauses. Two pauses meet in the stronger one; none opens the text."""

    def __init__(self) -> None:
        self._words: list[str] = []
        self._left: list[str] = []
        self._figure_last = False

    @property
    def left(self) -> str:
        """The last words of this sentence, for `Here.left`."""
        return " ".join(self._left)

    def say_word(self, word: str) -> None:
        """Adds a plain word."""
        self._words.append(word)
        self._keep([word])
        self._figure_last = False

    def say(self, reading: Reading) -> None:
        """Adds a token. Between two numbers that meet there is a pause, or they would be heard as one."""
        spoken = reading.spoken
        if not spoken:
            return
        if spoken in PAUSES:
            self.pause(spoken)
            return
        if reading.kind is None:
            self.say_word(spoken)
            return
        if self._figure_last and _opens_with_figure(reading):
            self.pause(",")
        self._words.append(spoken)
        self._remember(reading)
        self._figure_last = _ends_with_figure(reading)

    def pause(self, mark: str) -> None:
        """Adds a pause mark to the last word."""
        self._figure_last = False
        if mark in ".!?":
            self._left.clear()
        elif self._left and self._left[-1] != ",":
            self._keep([","])
        if not self._words:
            return
        last = self._words[-1]
        self._words[-1] = last[:-1] + stronger(last[-1], mark) if last[-1] in PAUSES else last + mark

    def forget(self) -> None:
        """What stood here was not read: nothing after it may lean on what was before it."""
        self._left.clear()
        self._figure_last = False

    def text(self) -> str:
        """The whole, one space between words."""
        return " ".join(self._words).rstrip(",")

    def _remember(self, reading: Reading) -> None:
        if reading.kind is None or reading.kind in {Kind.ABBREVIATION, Kind.FOREIGN, Kind.LETTER, Kind.SYMBOL}:
            self._keep(reading.spoken.replace(",", " ,").split())
        else:
            has_unit = reading.kind is Kind.QUANTITY and not _ends_with_figure(reading)
            self._keep([_TAGS.get(reading.kind, "#") if reading.kind else "#", *(["<unit>"] if has_unit else [])])

    def _keep(self, words: list[str]) -> None:
        self._left = [*self._left, *words][-_REMEMBERED:]


def _opens_with_figure(reading: Reading) -> bool:
    return next(piece for piece in reading.pieces if piece.words).manner in SIGNS_OF_FIGURE


def _ends_with_figure(reading: Reading) -> bool:
    return [piece for piece in reading.pieces if piece.words][-1].manner in SIGNS_OF_FIGURE
