"""What the arbiter gives the air to: a bulletin that somebody pressed, or a planned airing that the box airs itself."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from edge.core.broadcast import Outcome, Priority
from edge.core.errors import FinalError
from edge.core.moment import AtMs
from edge.core.place import HamletId
from edge.core.policy.airtime import Close, End, Limits, Queue, Spent
from edge.core.policy.airtime.limits import spend
from edge.core.speech import Recording
from edge.store.bulletins import bulletins_in, check_seal, get_bulletin, get_recording, set_state
from edge.store.journal import Tx
from edge.store.programmes import get_airing, move_airing

PRIORITIES = {"thuong": Priority.THUONG, "uu_tien": Priority.UU_TIEN, "khan_cap": Priority.KHAN_CAP}
NAMES = {Priority.RELAY: "relay", Priority.LIVE: "live", **{rank: name for name, rank in PRIORITIES.items()}}
BULLETIN, AIRING = "bulletin", "airing"
WAITS = {BULLETIN: "queued", AIRING: "waiting"}
_NOT_PLANNED = "id NOT IN (SELECT horn_order FROM planned_airing WHERE horn_order IS NOT NULL)"


@dataclass(frozen=True, slots=True)
class Piece:
    """``id`` is a bulletin's, or the key of an airing. ``ms`` are the lengths of its clips.

    ``cuts`` and ``from_clip``: how often it had to give way, and where it goes on. ``bulletin`` is what it says.
    """

    shelf: str
    id: str
    bulletin: str
    title: str
    priority: Priority
    hamlets: tuple[str, ...]
    state: str
    author: str
    recording: str | None
    ms: tuple[int, ...]
    changed_at_ms: int
    alarm: bool = False
    at_night: bool = False
    gain_db: float = 0.0
    cuts: int = 0
    from_clip: int = 0

    @property
    def waits_since(self) -> bool:
        """Whether it waits for air time, since ``changed_at_ms``."""
        return self.state in WAITS.values()


def bulletin_piece(tx: Tx, bulletin: str) -> Piece:
    """A bulletin; raises FinalError when it is unknown."""
    row = get_bulletin(tx, bulletin)
    (changed_at_ms,) = tx.row("SELECT changed_at_ms FROM bulletin WHERE id = ?", bulletin) or (0,)
    piece = Piece(
        shelf=BULLETIN,
        id=row.id,
        bulletin=row.id,
        title=row.text[:120],
        priority=PRIORITIES[row.priority],
        hamlets=row.hamlets,
        state=row.state,
        author=row.author,
        recording=row.recording,
        ms=_lengths(tx, row.recording),
        changed_at_ms=changed_at_ms,
        alarm=row.incident is not None,
    )
    return _with_note(tx, piece)


def airing_piece(tx: Tx, key: str) -> Piece:
    """A planned airing; raises FinalError when it is unknown."""
    row = get_airing(tx, key)
    if row is None:
        raise FinalError("Không có lần phát này trong lịch.")
    airing = row.airing
    piece = Piece(
        shelf=AIRING,
        id=key,
        bulletin=airing.ref,
        title=airing.title,
        priority=airing.priority,
        hamlets=tuple(airing.hamlets),
        state=row.state,
        author="lịch phát",
        recording=row.recording,
        ms=_lengths(tx, row.recording) or (airing.ms,),
        changed_at_ms=airing.at_ms,
        at_night=airing.at_night,
        gain_db=airing.gain_db,
    )
    return _with_note(tx, piece)


def piece_again(tx: Tx, piece: Piece) -> Piece:
    """The same one as it stands now."""
    return bulletin_piece(tx, piece.id) if piece.shelf == BULLETIN else airing_piece(tx, piece.id)


def waiting_pieces(tx: Tx) -> list[Piece]:
    """Everything that waits for air time: first what had to give way, then by the time of asking."""
    rows = tx.run(
        "SELECT 'bulletin', id, changed_at_ms FROM bulletin WHERE state = 'queued' UNION ALL"
        " SELECT 'airing', key, changed_at_ms FROM planned_airing WHERE state = 'waiting' ORDER BY 3"
    ).fetchall()
    found = [bulletin_piece(tx, name) if shelf == BULLETIN else airing_piece(tx, name) for shelf, name, _ in rows]
    return sorted(found, key=lambda piece: piece.cuts == 0)  # a stable order


def move_piece(tx: Tx, piece: Piece, state: str, reason: str = "") -> None:
    """It goes on: ``airing``, ``waits``, ``aired``, ``dropped``, ``stopped``, ``failed``."""
    name = WAITS[piece.shelf] if state == "waits" else state
    if piece.shelf == BULLETIN:
        set_state(tx, piece.id, name, reason)
    else:
        move_airing(tx, piece.id, name, reason)
    if state not in ("airing", "waits"):
        tx.run("DELETE FROM air_note WHERE item = ?", piece.id)


def piece_of_play(tx: Tx, play: str, bulletin: str | None) -> Piece | None:
    """Which piece an order of an earlier life aired; None: none, as a horn's test."""
    row = tx.row("SELECT key FROM planned_airing WHERE play = ?", play)
    if row is not None:
        return airing_piece(tx, row[0])
    return None if bulletin is None else bulletin_piece(tx, bulletin)


