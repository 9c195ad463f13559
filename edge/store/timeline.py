"""Questions about recordings, for pages: what lies there, when something happened, what is pinned or exported.

Everything here is an index, no picture. Files lie below the media folder of the box:

* a segment at ``segment["path"]`` (fragmented MP4, video only), served only after ``ViewRecording`` was answered for
  its span, because that request writes the audit line (L5);
* an export at ``media/exports/<id>.mp4`` with ``<id>.txt`` beside it, served only after ``TakeExport``;
* the clip of an incident at ``incident.clip``, a view of a recording like any other.
"""

from typing import Any

from edge.store.reader import Reader

VIETNAM_MS = 7 * 3_600_000
"""The local day begins seven hours before the UTC day."""
MOST_ROWS = 20_000
"""Two days of one camera in segments of ten seconds."""
LONGEST_SEGMENT_MS = 180_000
"""Segments last a minute at most, and end at the next key frame: none that began earlier reaches into a span."""


def recordings(reader: Reader, camera: str, since_ms: int, until_ms: int) -> list[dict[str, Any]]:
    """Segments that hold anything of this span, oldest first.

    Each: id, path, began_ms, ended_ms, bytes, codec, width, height, motion (share 0..1), importance (0 nothing,
    1 motion, 2 somebody, 3 an incident).
    """
    return reader.rows(
        "SELECT id, path, began_ms, ended_ms, bytes, codec, width, height, motion, importance FROM segment"
        " WHERE camera = ? AND began_ms > ? AND began_ms < ? AND ended_ms > ? ORDER BY began_ms LIMIT ?",
        camera,
        since_ms - LONGEST_SEGMENT_MS,
        until_ms,
        since_ms,
        MOST_ROWS,
    )


def segment(reader: Reader, number: int) -> dict[str, Any] | None:
    """One segment by its id, with its camera; None when retention has taken it meanwhile."""
    return reader.row("SELECT * FROM segment WHERE id = ?", number)


def days(reader: Reader, camera: str) -> list[dict[str, Any]]:
    """Local days of which anything is there, newest first: day (YYYY-MM-DD), since_ms, until_ms, bytes, most."""
    return reader.rows(
        "SELECT date((began_ms + ?) / 1000, 'unixepoch') AS day, min(began_ms) AS since_ms, max(ended_ms) AS until_ms,"
        " sum(bytes) AS bytes, max(importance) AS most FROM segment WHERE camera = ? GROUP BY day ORDER BY day DESC",
        VIETNAM_MS,
        camera,
    )


def pins(reader: Reader, camera: str | None = None) -> list[dict[str, Any]]:
    """Pinned spans, newest first, of one camera or all.

    Each: id, camera, since_ms, until_ms, reason, by_user, ends_at_ms, made_at_ms, incident.
    """
    return reader.rows("SELECT * FROM pin WHERE camera = coalesce(?, camera) ORDER BY made_at_ms DESC, id", camera)


def exports(reader: Reader, limit: int = 100) -> list[dict[str, Any]]:
    """The newest exports.

    Each: id, camera, since_ms, until_ms, blur, reason, by_user, made_at_ms, state, detail, sha256, bytes;
    ``state`` is waiting, working, done, failed or gone (retention has taken it).
    """
    return reader.rows(
        "SELECT id, camera, since_ms, until_ms, blur, reason, by_user, made_at_ms, state, detail, sha256, bytes"
        " FROM export ORDER BY made_at_ms DESC, id LIMIT ?",
        limit,
    )
