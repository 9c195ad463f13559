"""Reads reports as others would: the workbook as zip and XML, the PDF by poppler; and counts the store by plain SQL."""

import re
import shutil
import sqlite3
import subprocess
import xml.etree.ElementTree as Tree
import zipfile
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from hil.bench.outcome import BenchUnavailableError

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_SPAN = ":since AND :until - 1"
COUNTS: Mapping[str, str] = {
    "incidents": f"SELECT count(*) FROM incident WHERE drill = 0 AND began_at_ms BETWEEN {_SPAN}",
    "incidents_grave": "SELECT count(*) FROM incident WHERE drill = 0 AND severity IN ('severe', 'extreme')"
    f" AND began_at_ms BETWEEN {_SPAN}",
    "incidents_taken": "SELECT count(*) FROM incident WHERE drill = 0 AND taken_at_ms IS NOT NULL"
    f" AND began_at_ms BETWEEN {_SPAN}",
    "taken_longest_s": "SELECT max(taken_at_ms - made_at_ms) / 1000.0 FROM incident WHERE drill = 0"
    f" AND began_at_ms BETWEEN {_SPAN}",
    "not_reached": "SELECT count(*) FROM alert a WHERE given_up_at_ms IS NOT NULL AND state <> 'taken' AND EXISTS"
    f" (SELECT 1 FROM incident i WHERE i.id = a.incident AND drill = 0 AND began_at_ms BETWEEN {_SPAN})",
    "plays": "SELECT count(*) FROM (SELECT DISTINCT o.id, substr(r.horn, 1, length(r.horn) - 2) FROM horn_order o"
    " JOIN horn_report r ON r.horn_order = o.id WHERE o.op = 'play' AND r.outcome IN ('PLAYED', 'PARTIAL')"
    f" AND o.made_at_ms BETWEEN {_SPAN})",
    "horn_faults": "SELECT count(*) FROM horn_order o JOIN horn_report r ON r.horn_order = o.id WHERE o.op = 'play'"
    f" AND r.outcome IN ('SILENT', 'UNKNOWN', 'REFUSED') AND o.made_at_ms BETWEEN {_SPAN}",
    "horn_tests": "SELECT count(*) FROM horn_order o JOIN horn_report r ON r.horn_order = o.id WHERE o.op = 'test'"
    f" AND o.made_at_ms BETWEEN {_SPAN}",
    "crest_m/kien-giang": "SELECT max(value) FROM reading WHERE station = 'kien-giang' AND quality = 'good'"
    f" AND quantity = 'level' AND at_ms BETWEEN {_SPAN}",
    "crest_m/cau-doai": "SELECT max(value) FROM reading WHERE station = 'cau-doai' AND quality = 'good'"
    f" AND quantity = 'level' AND at_ms BETWEEN {_SPAN}",
    "rain_mm/mua-xa": "SELECT round(sum(value), 1) FROM reading WHERE station = 'mua-xa' AND quantity = 'rain'"
    f" AND at_ms BETWEEN {_SPAN}",
    "cameras_dark": "SELECT count(DISTINCT camera) FROM incident WHERE rule_kind = 'offline'"
    " AND began_at_ms < :until AND ended_at_ms > :since",
    "camera_dark_ms": "SELECT coalesce(sum(min(ended_at_ms, :until) - max(began_at_ms, :since)), 0) FROM incident"
    " WHERE rule_kind = 'offline' AND began_at_ms < :until AND ended_at_ms > :since",
    "uplink_outages": "SELECT count(*) FROM device_state WHERE subject = 'uplink' AND state = 'offline'"
    f" AND at_ms BETWEEN {_SPAN}",
    "restarts": "SELECT count(*) FROM device_state d WHERE subject = 'box' AND state = 'online'"
    f" AND at_ms BETWEEN {_SPAN} AND (SELECT state FROM device_state WHERE subject = 'box' AND at_ms < d.at_ms"
    " ORDER BY at_ms DESC LIMIT 1) = 'offline'",
}
"""What the store says, each in a question that the product does not ask; the horns of this village end with -1, -2."""


def counted(database: Path, since_ms: int, until_ms: int) -> dict[str, float]:
    """Every figure of COUNTS for a span."""
    with closing(sqlite3.connect(database)) as store:
        span = {"since": since_ms, "until": until_ms}
        return {name: store.execute(sql, span).fetchone()[0] for name, sql in COUNTS.items()}


def sheets(book: Path) -> dict[str, list[list[str | float | None]]]:
    """Every sheet's rows: words as words, numbers as numbers. Raises BenchUnavailableError for a formula."""
    with zipfile.ZipFile(book) as files:
        shared = [
            "".join(part.itertext()) for part in Tree.fromstring(files.read("xl/sharedStrings.xml")).iter(f"{_MAIN}si")
        ]
        names = [
            sheet.get("name", "") for sheet in Tree.fromstring(files.read("xl/workbook.xml")).iter(f"{_MAIN}sheet")
        ]
        return {
            name: _rows(Tree.fromstring(files.read(f"xl/worksheets/sheet{number}.xml")), shared)
            for number, name in enumerate(names, 1)
        }


def _rows(sheet: Tree.Element, shared: list[str]) -> list[list[str | float | None]]:
    if sheet.find(f".//{_MAIN}f") is not None:
        raise BenchUnavailableError("a cell of the workbook is a formula")
    return [_cells(row, shared) for row in sheet.iter(f"{_MAIN}row")]


def _cells(row: Tree.Element, shared: list[str]) -> list[str | float | None]:
    found: list[str | float | None] = []
    for cell in row.iter(f"{_MAIN}c"):
        column = _column(cell.get("r", "A1"))
        found += [None] * (column - len(found))
        value = cell.findtext(f"{_MAIN}v")
        found.append(None if value is None else shared[int(value)] if cell.get("t") == "s" else float(value))
    return found


def _column(place: str) -> int:
    number = 0
    for letter in re.sub(r"\d", "", place):
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def pdf_words(file: Path) -> str:
    """The text of a PDF, lines joined; raises BenchUnavailableError without poppler."""
    if shutil.which("pdftotext") is None:
        raise BenchUnavailableError("pdftotext is not installed (Debian: poppler-utils)")
    done = subprocess.run(["pdftotext", file, "-"], capture_output=True, text=True, check=True, timeout=60)
    return " ".join(done.stdout.split())