def set_play(tx: Tx, piece: Piece, play: str) -> None:
    """By this order the box airs it."""
    if piece.shelf == AIRING:
        tx.run("UPDATE planned_airing SET play = ? WHERE key = ? AND state = 'airing'", play, piece.id)


def rest_of_recording(tx: Tx, piece: Piece) -> Recording:
    """What is left to sound of it; raises FinalError without a recording, or when it is not what was approved."""
    if piece.recording is None:
        raise FinalError("Bản tin chưa có bản ghi âm.")
    check_seal(tx, piece.bulletin)
    whole = get_recording(tx, piece.recording)
    return replace(whole, clips=whole.clips[piece.from_clip :])


def has_newer_play(tx: Tx, piece: Piece, play: str) -> bool:
    """Whether it was put on air anew after this order."""
    if piece.shelf == AIRING:
        return tx.row("SELECT 1 FROM planned_airing WHERE key = ? AND play != ?", piece.id, play) is not None
    newer = tx.row(
        "SELECT 1 FROM horn_order WHERE op = 'play' AND bulletin = ?1 AND rowid >"  # noqa: S608 - a constant
        f" (SELECT rowid FROM horn_order WHERE id = ?2) AND {_NOT_PLANNED}",
        piece.id,
        play,
    )
    return newer is not None


def cut(tx: Tx, item: str) -> None:
    """It has to give way; its reports are still to come."""
    tx.run(
        "INSERT INTO air_note (item, leaving) VALUES (?, 1) ON CONFLICT (item) DO UPDATE SET leaving = 1",
        item,
    )


def is_leaving(tx: Tx, item: str) -> bool:
    """Whether it had to give way, and its reports were not all in."""
    return tx.row("SELECT 1 FROM air_note WHERE item = ? AND leaving = 1", item) is not None


def keep_cut(tx: Tx, item: str, cuts: int, from_clip: int) -> None:
    """Its reports are in: it waits, and will go on there."""
    tx.run(
        "INSERT INTO air_note (item, cuts, from_clip, leaving) VALUES (?1, ?2, ?3, 0)"
        " ON CONFLICT (item) DO UPDATE SET cuts = ?2, from_clip = ?3, leaving = 0",
        item,
        cuts,
        from_clip,
    )


def allow_at_night(tx: Tx, item: str) -> None:
    """A leader wants it in quiet hours too."""
    tx.run("INSERT INTO air_note (item, at_night) VALUES (?, 1) ON CONFLICT (item) DO UPDATE SET at_night = 1", item)


def still_waits(tx: Tx, piece: Piece) -> None:
    """A STOP may have come since it was read: raises FinalError."""
    if not piece_again(tx, piece).waits_since:
        raise FinalError("Bản tin không còn chờ phát.")


def end_waiting(tx: Tx, piece: Piece, state: str, why: str) -> None:
    """It will not be aired, unless somebody ended it otherwise meanwhile."""
    if piece_again(tx, piece).waits_since:
        move_piece(tx, piece, state, why)


def settle_piece(tx: Tx, piece: Piece, play: str, end: object) -> None:
    """The last report of this play is in: it is over, or waits again, unless it was stopped or aired anew meanwhile."""
    if piece_again(tx, piece).state != "airing" or has_newer_play(tx, piece, play):
        return
    if isinstance(end, Queue):
        keep_cut(tx, piece.id, end.item.cuts, end.item.from_clip)
        move_piece(tx, piece, "waits", end.reason)
    elif isinstance(end, Close) and end.end is not End.AIRED:
        move_piece(tx, piece, end.end.value, end.reason)
    else:
        move_piece(tx, piece, *_outcome(tx, piece, play))


