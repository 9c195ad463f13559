"""Files for the province: offered, made ready, sent; or gone, and then the province is told so (L3).

Others call ``offer``; everything else is the media part's own.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from typing import Literal

from edge.core.incident import Severity
from edge.kernel.wire.upload import Kind, short_hash
from edge.store.journal import Tx
from edge.store.outbox import LANE_MEDIA

MOST_WAITING = 1_000
"""Overflow rule: the last of the queue is given up, what a rule wanted before what a person did, and that is told."""
FORGET_MS = 30 * 86_400_000
By = Literal["rule", "command", "report"]
FULL = "Hàng chờ gửi hình lên tỉnh đã đầy."
DELETED = "Tệp đã bị xoá ở xã."
_URGENCY = {"minor": 0, "moderate": 1, "severe": 2, "extreme": 3}
_ORDER = (
    "CASE kind WHEN 'still' THEN 0 WHEN 'clip' THEN 1 ELSE 2 END, wanted_by <> 'command', urgency DESC, at_ms DESC,"
    " coalesce(bytes, 0), id"
)
"""Stills, then clips, then the rest; what somebody waits for, the gravest, the newest, the smallest."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A row. ``path`` and ``copy`` are below the data folder; sha256 and bytes, once it is ready, of what is sent."""

    id: str
    kind: Kind
    subject: str
    event: str
    path: str
    camera: str
    wanted_by: By
    state: str
    copy: str | None
    sha256: str | None
    bytes: int | None
    url: str | None
    offset_bytes: int
    tries: int

    @property
    def sent_path(self) -> str:
        """The file whose bytes go."""
        return self.copy or self.path


@dataclass(frozen=True, slots=True)
class MediaBacklog:
    """What waits, how many bytes of it are known to wait, what has arrived and what never will."""

    waiting: int
    bytes: int
    sent: int
    refused: int


_COLUMNS = ", ".join(field.name for field in fields(Upload))


def offer(  # noqa: PLR0913 - a row
    tx: Tx,
    path: str,
    kind: Kind,
    subject: str,
    event_id: str,
    *,
    by: By = "report",
    camera: str = "",
    urgency: int = 0,
    at_ms: int | None = None,
) -> str:
    """Have a file sent; its id. ``path`` is relative to the data folder, ``event_id`` the event that speaks of it.

    The same file that waits already is not queued twice. The file must stay as it is until it is sent.
    """
    known = tx.row(
        "SELECT id FROM media_upload WHERE path = ? AND subject = ? AND state IN ('waiting', 'ready')", path, subject
    )
    if known:
        return str(known[0])
    name = tx.new_id()
    tx.run(
        "INSERT INTO media_upload (id, kind, subject, event, path, camera, wanted_by, urgency, at_ms, state,"
        " made_at_ms, changed_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting', ?, ?)",
        *(name, kind, subject, event_id, path, camera, by, urgency, at_ms or tx.now.at_ms, tx.now.at_ms, tx.now.at_ms),
    )
    _drop_overflow(tx)
    return name


def offer_stills(tx: Tx, severities: Collection[str], since_ms: int) -> int:
    """Offer the pictures of incidents of these severities that began after ``since_ms``; how many are new."""
    of_these = f"severity IN ({_marks(severities)})"
    rows = tx.run(
        "SELECT id, 'media/' || still, coalesce(camera, ''), severity, began_at_ms FROM incident i"  # noqa: S608 - marks
        f" WHERE began_at_ms > ? AND still IS NOT NULL AND {of_these}"
        " AND NOT EXISTS (SELECT 1 FROM media_upload u WHERE u.path = 'media/' || i.still)",
        since_ms,
        *severities,
    ).fetchall()
    for incident, path, camera, severity, at_ms in rows:
        event = opening_event(tx, incident)
        offer(tx, path, "still", incident, event, by="rule", camera=camera, urgency=urgency_of(severity), at_ms=at_ms)
    return len(rows)


def urgency_of(severity: str) -> int:
    """How early an incident's files go."""
    return _URGENCY.get(Severity(severity), 0)


def opening_event(tx: Tx, incident: str) -> str:
    """The id of the event by which the province knows of an incident; empty when the outbox has it no more."""
    row = tx.row("SELECT id FROM outbox WHERE subject = ? AND type = 'incident.opened' LIMIT 1", incident)
    return str(row[0]) if row else ""


def next_uploads(tx: Tx, states: Sequence[str], kinds: Sequence[str], limit: int, *, by_rule: bool) -> list[Upload]:
    """The first of the queue in these states; ``by_rule``: also what only a rule wants."""
    rows = tx.run(
        f"SELECT {_COLUMNS} FROM media_upload WHERE state IN ({_marks(states)}) AND kind IN ({_marks(kinds)})"  # noqa: S608
        f" AND (? OR wanted_by <> 'rule') ORDER BY {_ORDER} LIMIT ?",
        *states,
        *kinds,
        by_rule,
        limit,
    )
    return [Upload(*row) for row in rows]


