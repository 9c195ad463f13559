"""Files that people brought for bulletins: asked for, taken in one after the other, each step an audit line."""

import hashlib
import json
from dataclasses import dataclass, replace

from edge.core.errors import FinalError
from edge.core.languages import language_name
from edge.core.speech import Clip, Recording, RecordingId, Sha256
from edge.store.bulletins import (
    BulletinRow,
    add_bulletin,
    add_recording,
    add_writer,
    get_bulletin,
    get_recording,
    set_state,
)
from edge.store.journal import Tx

MOST_WAITING = 20
"""Overflow rule: one more is refused, and the person told to wait."""
MAY_GROW = ("ready", "returned", "approved")
"""States of a bulletin that takes another part; from the air on nothing of it changes any more."""
VOICE = "tải lên"
NORMALISER = "-"


@dataclass(frozen=True, slots=True)
class UploadRow:
    """What somebody asked for. ``text`` tells what is said, for those who approve and for the log."""

    id: str
    bulletin: str
    appends: bool
    language: str
    text: str
    priority: str
    hamlets: tuple[str, ...]
    user: str
    role: str


def ask_upload(tx: Tx, row: UploadRow) -> None:
    """Queue it; the same id again changes nothing. Raises FinalError when too many wait, or nothing can be appended."""
    if tx.row("SELECT 1 FROM upload WHERE id = ?", row.id):
        return
    waiting = tx.row("SELECT count(*) FROM upload WHERE state = 'waiting'")
    if waiting and waiting[0] >= MOST_WAITING:
        raise FinalError(f"Đang có {MOST_WAITING} tệp chờ xử lý, xin đợi ít phút.")
    if row.appends:
        _growing(tx, row.bulletin)
    elif tx.row("SELECT 1 FROM bulletin WHERE id = ?", row.bulletin):
        raise FinalError("Mã bản tin này đã dùng cho một bản tin khác.")
    tx.run(
        "INSERT INTO upload (id, bulletin, appends, language, text, priority, hamlets, by_user, role, made_at_ms,"
        " state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting')",
        *(row.id, row.bulletin, int(row.appends), row.language, row.text, row.priority, json.dumps(row.hamlets)),
        *(row.user, row.role, tx.now.at_ms),
    )
    tx.deed(row.user, row.role, "bulletin.upload", f"{row.bulletin} {row.language} {row.id}")


def waiting_uploads(tx: Tx) -> list[UploadRow]:
    """Oldest first."""
    rows = tx.run(
        "SELECT id, bulletin, appends, language, text, priority, hamlets, by_user, role FROM upload"
        " WHERE state = 'waiting' ORDER BY made_at_ms, id"
    )
    return [UploadRow(r[0], r[1], bool(r[2]), r[3], r[4], r[5], tuple(json.loads(r[6])), r[7], r[8]) for r in rows]


def finish_upload(tx: Tx, row: UploadRow, clip: Clip, recording: RecordingId) -> None:
    """The clip becomes a new recording of its bulletin, which waits for approval, whatever was approved before.

    Raises FinalError when the bulletin went on the air meanwhile.
    """
    made = _appended(tx, row, clip, recording) if row.appends else _alone(tx, row, clip, recording)
    add_recording(tx, made, row.bulletin)
    add_writer(tx, row.bulletin, row.user)
    tx.run("UPDATE bulletin SET approver = NULL WHERE id = ?", row.bulletin)
    set_state(tx, row.bulletin, "ready")
    tx.run("UPDATE upload SET state = 'done', clip = ? WHERE id = ?", clip.sha256, row.id)
    tx.deed(row.user, row.role, "bulletin.part" if row.appends else "bulletin.draft", f"{row.bulletin} {clip.sha256}")


def fail_upload(tx: Tx, upload: str, why: str) -> None:
    """It will not become a clip; people see why."""
    tx.run("UPDATE upload SET state = 'failed', detail = ? WHERE id = ? AND state = 'waiting'", why, upload)


def _alone(tx: Tx, row: UploadRow, clip: Clip, recording: RecordingId) -> Recording:
    bulletin = BulletinRow(
        id=row.bulletin,
        text=row.text,
        spoken="",
        priority=row.priority,
        hamlets=row.hamlets,
        state="rendering",
        author=row.user,
        approver=None,
        recording=None,
        incident=None,
    )
    if not add_bulletin(tx, bulletin):
        raise FinalError("Mã bản tin này đã dùng cho một bản tin khác.")
    voice = f"{VOICE} ({language_name(row.language)})"
    return Recording(recording, row.text, "", _sha256(row.text), NORMALISER, voice, clip.sha256, (clip,))


def _appended(tx: Tx, row: UploadRow, clip: Clip, recording: RecordingId) -> Recording:
    before = get_recording(tx, _growing(tx, row.bulletin))
    text = f"{before.text}\n[{language_name(row.language)}] {row.text}"
    return replace(
        before,
        id=recording,
        text=text,
        text_sha256=_sha256(text),
        voice=f"{before.voice}, {VOICE} ({language_name(row.language)})",
        clips=(*before.clips, clip),
    )


def _growing(tx: Tx, bulletin: str) -> str:
    """The recording of a bulletin that may still take a part; raises FinalError."""
    row = get_bulletin(tx, bulletin)
    if row.state not in MAY_GROW or row.recording is None:
        raise FinalError("Chỉ thêm được phần nữa vào bản tin đã có bản ghi âm và chưa phát.")
    return row.recording


def _sha256(text: str) -> Sha256:
    return Sha256(hashlib.sha256(text.encode()).hexdigest())
