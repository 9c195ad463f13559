"""Films that the province asks for, or that a rule sends: cut by an export with people and masks hidden, then offered.

A command writes its row with ``wish``. The media part reads it and tells with ``media.offered``, or with ``media.gone``
and a reason.
"""

from dataclasses import dataclass
from typing import Literal

from edge.core.errors import FinalError
from edge.core.recording import MOST_BLURRED_MS, Span, Who
from edge.store.exports import ask_export
from edge.store.journal import Tx
from edge.store.media_queue import offer, opening_event, urgency_of
from edge.store.outbox import LANE_MEDIA

MOST_OPEN = 50
AROUND_MS, LONGEST_MS = 10_000, 120_000
"""Of an incident: so much before and after it, and so much of it at most."""
PROVINCE = Who("tỉnh", "province")
COMMUNE = Who("hộp", "")
NOT_ALLOWED = "Xã không cho tỉnh lấy hình theo yêu cầu."
UNKNOWN = "Không có sự cố này, hoặc sự cố không có hình."
TOO_LONG = f"Mỗi lần nhiều nhất {MOST_BLURRED_MS // 3_600_000} giờ."


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted: an incident's still and film, or a span of a camera; empty strings where not named."""

    id: str
    incident: str
    camera: str
    since_ms: int | None
    until_ms: int | None
    wanted_by: Literal["rule", "command"]


@dataclass(frozen=True, slots=True)
class Allowed:
    """What may leave: films on demand at all; films as they are, of cameras without a mask."""

    on_demand: bool
    clear: bool
    masked: frozenset[str]

    def as_it_is(self, camera: str) -> bool:
        """Whether a film of this camera may leave unhidden."""
        return self.clear and camera not in self.masked


def wish(tx: Tx, wanted: Wish) -> None:
    """Write it down; the same again changes nothing. Raises FinalError when it makes no sense or too many wait."""
    if tx.row("SELECT 1 FROM media_wish WHERE id = ?", wanted.id):
        return
    whole_span = wanted.camera and wanted.since_ms is not None and wanted.until_ms is not None
    if not wanted.incident and not whole_span:
        raise FinalError("Phải nêu sự cố, hoặc camera và khoảng thời gian.")
    if wanted.since_ms is not None and wanted.until_ms is not None:
        _check(wanted.until_ms - wanted.since_ms)
    row = tx.row("SELECT count(*) FROM media_wish WHERE state IN ('waiting', 'cutting')")
    if row and row[0] >= MOST_OPEN:
        raise FinalError(f"Đang có {MOST_OPEN} yêu cầu lấy hình chưa xong.")
    tx.run(
        "INSERT INTO media_wish (id, incident, camera, since_ms, until_ms, wanted_by, state, made_at_ms, changed_at_ms)"
        " VALUES (?, ?, ?, ?, ?, ?, 'waiting', ?, ?)",
        *(wanted.id, wanted.incident, wanted.camera, wanted.since_ms, wanted.until_ms, wanted.wanted_by),
        *(tx.now.at_ms, tx.now.at_ms),
    )


