"""How an update stands and how the last ones ended: two small files that `molang update` writes and the pages show."""

from pathlib import Path

import msgspec

from edge.core.errors import FinalError

PENDING, HISTORY = "pending.json", "history.jsonl"
MOST_LINES = 50


class Pending(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is under way. ``tries`` counts the beginnings of the trial."""

    old: str
    new: str
    tries: int = 0


class Done(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How an update ended: ``kept`` or ``went_back``, with the reason."""

    old: str
    new: str
    outcome: str
    reason: str = ""


def pending_in(state: Path) -> Pending | None:
    """What is under way; None: nothing. Raises FinalError for a file that is no such thing, OSError."""
    try:
        return msgspec.json.decode((state / PENDING).read_bytes(), type=Pending)
    except FileNotFoundError:
        return None
    except msgspec.DecodeError as cause:
        raise FinalError(f"{state / PENDING} hỏng: {cause}.") from cause


def history_in(state: Path) -> list[Done]:
    """How the last updates ended, oldest first; a torn last line is left out. Raises OSError."""
    try:
        lines = (state / HISTORY).read_bytes().splitlines()[-MOST_LINES:]
    except FileNotFoundError:
        return []
    found = []
    for line in lines:
        try:
            found.append(msgspec.json.decode(line, type=Done))
        except msgspec.DecodeError:
            continue
    return found
