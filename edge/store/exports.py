"""Exports: asked for, cut one after the other, taken; each step that a person makes is an audit line (L5)."""

from dataclasses import dataclass

from edge.core.errors import FinalError
from edge.core.recording import Span, Who
from edge.store.journal import Tx
from edge.store.outbox import LANE_RESULT
from edge.store.recordings import span_words

MOST_WAITING = 20
"""Overflow rule: one more is refused, and the person told to wait."""


@dataclass(frozen=True, slots=True)
class ExportRow:
    """An export that waits to be cut."""

    id: str
    span: Span
    blur: bool
    reason: str
    user: str
    made_at_ms: int


@dataclass(frozen=True, slots=True)
class Taken:
    """A finished export's file; ``path`` is relative to the media folder."""

    path: str
    sha256: str
    bytes: int


def ask_export(tx: Tx, number: str, span: Span, who: Who, reason: str, *, blur: bool) -> None:
    """Queue it; the same press again changes nothing. Raises FinalError when too many wait."""
    if tx.row("SELECT 1 FROM export WHERE id = ?", number):
        return
    waiting = tx.row("SELECT count(*) FROM export WHERE state IN ('waiting', 'working')")
    if waiting and waiting[0] >= MOST_WAITING:
        raise FinalError(f"Đang có {MOST_WAITING} đoạn chờ trích, xin đợi bớt rồi hãy yêu cầu thêm.")
    tx.run(
        "INSERT INTO export (id, camera, since_ms, until_ms, blur, reason, by_user, made_at_ms, state)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'waiting')",
        *(number, span.camera, span.since_ms, span.until_ms, int(blur), reason, who.user, tx.now.at_ms),
    )
    how = "làm mờ người" if blur else "không làm mờ"
    tx.deed(who.user, who.role, "recording.export", f"{span_words(span)}, {how}: {reason}")


def wait_again(tx: Tx) -> None:
    """What was being cut when the box stopped waits again."""
    tx.run("UPDATE export SET state = 'waiting' WHERE state = 'working'")


def next_export(tx: Tx) -> ExportRow | None:
    """The oldest that waits; it is in work from now on."""
    found = tx.row(
        "SELECT id, camera, since_ms, until_ms, blur, reason, by_user, made_at_ms FROM export"
        " WHERE state = 'waiting' ORDER BY made_at_ms, id LIMIT 1"
    )
    if found is None:
        return None
    tx.run("UPDATE export SET state = 'working' WHERE id = ?", found[0])
    return ExportRow(found[0], Span(*found[1:4]), bool(found[4]), *found[5:])


def finish_export(tx: Tx, row: ExportRow, taken: Taken, detail: str) -> None:
    """Its file lies on the disk. The province is told that there is one, not what it shows or why."""
    tx.run(
        "UPDATE export SET state = 'done', detail = ?, path = ?, sha256 = ?, bytes = ? WHERE id = ?",
        *(detail, taken.path, taken.sha256, taken.bytes, row.id),
    )
    span = {"camera": row.span.camera, "since_ms": row.span.since_ms, "until_ms": row.span.until_ms}
    tx.event(LANE_RESULT, "recording.exported", row.id, {**span, "blurred": row.blur})


def fail_export(tx: Tx, number: str, reason: str) -> None:
    """It could not be cut, and why."""
    tx.run("UPDATE export SET state = 'failed', detail = ? WHERE id = ?", reason, number)


def take_export(tx: Tx, number: str, who: Who) -> tuple[Span, Taken]:
    """Somebody takes the file away: an audit line. Raises FinalError when there is none (any more)."""
    found = tx.row("SELECT camera, since_ms, until_ms, state, path, sha256, bytes FROM export WHERE id = ?", number)
    if found is None:
        raise FinalError("Không có đoạn trích này.")
    if found[3] == "gone":
        raise FinalError("Đoạn trích này đã bị xoá vì hết hạn lưu.")
    if found[3] != "done":
        raise FinalError("Đoạn trích này chưa xong.")
    span, taken = Span(*found[:3]), Taken(*found[4:])
    tx.deed(who.user, who.role, "recording.take", f"{span_words(span)}, sha256 {taken.sha256}")
    return span, taken
