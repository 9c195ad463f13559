"""Cuts a long text where its speaker would breathe, so that no voice is given more than it can hold. Pure."""

import re
from collections.abc import Iterator

MOST_CHARACTERS = 600
"""Half a minute of speech: little memory, and a sentence is hardly ever longer."""
_AFTER_SENTENCE = re.compile(r"(?<=[.!?…\n])\s*")
_AFTER_MARK = re.compile(r"(?<=[,;:–—])\s*")
_AFTER_WORD = re.compile(r"\s+")
SENTENCE_S, MARK_S, WORD_S = 0.40, 0.20, 0.0
_LAST = re.compile(r"([.!?…\n])|([,;:–—])")


def passages(text: str, most: int = MOST_CHARACTERS) -> list[str]:
    """The text in pieces of at most ``most`` characters (a longer word stays whole), none without a letter or digit."""
    return [piece for piece in _pieces(text.strip(), most, (_AFTER_SENTENCE, _AFTER_MARK, _AFTER_WORD)) if _says(piece)]


def pause_after_s(passage: str) -> float:
    """The silence that its last mark asks for."""
    found = _LAST.fullmatch(passage.rstrip(" ")[-1:])
    if found is None:
        return WORD_S
    return SENTENCE_S if found[1] else MARK_S


def _pieces(text: str, most: int, cuts: tuple[re.Pattern[str], ...]) -> Iterator[str]:
    if len(text) <= most or not cuts:
        yield text
        return
    kept = ""
    for part in (one for one in cuts[0].split(text) if one):
        if kept and len(kept) + 1 + len(part) > most:
            yield from _pieces(kept, most, cuts[1:])
            kept = ""
        kept = f"{kept} {part}" if kept else part
    if kept:
        yield from _pieces(kept, most, cuts[1:])


def _says(piece: str) -> bool:
    return any(letter.isalnum() for letter in piece)
