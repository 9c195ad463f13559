"""Every planted damage is found and named; a sound database has none."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from edge.store.fsck import problems
from tests.store.village import SHA256, fill, open_journal

DAMAGES = [
    ("DELETE FROM outbox WHERE type = 'incident.opened'", "sự cố thiếu hoặc thừa sự kiện gửi tỉnh: 1-900"),
    (
        "INSERT INTO outbox (id, lane, type, subject, at_ms, boot, clock, data)"
        " SELECT 'x', lane, type, subject, at_ms, boot, clock, data FROM outbox WHERE type = 'incident.opened'",
        "sự cố thiếu hoặc thừa sự kiện gửi tỉnh: 1-900",
    ),
    ("UPDATE outbox SET subject = '9-9' WHERE type = 'incident.taken'", "sự kiện gửi tỉnh nói về sự cố không có: 1-2"),
    ("DELETE FROM outbox WHERE type = 'horn.reported'", "báo cáo loa thiếu hoặc thừa sự kiện gửi tỉnh: 1-1/loa-1"),
    ("UPDATE incident SET state = 'closed'", "sự cố đã kết thúc mà không có giờ kết thúc: 1-900"),
    (
        "INSERT INTO incident (id, kind, severity, subject, place, hamlet, title, began_at_ms, made_at_ms, state)"
        " SELECT 'x', kind, severity, subject, place, hamlet, title, began_at_ms, made_at_ms, state FROM incident",
        "hai sự cố cùng mở cho một luật: zone/1-900",
    ),
    ("UPDATE horn_report SET outcome = 'PLAYED'", "báo cáo loa thiếu hoặc thừa sự kiện gửi tỉnh: 1-1/loa-2"),
    ("DELETE FROM horn_report", "lệnh phát không có cụm loa nào phải báo cáo: 1-1"),
    ("UPDATE bulletin SET state = 'approved', recording = NULL", "bản tin đã duyệt thiếu bản ghi âm: b-1"),
    ("DELETE FROM clip", "bản ghi âm thiếu đoạn tiếng: r-1"),
    ("DELETE FROM incident", "bảng alert có dòng trỏ tới incident không có"),
    ("UPDATE audit SET user = 'ai đó'", "nhật ký bị sửa hoặc mất từ dòng 1"),
    ("DELETE FROM audit", "nhật ký bị sửa hoặc mất từ dòng 1"),
    ("UPDATE clip SET bytes = 1", f"tệp âm thanh bị sửa: {SHA256}"),
]


@pytest.fixture
async def history(tmp_path: Path) -> AsyncIterator[sqlite3.Connection]:
    journal = await open_journal(tmp_path / "molang.db")
    await fill(journal, tmp_path / "clips")
    journal.close()
    connection = sqlite3.connect(tmp_path / "molang.db")
    yield connection
    connection.close()


async def test_a_sound_database_has_no_problem(history: sqlite3.Connection, tmp_path: Path) -> None:
    assert list(problems(history, tmp_path / "clips")) == []


@pytest.mark.parametrize(("damage", "sentence"), DAMAGES)
async def test_a_planted_damage_is_found(
    history: sqlite3.Connection, tmp_path: Path, damage: str, sentence: str
) -> None:
    assert history.execute(damage).rowcount > 0
    assert sentence in list(problems(history, tmp_path / "clips"))


async def test_a_clip_that_is_gone_or_changed_is_found(history: sqlite3.Connection, tmp_path: Path) -> None:
    clip = tmp_path / "clips" / f"{SHA256}.opus"
    clip.write_bytes(clip.read_bytes()[::-1])
    assert list(problems(history, tmp_path / "clips")) == [f"tệp âm thanh bị sửa: {SHA256}"]
    clip.unlink()
    assert list(problems(history, tmp_path / "clips")) == [f"thiếu tệp âm thanh: {SHA256}"]


async def test_a_page_that_the_disk_garbled_is_found(history: sqlite3.Connection, tmp_path: Path) -> None:
    (page, size) = history.execute("SELECT rootpage, (SELECT * FROM pragma_page_size) FROM sqlite_master"
                                   " WHERE name = 'alert_incident'").fetchone()  # fmt: skip
    history.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    history.close()
    with (tmp_path / "molang.db").open("r+b") as file:
        file.seek((page - 1) * size + size - 40)
        file.write(b"\x55" * 40)
    connection = sqlite3.connect(tmp_path / "molang.db")
    assert any("tệp cơ sở dữ liệu hỏng" in sentence for sentence in problems(connection, tmp_path / "clips"))
    connection.close()
