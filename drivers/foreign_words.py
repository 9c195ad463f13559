"""Words of a foreign server, for an error or a log line."""

from __future__ import annotations


def quoted(words: str, most: int) -> str:
    """Printable, in one line, and of at most so many characters: nobody else writes lines into our log."""
    return "".join(letter if letter.isprintable() else " " for letter in words)[:most].strip()
