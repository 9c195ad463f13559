"""How the box, its way to the province, its modems and its disk were: a row a change, a row an hour for figures."""

from edge.core.report.devices import BOX, DISK
from edge.core.report.lasting import OFFLINE, ONLINE, UNWATCHED
from edge.store.ids import get_meta, put_meta
from edge.store.journal import Tx

_SEEN = "devices_seen_ms"
MEASURED = "measured"


def resume(tx: Tx) -> None:
    """After a start: from when we were last known to look, the box was off and nobody looked at the rest."""
    seen_ms = int(get_meta(tx.connection, _SEEN, "0"))
    for subject, at_ms, state in _newest(tx):
        ends_ms = max(seen_ms, at_ms + 1)
        if subject == BOX:
            _write(tx, subject, ends_ms, OFFLINE)
        elif state != UNWATCHED:
            _write(tx, subject, ends_ms, UNWATCHED)
    _write(tx, BOX, tx.now.at_ms, ONLINE)
    note_seen(tx)


def note_seen(tx: Tx) -> None:
    """We still look."""
    put_meta(tx.connection, _SEEN, str(tx.now.at_ms))


def keep_state(tx: Tx, subject: str, state: str) -> None:
    """It changed now."""
    _write(tx, subject, tx.now.at_ms, state)


def keep_figure(tx: Tx, subject: str, value: float, whole: float | None = None) -> None:
    """It was measured now."""
    tx.run(
        "INSERT OR REPLACE INTO device_state (subject, at_ms, state, value, whole) VALUES (?, ?, ?, ?, ?)",
        *(subject, tx.now.at_ms, MEASURED, value, whole),
    )


def keep_disk(tx: Tx, free: int, whole: int) -> None:
    """Bytes that are free, and bytes in all."""
    keep_figure(tx, DISK, float(free), float(whole))


def _newest(tx: Tx) -> list[tuple[str, int, str]]:
    """The last state of each subject, found by the key."""
    found: list[tuple[str, int, str]] = []
    after = ""
    while (row := tx.row("SELECT min(subject) FROM device_state WHERE subject > ?", after)) and row[0] is not None:
        after = str(row[0])
        last = tx.row(
            "SELECT at_ms, state FROM device_state WHERE subject = ? ORDER BY at_ms DESC LIMIT 1",
            after,
        )
        if last is not None and last[1] != MEASURED:
            found.append((after, int(last[0]), str(last[1])))
    return found


def _write(tx: Tx, subject: str, at_ms: int, state: str) -> None:
    tx.run("INSERT OR REPLACE INTO device_state (subject, at_ms, state) VALUES (?, ?, ?)", subject, at_ms, state)
