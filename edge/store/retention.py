"""What retention asks of the index: what is oldest, what is over its time, what a pin holds. Read beside the writer."""

from collections.abc import Sequence
from typing import Any

from edge.core.policy.retention import Kind, Piece
from edge.core.recording import Importance
from edge.store.reader import Reader

_PINNED = (
    "EXISTS (SELECT 1 FROM pin p WHERE p.camera = t.camera AND p.since_ms < t.ended_ms AND p.until_ms > t.began_ms"
    " AND p.ends_at_ms > :now)"
)
_SEGMENT = "SELECT id, camera, began_ms, bytes, importance, path FROM segment t"
_MEDIA = (
    "SELECT * FROM (SELECT id, coalesce(camera, CASE WHEN subject LIKE 'camera/%' THEN"
    " substr(subject, 8, instr(substr(subject, 8) || '/', '/') - 1) ELSE '' END) AS camera, state, still, clip,"
    " began_at_ms AS began_ms, coalesce(ended_at_ms, began_at_ms) AS ended_ms FROM incident"
    " WHERE (still IS NOT NULL OR clip IS NOT NULL) AND kind <> 'report') t"  # those are photos (edge.incidents.photos)
)
_EXPORT = (
    "SELECT id, camera, began_ms, made_at_ms, bytes, path"
    " FROM (SELECT *, since_ms AS began_ms, until_ms AS ended_ms FROM export) t"
)


def cameras(reader: Reader) -> list[str]:
    """All cameras of which anything lies there, also those that are in no config any more."""
    found: list[str] = []
    row = reader.row("SELECT min(camera) AS camera FROM segment")
    while row is not None and row["camera"] is not None:  # one look into the index a camera, not one a segment
        found.append(row["camera"])
        row = reader.row("SELECT min(camera) AS camera FROM segment WHERE camera > ?", found[-1])
    rest = f"SELECT camera FROM ({_MEDIA}) UNION SELECT camera FROM export WHERE state = 'done'"  # noqa: S608 - constants
    return sorted({*found, *(row["camera"] for row in reader.rows(rest))})


def over_time(reader: Reader, camera: str, cutoff_ms: int, now_ms: int, most: int) -> list[Piece]:
    """Unpinned pieces of a camera that began before ``cutoff_ms``, oldest first, at most ``most`` of each kind."""
    asked = {"camera": camera, "cutoff": cutoff_ms, "now": now_ms, "most": most}
    old = f"t.camera = :camera AND began_ms < :cutoff AND NOT {_PINNED} ORDER BY began_ms LIMIT :most"
    return [
        *map(_segment, _ask(reader, f"{_SEGMENT} WHERE {old}", asked)),
        *map(_media, _ask(reader, f"{_MEDIA} WHERE {old}", asked)),
        *map(_export, _ask(reader, f"{_EXPORT} WHERE state = 'done' AND {old}", asked)),
    ]


def heads(reader: Reader, now_ms: int, most: int) -> list[Sequence[Piece]]:
    """The oldest unpinned pieces of each kind and importance, oldest first; an open incident keeps its pictures.

    An export ages from the day it was made: who asked for it shall find time to take it.
    """
    asked = {"now": now_ms, "most": most}
    unpinned = f"NOT {_PINNED}"
    lists: list[Sequence[Piece]] = [
        [
            _segment(row)
            for row in _ask(
                reader,
                f"{_SEGMENT} WHERE importance = {importance:d} AND {unpinned} ORDER BY began_ms LIMIT :most",
                asked,
            )
        ]
        for importance in Importance
    ]
    media = f"{_MEDIA} WHERE state <> 'open' AND {unpinned} ORDER BY began_ms LIMIT :most"
    exports = f"{_EXPORT} WHERE state = 'done' AND {unpinned} ORDER BY made_at_ms LIMIT :most"
    lists.append([_media(row) for row in _ask(reader, media, asked)])
    lists.append([_export({**row, "began_ms": row["made_at_ms"]}) for row in _ask(reader, exports, asked)])
    return lists


def indexed_bytes(reader: Reader) -> int:
    """What all segments and exports of the index take."""
    found = reader.row(
        "SELECT (SELECT coalesce(sum(bytes), 0) FROM segment)"
        " + (SELECT coalesce(sum(bytes), 0) FROM export WHERE state = 'done') AS bytes"
    )
    assert found is not None, "an aggregate always has a row"
    return int(found["bytes"])


def pinned_bytes(reader: Reader, now_ms: int) -> int:
    """What pins hold; spans that overlap are counted once."""
    found = reader.row(
        "SELECT coalesce(sum(bytes), 0) AS bytes FROM (SELECT DISTINCT s.id, s.bytes FROM pin p JOIN segment s"
        " ON s.camera = p.camera AND s.began_ms < p.until_ms AND s.ended_ms > p.since_ms WHERE p.ends_at_ms > ?)",
        now_ms,
    )
    assert found is not None, "an aggregate always has a row"
    return int(found["bytes"])


def oldest_ms(reader: Reader) -> int | None:
    """When the oldest segment began."""
    found = reader.row(
        "SELECT min(began) AS oldest FROM (SELECT (SELECT min(began_ms) FROM segment WHERE importance = value) AS began"
        " FROM json_each('[0, 1, 2, 3]'))"
    )
    return None if found is None else found["oldest"]


def day_folders(reader: Reader) -> list[str]:
    """Every folder in which the index knows segments."""
    found: list[str] = []
    row = reader.row("SELECT min(path) AS path FROM segment")
    while row is not None and row["path"] is not None:
        found.append(row["path"].rpartition("/")[0])
        row = reader.row("SELECT min(path) AS path FROM segment WHERE path > ?", _past(found[-1]))
    return found


def paths_in(reader: Reader, folder: str) -> set[str]:
    """The segments that the index knows in a folder."""
    rows = reader.rows("SELECT path FROM segment WHERE path > ? AND path < ?", f"{folder}/", _past(folder))
    return {row["path"] for row in rows}


def kept_beside(reader: Reader) -> set[str]:
    """Stills, clips and exports that some row names, with the notes of exports."""
    media = reader.rows("SELECT still, clip FROM incident WHERE still IS NOT NULL OR clip IS NOT NULL")
    paths = [row["path"] for row in reader.rows("SELECT path FROM export WHERE state = 'done'")]
    return {path for row in media for path in row.values() if path} | {*paths, *map(note_path, paths)}


def _past(folder: str) -> str:
    """After every path in a folder: 0 follows the slash."""
    return f"{folder}0"


def _ask(reader: Reader, question: str, asked: dict[str, Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in reader.connection.execute(question, asked)]


def _segment(row: dict[str, Any]) -> Piece:
    importance = Importance(row["importance"])
    return Piece(Kind.SEGMENT, str(row["id"]), row["camera"], row["began_ms"], row["bytes"], importance, (row["path"],))


def _media(row: dict[str, Any]) -> Piece:
    """Their size is not in the index: whoever deletes them asks the disk."""
    files = tuple(path for path in (row["still"], row["clip"]) if path)
    return Piece(Kind.MEDIA, row["id"], row["camera"], row["began_ms"], 0, Importance.INCIDENT, files)


def _export(row: dict[str, Any]) -> Piece:
    path = row["path"]
    files = (path, note_path(path))
    return Piece(Kind.EXPORT, row["id"], row["camera"], row["began_ms"], row["bytes"], Importance.INCIDENT, files)


def note_path(path: str) -> str:
    """Where the note beside an export lies."""
    return path.removesuffix(".mp4") + ".txt"
