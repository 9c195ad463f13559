"""When a horn was online, offline, or watched by nobody: one row a change (R11)."""

from collections.abc import Sequence
from enum import StrEnum

from edge.core.place import HornId
from edge.store.ids import get_meta, put_meta
from edge.store.journal import Tx

_WATCHED = "horns_watched_ms"


class Presence(StrEnum):
    """What a horn is from a row's instant on."""

    ONLINE = "online"
    OFFLINE = "offline"
    UNWATCHED = "unwatched"


def keep_presence(tx: Tx, horn: HornId, presence: Presence) -> None:
    """It changed now."""
    _write(tx, horn, tx.now.at_ms, presence)


def note_watch(tx: Tx) -> None:
    """The watch still stands."""
    put_meta(tx.connection, _WATCHED, str(tx.now.at_ms))


def resume_watch(tx: Tx, horns: Sequence[HornId]) -> dict[HornId, Presence]:
    """After a start: from where the last watch was known to stand, nobody looked. The newest state of each horn."""
    until_ms = int(get_meta(tx.connection, _WATCHED, "0"))
    found: dict[HornId, Presence] = {}
    for horn in horns:
        row = tx.row("SELECT at_ms, state FROM horn_presence WHERE horn = ? ORDER BY at_ms DESC LIMIT 1", horn)
        if row is not None:
            if row[1] != Presence.UNWATCHED:
                _write(tx, horn, max(until_ms, row[0] + 1), Presence.UNWATCHED)
            found[horn] = Presence.UNWATCHED
    note_watch(tx)
    return found


def _write(tx: Tx, horn: HornId, at_ms: int, presence: Presence) -> None:
    tx.run("INSERT OR REPLACE INTO horn_presence (horn, at_ms, state) VALUES (?, ?, ?)", horn, at_ms, presence)
