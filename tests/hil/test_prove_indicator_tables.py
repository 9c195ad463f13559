"""The proof of brought tables, with few rows."""

from hil.prove.people.indicator_tables import indicator_tables


def test_what_the_line_counts_holds_with_few_rows() -> None:
    link = indicator_tables(rows=40, planted=3, bomb_mb=200)
    told = link.figures
    assert (told["table_rows_kept"], told["wrong_cells_named"], told["kept_of_wrong_tables"]) == (40, 3, 0), told
    assert told["hostile_refused"] == told["hostile"], told
