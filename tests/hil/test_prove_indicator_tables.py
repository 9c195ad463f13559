"""The proof of brought tables, with few rows."""

from hil.prove.people.indicator_tables import indicator_tables


def test_the_line_holds_with_few_rows() -> None:
    link = indicator_tables(rows=40, planted=3, bomb_mb=200)
    assert link.ok, link.figures
