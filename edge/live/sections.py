"""The sections of the wall's state (docs/ref/state.md), each made afresh from the store or from memory."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from edge.core.indicator.tile import tile
from edge.core.indicator.values import Indicator, Measured
from edge.core.moment import Moment
from edge.core.policy.approval import Shown, seal_of
from edge.store.alert_story import missed
from edge.store.bulletins import every_writer
from edge.store.indicator_rows import last_value, values_since
from edge.store.reader import Reader

Section = Callable[[], Any]
NEWEST = 50
MOST_BULLETINS = 200
TREND_POINTS = 240
INDICATOR_TREND_MS = 365 * 86_400_000
MOST_INDICATOR_ROWS = 400
"""Of one tile; of one that changes every hour the last weeks."""


def incidents(reader: Reader, names: dict[str, str]) -> list[dict[str, Any]]:
    """The newest incidents with who was told; names instead of phone numbers (L5)."""
    rows = reader.rows(
        "SELECT id, kind, rule_kind, severity, title, subject, place, hamlet, camera, rule, label, most, box,"
        " began_at_ms, ended_at_ms, state, seen_at_ms, taken_by, taken_at_ms, closed_by, closed_how, verdict, still,"
        " clip FROM incident ORDER BY began_at_ms DESC LIMIT ?",
        NEWEST,
    )
    for row in rows:
        told = reader.rows(
            "SELECT a.person, a.state, a.changed_at_ms AS at_ms, a.stands, a.given_up_at_ms FROM alert a"
            " LEFT JOIN ladder l ON l.incident = a.incident"
            " WHERE a.incident = ? AND a.round = coalesce(l.round, a.round) ORDER BY a.place_in_line, a.rowid",
            row["id"],
        )
        row["told"] = [
            {"name": names.get(alert["person"], "?"), "state": alert["state"], "at_ms": alert["at_ms"]}
            for alert in told
        ]
        row["not_reached"] = list(
            dict.fromkeys(
                names.get(alert["person"], "?") for alert in told if missed(alert) and alert["stands"] == "own"
            )
        )
        row["taken_by"] = names.get(row["taken_by"] or "", row["taken_by"])
        row["still"] = row["still"].rpartition("/")[2] if row["still"] else None
        row["box"] = json.loads(row["box"]) if row["box"] else None
        row["clip"] = row["clip"] is not None
    return rows


def bulletins(reader: Reader) -> list[dict[str, Any]]:
    """The newest bulletins with the reports of their horns counted, and every older one that waits for somebody."""
    rows = reader.rows(
        "SELECT b.id, b.text, b.spoken, b.priority, b.hamlets, b.state, b.author, b.writers, b.approver, b.comment,"
        " b.made_at_ms, b.template, b.signed_off_by, b.repeats_left, b.next_at_ms, r.ms, r.clips"
        " FROM bulletin b LEFT JOIN recording r ON r.id = b.recording"
        " WHERE b.id IN (SELECT id FROM bulletin ORDER BY made_at_ms DESC LIMIT ?)"
        " OR b.signed_off_by = '' OR b.state IN ('ready', 'reapprove', 'approved', 'queued', 'airing')"
        " ORDER BY b.made_at_ms DESC LIMIT ?",
        NEWEST,
        MOST_BULLETINS,
    )
    for row in rows:
        row["hamlets"] = json.loads(row["hamlets"])
        row["clips"] = json.loads(row["clips"] or "[]")
        row["writers"] = every_writer(row["author"], row["writers"])
        row["seal"] = seal_of(Shown(row["text"], row["priority"], row["hamlets"], row["clips"]))
        row["next_at_ms"] = row["next_at_ms"] if row["repeats_left"] else None
        counted = reader.rows(
            "SELECT r.outcome, count(*) AS n FROM horn_report r JOIN horn_order o ON o.id = r.horn_order"
            " WHERE o.bulletin = ? AND r.outcome IS NOT NULL GROUP BY r.outcome",
            row["id"],
        )
        row["reports"] = {count["outcome"]: count["n"] for count in counted}
    return rows


def trend(reader: Reader, station: str, quantity: str) -> list[list[float]]:
    """The last readings of a station, oldest first."""
    rows = reader.rows(
        "SELECT at_ms, value FROM reading WHERE station = ? AND quantity = ? AND quality = 'good'"
        " ORDER BY at_ms DESC LIMIT ?",
        station,
        quantity,
        TREND_POINTS,
    )
    return [[row["at_ms"], row["value"]] for row in reversed(rows)]


def indicators(reader: Reader, known: Sequence[Indicator], now: Moment) -> list[dict[str, Any]]:
    """Every indicator of the settings with its newest value and the course of a year."""
    return [tile(one, _values(reader, one, now.at_ms), now.at_ms) for one in known]


def _values(reader: Reader, one: Indicator, now_ms: int) -> list[Measured]:
    """One that is older than a year is shown all the same, as old as it is."""
    values = values_since(reader, one.id, now_ms, now_ms - INDICATOR_TREND_MS, MOST_INDICATOR_ROWS)
    last = None if values else last_value(reader, one.id, now_ms)
    return values if last is None else [last]


def alert_counts(reader: Reader) -> dict[str, int]:
    """How many alarms are in each state."""
    return {row["state"]: row["n"] for row in reader.rows("SELECT state, count(*) AS n FROM alert GROUP BY state")}


def clock(now: Moment) -> dict[str, Any]:
    """The heartbeat of the page."""
    return {"state": now.clock, "at_ms": now.at_ms}
