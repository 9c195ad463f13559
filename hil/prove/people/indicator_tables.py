"""Tables that people bring: what is kept is what stands in them, hostile ones cost little and are refused in words."""

import asyncio
import io
import random
import resource
import tempfile
import time
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

import openpyxl

from edge.config.indicators import known_indicator
from edge.control.protocol import CheckTable, ImportTable
from edge.core.errors import MolangError
from edge.core.indicator.values import figure
from edge.indicators.tables import Tables
from edge.kernel.bus import Bus
from edge.kernel.clock import SystemClock
from edge.store.journal import Journal
from hil.figures import settings
from hil.links import Link

WHO: Mapping[str, str] = {"user": "Lan", "role": "operator"}
HEAD = ("Mã", "Chỉ tiêu", "Giá trị", "Ngày")
UPLOAD = "00000000-0000-4000-8000-000000000001"
MOST_S, MOST_CHILD_MB = 30.0, 600.0
GOOD_ROWS, PLANTED, BOMB_MB = 1_900, 60, 1_000
KEPT = "SELECT indicator, strftime('%d/%m/%Y', at_ms / 1000, 'unixepoch', '+7 hours'), value FROM indicator_value"
Cells = Sequence[Sequence[object]]


def indicator_tables(rows: int = GOOD_ROWS, planted: int = PLANTED, bomb_mb: int = BOMB_MB) -> Link:
    """A full table is kept value by value; each planted wrong cell is named and nothing kept; bombs are refused."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_prove(Path(folder), rows, planted, bomb_mb))


async def _prove(folder: Path, rows: int, planted: int, bomb_mb: int) -> Link:
    spool = folder / "spool"
    spool.mkdir()
    known = tuple(known_indicator(one) for one in settings())
    journal = await Journal.open(folder / "molang.db", SystemClock())
    tables = Tables(spool, known, journal, Bus())
    try:
        right, longest_s = await _whole(tables, spool, journal, rows)
        found, unnamed, kept = await _planted(tables, spool, journal, planted)
        refused, hostile, hostile_s = await _hostile(tables, spool, bomb_mb)
    finally:
        journal.close()
    child_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    figures: dict[str, str | int | float | bool | None] = {
        "table_rows_kept": right,
        "table_rows": rows,
        "table_longest_s": round(longest_s, 2),
        "wrong_cells_named": found,
        "wrong_cells_unnamed": unnamed,
        "kept_of_wrong_tables": kept,
        "hostile_refused": refused,
        "hostile": hostile,
        "hostile_longest_s": round(hostile_s, 2),
        "table_child_mb": round(child_mb, 1),
    }
    ok = right == rows and (found, unnamed, kept) == (planted, 0, 0) and refused == hostile
    return Link("indicator_tables", ok and max(longest_s, hostile_s) <= MOST_S and child_mb <= MOST_CHILD_MB, figures)


async def _whole(tables: Tables, spool: Path, journal: Journal, count: int) -> tuple[int, float]:
    """How many values of a large workbook stand in the store exactly as they stood in it, and how long it took."""
    truth = _truth(count)
    began = time.monotonic()
    (spool / UPLOAD).write_bytes(_book([HEAD, *_lines(truth)]))
    shown = await tables.check(CheckTable(**WHO, upload=UPLOAD, form="xlsx"))
    await tables.bring(ImportTable(**WHO, upload=UPLOAD, form="xlsx", seal=shown["seal"]))
    took_s = time.monotonic() - began
    told = {(name, day): value for name, day, value in await journal.record(lambda tx: tx.run(KEPT).fetchall())}
    return sum(told.get(key) == value for key, value in truth.items()), took_s


def _truth(count: int) -> dict[tuple[str, str], int]:
    """So many different days back from 2025, with a figure each."""
    chance = random.Random(6)
    days = (f"{day % 28 + 1:02d}/{day // 28 % 12 + 1:02d}/{2019 + day // 336}" for day in range(count))
    return {("khong-tien-mat", day): chance.randrange(1, 2116) for day in days}


def _lines(truth: Mapping[tuple[str, str], int]) -> Iterator[tuple[object, ...]]:
    """By turns as a number, as people write it, and as a pair."""
    for number, ((name, day), value) in enumerate(truth.items()):
        yield name, "", (value, figure(value), f"{figure(value)}/2.115")[number % 3], day


async def _planted(tables: Tables, spool: Path, journal: Journal, count: int) -> tuple[int, int, int]:
    """Wrong cells that were named by their right name; those that were not; values kept all the same."""
    chance = random.Random(7)
    before = await _count(journal)
    found = unnamed = 0
    for number in range(count):
        rows = [list(line) for line in _lines(_truth(20))]
        row, (column, text) = chance.randrange(20), chance.choice(WRONG)
        rows[row][column] = text
        (spool / UPLOAD).write_bytes(_csv([HEAD, *rows]) if number % 2 else _book([HEAD, *rows]))
        form: Literal["csv", "xlsx"] = "csv" if number % 2 else "xlsx"
        shown = await tables.check(CheckTable(**WHO, upload=UPLOAD, form=form))
        named = [one["cell"] for one in shown["wrong"]] == [f"{'ABCD'[column]}{row + 2}"]
        found, unnamed = found + named, unnamed + (not named)
        try:
            await tables.bring(ImportTable(**WHO, upload=UPLOAD, form=form, seal=shown["seal"]))
        except MolangError:
            continue
    return found, unnamed, await _count(journal) - before


WRONG: Sequence[tuple[int, str]] = (
    (0, "khong-co"),
    (0, "phan-anh"),
    (2, "77.2"),
    (2, "1,632.5"),
    (2, "2.116"),
    (2, "-1"),
    (2, "mười"),
    (2, ""),
    (3, "31/11/2025"),
    (3, "12/2199"),
    (3, "hôm qua"),
    (3, ""),
)
"""Column and what is planted in it."""


async def _hostile(tables: Tables, spool: Path, bomb_mb: int) -> tuple[int, int, float]:
    """How many of the hostile files were refused in words, how many there are, and what the longest took."""
    refused, longest_s, files = 0, 0.0, dict(_files(bomb_mb))
    for content in files.values():
        (spool / UPLOAD).write_bytes(content)
        began = time.monotonic()
        try:
            await tables.check(CheckTable(**WHO, upload=UPLOAD, form="xlsx"))
        except MolangError as error:
            refused += bool(str(error))
        longest_s = max(longest_s, time.monotonic() - began)
    return refused, len(files), longest_s


def _files(bomb_mb: int) -> Iterator[tuple[str, bytes]]:
    plain = _book([HEAD])
    yield "no file at all", b""
    yield "rubbish", random.Random(8).randbytes(200_000)
    yield "cut off", plain[:-300]
    yield "a part that fills the memory", _with(plain, "xl/media/a.bin", b"0", bomb_mb * 1_000_000)
    yield "a sheet that fills the memory", _with(plain, "xl/worksheets/sheet1.xml", b"<row/>", bomb_mb * 200_000)
    yield "ten thousand parts", _with_parts(plain, 10_000)
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE x [<!ENTITY a0 "ha">{laughs}]><worksheet>&a9;</worksheet>'
    for coding in ("utf-8", "utf-16"):
        yield f"entities in {coding}", _with(plain, "xl/worksheets/sheet1.xml", bomb.encode(coding), 0)
    yield "twelve thousand rows", _book([HEAD, *[("x",)] * 12_000])


def _with(book: bytes, part: str, content: bytes, at_least: int) -> bytes:
    """The book with one part in the place of its own, its content repeated; it is never whole in memory."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book)) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new,
    ):
        for name in old.namelist():
            if name != part:
                new.writestr(name, old.read(name))
        with new.open(part, "w") as out:
            slab = content * max(1, min(at_least, 1_000_000) // len(content))
            for _ in range(max(1, at_least // len(slab))):
                out.write(slab)
    return file.getvalue()


def _with_parts(book: bytes, count: int) -> bytes:
    file = io.BytesIO(book)
    with zipfile.ZipFile(file, "a") as archive:
        for number in range(count):
            archive.writestr(f"xl/p{number}", b"")
    return file.getvalue()


def _book(rows: Cells) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("a")
    for row in rows:
        sheet.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _csv(rows: Cells) -> bytes:
    return "\n".join(";".join(str(cell) for cell in row) for row in rows).encode("utf-8-sig")


async def _count(journal: Journal) -> int:
    return int(await journal.record(lambda tx: tx.run("SELECT count(*) FROM indicator_value").fetchone()[0]))
