"""``molang store`` tells a person in Vietnamese what is in the database and whether it is sound."""

import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from edge.store.cli import store
from tests.store.village import fill, open_journal

EXAMPLE = Path(__file__).parents[2] / "docs" / "ref" / "example.toml"


@pytest.fixture
async def config(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    journal = await open_journal(data / "molang.db")
    await fill(journal, data / "clips")
    journal.close()
    return config_for(data)


def config_for(data: Path) -> Path:
    path = data.parent / "molang.toml"
    path.write_text(EXAMPLE.read_text().replace('"/var/lib/molang"', f'"{data}"'))
    return path


def run(config: Path, *words: str) -> Result:
    return CliRunner().invoke(store, [*words, "--config", str(config)])


async def test_a_sound_database_is_said_to_be_sound(config: Path) -> None:
    result = run(config, "check")
    assert (result.exit_code, result.output.count("\n")) == (0, 1)
    assert "nguyên vẹn" in result.output


async def test_a_damaged_database_ends_with_1_and_one_line_a_damage(config: Path, tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "data" / "molang.db")
    with connection:
        connection.execute("DELETE FROM outbox WHERE type = 'incident.opened'")
        connection.execute("DELETE FROM horn_report")
    result = run(config, "check")
    assert result.exit_code == 1
    assert result.output.count("HỎNG") == 2
    assert "2 chỗ hỏng" in result.output


async def test_the_audit_chain_is_verified(config: Path, tmp_path: Path) -> None:
    assert "nguyên vẹn, 8 dòng" in run(config, "audit", "verify").output
    connection = sqlite3.connect(tmp_path / "data" / "molang.db")
    with connection:
        connection.execute("UPDATE audit SET action = 'khác'")
    result = run(config, "audit", "verify")
    assert result.exit_code == 1
    assert "từ dòng 1" in result.output


async def test_every_table_is_counted(config: Path) -> None:
    lines = [line.split() for line in run(config, "tables").output.splitlines()]
    counts = {name: int(number) for number, name in lines}
    assert counts["alert"] == 2
    assert counts.keys() >= {"incident", "outbox", "horn_report", "audit", "meta"}
    assert not any(name.startswith("sqlite_") for name in counts)


@pytest.mark.parametrize("words", [("check",), ("audit", "verify"), ("tables",)])
def test_what_cannot_be_read_is_a_sentence(tmp_path: Path, words: tuple[str, ...]) -> None:
    missing = run(tmp_path / "none.toml", *words)
    assert missing.exit_code == 1
    assert "không đọc được tệp cấu hình" in missing.output
    data = tmp_path / "data"
    assert "Chưa có cơ sở dữ liệu" in run(config_for(data), *words).output
    data.mkdir()
    (data / "molang.db").write_bytes(b"not a database" * 100)
    broken = run(config_for(data), *words)
    assert broken.exit_code == 1
    assert "Traceback" not in broken.output
    assert "không đọc được" in broken.output


def test_a_database_of_another_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    connection = sqlite3.connect(tmp_path / "data" / "molang.db")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    result = run(config_for(tmp_path / "data"), "check")
    assert result.exit_code == 1
    assert "phiên bản 99" in result.output
