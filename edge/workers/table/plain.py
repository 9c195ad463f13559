"""A CSV: UTF-8, or UTF-16 as Excel's "Unicode text"; separated by semicolons, commas or tabs."""

import codecs
import csv
import io

from edge.core.errors import FinalError
from edge.workers.table.limits import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, bounded, too_many_rows

_SEPARATORS = (";", "\t", ",")
_LOOKED_AT = 4_096
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_plain(data: bytes) -> list[tuple[str, ...]]:
    """Its rows, an empty line as an empty row so that numbers are those of the file; raises FinalError."""
    text = _text(data)
    separator = max(_SEPARATORS, key=text[:_LOOKED_AT].count)
    csv.field_size_limit(20 * LONGEST_CELL)
    rows: list[tuple[str, ...]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            if len(rows) == MOST_ROWS:
                raise too_many_rows()
            rows.append(tuple(bounded(cell) for cell in row[:MOST_COLUMNS]))
    except csv.Error as cause:
        raise FinalError(f"Dòng {len(rows) + 1} của tệp CSV không đọc được.") from cause
    return rows


def _text(data: bytes) -> str:
    coding = "utf-16" if data.startswith(_WIDE) else "utf-8-sig"
    try:
        text = data.decode(coding)
    except UnicodeDecodeError as cause:
        raise FinalError("Tệp CSV phải lưu bằng mã UTF-8 (trong Excel: “CSV UTF-8”).") from cause
    if "\0" in text:
        raise FinalError("Tệp này không phải là CSV.")
    return text
