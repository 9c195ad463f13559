"""Who was told of an incident, counted by person: for lists. The whole story is ``edge.store.alert_story``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from edge.store.reader import Reader

_LEFT = "người đã rời danh sách"


@dataclass(frozen=True, slots=True)
class Told:
    """Of the newest round: ids of all who were to know, how many of them a message reached, names of the others.

    ``unreached`` are those with whom every way was tried; who is still being tried is in neither.
    """

    people: frozenset[str]
    reached: int
    unreached: tuple[str, ...]


def told_of(reader: Reader, incident: str, people: Mapping[str, tuple[str, str]]) -> Told:
    """Names instead of numbers (L7)."""
    rows = reader.rows(
        "SELECT a.person, a.name, a.state, a.given_up_at_ms FROM alert a LEFT JOIN ladder l ON l.incident = a.incident"
        " WHERE a.incident = ? AND a.round = coalesce(l.round, a.round) ORDER BY a.place_in_line, a.rowid",
        incident,
    )
    missed = dict.fromkeys(_name(row, people) for row in rows if _is_missed(row))
    reached = {row["person"] for row in rows if row["state"] in ("sent", "delivered", "taken")}
    return Told(frozenset(row["person"] for row in rows), len(reached), tuple(missed))


def _is_missed(row: Mapping[str, Any]) -> bool:
    return row["state"] != "taken" and (row["given_up_at_ms"] is not None or row["state"] == "failed")


def _name(row: Mapping[str, Any], people: Mapping[str, tuple[str, str]]) -> str:
    return people.get(row["person"], (str(row["name"] or _LEFT), ""))[0]
