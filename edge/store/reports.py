"""Reports that were made: a row a revision, told to the province in the transaction that writes it (law 1)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from edge.core.report.document import Figure
from edge.core.report.period import Period
from edge.store.ids import get_meta, put_meta
from edge.store.journal import Tx
from edge.store.media_queue import offer
from edge.store.outbox import LANE_RESULT

_FIRST, _KNOWN = "reports_first_ms", "reports_clock_ms"
MOST_REVISIONS = 20
"""Somebody who presses again and again fills the disk; nobody needs one day's report more often."""


@dataclass(frozen=True, slots=True)
class File:
    """One form of a report: its name below the reports folder."""

    name: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Made:
    """What a child made of a period. ``to``: tiers that get it, with when it is due there (UTC ms)."""

    period: Period
    revision: int
    complete: bool
    made_by: str
    summary: Sequence[str]
    figures: Mapping[str, Figure]
    files: Mapping[str, File]
    to: Mapping[str, int]
    title: str = ""


def report_id(period: Period, revision: int) -> str:
    """``ngay-2026-11-27``; of a later revision ``ngay-2026-11-27-lan2``."""
    return period.stem if revision == 1 else f"{period.stem}-lan{revision}"


def next_revision(tx: Tx, period: Period) -> int:
    """The number of the next one."""
    row = tx.row("SELECT max(revision) FROM report WHERE kind = ? AND period = ?", period.kind, period.key)
    return (row[0] or 0) + 1 if row else 1


def complete_reports(tx: Tx) -> set[tuple[str, str]]:
    """(kind, period) of which a report of the whole time is there."""
    rows = tx.run("SELECT DISTINCT kind, period FROM report WHERE complete").fetchall()
    return {(kind, period) for kind, period in rows}


def keep_report(tx: Tx, made: Made, *, folder: str) -> str:
    """Write it down; a report of the whole time goes to the province, with its files. Its id.

    ``folder``: where the files lie, below the data folder; empty: there is no province that would take them.
    """
    name = report_id(made.period, made.revision)
    event = _tell_made(tx, name, made) if made.complete and made.to else None
    tx.run(
        "INSERT INTO report (id, kind, period, revision, complete, made_at_ms, made_by, summary, figures, files, due,"
        " state, event) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'draft', ?)",
        *(name, made.period.kind, made.period.key, made.revision, made.complete, tx.now.at_ms, made.made_by),
        _json(list(made.summary)),
        _json(dict(made.figures)),
        _json({form: [file.name, file.sha256, file.bytes] for form, file in made.files.items()}),
        _json(dict(made.to)),
        event,
    )
    if event is not None and folder:
        for form in ("pdf", "xlsx"):
            offer(tx, f"{folder}/{made.files[form].name}", "report", name, event)
    return name


def _tell_made(tx: Tx, name: str, made: Made) -> str:
    data = {
        "kind": made.period.kind,
        "period": made.period.key,
        "revision": made.revision,
        "title": made.title,
        "since_ms": made.period.since_ms,
        "until_ms": made.period.until_ms,
        "to": list(made.to),
        "due_ms": dict(made.to),
        "figures": dict(made.figures),
        "files": {form: {"sha256": file.sha256, "bytes": file.bytes} for form, file in made.files.items()},
    }
    return tx.event(LANE_RESULT, "report.made", name, data)


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed PDF of a report: its file, and whose signature it bears."""

    file: File
    by: str
    at_ms: int


def keep_signature(tx: Tx, report: str, signed: Signed, *, folder: str) -> None:
    """The report is signed; the province hears of it, and gets the signed file if it got the report."""
    row = tx.row("SELECT event FROM report WHERE id = ?", report)
    event = None
    if row is not None and row[0] is not None:
        told = {"pdf": {"sha256": signed.file.sha256, "bytes": signed.file.bytes}, "signed_at_ms": signed.at_ms}
        event = tx.event(LANE_RESULT, "report.signed", report, told)
        if folder:
            offer(tx, f"{folder}/{signed.file.name}", "report", report, event)
    tx.run(
        "UPDATE report SET state = 'signed', signed_file = ?, signed_sha256 = ?, signed_by = ?, signed_at_ms = ?,"
        " event = coalesce(?, event), sent_at_ms = CASE WHEN ? IS NULL THEN sent_at_ms END WHERE id = ?",
        *(signed.file.name, signed.file.sha256, signed.by, signed.at_ms, event, event, report),
    )


def note_sent(tx: Tx) -> int:
    """Reports whose event the province has are sent; how many that were now."""
    rows = tx.run(
        "SELECT r.id, o.acked_at_ms FROM report r JOIN outbox o ON o.id = r.event"
        " WHERE r.event IS NOT NULL AND r.sent_at_ms IS NULL AND o.acked_at_ms IS NOT NULL"
    ).fetchall()
    for name, at_ms in rows:
        tx.run("UPDATE report SET state = 'sent', sent_at_ms = ? WHERE id = ?", at_ms, name)
    return len(rows)


def disbelieve(tx: Tx) -> None:
    """Reports from the future were made by a clock that ran ahead: they count as unfinished and are made again."""
    tx.run("UPDATE report SET complete = 0 WHERE complete AND made_at_ms > ?", tx.now.at_ms)


def clock_marks(tx: Tx) -> tuple[int, int]:
    """Since when this box makes reports (UTC ms, 0: not yet), and when its clock was known last."""
    return int(get_meta(tx.connection, _FIRST, "0")), int(get_meta(tx.connection, _KNOWN, "0"))


def note_known_clock(tx: Tx) -> None:
    """The clock is known now; the first such moment is when this box begins to make reports."""
    if not int(get_meta(tx.connection, _FIRST, "0")):
        put_meta(tx.connection, _FIRST, str(tx.now.at_ms))
    put_meta(tx.connection, _KNOWN, str(tx.now.at_ms))


def report_row(tx: Tx, report: str) -> dict[str, Any] | None:
    """What its files are, and whether it went to the province."""
    row = tx.row("SELECT kind, period, revision, files, state, signed_file FROM report WHERE id = ?", report)
    if row is None:
        return None
    return dict(zip(("kind", "period", "revision", "files", "state", "signed_file"), row, strict=True))


def files_of(text: str) -> dict[str, File]:
    """The column ``files``."""
    return {form: File(*row) for form, row in json.loads(text).items()}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