def _outcome(tx: Tx, piece: Piece, play: str) -> tuple[str, str]:
    """What became of it by its reports; a planned one that no horn spoke of is no success."""
    if piece.shelf == BULLETIN:
        return "aired", ""
    said = [row[0] for row in tx.run("SELECT outcome FROM horn_report WHERE horn_order = ?", play)]
    if any(one in (Outcome.PLAYED, Outcome.PARTIAL) for one in said):
        return "aired", ""
    return "unknown", "Chưa cụm loa nào báo là đã phát."


def settle_left_airing(tx: Tx, under_way: Sequence[str]) -> None:
    """Bulletins that were on air when the box stopped, and whose reports are all in."""
    for bulletin in bulletins_in(tx, "airing"):
        if bulletin in under_way:
            continue
        if is_leaving(tx, bulletin):
            keep_cut(tx, bulletin, 1, 0)
            set_state(tx, bulletin, "queued", "Bị ngắt, sẽ phát lại khi loa rảnh.")
        else:
            set_state(tx, bulletin, "aired")


def heard_of(tx: Tx, play: str) -> tuple[float, bool]:
    """Seconds that every horn which answered has sounded, and whether that was all, by the reports of a play."""
    rows = tx.run("SELECT outcome, coalesce(played_ms, 0) FROM horn_report WHERE horn_order = ?", play).fetchall()
    said = [(outcome, played_ms) for outcome, played_ms in rows if outcome not in (None, Outcome.UNKNOWN)]
    whole = bool(said) and all(outcome == Outcome.PLAYED for outcome, _ in said)
    return min((played_ms for _, played_ms in said), default=0) / 1000, whole


def spent_on(tx: Tx, since_ms: int, until_ms: int, limits: Limits, planned_before_ms: int = 2**53) -> Spent:
    """Seconds by day, session and hamlet: what sounded, what sounds, and what is set aside for the plan.

    Of the plan only what begins before ``planned_before_ms`` counts.
    """
    spent: Spent = {}
    for hamlets, ms, at_ms in _sounds(tx, since_ms, until_ms, planned_before_ms):
        meant = frozenset(map(HamletId, json.loads(hamlets)))
        spent = spend(spent, meant, ms / 1000, AtMs(at_ms), limits)
    return spent


def _sounds(tx: Tx, since_ms: int, until_ms: int, planned_before_ms: int) -> list[tuple[Any, ...]]:
    """(hamlets, ms, at) of every order that sounded, and of planned airings that are still to come."""
    pressed = tx.run(
        f"SELECT o.hamlets, {_SECONDS}, o.made_at_ms FROM horn_order o JOIN horn_report r ON r.horn_order = o.id"  # noqa: S608 - constants
        " WHERE o.op NOT IN ('prepare', 'stop', 'volume') AND o.op != 'test'"
        " AND max(o.made_at_ms, o.at_ms) >= ? AND max(o.made_at_ms, o.at_ms) < ?"
        " AND NOT EXISTS (SELECT 1 FROM planned_airing a WHERE a.horn_order = o.id) GROUP BY o.id",
        since_ms,
        until_ms,
    ).fetchall()
    planned = tx.run(
        f"SELECT a.hamlets, CASE WHEN o.id IS NULL THEN a.ms ELSE {_SECONDS} END, a.at_ms FROM planned_airing a"  # noqa: S608 - constants
        " LEFT JOIN horn_order o ON o.id = a.horn_order LEFT JOIN horn_report r ON r.horn_order = o.id"
        " WHERE a.at_ms >= ? AND a.at_ms < ? AND a.state != 'withdrawn'"
        " AND (o.id IS NOT NULL OR a.state = 'planned') GROUP BY a.seq",
        since_ms,
        min(until_ms, planned_before_ms),
    ).fetchall()
    return [*pressed, *planned]


_SECONDS = "CASE WHEN sum(r.outcome IS NULL) THEN o.ms ELSE coalesce(max(r.played_ms), 0) END"
"""Of an order: what sounded, or what it may still sound."""


def _lengths(tx: Tx, recording: str | None) -> tuple[int, ...]:
    if recording is None:
        return ()
    row = tx.row("SELECT clips, ms FROM recording WHERE id = ?", recording)
    if row is None:
        return ()
    names = json.loads(row[0])
    found = [tx.row("SELECT ms FROM clip WHERE sha256 = ?", name) for name in names]
    return tuple(one[0] for one in found if one is not None) if all(found) else (row[1],)


def _with_note(tx: Tx, piece: Piece) -> Piece:
    row = tx.row("SELECT cuts, from_clip, at_night FROM air_note WHERE item = ?", piece.id)
    if row is None:
        return piece
    return replace(piece, cuts=row[0], from_clip=row[1], at_night=piece.at_night or bool(row[2]))
