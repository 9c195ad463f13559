"""Cuts a text into recorded prompts. Pure, standard library only.

Fewest pieces win: a longer recording sounds better than the same words put together. Unlike taking the longest prompt
at each word, this never fails where another cut would do. No prompt reaches across a mark.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Final


class Pause(IntEnum):
    """What follows a piece."""

    NONE = 0
    WORDS = 1
    COMMA = 2
    SENTENCE = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """One prompt to play and the pause after it."""

    words: str
    pause: Pause


class WordsMissingError(ValueError):
    """The bank does not hold all words; `missing` names them in their order, each once."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__(", ".join(missing))
        self.missing = missing


_MARKS: Final = re.compile(r"([.,;:!?…–—\n]+)")
_SENTENCE: Final = frozenset(".!?…\n")


def segmented(text: str, prompts: Collection[str]) -> tuple[Piece, ...]:
    """The prompts that make up `text`, in order. Raises WordsMissingError; an empty text gives nothing.

    Takes time linear in the words of the text, times the words of the longest prompt.
    """
    longest = max((prompt.count(" ") + 1 for prompt in prompts), default=0)
    pieces: list[Piece] = []
    missing: dict[str, None] = {}
    for syllables, pause in _phrases(text):
        cut = _cut(syllables, prompts, longest)
        if cut is None:
            missing |= dict.fromkeys(_missing(syllables, prompts, longest))
            continue
        pieces += [Piece(words, Pause.WORDS) for words in cut[:-1]]
        pieces.append(Piece(cut[-1], pause))
    if missing:
        raise WordsMissingError(tuple(missing))
    return (*pieces[:-1], Piece(pieces[-1].words, Pause.NONE)) if pieces else ()


def _phrases(text: str) -> Iterator[tuple[list[str], Pause]]:
    parts = [*_MARKS.split(text.lower()), ""]
    for words, mark in zip(parts[::2], parts[1::2], strict=True):
        if syllables := words.split():
            yield syllables, Pause.SENTENCE if _SENTENCE & set(mark) else Pause.COMMA


def _cut(syllables: list[str], prompts: Collection[str], longest: int) -> list[str] | None:
    """The fewest prompts that are these syllables; among equals the one whose first pieces are longest."""
    best: list[list[str] | None] = [*([None] * len(syllables)), []]
    for begin in reversed(range(len(syllables))):
        for end in range(min(len(syllables), begin + longest), begin, -1):
            rest, words = best[end], " ".join(syllables[begin:end])
            if rest is None or words not in prompts:
                continue
            known = best[begin]
            if known is None or len(rest) + 1 < len(known):
                best[begin] = [words, *rest]
    return best[0]


def _missing(syllables: list[str], prompts: Collection[str], longest: int) -> list[str]:
    """Syllables that no prompt covers where they stand; the whole phrase when each is covered but they do not join."""
    covered: set[int] = set()
    for begin in range(len(syllables)):
        for end in range(begin + 1, min(len(syllables), begin + longest) + 1):
            if " ".join(syllables[begin:end]) in prompts:
                covered.update(range(begin, end))
    bare = [word for at, word in enumerate(syllables) if at not in covered]
    return bare or [" ".join(syllables)]
