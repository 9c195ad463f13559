"""The READMEs publish the last run of the survival drill, and no other numbers than it measured."""

from pathlib import Path

import pytest

from hil.prove.province.survival.table import WORDS, last_run, table

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("readme", WORDS)
def test_a_readme_shows_the_counts_of_the_evidence(readme: str) -> None:
    assert table(readme, last_run()) in (ROOT / readme).read_text("utf-8")


def test_the_evidence_is_of_a_whole_run_that_lost_nothing() -> None:
    figures = last_run()
    assert (figures["power_cuts"], figures["kills"], figures["torn_wals"]) == (200, 500, 400)
    assert figures["acked_lost"] == figures["corrupt"] == 0
