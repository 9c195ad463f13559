"""Segments of ten seconds joined to what a timeline draws."""

from collections.abc import Iterable
from typing import Any

GAP_MS = 1500
"""Segments that follow each other closer than this are one recording: a key interval may lie between them."""
LONGEST_INCIDENT_MS = 30 * 60_000
"""More of an incident is asked for with a reason of its own."""
MOVED = 0.02
"""The least share of a segment's time with motion that is drawn as motion."""


def of_incident(row: dict[str, Any], now_ms: int) -> tuple[int, int]:
    """From an incident's beginning to its end, to now while it lasts, and to half an hour at most."""
    began_ms: int = row["began_at_ms"]
    return began_ms, max(began_ms + 1, min(row["ended_at_ms"] or now_ms, began_ms + LONGEST_INCIDENT_MS))


def joined(segments: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Spans ``{since_ms, until_ms, importance, moved, codec}`` in order; neighbours that look the same are one."""
    spans: list[dict[str, Any]] = []
    for segment in segments:
        look = {
            "importance": segment["importance"],
            "moved": segment["motion"] >= MOVED,
            "codec": segment["codec"],
        }
        last = spans[-1] if spans else None
        if last and look.items() <= last.items() and segment["began_ms"] - last["until_ms"] < GAP_MS:
            last["until_ms"] = segment["ended_ms"]
        else:
            spans.append({"since_ms": segment["began_ms"], "until_ms": segment["ended_ms"], **look})
    return spans