def made_ready(tx: Tx, upload: Upload, copy: str | None, sha256: str, size: int) -> None:
    """What will be sent lies there and is known: the province hears of it."""
    _change(tx, upload.id, state="ready", copy=copy, sha256=sha256, bytes=size)
    _tell(tx, "media.offered", upload, sha256, {"bytes": size})


def begun(tx: Tx, upload: str, url: str | None) -> None:
    """The hub has a place for it; None: it begins anew."""
    _change(tx, upload, url=url, offset_bytes=0)


def went_wrong(tx: Tx, upload: str) -> int:
    """The hub threw it away: it begins anew; how often that was."""
    tx.run("UPDATE media_upload SET url = NULL, offset_bytes = 0, tries = tries + 1 WHERE id = ?", upload)
    row = tx.row("SELECT tries FROM media_upload WHERE id = ?", upload)
    return int(row[0]) if row else 0


def progressed(tx: Tx, upload: str, offset: int) -> None:
    """So much of it is at the hub."""
    _change(tx, upload, offset_bytes=offset)


def arrived(tx: Tx, upload: Upload) -> None:
    """The hub has it whole and verified."""
    _change(tx, upload.id, state="sent", offset_bytes=upload.bytes, copy=None)
    _tell(tx, "media.sent", upload, upload.sha256, {"bytes": upload.bytes})


def gone(tx: Tx, upload: Upload, reason: str) -> None:
    """Its file is deleted here, before it was sent or after: the province is told, also what it has to forget."""
    _change(tx, upload.id, state="gone", reason=reason, copy=None)
    _tell(tx, "media.gone", upload, upload.sha256, {"reason": reason})


def refused(tx: Tx, upload: Upload, reason: str) -> None:
    """It will never be sent, and why: kept and shown."""
    _change(tx, upload.id, state="refused", reason=reason, copy=None)
    _tell(tx, "media.gone", upload, upload.sha256, {"reason": reason})


def sent_after(tx: Tx, upload: str, limit: int) -> list[Upload]:
    """Files that the province has, in the order of their ids, behind this one."""
    rows = tx.run(
        f"SELECT {_COLUMNS} FROM media_upload WHERE state = 'sent' AND id > ? ORDER BY id LIMIT ?",  # noqa: S608
        upload,
        limit,
    )
    return [Upload(*row) for row in rows]


def conceal_again(tx: Tx) -> None:
    """The box starts, perhaps with other masks: what was hidden by the old ones and is not sent yet is made anew."""
    tx.run(
        "UPDATE media_upload SET state = 'waiting', copy = NULL, url = NULL, offset_bytes = 0"
        " WHERE state = 'ready' AND kind = 'still'"
    )


def copies(tx: Tx) -> set[str]:
    """Files that were made only to be sent and are still needed."""
    return {row[0] for row in tx.run("SELECT copy FROM media_upload WHERE copy IS NOT NULL AND state = 'ready'")}


def media_backlog(tx: Tx) -> MediaBacklog:
    """Counts for the status."""
    row = tx.row(
        "SELECT count(*) FILTER (WHERE state IN ('waiting', 'ready')), coalesce(sum(bytes - offset_bytes) FILTER"
        " (WHERE state = 'ready'), 0), count(*) FILTER (WHERE state = 'sent'), count(*) FILTER"
        " (WHERE state = 'refused') FROM media_upload"
    )
    assert row is not None
    return MediaBacklog(*row)


def forget_old(tx: Tx) -> None:
    """What came to nothing a month ago is of no use to anybody."""
    before = tx.now.at_ms - FORGET_MS
    tx.run("DELETE FROM media_upload WHERE state IN ('gone', 'refused') AND changed_at_ms < ?", before)
    tx.run("DELETE FROM media_fetch WHERE state IN ('offered', 'failed') AND changed_at_ms < ?", before)


def _drop_overflow(tx: Tx) -> None:
    row = tx.row("SELECT count(*) FROM media_upload WHERE state IN ('waiting', 'ready')")
    if row is None or row[0] <= MOST_WAITING:
        return
    last = tx.row(
        f"SELECT {_COLUMNS} FROM (SELECT *, row_number() OVER (ORDER BY {_ORDER}) AS place FROM media_upload"  # noqa: S608
        " WHERE state IN ('waiting', 'ready')) ORDER BY wanted_by = 'rule' DESC, place DESC LIMIT 1"
    )
    assert last is not None
    gone(tx, Upload(*last), FULL)


def _marks(values: Collection[str]) -> str:
    return ", ".join("?" * len(values))


def _change(tx: Tx, upload: str, **values: object) -> None:
    names = ", ".join(f"{name} = ?" for name in values)
    tx.run(
        f"UPDATE media_upload SET {names}, changed_at_ms = ? WHERE id = ?",  # noqa: S608 - our own column names
        *values.values(),
        tx.now.at_ms,
        upload,
    )


def _tell(tx: Tx, kind: str, upload: Upload, sha256: str | None, more: dict[str, object]) -> None:
    data = {"kind": upload.kind, "event": upload.event, **({"sha256": short_hash(sha256)} if sha256 else {}), **more}
    tx.event(LANE_MEDIA, kind, upload.subject, data)
