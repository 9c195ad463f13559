"""Who was told of incidents, and who was not reached: from the rows of alerts, names instead of numbers (L7)."""

from collections.abc import Iterable, Mapping
from typing import Any

from edge.store.reader import Reader

MISSED, UNDER_WAY, REACHED, ANSWERED = "failed", "waiting", "sent", "taken"
_BEST_LAST = (MISSED, UNDER_WAY, REACHED, ANSWERED)


def told_of(reader: Reader, incident: str, people: Mapping[str, tuple[str, str]]) -> list[dict[str, Any]]:
    """``[{person, name, state, at_ms, detail}]``, a line a person, who was not reached first.

    Of several alerts to one person the best counts: whoever answered one was reached.
    """
    rows = reader.rows(
        "SELECT person, state, changed_at_ms AS at_ms FROM alert WHERE incident = ? ORDER BY changed_at_ms", incident
    )
    best: dict[str, dict[str, Any]] = {}
    for row in rows:
        known = best.get(row["person"])
        if known is None or _rank(row) >= _rank(known):
            best[row["person"]] = row
    return sorted((_named(row, people) for row in best.values()), key=lambda row: (_rank(row), row["name"]))


def not_reached(told: Iterable[Mapping[str, Any]]) -> list[str]:
    """Their names."""
    return [row["name"] for row in told if row["state"] == MISSED]


def _rank(row: Mapping[str, Any]) -> int:
    return _BEST_LAST.index(row["state"]) if row["state"] in _BEST_LAST else 0


def _named(row: dict[str, Any], people: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    name, _ = people.get(row["person"], ("người đã rời danh sách", ""))
    return {**row, "name": name}
