"""What an SMS from somebody on the roster wants.

There are four things, and none of them commands anything: to take, to ask for the state, to ask for the levels, to note
something down. Nothing here leads to a horn.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

LONGEST_NOTE = 500
_TAKES = re.compile(r"1(?:\s*[.!,:;)]?\s*$|[\s.!,:;)]+(?P<note>\D.*))", re.DOTALL)


class Wants(StrEnum):
    """What it is for."""

    TAKE = "take"
    STATE = "state"
    LEVELS = "levels"
    NOTE = "note"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Reply:
    """An SMS as it is understood; ``note`` are the words that go with it."""

    wants: Wants
    note: str = ""


def understand(text: str) -> Reply:
    """Read it. "1" takes, also with words after it; "?" and "MUC" ask; everything else is a note."""
    words = " ".join(unicodedata.normalize("NFC", text).split())[:LONGEST_NOTE]
    if takes := _TAKES.fullmatch(words):
        return Reply(Wants.TAKE, takes["note"] or "")
    if words and set(words) <= {"?", " "}:
        return Reply(Wants.STATE)
    if words.casefold().rstrip(" .!?") in ("muc", "mức", "mực nước", "muc nuoc"):
        return Reply(Wants.LEVELS)
    return Reply(Wants.NOTE, words) if words else Reply(Wants.NOTHING)
