"""Words that fit one SMS part by construction: 70 UTF-16 units in NFC (protocols.md, SMS and calls).

A wording is fixed words with blanks. Each blank has a least room that it is always given; when the whole is too long,
the blanks are shortened in their order, each down to its least room and no further. What a shortened name looks like is
a rule: generic words are abbreviated, then all words but the last become initials, and only a single word that is still
too long loses its end, marked by "…".
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from edge.core.alert import ONE_PART

_ABBREVIATIONS = (
    ("uỷ ban nhân dân", "UBND"),
    ("ủy ban nhân dân", "UBND"),
    ("nhà văn hoá", "NVH"),
    ("nhà văn hóa", "NVH"),
    ("trường tiểu học", "trường TH"),
    ("trạm thuỷ văn", "trạm"),
    ("trạm thủy văn", "trạm"),
    ("trạm bơm", "TB"),
    ("tổ dân phố", "TDP"),
    ("khu dân cư", "KDC"),
    ("uỷ ban", "UB"),
    ("ủy ban", "UB"),
    ("thôn", "T."),
    ("xóm", "X."),
    ("đường", "đg"),
)
_KEPT = re.compile(r"[\d.,:]*\d[\d.,:]*|[^\w\s]+")
"""Numbers are never shortened to an initial."""


def units(text: str) -> int:
    """Room that a text takes in an SMS: UTF-16 units of its NFC form."""
    return len(unicodedata.normalize("NFC", text).encode("utf-16-le")) // 2


def tidy(text: str) -> str:
    """NFC, single spaces."""
    return unicodedata.normalize("NFC", " ".join(text.split()))


def shorten(name: str, room: int) -> str:
    """The longest form of a name or place that fits ``room`` units (3 at least), by rule."""
    return next(form for form in _forms(tidy(name), room) if units(form) <= room)


def _forms(name: str, room: int) -> Iterator[str]:
    yield name
    short = name
    for long, abbreviation in _ABBREVIATIONS:
        short = re.sub(rf"(?<!\w){long}(?!\w)", abbreviation, short, flags=re.IGNORECASE)
        yield short
    words = short.split(" ")
    for first in range(1, len(words)):
        yield " ".join((_initials(words[:first]), *words[first:]))
    for first in range(1, len(words)):
        yield " ".join(words[first:])
    yield _cut(words[-1], room)


def _initials(words: list[str]) -> str:
    return "".join(word if _KEPT.fullmatch(word) else f"{word[0].upper()}." for word in words)


def _cut(word: str, room: int) -> str:
    """The beginning of one word that no rule makes short enough, whole characters, marked."""
    kept = word
    while kept and units(kept) > room - 1:
        kept = kept[:-1]
        while kept and unicodedata.combining(kept[-1]):
            kept = kept[:-1]
    return f"{kept}…"


def shorten_sentence(text: str, room: int) -> str:
    """The beginning of a sentence in whole words: what stands in brackets goes first, the rest is marked by "…"."""
    whole = tidy(text)
    if units(whole) <= room:
        return whole
    bare = tidy(re.sub(r"\s*\([^)]*\)", "", whole))
    if units(bare) <= room:
        return bare
    words = bare.split(" ")
    while len(words) > 1 and units(" ".join(words)) > room - 1:
        words.pop()
    kept = " ".join(words).rstrip(" ,;:.")
    return f"{kept}…" if units(kept) <= room - 1 else _cut(kept, room)


@dataclass(frozen=True, slots=True)
class Blank:
    """What is filled in. ``least`` is the room that it always gets; ``sentence``: its beginning counts most."""

    name: str
    least: int
    sentence: bool = False

    def shortened(self, value: str, room: int) -> str:
        """The value in this room, which is never less than ``least``."""
        shorten_it = shorten_sentence if self.sentence else shorten
        return shorten_it(value, max(room, self.least))


class Wording:
    """Fixed words with blanks in braces. ``blanks`` stand in the order in which they are shortened.

    Raises ValueError when the words cannot fit ``room`` in the worst case: a wording is checked when it is written.
    """

    def __init__(self, words: str, *blanks: Blank, room: int = ONE_PART) -> None:
        self.words = tidy(words)
        self.blanks = blanks
        self.room = room
        worst = units(self.words.format(**{blank.name: "x" * blank.least for blank in blanks}))
        if worst > room:
            raise ValueError(f"{self.words!r} takes up to {worst} units, {room} are there")

    def fill(self, **values: str) -> str:
        """The words with every blank filled, at most ``room`` units."""
        filled = {blank.name: tidy(values[blank.name]) for blank in self.blanks}
        for blank in self.blanks:
            over = units(self.words.format(**filled)) - self.room
            if over <= 0:
                break
            filled[blank.name] = blank.shortened(filled[blank.name], units(filled[blank.name]) - over)
        return tidy(self.words.format(**filled))