def wish_clips(tx: Tx, severities: tuple[str, ...], since_ms: int) -> None:
    """By rule: the films of incidents of these severities that are cut already."""
    marks = ", ".join("?" * len(severities))
    rows = tx.run(
        "SELECT id FROM incident i WHERE began_at_ms > ? AND clip IS NOT NULL AND state = 'closed'"  # noqa: S608 - marks
        f" AND severity IN ({marks}) AND NOT EXISTS (SELECT 1 FROM media_wish w WHERE w.id = 'rule/' || i.id)"
        " LIMIT ?",
        since_ms,
        *severities,
        MOST_OPEN // 2,
    ).fetchall()
    open_ones = tx.row("SELECT count(*) FROM media_wish WHERE state IN ('waiting', 'cutting') AND wanted_by = 'rule'")
    for (incident,) in rows[: MOST_OPEN // 2 - (open_ones[0] if open_ones else 0)]:
        wish(tx, Wish(f"rule/{incident}", incident, "", None, None, "rule"))


def settle_wishes(tx: Tx, allowed: Allowed) -> None:
    """Do for each open wish what can be done now."""
    rows = tx.run(
        "SELECT id, incident, camera, since_ms, until_ms, wanted_by, state, export FROM media_wish"
        " WHERE state IN ('waiting', 'cutting') ORDER BY made_at_ms, id"
    ).fetchall()
    for *wanted, state, export in rows:
        one = Wish(*wanted)
        if state == "cutting":
            _take_export(tx, one, export)
        elif one.wanted_by == "command" and not allowed.on_demand:
            _fail(tx, one, NOT_ALLOWED)
        elif one.incident:
            _of_incident(tx, one, allowed)
        else:
            assert one.since_ms is not None
            assert one.until_ms is not None
            _cut(tx, one, Span(one.camera, one.since_ms, one.until_ms))


def _of_incident(tx: Tx, one: Wish, allowed: Allowed) -> None:
    """Its still at once, and its film as it is or cut anew."""
    row = tx.row(
        "SELECT coalesce(camera, ''), severity, began_at_ms, coalesce(ended_at_ms, began_at_ms), still, clip"
        " FROM incident WHERE id = ?",
        one.incident,
    )
    if row is None or not row[0]:
        _fail(tx, one, UNKNOWN)
        return
    camera, severity, began_ms, ended_ms, still, clip = row
    told = {"by": one.wanted_by, "camera": camera, "urgency": urgency_of(severity), "at_ms": began_ms}
    event = opening_event(tx, one.incident)
    if still and one.wanted_by == "command":
        offer(tx, f"media/{still}", "still", one.incident, event, **told)
    if clip and allowed.as_it_is(camera):
        offer(tx, f"media/{clip}", "clip", one.incident, event, **told)
        _settle(tx, one, "offered")
        return
    since_ms = one.since_ms or began_ms - AROUND_MS
    until_ms = one.until_ms or min(ended_ms, began_ms + LONGEST_MS) + AROUND_MS
    _cut(tx, one, Span(camera, since_ms, until_ms))


def _cut(tx: Tx, one: Wish, span: Span) -> None:
    """Have it exported with people and masks hidden; when too many exports wait, so does this."""
    who = PROVINCE if one.wanted_by == "command" else COMMUNE
    number = f"wish-{tx.new_id()}"
    try:
        _check(span.ms)
    except FinalError as error:
        _fail(tx, one, str(error))
        return
    try:
        ask_export(tx, number, span, who, f"gửi lên tỉnh {one.incident}".strip(), blur=True)
    except FinalError:
        return
    tx.run(
        "UPDATE media_wish SET state = 'cutting', export = ?, changed_at_ms = ? WHERE id = ?",
        *(number, tx.now.at_ms, one.id),
    )


def _take_export(tx: Tx, one: Wish, export: str) -> None:
    row = tx.row("SELECT state, detail, path, camera, since_ms FROM export WHERE id = ?", export)
    if row is None or row[0] in ("failed", "gone"):
        _fail(tx, one, row[1] if row and row[1] else "Đoạn hình không còn.")
    elif row[0] == "done":
        subject, event = one.incident or one.id, opening_event(tx, one.incident) if one.incident else ""
        offer(tx, f"media/{row[2]}", "clip", subject, event, by=one.wanted_by, camera=row[3], at_ms=row[4])
        _settle(tx, one, "offered")


def _check(span_ms: int) -> None:
    if span_ms <= 0:
        raise FinalError("Giờ kết thúc phải sau giờ bắt đầu.")
    if span_ms > MOST_BLURRED_MS:
        raise FinalError(TOO_LONG)


def _fail(tx: Tx, one: Wish, reason: str) -> None:
    _settle(tx, one, "failed", reason)
    tx.event(LANE_MEDIA, "media.gone", one.incident or one.id, {"kind": "clip", "wish": one.id, "reason": reason})


def _settle(tx: Tx, one: Wish, state: str, reason: str = "") -> None:
    tx.run(
        "UPDATE media_wish SET state = ?, reason = ?, changed_at_ms = ? WHERE id = ?",
        *(state, reason, tx.now.at_ms, one.id),
    )
