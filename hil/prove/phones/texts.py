"""Random Vietnamese texts of a wanted length, the same at every run."""

import random
import unicodedata

ONSETS = (
    "",
    "b",
    "c",
    "ch",
    "d",
    "đ",
    "g",
    "gh",
    "gi",
    "h",
    "kh",
    "l",
    "m",
    "n",
    "ng",
    "ngh",
    "nh",
    "ph",
    "qu",
    "r",
    "s",
)
ONSETS_MORE = ("t", "th", "tr", "v", "x", "Đ", "T", "Th", "N", "L")
VOWELS = tuple("aăâeêioôơuưy")
ENDINGS = ("", "", "c", "ch", "m", "n", "ng", "nh", "p", "t", "i", "o", "u")
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
BETWEEN = (" ", " ", " ", " ", ", ", ". ", "; ", ": ", " - ", "\n", " 5,32m ", " 7h30 ", " (số 1) ", "! ", "? ", " 🌊 ")


def text_of(units: int, chance: random.Random) -> str:
    """A text in NFC of exactly so many UTF-16 units."""
    text = ""
    while _units(text) < units:
        text += _syllable(chance) + chance.choice(BETWEEN)
    while _units(text) > units:
        text = text[:-1]
    return text + "a" * (units - _units(text))


def _syllable(chance: random.Random) -> str:
    letters = (
        chance.choice(ONSETS + ONSETS_MORE) + chance.choice(VOWELS) + chance.choice(TONES) + chance.choice(ENDINGS)
    )
    return unicodedata.normalize("NFC", letters)


def _units(text: str) -> int:
    return len(text.encode("utf-16-be")) // 2
