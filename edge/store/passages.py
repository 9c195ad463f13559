"""What moved where in the last day, for trying rules on it; the province is told of each, without its path."""

import json
from collections.abc import Sequence
from typing import Any

from edge.core.passage import Footprint, Passage
from edge.store.journal import Tx
from edge.store.outbox import LANE_TELEMETRY

KEPT_MS = 24 * 3_600_000
MOST_PASSAGES = 50_000
"""About 40 MB; the oldest go first."""
MOST_TRIED = 4_000
"""Of one camera, newest first: trying a rule takes seconds, not minutes."""


def add_passages(tx: Tx, passages: Sequence[tuple[str, Passage]]) -> None:
    """Keep finished tracks with their cameras, and tell the province of each."""
    for camera, one in passages:
        tx.event(LANE_TELEMETRY, "detection.seen", camera, detection_of(one))
    tx.connection.executemany(
        "INSERT INTO passage (camera, began_ms, ended_ms, label, score, hits, path) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            (camera, one.began_ms, one.ended_ms, one.label, round(one.score, 3), one.hits, _path(one))
            for camera, one in passages
        ),
    )


def detection_of(passage: Passage) -> dict[str, Any]:
    """What leaves the commune of a track (docs/ref/events.md): no path, no picture and no hash of one."""
    first, last = passage.path[0], passage.path[-1]
    return {
        "label": passage.label,
        "score": round(passage.score, 2),
        "hits": passage.hits,
        "began_ms": passage.began_ms,
        "lasted_ms": passage.ended_ms - passage.began_ms,
        "from": [round(first.x, 3), round(first.y, 3)],
        "to": [round(last.x, 3), round(last.y, 3)],
    }


def drop_old_passages(tx: Tx) -> None:
    """Forget what is older than a day, and what is more than the store wants to hold."""
    tx.run("DELETE FROM passage WHERE ended_ms < ?", tx.now.at_ms - KEPT_MS)
    tx.run("DELETE FROM passage WHERE id <= (SELECT id FROM passage ORDER BY id DESC LIMIT 1 OFFSET ?)", MOST_PASSAGES)


def passages_since(tx: Tx, camera: str, since_ms: int) -> list[Passage]:
    """What moved before a camera since then, oldest first."""
    rows = tx.run(
        "SELECT began_ms, ended_ms, label, score, hits, path FROM passage WHERE camera = ? AND began_ms >= ?"
        " ORDER BY began_ms DESC LIMIT ?",
        camera,
        since_ms,
        MOST_TRIED,
    )
    return [_passage(*row) for row in rows][::-1]


def _path(passage: Passage) -> str:
    points = [[point.after_ms, point.x, point.y, point.height] for point in passage.path]
    return json.dumps(points, separators=(",", ":"))


def _passage(began_ms: int, ended_ms: int, label: str, score: float, hits: int, path: str) -> Passage:
    return Passage(began_ms, ended_ms, label, score, hits, tuple(Footprint(*point) for point in json.loads(path)))
