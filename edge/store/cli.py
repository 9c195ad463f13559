"""``molang store``: looks into the database, in a process of its own (sqlite-utils brings numpy with it)."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click
import sqlite_utils

from edge.config import load
from edge.config.option import CONFIG
from edge.core.errors import MolangError
from edge.store.audit import first_broken
from edge.store.fsck import problems
from edge.store.reader import Reader
from edge.store.schema import may_run_on, newest_version


@click.group()
def store() -> None:
    """Kiểm tra kho dữ liệu; không lệnh nào ở đây sửa dữ liệu."""


@store.command()
@CONFIG
def check(config_path: Path) -> None:
    """Tìm chỗ hỏng; mã thoát 1 khi có."""
    data = data_folder(config_path)
    with opened(data) as connection:
        found = list(problems(connection, data / "clips"))
    for sentence in found:
        click.echo(f"HỎNG  {sentence}")
    click.echo(f"{_database(data)}: " + (f"{len(found)} chỗ hỏng." if found else "nguyên vẹn."))
    raise SystemExit(1 if found else 0)


@store.group()
def audit() -> None:
    """Nhật ký: ai đã làm gì."""


@audit.command()
@CONFIG
def verify(config_path: Path) -> None:
    """Tính lại chuỗi băm của nhật ký; mã thoát 1 khi có dòng bị sửa hoặc mất."""
    with opened(data_folder(config_path)) as connection:
        broken = first_broken(connection)
        (lines,) = connection.execute("SELECT count(*) FROM audit").fetchone()
    if broken is None:
        click.echo(f"Nhật ký nguyên vẹn, {lines} dòng.")
        return
    click.echo(f"Nhật ký bị sửa hoặc mất từ dòng {broken}.")
    raise SystemExit(1)


@store.command()
@CONFIG
def tables(config_path: Path) -> None:
    """Đếm số dòng của từng bảng."""
    with opened(data_folder(config_path)) as connection:
        database = sqlite_utils.Database(connection)
        for table in sorted(database.tables, key=lambda table: str(table.name)):
            if not table.name.startswith("sqlite_"):
                click.echo(f"{table.count:>10}  {table.name}")


def data_folder(config_path: Path) -> Path:
    """Where the box of this file keeps its data."""
    try:
        return Path(load(config_path).commune.data)
    except MolangError as error:
        raise click.ClickException(str(error)) from error


def _database(data: Path) -> Path:
    return data / "molang.db"


@contextmanager
def opened(data: Path) -> Iterator[sqlite3.Connection]:
    """The database for questions only; a database that cannot be read is a sentence, not a traceback."""
    path = _database(data)
    try:
        with closing(Reader(path)) as reader:
            reader.connection.row_factory = None
            (version,) = reader.connection.execute("PRAGMA user_version").fetchone()
            if version < newest_version() or not may_run_on(reader.connection, newest_version()):
                raise click.ClickException(f"{path}: phiên bản {version}, chương trình này cần {newest_version()}.")
            yield reader.connection
    except (MolangError, sqlite3.DatabaseError) as error:
        raise click.ClickException(f"{path}: không đọc được: {error}") from error
