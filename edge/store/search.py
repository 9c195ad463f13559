"""Finding incidents again: by time, camera, rule, kind and words, newest first, page by page."""

import json
import unicodedata
from dataclasses import dataclass
from typing import Any

from edge.store.reader import Reader

PAGE = 50
LONGEST_PAGE = 200
_COLUMNS = (
    "id, kind, rule_kind, severity, title, subject, place, hamlet, camera, rule, label, score, box, most,"
    " began_at_ms, ended_at_ms, state, seen_at_ms, taken_by, taken_at_ms, closed_by, closed_how, verdict, still, clip"
)


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for; what is left empty does not matter.

    ``kind`` is an incident's kind or its rule's kind (``intrusion``, ``loiter``, ``offline`` …), ``rule`` the id of a
    zone or line. ``state`` is open or closed, ``verdict`` false_alarm or true_alarm. Every word of ``text`` must be in
    the title, the place, the comment or the names of who took or closed it; accents and capitals do not count.
    ``after`` is ``Page.next`` of the page before.
    """

    since_ms: int | None = None
    until_ms: int | None = None
    camera: str = ""
    rule: str = ""
    kind: str = ""
    severity: str = ""
    state: str = ""
    verdict: str = ""
    text: str = ""
    after: str = ""
    limit: int = PAGE


@dataclass(frozen=True, slots=True)
class Page:
    """Incidents, newest first, as dictionaries of their columns; ``box`` is [left, top, right, bottom] or None.

    ``still`` and ``clip`` are paths below the media folder. ``next`` is empty on the last page.
    """

    rows: tuple[dict[str, Any], ...]
    next: str


def search_incidents(reader: Reader, query: Query) -> Page:
    """One page of what fits the query. A page that was asked for stays the same when new incidents come."""
    reader.connection.create_function("plain", 1, plain, deterministic=True)
    limit = max(1, min(query.limit, LONGEST_PAGE))
    where, values = _conditions(query)
    rows = reader.rows(
        f"SELECT {_COLUMNS} FROM incident WHERE {' AND '.join(where)}"  # noqa: S608 - only our own words are put in
        " ORDER BY began_at_ms DESC, id DESC LIMIT ?",
        *values,
        limit + 1,
    )
    found = tuple(_opened_up(row) for row in rows[:limit])
    return Page(found, f"{found[-1]['began_at_ms']}/{found[-1]['id']}" if len(rows) > limit else "")


MOST_WORDS = 8
"""Each word is looked for in every row: more of them only cost."""
LONGEST_TIME = 15
"""Digits of a time in milliseconds, with room for thirty thousand years."""


def incident_with_story(reader: Reader, incident: str) -> dict[str, Any] | None:
    """One incident with ``story``: [{at_ms, what, by_user, detail}] in order; None when it is unknown."""
    row = reader.row(f"SELECT {_COLUMNS} FROM incident WHERE id = ?", incident)  # noqa: S608 - our own words
    if row is None:
        return None
    told = reader.rows(
        "SELECT at_ms, what, by_user, detail FROM incident_story WHERE incident = ? ORDER BY number", incident
    )
    return _opened_up(row) | {"story": told}


def plain(text: str | None) -> str:
    """A text without accents and capitals: ``Đường Bờ Sông`` is found as ``duong bo song``."""
    apart = unicodedata.normalize("NFD", (text or "").casefold().replace("đ", "d"))
    return "".join(char for char in apart if not unicodedata.combining(char))


def _conditions(query: Query) -> tuple[list[str], list[object]]:
    table: list[tuple[str, tuple[object, ...]]] = [("1", ())]
    if query.since_ms is not None:
        table.append(("(ended_at_ms IS NULL OR ended_at_ms >= ?)", (query.since_ms,)))
    if query.until_ms is not None:
        table.append(("began_at_ms < ?", (query.until_ms,)))
    if query.kind:
        table.append(("(kind = ? OR rule_kind = ?)", (query.kind, query.kind)))
    named = ("camera", "rule", "severity", "state", "verdict")
    table.extend((f"{column} = ?", (getattr(query, column),)) for column in named if getattr(query, column))
    began, _, last = query.after.partition("/")
    if began.isdecimal() and len(began) <= LONGEST_TIME:
        table.append(("(began_at_ms, id) < (?, ?)", (int(began), last)))
    table.extend((_HOLDS, (word,)) for word in dict.fromkeys(plain(query.text).split()[:MOST_WORDS]))
    return [condition for condition, _ in table], [value for _, values in table for value in values]


_HOLDS = (
    "instr(plain(title || ' ' || place || ' ' || coalesce(closed_how, '') || ' ' || coalesce(closed_by, '') || ' '"
    " || coalesce(taken_by, '')), ?) > 0"
)


def _opened_up(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"box": json.loads(row["box"]) if row["box"] else None}
