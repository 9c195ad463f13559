"""Bulletins and recordings: what was approved is what sounds (law 10)."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from edge.core.errors import FinalError
from edge.core.policy.approval import Shown, seal_of
from edge.core.speech import Clip, Recording, RecordingId, Sha256
from edge.store.journal import Tx
from edge.store.outbox import LANE_RESULT

CHANGED = "Bản tin không còn đúng như lúc duyệt: hãy nghe và duyệt lại."


@dataclass(frozen=True, slots=True)
class BulletinRow:
    """A bulletin as it stands."""

    id: str
    text: str
    spoken: str
    priority: str
    hamlets: tuple[str, ...]
    state: str
    author: str
    approver: str | None
    recording: str | None
    incident: str | None


def add_bulletin(tx: Tx, row: BulletinRow) -> bool:
    """Keep a new bulletin; False when this id is known already (a button pressed twice)."""
    added = tx.run(
        "INSERT OR IGNORE INTO bulletin (id, text, spoken, priority, hamlets, state, author, approver, recording,"
        " incident, made_at_ms, changed_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        row.id,
        row.text,
        row.spoken,
        row.priority,
        json.dumps(row.hamlets),
        row.state,
        row.author,
        row.approver,
        row.recording,
        row.incident,
        tx.now.at_ms,
        tx.now.at_ms,
    ).rowcount
    return bool(added)


def get_bulletin(tx: Tx, bulletin: str) -> BulletinRow:
    """The bulletin; raises FinalError when it is unknown."""
    found = tx.row(
        "SELECT id, text, spoken, priority, hamlets, state, author, approver, recording, incident"
        " FROM bulletin WHERE id = ?",
        bulletin,
    )
    if found is None:
        raise FinalError("Không có bản tin này.")
    values = list(found)
    values[4] = tuple(json.loads(values[4]))
    return BulletinRow(*values)


def set_state(tx: Tx, bulletin: str, state: str, comment: str = "") -> None:
    """Move a bulletin on; the province hears of it, but not the comment: people write names and numbers there (L8).

    ``approved`` seals what it says now: nothing else of this name may sound until it is approved anew.
    """
    tx.run(
        "UPDATE bulletin SET state = ?, comment = ?, changed_at_ms = ? WHERE id = ?",
        state,
        comment,
        tx.now.at_ms,
        bulletin,
    )
    if state == "approved":
        _seal(tx, bulletin)
    tx.event(LANE_RESULT, f"bulletin.{state}", bulletin, {})


def seal_now(tx: Tx, bulletin: str) -> Sha256:
    """The seal of what a bulletin says, how urgently, where and with which clips, as it stands."""
    row = get_bulletin(tx, bulletin)
    found = tx.row("SELECT clips FROM recording WHERE id = ?", row.recording)
    clips = json.loads(found[0]) if found else []
    return seal_of(Shown(row.text, row.priority, row.hamlets, clips))


def check_seal(tx: Tx, bulletin: str) -> None:
    """Raises FinalError when it is not, or no longer, exactly what was approved."""
    kept = tx.row("SELECT seal FROM bulletin WHERE id = ?", bulletin)
    if kept is None or kept[0] != seal_now(tx, bulletin):
        raise FinalError(CHANGED)


def add_writer(tx: Tx, bulletin: str, user: str) -> None:
    """This person wrote some of it, and may not approve it any more."""
    writers = writers_of(tx, bulletin)
    if user not in writers:
        tx.run("UPDATE bulletin SET writers = ? WHERE id = ?", json.dumps([*writers, user]), bulletin)


def writers_of(tx: Tx, bulletin: str) -> list[str]:
    """Who wrote any of it, the author first."""
    row = tx.row("SELECT author, writers FROM bulletin WHERE id = ?", bulletin)
    if row is None:
        raise FinalError("Không có bản tin này.")
    return every_writer(row[0], row[1])


def every_writer(author: str, others: str) -> list[str]:
    """The author first; ``others`` is the JSON list that a bulletin keeps."""
    return list(dict.fromkeys([author, *json.loads(others)]))


def _seal(tx: Tx, bulletin: str) -> None:
    tx.run("UPDATE bulletin SET seal = ? WHERE id = ?", seal_now(tx, bulletin), bulletin)


def bulletins_in(tx: Tx, state: str) -> list[str]:
    """Ids of the bulletins in a state, oldest first."""
    return [row[0] for row in tx.run("SELECT id FROM bulletin WHERE state = ? ORDER BY changed_at_ms", state)]


def change_bulletin(tx: Tx, row: BulletinRow) -> None:
    """Another text, class or place: whatever was rendered and approved of it is void."""
    tx.run(
        "UPDATE bulletin SET text = ?, spoken = ?, priority = ?, hamlets = ?, approver = NULL, recording = NULL,"
        " seal = '' WHERE id = ?",
        row.text,
        row.spoken,
        row.priority,
        json.dumps(row.hamlets),
        row.id,
    )
    set_state(tx, row.id, row.state)


def set_submitted(tx: Tx, bulletin: str, *, submitted: bool) -> None:
    """Whether it goes to those who approve as soon as it was spoken."""
    tx.run("UPDATE bulletin SET submitted = ? WHERE id = ?", int(submitted), bulletin)


def is_from_template(tx: Tx, bulletin: str) -> bool:
    """Whether its words are a template's."""
    return tx.row("SELECT 1 FROM bulletin WHERE id = ? AND template IS NOT NULL", bulletin) is not None


