"""New settings are on trial: a box that does not start with them, or does not stay up, goes back by itself."""

from pathlib import Path

import pytest

from edge.core.errors import MisconfiguredError
from edge.settings_book.trial import MOST_STARTS, Bench

EXAMPLE = Path(__file__).parents[2] / "docs" / "ref" / "example.toml"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    file = tmp_path / "molang.toml"
    file.write_bytes(EXAMPLE.read_bytes())
    file.chmod(0o600)
    return Bench(file)


def test_settings_that_do_not_load_are_taken_back_at_once(bench: Bench) -> None:
    bench.begin(7, bench.file.read_text())
    bench.file.write_text("[commune]\n")
    assert bench.loaded().commune.id == "thuong-giang"
    verdict = bench.verdict()
    assert verdict is not None
    assert verdict.seq == 7
    assert bench.file.stat().st_mode & 0o077 == 0


def test_settings_with_which_the_box_dies_again_and_again_are_taken_back(bench: Bench) -> None:
    before = bench.file.read_text()
    bench.begin(7, before)
    bench.file.write_text(before.replace("minutes_day = 90", "minutes_day = 89"))
    for _ in range(MOST_STARTS):
        assert bench.loaded().station.minutes_day == 89
    assert bench.loaded().station.minutes_day == 90
    assert bench.loaded().station.minutes_day == 90


def test_settings_with_which_the_box_ran_stay(bench: Bench) -> None:
    bench.begin(7, "[commune]\n")
    bench.loaded()
    assert bench.passed() == 7
    for _ in range(MOST_STARTS + 1):
        bench.loaded()
    assert bench.verdict() is None


def test_a_wrong_file_without_a_trial_is_an_error_as_ever(bench: Bench) -> None:
    bench.file.write_text("[commune]\n")
    with pytest.raises(MisconfiguredError):
        bench.loaded()
