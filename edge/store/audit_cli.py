"""``molang audit``: whether the log of who did what is still the one that was written."""

import json
import sqlite3
from dataclasses import asdict
from pathlib import Path

import click

from edge.config.option import CONFIG
from edge.core.errors import FinalError, MisconfiguredError
from edge.core.local_time import local
from edge.core.moment import AtMs
from edge.kernel.statement import Statement, StatementKey
from edge.store.audit_check import Examined, examine, received_of
from edge.store.cli import data_folder, opened


@click.group()
def audit() -> None:
    """Nhật ký: ai đã làm gì, và có ai sửa nó không."""


@audit.command()
@CONFIG
@click.option("--json", "as_json", is_flag=True, help="In JSON.")
@click.option("--key", "public_hex", help="Khóa công khai (64 chữ số hex); mặc định lấy từ keys/audit.pem.")
@click.option(
    "--against",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Tệp sự kiện mà tỉnh giữ (JSON): so từng mốc với nó.",
)
def verify(config_path: Path, as_json: bool, public_hex: str | None, against: Path | None) -> None:
    """Tính lại cả chuỗi, so với các mốc đã ký; mã thoát 1 khi có chỗ sai. Chạy được khi hộp đang chạy."""
    data = data_folder(config_path)
    found = _examined(data, public_hex or key_of(data), _received(against))
    click.echo(_as_json(found) if as_json else _in_words(found))
    raise SystemExit(1 if found.problems else 0)


@audit.command()
@CONFIG
def key(config_path: Path) -> None:
    """In khóa công khai của các mốc: giao cho tỉnh giữ."""
    click.echo(key_of(data_folder(config_path)))


def key_of(data: Path) -> str:
    """The public key of the statements of this box."""
    try:
        return StatementKey.load(data / "keys" / "audit.pem").public_hex
    except MisconfiguredError as error:
        raise click.ClickException(str(error)) from error


def _examined(data: Path, public_hex: str, received: list[Statement]) -> Examined:
    with opened(data) as connection:
        try:
            return examine(connection, public_hex, received)
        except (TypeError, sqlite3.DatabaseError) as error:  # a value of a kind that we never write
            raise click.ClickException(f"Nhật ký không đọc được: {error}") from error


def _received(path: Path | None) -> list[Statement]:
    if path is None:
        return []
    try:
        return received_of(path.read_text("utf-8"))
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        raise FinalError(f"{path}: không phải tệp sự kiện: {error}") from error


def _as_json(found: Examined) -> str:
    fields = asdict(found) | {
        "ok": not found.problems,
        "first_bad": found.first_bad,
        "unsealed": found.unsealed,
        "problems": [asdict(problem) for problem in found.problems],
    }
    return json.dumps(fields, ensure_ascii=False, indent=2)


def _in_words(found: Examined) -> str:
    lines = [f"SAI  {problem.sentence}" for problem in found.problems]
    if found.problems:
        lines.append(f"Nhật ký không còn nguyên vẹn từ dòng {found.first_bad} ({found.lines} dòng còn lại).")
        return "\n".join(lines)
    sealed = "chưa có mốc nào"
    if found.sealed_at_ms is not None:
        when = local(AtMs(found.sealed_at_ms)).strftime("%H:%M ngày %d/%m/%Y")
        sealed = f"{found.checkpoints} mốc đã ký, mốc cuối lúc {when} đến dòng {found.sealed_to}"
    compared = f", khớp với {found.received} mốc mà tỉnh giữ" if found.received else ""
    return f"Nhật ký nguyên vẹn, {found.lines} dòng; {sealed}; {found.unsealed} dòng sau mốc cuối{compared}."