def speak_again(tx: Tx, row: BulletinRow) -> None:
    """A person wants it rendered anew, to be heard and approved: what was kept of it is void."""
    change_bulletin(tx, replace(row, state="rendering"))
    set_submitted(tx, row.id, submitted=True)


def stop_bulletins(tx: Tx, meant: Callable[[Sequence[str]], bool]) -> None:
    """A STOP: what is on air or waits for it in these hamlets is stopped for good."""
    for name in bulletins_in(tx, "airing") + bulletins_in(tx, "queued"):
        if meant(get_bulletin(tx, name).hamlets):
            set_state(tx, name, "stopped")


def add_recording(tx: Tx, recording: Recording, bulletin: str) -> None:
    """Keep a rendered recording and its clips, and tie it to the bulletin."""
    for clip in recording.clips:
        add_clip(tx, clip)
    tx.run(
        "INSERT INTO recording (id, text, spoken, text_sha256, normaliser, voice, model_sha256, clips, ms, made_at_ms)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        recording.id,
        recording.text,
        recording.spoken,
        recording.text_sha256,
        recording.normaliser,
        recording.voice,
        recording.model_sha256,
        json.dumps([clip.sha256 for clip in recording.clips]),
        recording.ms,
        tx.now.at_ms,
    )
    tx.run("UPDATE bulletin SET recording = ? WHERE id = ?", recording.id, bulletin)


def add_clip(tx: Tx, clip: Clip) -> None:
    """Keep a clip; one that is known already stays as it is."""
    tx.run(
        "INSERT OR IGNORE INTO clip (sha256, bytes, ms, peak_db, rms_db, made_at_ms) VALUES (?, ?, ?, ?, ?, ?)",
        clip.sha256,
        clip.bytes,
        clip.ms,
        clip.peak_db,
        clip.rms_db,
        tx.now.at_ms,
    )


def get_recording(tx: Tx, recording: str) -> Recording:
    """A kept recording with its clips in order; raises FinalError when it is unknown."""
    found = tx.row(
        "SELECT id, text, spoken, text_sha256, normaliser, voice, model_sha256, clips FROM recording WHERE id = ?",
        recording,
    )
    if found is None:
        raise FinalError("Bản tin chưa có bản ghi âm.")
    clips = tuple(get_clip(tx, sha256) for sha256 in json.loads(found[7]))
    return Recording(RecordingId(found[0]), found[1], found[2], Sha256(found[3]), found[4], found[5], found[6], clips)


def known_clips(tx: Tx, names: Sequence[str]) -> bool:
    """Whether every one of these clips is kept."""
    return all(tx.row("SELECT 1 FROM clip WHERE sha256 = ?", name) for name in names)


def get_clip(tx: Tx, sha256: str) -> Clip:
    """A kept clip; raises FinalError when it is unknown."""
    found = tx.row("SELECT sha256, bytes, ms, peak_db, rms_db FROM clip WHERE sha256 = ?", sha256)
    if found is None:
        raise FinalError(f"Thiếu tệp âm thanh {sha256[:12]}: bản tin cần duyệt lại.")
    return Clip(*found)
