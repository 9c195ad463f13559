"""What moved where in the last day, for trying rules on it."""

import json
from collections.abc import Iterable

from edge.core.passage import Footprint, Passage
from edge.store.journal import Tx

KEPT_MS = 24 * 3_600_000
MOST_PASSAGES = 50_000
"""About 40 MB; the oldest go first."""
MOST_TRIED = 4_000
"""Of one camera, newest first: trying a rule takes seconds, not minutes."""


def add_passages(tx: Tx, passages: Iterable[tuple[str, Passage]]) -> None:
    """Keep finished tracks with their cameras."""
    tx.connection.executemany(
        "INSERT INTO passage (camera, began_ms, ended_ms, label, score, hits, path) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            (camera, one.began_ms, one.ended_ms, one.label, round(one.score, 3), one.hits, _path(one))
            for camera, one in passages
        ),
    )


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
