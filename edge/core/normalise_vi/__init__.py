"""Reads a loudspeaker bulletin: Vietnamese text in, spoken words out, and it fails closed.

What cannot be read with certainty is returned as unread with its place and suggestions; it is never guessed, and a
text with anything unread must not be aired without a person. Every number is checked by reading its words back.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

from edge.core.normalise_vi.numbers import number_to_words, words_to_number
from edge.core.normalise_vi.result import Accent, Kind, Span, SpokenText, TextTooLongError, Unread
from edge.core.normalise_vi.scan import Scan
from edge.core.normalise_vi.syllable import is_syllable

VERSION = "1.0"
"""Changes whenever any text may be spoken differently; recordings keep it."""

TEXT_BYTES_MAX = 64 * 1024
"""A bulletin of a whole hour is under 60 KiB."""

_NONE: Mapping[str, str] = MappingProxyType({})


def normalise(text: str, *, accent: Accent = Accent.NORTH, abbreviations: Mapping[str, str] = _NONE) -> SpokenText:
    """Reads a text; NFC and NFD, odd spaces and capitals are all the same to it.

    `abbreviations` are the operator's own (as written -> as spoken) and win over ours; one that is not plain
    Vietnamese words refuses the tokens it stands for.
    Takes time linear in the length. Raises TextTooLongError over 64 KiB of UTF-8, and nothing else.
    """
    if len(text) > TEXT_BYTES_MAX or len(text.encode("utf-8", "surrogatepass")) > TEXT_BYTES_MAX:
        raise TextTooLongError(f"a bulletin may have {TEXT_BYTES_MAX // 1024} KiB, this one is longer")
    own = {_composed(written): _plain_words(spoken) for written, spoken in abbreviations.items()}
    return Scan(_composed(text), accent, own).run()


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _plain_words(spoken: str) -> str:
    """The operator's words in lower case, or "" when they are not syllables one space apart."""
    words = _composed(spoken).lower()
    return words if all(map(is_syllable, words.split(" "))) else ""


__all__ = [
    "TEXT_BYTES_MAX",
    "VERSION",
    "Accent",
    "Kind",
    "Span",
    "SpokenText",
    "TextTooLongError",
    "Unread",
    "normalise",
    "number_to_words",
    "words_to_number",
]
