"""Films that the province asks for, or that a rule sends: cut by an export with people and masks hidden, then offered.

A command leaves its row in ``media_wish`` (waiting); what becomes of it is told there (sent, none), and to the province
with ``media.offered`` and ``media.sent``, or with ``media.gone`` and a reason.
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
"""Of what a rule wants, and of what is begun at once: the rest waits where it is."""
AROUND_MS, LONGEST_MS = 10_000, 120_000
"""Of an incident: so much before and after it, and so much of it at most."""
PROVINCE = Who("tỉnh", "province")
COMMUNE = Who("hộp", "")
NOT_ALLOWED = "Xã không cho tỉnh lấy hình theo yêu cầu."
UNKNOWN = "Không có sự cố này, hoặc sự cố không có hình."
TOO_LONG = f"Mỗi lần nhiều nhất {MOST_BLURRED_MS // 3_600_000} giờ."


@dataclass(frozen=True, slots=True)
class Fetch:
    """An incident's still and film, or a span of a camera. An empty span of an incident means as long as it lasted."""

    id: str
    incident: str
    camera: str
    since_ms: int
    until_ms: int
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


def fetch(tx: Tx, wanted: Fetch) -> None:
    """Write it down; the same again changes nothing. What makes no sense is told as failed."""
    added = tx.run(
        "INSERT OR IGNORE INTO media_fetch (id, incident, camera, since_ms, until_ms, wanted_by, state, made_at_ms,"
        " changed_at_ms) VALUES (?, ?, ?, ?, ?, ?, 'waiting', ?, ?)",
        *(wanted.id, wanted.incident, wanted.camera, wanted.since_ms, wanted.until_ms, wanted.wanted_by),
        *(tx.now.at_ms, tx.now.at_ms),
    ).rowcount
    if added and not wanted.incident:
        try:
            _check(wanted.until_ms - wanted.since_ms)
        except FinalError as error:
            _fail(tx, wanted, str(error))


def take_wishes(tx: Tx) -> None:
    """Begin what commands ask for; their number is bounded where they are taken."""
    rows = tx.run(
        "SELECT command, incident_or_camera, since_ms, until_ms FROM media_wish w WHERE state = 'waiting'"
        " AND NOT EXISTS (SELECT 1 FROM media_fetch f WHERE f.id = w.command) ORDER BY made_at_ms LIMIT ?",
        MOST_OPEN,
    ).fetchall()
    for command, of, since_ms, until_ms in rows:
        kind, _, name = of.partition("/")
        incident, camera = (name, "") if kind == "incident" else ("", name)
        fetch(tx, Fetch(command, incident, camera, since_ms, until_ms, "command"))


def fetch_clips(tx: Tx, severities: tuple[str, ...], since_ms: int) -> None:
    """By rule: the films of incidents of these severities that are over and cut."""
    open_ones = tx.row("SELECT count(*) FROM media_fetch WHERE state IN ('waiting', 'cutting') AND wanted_by = 'rule'")
    rows = tx.run(
        "SELECT id FROM incident i WHERE began_at_ms > ? AND clip IS NOT NULL AND state = 'closed'"  # noqa: S608 - marks
        f" AND severity IN ({', '.join('?' * len(severities))})"
        " AND NOT EXISTS (SELECT 1 FROM media_fetch f WHERE f.id = 'rule/' || i.id) LIMIT ?",
        *(since_ms, *severities, max(MOST_OPEN - (open_ones[0] if open_ones else 0), 0)),
    ).fetchall()
    for (incident,) in rows:
        fetch(tx, Fetch(f"rule/{incident}", incident, "", 0, 0, "rule"))


def settle_fetches(tx: Tx, allowed: Allowed) -> None:
    """Do for each of them what can be done now, and tell the commands what became of theirs."""
    rows = tx.run(
        "SELECT id, incident, camera, since_ms, until_ms, wanted_by, state, export FROM media_fetch"
        " WHERE state IN ('waiting', 'cutting') ORDER BY made_at_ms, id"
    ).fetchall()
    for *wanted, state, export in rows:
        one = Fetch(*wanted)
        if state == "cutting":
            _take_export(tx, one, export)
        elif one.wanted_by == "command" and not allowed.on_demand:
            _fail(tx, one, NOT_ALLOWED)
        elif one.incident:
            _of_incident(tx, one, allowed)
        else:
            _cut(tx, one, Span(one.camera, one.since_ms, one.until_ms))
    _answer_wishes(tx)


def _of_incident(tx: Tx, one: Fetch, allowed: Allowed) -> None:
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
        _settle(tx, one, "offered", path=f"media/{clip}")
        return
    lasted = Span(camera, began_ms - AROUND_MS, min(ended_ms, began_ms + LONGEST_MS) + AROUND_MS)
    _cut(tx, one, Span(camera, one.since_ms, one.until_ms) if one.until_ms > one.since_ms else lasted)


def _cut(tx: Tx, one: Fetch, span: Span) -> None:
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
        "UPDATE media_fetch SET state = 'cutting', export = ?, changed_at_ms = ? WHERE id = ?",
        *(number, tx.now.at_ms, one.id),
    )


def _take_export(tx: Tx, one: Fetch, export: str) -> None:
    row = tx.row("SELECT state, detail, path, camera, since_ms FROM export WHERE id = ?", export)
    if row is None or row[0] in ("failed", "gone"):
        _fail(tx, one, row[1] if row and row[1] else "Đoạn hình không còn.")
    elif row[0] == "done":
        subject, event = one.incident or one.id, opening_event(tx, one.incident) if one.incident else ""
        offer(tx, f"media/{row[2]}", "clip", subject, event, by=one.wanted_by, camera=row[3], at_ms=row[4])
        _settle(tx, one, "offered", path=f"media/{row[2]}")


def _check(span_ms: int) -> None:
    if span_ms <= 0:
        raise FinalError("Giờ kết thúc phải sau giờ bắt đầu.")
    if span_ms > MOST_BLURRED_MS:
        raise FinalError(TOO_LONG)


def _fail(tx: Tx, one: Fetch, reason: str) -> None:
    _settle(tx, one, "failed", reason)
    tx.event(LANE_MEDIA, "media.gone", one.incident or one.id, {"kind": "clip", "wish": one.id, "reason": reason})


def _settle(tx: Tx, one: Fetch, state: str, reason: str = "", path: str = "") -> None:
    tx.run(
        "UPDATE media_fetch SET state = ?, reason = ?, path = ?, changed_at_ms = ? WHERE id = ?",
        *(state, reason, path, tx.now.at_ms, one.id),
    )
    if state == "failed":
        tx.run("UPDATE media_wish SET state = 'none' WHERE command = ?", one.id)


def _answer_wishes(tx: Tx) -> None:
    """A wish is sent when its film is at the province, not before."""
    ended = (
        "SELECT CASE u.state WHEN 'sent' THEN 'sent' ELSE 'none' END FROM media_fetch f JOIN media_upload u"
        " ON u.path = f.path WHERE f.id = media_wish.command AND f.state = 'offered'"
        " AND u.state IN ('sent', 'gone', 'refused') ORDER BY u.state = 'sent' DESC LIMIT 1"
    )
    tx.run(f"UPDATE media_wish SET state = ({ended}) WHERE state = 'waiting' AND ({ended}) IS NOT NULL")  # noqa: S608
