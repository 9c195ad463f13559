"""Checks that the database keeps its promises: ``molang store check``."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from edge.store.audit import first_broken

_RULES = (
    (
        "cảnh báo không có sự kiện",
        "SELECT id FROM alert WHERE incident NOT IN (SELECT id FROM incident)",
    ),
    (
        "sự cố không có bản tin gửi tỉnh",
        "SELECT id FROM incident i WHERE NOT EXISTS"
        " (SELECT 1 FROM outbox o WHERE o.subject = i.id AND o.type = 'incident.opened')",
    ),
    (
        "báo cáo loa không có bản tin gửi tỉnh",
        "SELECT horn_order || '/' || horn FROM horn_report r WHERE outcome IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM outbox o WHERE o.subject = r.horn_order || '/' || r.horn)",
    ),
    (
        "bản tin đã duyệt thiếu bản ghi âm",
        "SELECT id FROM bulletin WHERE state IN ('approved', 'airing', 'aired') AND recording IS NULL",
    ),
)


def problems(connection: sqlite3.Connection, clips_folder: Path) -> Iterator[str]:
    """Every broken promise as a Vietnamese sentence; nothing when all is well."""
    for (line,) in connection.execute("PRAGMA integrity_check"):
        if line != "ok":
            yield f"tệp cơ sở dữ liệu hỏng: {line}"
    for row in connection.execute("PRAGMA foreign_key_check"):
        yield f"bảng {row[0]} dòng {row[1]} trỏ tới {row[2]} không có"
    for sentence, question in _RULES:
        for (name,) in connection.execute(question):
            yield f"{sentence}: {name}"
    broken = first_broken(connection)
    if broken is not None:
        yield f"nhật ký kiểm toán bị sửa từ dòng {broken}"
    for (sha256,) in connection.execute("SELECT sha256 FROM clip"):
        if not (clips_folder / f"{sha256}.opus").is_file():
            yield f"thiếu tệp âm thanh {sha256}"
