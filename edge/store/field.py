"""Rows of what people in the field send: presses, reports, photos, addresses for web push."""

import json
from collections.abc import Iterable
from dataclasses import astuple, dataclass

from edge.core.errors import FinalError, TransientError
from edge.core.field import ANSWERS, Act, Pressed, ReportKind
from edge.store.answers import answer_alert
from edge.store.incidents import take_incident
from edge.store.journal import Tx
from edge.store.outbox import LANE_RESULT
from edge.store.stories import add_chapter

PUSH = "push"
MOST_PHOTOS = 40
"""Of one incident; overflow rule: one more is refused, and the person told."""
MOST_BROWSERS = 5
"""Of one person; overflow rule: the oldest subscription goes."""
HELP_EVERY_MS = 5 * 60_000
"""A person who presses "need help" again within this time is written down, and nobody is told a second time."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a press: whether it is new, who has taken the incident, whether that is still open."""

    fresh: bool
    taken_by: str | None
    open: bool
    title: str
    place: str
    hamlet: str


def keep_act(tx: Tx, incident: str, act: Act, pressed: Pressed, detail: str) -> Kept:
    """Write a press down with its chapter, deed and event; the same id again changes nothing.

    Raises FinalError for an unknown incident. ``detail`` is what the story shows: the note and where he is.
    """
    row = tx.row("SELECT taken_by, state, title, place, hamlet FROM incident WHERE id = ?", incident)
    if row is None:
        raise FinalError("Không có sự cố này.")
    taken_by, state, title, place, hamlet = row
    fresh = tx.row("SELECT 1 FROM incident_act WHERE id = ?", pressed.id) is None
    if fresh:
        tx.run(
            "INSERT INTO incident_act VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *(pressed.id, incident, act, *_said(tx, pressed)),
        )
        tx.event(LANE_RESULT, "incident.act", incident, {"act": act, "person": pressed.person, "role": pressed.role})
        tx.deed(pressed.user, pressed.role, f"incident.{act}", f"{incident} {pressed.person}".rstrip())
        _answer(tx, incident, act, pressed, detail)
    return Kept(fresh, taken_by, state == "open", title, place, hamlet)


def _answer(tx: Tx, incident: str, act: Act, pressed: Pressed, detail: str) -> None:
    """Whoever acts was reached: he is told no more. Somebody whom the roster does not know is only written down."""
    if pressed.person:
        answer_alert(tx, incident, pressed.person, ANSWERS[act], pressed.via, detail)
        return
    add_chapter(tx, incident, "answered", pressed.user, f"{ANSWERS[act]}: {detail}" if detail else ANSWERS[act])
    if act is Act.TAKE:
        take_incident(tx, incident, pressed.user, pressed.role)


def _said(tx: Tx, pressed: Pressed) -> tuple[object, ...]:
    spot = astuple(pressed.spot) if pressed.spot else (None, None, None)
    now = tx.now.at_ms
    return pressed.user, pressed.person, pressed.note, pressed.hamlet, *spot, now - pressed.waited_ms, now


def asked_for_help(tx: Tx, incident: str, user: str, but: str) -> bool:
    """Whether this person asked for help at this incident a moment ago, beside the press ``but``."""
    since = tx.now.at_ms - HELP_EVERY_MS
    sql = (
        "SELECT 1 FROM incident_act WHERE incident = ? AND act = 'help' AND by_user = ? AND id <> ? AND made_at_ms > ?"
    )
    return tx.row(sql, incident, user, but, since) is not None


def report_of(tx: Tx, report: str) -> str | None:
    """The incident that a report became."""
    row = tx.row("SELECT incident FROM hamlet_report WHERE id = ?", report)
    return str(row[0]) if row else None


def reports_since(tx: Tx, since_ms: int, user: str = "") -> int:
    """How many reports came, of one person or of all."""
    row = tx.row(
        "SELECT count(*) FROM hamlet_report WHERE made_at_ms > ? AND (by_user = ? OR ? = '')", since_ms, user, user
    )
    return int(row[0]) if row else 0


def keep_report(tx: Tx, incident: str, kind: ReportKind, pressed: Pressed, detail: str) -> None:
    """Write a report down beside the incident that it opens, in the same transaction."""
    tx.run(
        "INSERT INTO hamlet_report VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        *(pressed.id, incident, kind, *_said(tx, pressed)),
    )
    tx.deed(pressed.user, pressed.role, "incident.report", f"{incident} {pressed.person}".rstrip())
    add_chapter(tx, incident, "reported", pressed.user, detail)


