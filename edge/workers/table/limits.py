"""How much a brought table may be: what an office keeps of a year, many times over."""

from edge.core.errors import FinalError

MOST_BYTES = 2 * 1024 * 1024
MOST_ROWS = 2_000
MOST_COLUMNS = 26
LONGEST_CELL = 500


def bounded(cell: str) -> str:
    """The text of a cell, its blanks and line breaks made one blank."""
    return " ".join(cell[: 2 * LONGEST_CELL].split())[:LONGEST_CELL]


def too_many_rows() -> FinalError:
    """The error to raise."""
    return FinalError(f"Bảng có hơn {MOST_ROWS} dòng.")
