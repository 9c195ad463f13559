"""Names of letters, as they are spelled out on the air."""

from __future__ import annotations

LETTER_NAMES = {
    "a": "a", "ă": "á", "â": "ớ", "b": "bê", "c": "xê", "d": "dê", "đ": "đê", "e": "e", "ê": "ê", "f": "ép",
    "g": "gờ", "h": "hát", "i": "i", "j": "gi", "k": "ca", "l": "lờ", "m": "mờ", "n": "nờ", "o": "o", "ô": "ô",
    "ơ": "ơ", "p": "pê", "q": "quy", "r": "rờ", "s": "sờ", "t": "tê", "u": "u", "ư": "ư", "v": "vê",
    "w": "vê kép", "x": "ích", "y": "i dài", "z": "dét",
}  # fmt: skip


def spell(letters: str) -> str | None:
    """Spells a word letter by letter, or None when a letter has no Vietnamese name."""
    names = [LETTER_NAMES.get(letter) for letter in letters.lower()]
    return " ".join(name for name in names if name) if all(names) else None