@dataclass(frozen=True, slots=True)
class PhotoPlace:
    """Where a photo belongs. ``there``: it was kept before. ``is_still``: it is the first picture of a report."""

    incident: str
    there: bool
    is_still: bool


def photo_place(tx: Tx, photo: str, of: str) -> PhotoPlace:
    """Where this photo goes; raises TransientError while its press has not come through, FinalError when too many."""
    row = tx.row(
        "SELECT i.id, i.still IS NULL AND f.report FROM (SELECT incident, 0 AS report FROM incident_act WHERE id = ?"
        " UNION ALL SELECT incident, 1 FROM hamlet_report WHERE id = ?) f JOIN incident i ON i.id = f.incident",
        *(of, of),
    )
    if row is None:
        raise TransientError("Chưa nhận được việc mà ảnh này đi kèm.")
    there = tx.row("SELECT 1 FROM incident_photo WHERE id = ?", photo) is not None
    count = tx.row("SELECT count(*) FROM incident_photo WHERE incident = ?", row[0])
    if not there and count and count[0] >= MOST_PHOTOS:
        raise FinalError(f"Sự cố này đã có {MOST_PHOTOS} ảnh.")
    return PhotoPlace(str(row[0]), there, bool(row[1]))


@dataclass(frozen=True, slots=True)
class Photo:
    """A checked picture on the disk; ``path`` is below the media folder."""

    id: str
    of: str
    path: str
    sha256: str
    bytes: int


def keep_photo(tx: Tx, incident: str, photo: Photo, user: str, role: str) -> None:
    """It lies on the disk."""
    tx.run(
        "INSERT OR IGNORE INTO incident_photo VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        *(photo.id, incident, photo.of, user, photo.path, photo.sha256, photo.bytes, tx.now.at_ms),
    )
    tx.deed(user, role, "incident.photo", f"{incident} {photo.sha256}")
    add_chapter(tx, incident, "photo", user)


def old_photos(tx: Tx, before_ms: int, most: int) -> list[tuple[str, str]]:
    """Ids and paths of photos that were kept before this moment, oldest first."""
    return tx.run(
        "SELECT id, path FROM incident_photo WHERE made_at_ms < ? AND path IS NOT NULL ORDER BY made_at_ms LIMIT ?",
        before_ms,
        most,
    ).fetchall()


def photos_gone(tx: Tx, photos: Iterable[tuple[str, str]]) -> None:
    """These ids and paths were deleted from the disk."""
    for photo, path in photos:
        tx.run("UPDATE incident_photo SET path = NULL WHERE id = ?", photo)
        tx.run("UPDATE incident SET still = NULL, still_sha256 = NULL WHERE still = ?", path)


def add_address(tx: Tx, person: str, subscription: dict[str, object], user: str, role: str) -> None:
    """A browser of this person; the address is a push subscription as browsers write it, in JSON."""
    drop_address(tx, str(subscription["endpoint"]))
    known = tx.run(
        "SELECT address FROM person_address WHERE person = ? AND channel = ? ORDER BY made_at_ms DESC", person, PUSH
    ).fetchall()
    for (address,) in known[MOST_BROWSERS - 1 :]:
        tx.run("DELETE FROM person_address WHERE person = ? AND channel = ? AND address = ?", person, PUSH, address)
    written = json.dumps(subscription, sort_keys=True)
    tx.run("INSERT INTO person_address VALUES (?, ?, ?, ?)", person, PUSH, written, tx.now.at_ms)
    tx.deed(user, role, "push.subscribe", person)


def drop_address(tx: Tx, endpoint: str) -> int:
    """Forget a browser, whoever it belonged to; how many rows went."""
    sql = "DELETE FROM person_address WHERE channel = ? AND json_extract(address, '$.endpoint') = ?"
    return tx.run(sql, PUSH, endpoint).rowcount


def gone_address(tx: Tx, person: str, address: str) -> None:
    """The channel says that this address is no more: a browser that was reset."""
    tx.run("DELETE FROM person_address WHERE person = ? AND address = ?", person, address)
