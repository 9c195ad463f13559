"""Checks that the database keeps its promises: ``molang store check``."""

import hashlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from edge.store.audit import first_broken
from edge.store.outbox import ROW_BYTES, WAITS
from edge.store.outbox_room import LET_GO

_LET_GO = f"(SELECT coalesce(max(CAST(value AS INTEGER)), -1) FROM meta WHERE key = '{LET_GO}')"  # noqa: S608
"""Of what happened until then the outbox may have forgotten the events: the province has them."""
_RULES = (
    (
        "số đếm hàng chờ gửi tỉnh không khớp, làn",
        "SELECT c.lane FROM outbox_count c LEFT JOIN (SELECT lane, sum(waits) AS waiting,"  # noqa: S608 - constants
        f" sum(waits * (length(CAST(data AS BLOB)) + {ROW_BYTES})) AS bytes,"
        " sum(acked_at_ms IS NOT NULL AND dead_reason IS NULL) AS acked, sum(dead_reason IS NOT NULL) AS dead"
        f" FROM (SELECT *, {WAITS} AS waits FROM outbox) GROUP BY lane) o ON o.lane = c.lane"
        " WHERE c.waiting <> coalesce(o.waiting, 0) OR c.waiting_bytes <> coalesce(bytes, 0)"
        " OR c.acked <> coalesce(o.acked, 0) OR c.dead <> coalesce(o.dead, 0)",
    ),
    (
        "sự cố thiếu hoặc thừa sự kiện gửi tỉnh",
        "SELECT id FROM incident LEFT JOIN (SELECT subject AS told, count(*) AS events FROM outbox"  # noqa: S608
        " WHERE type = 'incident.opened' GROUP BY subject) ON told = id"
        f" WHERE events IS NOT 1 AND NOT (events IS NULL AND made_at_ms <= {_LET_GO})",
    ),
    (
        "sự kiện gửi tỉnh nói về sự cố không có",
        "SELECT id FROM outbox WHERE type LIKE 'incident.%' AND subject NOT IN (SELECT id FROM incident)",
    ),
    (
        "hai sự cố cùng mở cho một luật",
        "SELECT subject FROM incident WHERE state = 'open' GROUP BY subject HAVING count(*) > 1",
    ),
    (
        "sự cố đã kết thúc mà không có giờ kết thúc",
        "SELECT id FROM incident WHERE state = 'closed' AND ended_at_ms IS NULL",
    ),
    (
        "báo cáo loa thiếu hoặc thừa sự kiện gửi tỉnh",
        "SELECT horn_order || '/' || horn FROM horn_report LEFT JOIN (SELECT subject AS told, count(*) AS events"  # noqa: S608
        " FROM outbox WHERE type = 'horn.reported' GROUP BY subject) ON told = horn_order || '/' || horn"
        " WHERE outcome IS NOT NULL AND events IS NOT 1"
        f" AND NOT (events IS NULL AND coalesce(at_ms, 9e15) <= {_LET_GO})",
    ),
    (
        "lệnh phát không có cụm loa nào phải báo cáo",
        "SELECT id FROM horn_order WHERE op = 'play' AND id NOT IN (SELECT horn_order FROM horn_report)",
    ),
    (
        "đoạn trích đã xong mà không có tệp",
        "SELECT id FROM export WHERE state = 'done' AND (path IS NULL OR sha256 IS NULL OR bytes IS NULL)",
    ),
    (
        "đoạn ghi hình kết thúc trước khi bắt đầu",
        "SELECT path FROM segment WHERE ended_ms < began_ms",
    ),
    (
        "bản tin đã duyệt thiếu bản ghi âm",
        "SELECT id FROM bulletin WHERE state IN ('approved', 'airing', 'aired') AND recording IS NULL",
    ),
    (
        "tệp tải lên đã xong mà không có đoạn tiếng",
        "SELECT id FROM upload WHERE state = 'done' AND clip IS NULL",
    ),
    (
        "bản ghi âm thiếu đoạn tiếng",
        "SELECT r.id FROM recording r, json_each(r.clips) c WHERE c.value NOT IN (SELECT sha256 FROM clip)",
    ),
)


def problems(connection: sqlite3.Connection, clips_folder: Path) -> Iterator[str]:
    """Every broken promise as a Vietnamese sentence; nothing when all is well."""
    try:
        yield from _problems(connection, clips_folder)
    except sqlite3.DatabaseError as cause:  # a garbled page stops the search itself
        yield f"tệp cơ sở dữ liệu hỏng: {cause}"


def _problems(connection: sqlite3.Connection, clips_folder: Path) -> Iterator[str]:
    for (line,) in connection.execute("PRAGMA integrity_check"):
        if line != "ok":
            yield f"tệp cơ sở dữ liệu hỏng: {line}"
    for row in connection.execute("PRAGMA foreign_key_check"):
        yield f"bảng {row[0]} có dòng trỏ tới {row[2]} không có"
    for sentence, question in _RULES:
        for (name,) in connection.execute(question):
            yield f"{sentence}: {name}"
    broken = first_broken(connection)
    if broken is not None:
        yield f"nhật ký bị sửa hoặc mất từ dòng {broken}"
    for sha256, size in connection.execute("SELECT sha256, bytes FROM clip"):
        yield from _clip(clips_folder / f"{sha256}.opus", sha256, size)
    for words, sha256, size in connection.execute("SELECT words, sha256, bytes FROM bank_prompt"):
        for sentence in _clip(clips_folder.parent / "bank" / f"{sha256}.wav", sha256, size):
            yield f"giọng thu “{words}”: {sentence}"


def _clip(path: Path, sha256: str, size: int) -> Iterator[str]:
    """Clips are small, 35 kB per ten seconds: each is read and hashed."""
    try:
        found = path.read_bytes()
    except OSError:
        yield f"thiếu tệp âm thanh: {sha256}"
        return
    if len(found) != size or hashlib.sha256(found).hexdigest() != sha256:
        yield f"tệp âm thanh bị sửa: {sha256}"
