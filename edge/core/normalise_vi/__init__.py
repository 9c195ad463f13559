"""Reads a loudspeaker bulletin: Vietnamese text in, spoken words out, and it fails closed.

What cannot be read with certainty is returned as unread with its place and suggestions; it is never guessed, and a
text with anything unread must not be aired without a person. Every number is checked by reading its words back.
"""

from __future__ import annotations

import unicodedata

from edge.core.normalise_vi.numbers import number_to_words, words_to_number
from edge.core.normalise_vi.own import NO_ABBREVIATIONS, Abbreviation, Abbreviations, Scope, problem, tidied
from edge.core.normalise_vi.result import Accent, Kind, Span, SpokenText, TextTooLongError, Unread
from edge.core.normalise_vi.scan import Scan

VERSION = "2.0"
"""Changes whenever any text may be spoken differently; recordings keep it."""

TEXT_BYTES_MAX = 64 * 1024
"""A bulletin of a whole hour is under 60 KiB."""


def normalise(
    text: str, *, accent: Accent = Accent.NORTH, abbreviations: Abbreviations = NO_ABBREVIATIONS
) -> SpokenText:
    """Reads a text; NFC and NFD, odd spaces and capitals are all the same to it.

    `abbreviations` are the operator's own and win over ours; one of them that has a problem refuses its tokens.
    Takes time linear in the length. Raises TextTooLongError over 64 KiB of UTF-8, and nothing else.
    """
    if len(text) > TEXT_BYTES_MAX or len(text.encode("utf-8", "surrogatepass")) > TEXT_BYTES_MAX:
        raise TextTooLongError(f"a bulletin may have {TEXT_BYTES_MAX // 1024} KiB, this one is longer")
    return Scan(unicodedata.normalize("NFC", text), accent, abbreviations).run()


def version_with(abbreviations: Abbreviations) -> str:
    """What a recording keeps of its reading: our version, and the digest of the operator's table where there is one."""
    return f"{VERSION}+{abbreviations.digest}" if abbreviations.digest else VERSION


__all__ = [
    "NO_ABBREVIATIONS",
    "TEXT_BYTES_MAX",
    "VERSION",
    "Abbreviation",
    "Abbreviations",
    "Accent",
    "Kind",
    "Scope",
    "Span",
    "SpokenText",
    "TextTooLongError",
    "Unread",
    "normalise",
    "problem",
    "tidied",
    "version_with",
    "number_to_words",
    "words_to_number",
]
