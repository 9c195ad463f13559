"""The operator's abbreviations: kept one row an entry; every change is a deed with the words before and after."""

from dataclasses import dataclass

from edge.core.errors import FinalError
from edge.core.normalise_vi import Abbreviation, Scope
from edge.core.normalise_vi.own import TABLE_MAX
from edge.store.journal import Tx

_ROWS = "SELECT written, spoken, scope, by_user, changed_at_ms FROM abbreviation ORDER BY lower(written), scope"


@dataclass(frozen=True, slots=True)
class AbbreviationRow:
    """An entry, who wrote it last, and when (UTC milliseconds)."""

    entry: Abbreviation
    by_user: str
    changed_at_ms: int


def put_abbreviation(tx: Tx, entry: Abbreviation, user: str, role: str) -> None:
    """Add it, or let it take the place of the one with its letters and scope; FinalError when the table is full."""
    before = _spoken(tx, entry)
    if before is None and (tx.row("SELECT count(*) FROM abbreviation") or (0,))[0] >= TABLE_MAX:
        raise FinalError(f"Bảng đã có {TABLE_MAX} chữ tắt, không thêm được nữa: hãy xoá bớt chữ không dùng.")
    if before == entry.spoken:
        return
    tx.run(
        "INSERT OR REPLACE INTO abbreviation (written, scope, spoken, by_user, changed_at_ms) VALUES (?, ?, ?, ?, ?)",
        entry.written,
        entry.scope,
        entry.spoken,
        user,
        tx.now.at_ms,
    )
    was = f" (trước là {before})" if before else ""
    tx.deed(user, role, "abbreviation.set", f"{entry.written} [{entry.scope}]: {entry.spoken}{was}")


def remove_abbreviation(tx: Tx, written: str, scope: Scope, user: str, role: str) -> None:
    """Take it out; FinalError when it is not there."""
    entry = Abbreviation(written, "", scope)
    before = _spoken(tx, entry)
    if before is None:
        raise FinalError(f"Trong bảng không có chữ tắt “{written[:40]}” với phạm vi này.")
    tx.run("DELETE FROM abbreviation WHERE written = ? AND scope = ?", written, scope)
    tx.deed(user, role, "abbreviation.remove", f"{written} [{scope}]: {before}")


def all_abbreviations(tx: Tx) -> list[AbbreviationRow]:
    """The whole table."""
    return [
        AbbreviationRow(Abbreviation(written, spoken, Scope(scope)), by_user, changed_at_ms)
        for written, spoken, scope, by_user, changed_at_ms in tx.run(_ROWS)
    ]


def _spoken(tx: Tx, entry: Abbreviation) -> str | None:
    row = tx.row("SELECT spoken FROM abbreviation WHERE written = ? AND scope = ?", entry.written, entry.scope)
    return None if row is None else str(row[0])
