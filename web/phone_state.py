"""What the phone page shows: open incidents, gravest and newest first, with what happened and who was not reached."""

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from edge.core.masking import without_numbers
from edge.store.reader import Reader
from web.told import Told, told_of

MOST_OPEN = 40
JUST_OVER = 10
JUST_OVER_MS = 3_600_000
"""What ended within the hour is still shown: whoever drives there must learn it."""
CHAPTERS = 15
_COLUMNS = (
    "id, kind, severity, title, place, hamlet, began_at_ms, ended_at_ms, state, taken_by, taken_at_ms, closed_how,"
    " still"
)
_GRAVEST = "CASE severity WHEN 'extreme' THEN 0 WHEN 'severe' THEN 1 WHEN 'moderate' THEN 2 ELSE 3 END"
_OF_DEVICES = ("device", "horn")
_TOLD_IN_THE_STORY = ("answered", "note", "taken", "more", "closed", "judged", "reported", "photo")


@dataclass(frozen=True, slots=True)
class Reading:
    """For whom the page is made: his id on the roster and his hamlet, both empty when unknown."""

    people: dict[str, tuple[str, str]]
    person: str
    hamlet: str
    now_ms: int


def phone_incidents(reader: Reader, who: Reading) -> list[dict[str, Any]]:
    """Open ones, gravest and then newest first, then those that ended within the hour."""
    is_open = reader.rows(
        f"SELECT {_COLUMNS} FROM incident WHERE state = 'open'"  # noqa: S608 - our own words
        f" ORDER BY {_GRAVEST}, began_at_ms DESC, id DESC LIMIT ?",
        MOST_OPEN,
    )
    over = reader.rows(
        f"SELECT {_COLUMNS} FROM incident WHERE state <> 'open' AND ended_at_ms > ?"  # noqa: S608 - our own words
        " AND began_at_ms > ? ORDER BY ended_at_ms DESC LIMIT ?",
        who.now_ms - JUST_OVER_MS,
        who.now_ms - 24 * JUST_OVER_MS,
        JUST_OVER,
    )
    return [_shown(reader, row, who) for row in (*is_open, *over)]


def _shown(reader: Reader, row: dict[str, Any], who: Reading) -> dict[str, Any]:
    told = told_of(reader, row["id"], who.people)
    return {
        **row,
        "title": without_numbers(row["title"]),
        "taken_by": _name(row["taken_by"], who),
        "still": PurePosixPath(row["still"]).name if row["still"] else None,
        "closed_how": without_numbers(row["closed_how"] or ""),
        "mine": _is_mine(row, told, who),
        "told": len(told.people),
        "reached": told.reached,
        "unreached": told.unreached,
        "story": _story(reader, row["id"], who),
        "photos": _photos(reader, row["id"]),
    }


def _is_mine(row: dict[str, Any], told: Told, who: Reading) -> bool:
    """Told to him, or of his hamlet; a device's is the technicians'. Whoever is unknown or has no hamlet has all."""
    if who.person in told.people:
        return True
    if row["kind"] in _OF_DEVICES:
        return not who.person
    return not who.hamlet or row["hamlet"] in (who.hamlet, "all")


def _story(reader: Reader, incident: str, who: Reading) -> list[dict[str, Any]]:
    """The newest chapters that tell a person something, newest first."""
    marks = ", ".join("?" * len(_TOLD_IN_THE_STORY))
    rows = reader.rows(
        "SELECT at_ms, what, by_user, detail FROM incident_story WHERE incident = ?"  # noqa: S608 - question marks
        f" AND what IN ({marks}) ORDER BY number DESC LIMIT ?",
        incident,
        *_TOLD_IN_THE_STORY,
        CHAPTERS,
    )
    return [{**row, "by_user": _name(row["by_user"], who), "detail": without_numbers(row["detail"])} for row in rows]


def _photos(reader: Reader, incident: str) -> list[str]:
    rows = reader.rows(
        "SELECT path FROM incident_photo WHERE incident = ? AND path LIKE 'photos/%' ORDER BY made_at_ms", incident
    )
    return [PurePosixPath(row["path"]).name for row in rows]


def _name(user: str | None, who: Reading) -> str | None:
    return who.people.get(user or "", (user, ""))[0]
